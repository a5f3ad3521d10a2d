"""Plain values about people: who they are, what they decide, who of ours knows them.

People are named by key everywhere; names appear only where a sentence is made from them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from sightline.planning.errors import InvalidValue


class BuyingRole(StrEnum):
    """Their part in a buying decision. The first four are always shown."""

    ECONOMIC_BUYER = "economic_buyer"
    CHAMPION = "champion"
    INFLUENCER = "influencer"
    BLOCKER = "blocker"
    TECHNICAL = "technical"
    USER = "user"
    PROCUREMENT = "procurement"
    COACH = "coach"
    SPONSOR = "their_sponsor"

    @property
    def words(self) -> str:
        """The role as an English phrase."""
        return self.value.replace("_", " ")


class Stance(StrEnum):
    """What they say about our case; kept apart from how well we know them."""

    SUPPORTS = "supports"
    NEUTRAL = "neutral"
    INDIFFERENT = "indifferent"
    AGAINST = "against"
    UNKNOWN = "unknown"


class Presence(StrEnum):
    """Whether the person is still where the map shows them, from the CRM or a person."""

    HERE = "here"
    MOVED = "moved"
    LEFT = "left"


class LineKind(StrEnum):
    """A line on the map. Only reporting and influence can open a way to somebody."""

    REPORTS_TO = "reports_to"
    INFLUENCES = "influences"
    CONFLICTS = "conflicts"


class TouchKind(StrEnum):
    """What was logged."""

    MEETING = "meeting"
    CALL = "call"
    MAIL = "mail"


class Contact(StrEnum):
    """What a logged event proves. `UNKNOWN` is contact whose direction nobody knows."""

    TWO_WAY = "two_way"
    OUTBOUND = "outbound"
    UNKNOWN = "unknown"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """One buying role of one person for one decision.

    A role in a unit holds for the units below it too. `unit` None means the units the person
    belongs to, or every unit for somebody who belongs to none; `line` None means every line.
    `influence` is 0–3; None is not asked, 0 means none.
    """

    role: BuyingRole
    unit: str | None = None
    line: str | None = None
    influence: int | None = None

    def __post_init__(self) -> None:
        if self.influence is not None and not 0 <= self.influence <= 3:
            raise InvalidValue("Influence is between 0 and 3.", field="influence")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the account, or a placeholder for a role that has no name yet.

    `only_through` is the person by whom alone we reach them, where somebody said so.
    `executive` corrects what the title table says; None leaves it to the table.
    """

    key: str
    name: str
    units: tuple[str, ...] = ()
    title: str = ""
    roles: tuple[RoleHeld, ...] = ()
    stance: Stance = Stance.UNKNOWN
    reports_to: str | None = None
    presence: Presence = Presence.HERE
    placeholder: bool = False
    only_through: str | None = None
    executive: bool | None = None
    first_seen: dt.date | None = None

    @property
    def here(self) -> bool:
        """A named person who has not moved or left."""
        return self.presence is Presence.HERE and not self.placeholder

    def holds(self, role: BuyingRole) -> bool:
        """Whether they hold this role for any decision."""
        return any(held.role is role for held in self.roles)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the map, from one person to another."""

    kind: LineKind
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Touch:
    """One logged event with one of theirs. What is not known is None, never False or 0.

    `ours` holds the keys of our people on it. For mail, `from_them` and `from_us` count the
    messages of one thread on that day; for a call, `seconds` is its length.
    """

    person: str
    day: dt.date
    kind: TouchKind
    ours: tuple[str, ...] = ()
    invited: bool = True
    took_place: bool | None = None
    connected: bool | None = None
    seconds: int | None = None
    from_them: int | None = None
    from_us: int | None = None


@dataclass(frozen=True, slots=True)
class Rating:
    """How one of ours sees the relationship, 0–5, on a date; `evidence` in their words."""

    person: str
    ours: str
    level: int
    on: dt.date
    evidence: str = ""
    wanted: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.level <= 5:
            raise InvalidValue("Relationship strength is between 0 and 5.", field="level")
        if self.wanted is not None and not 0 <= self.wanted <= 5:
            raise InvalidValue("The strength wanted is between 0 and 5.", field="wanted")


@dataclass(frozen=True, slots=True)
class StakeholderParameters:
    """Every number of the stakeholder rules; units and sources in `stakeholders.toml`."""

    window_days: int
    rating_days: int
    short_call_seconds: int
    recency_half_life: float
    frequency_half: float
    factor_floor: float
    reciprocity_floor: float
    breadth_people: int
    one_way_cap: float
    level_cuts: tuple[float, ...]
    activity_level_cap: int
    rating_above_activity: int
    thread_level: int
    support_level: int
    enough_days: int
    carried_share: float
    reach_level: int
    role_weights: Mapping[str, float]
    no_role_weight: float
    power_decides: float
    power_shapes: float
    required_for_play: tuple[str, ...]
    required_for_tier_1: tuple[str, ...]
    buyer_contact_days: int
    executive_contact_days: int
    active_thread_days: int
    new_centre_months: int
    new_centre_days: int
    new_person_days: int
    rhythm_months: int
    rhythm_contacts: int
    rhythm_quantile: float
    rhythm_factor: float
    rhythm_floor_days: int
    executive_titles: tuple[str, ...]
    not_executive_titles: tuple[str, ...]
    opinion_months: int


LEVEL_WORDS: Mapping[int, str] = MappingProxyType(
    {0: "none", 1: "aware", 2: "in contact", 3: "trusted", 4: "supporter", 5: "strong advocate"}
)


@dataclass(frozen=True, slots=True)
class PeopleMap:
    """One account's people and lines, with the strength of each relationship.

    `levels` is effective strength 0–5 by person; `holders` who of ours holds each relationship
    (empty: held, but nobody knows by whom); `last_two_way` the day of the last two-way contact.
    """

    people: tuple[Person, ...]
    lines: tuple[Line, ...] = ()
    levels: Mapping[str, int] = field(default_factory=dict)
    holders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    last_two_way: Mapping[str, dt.date] = field(default_factory=dict)
