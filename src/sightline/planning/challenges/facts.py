"""What the rules look at: one plan as plain values, people by key only.

None means "not known" and never fires a contradiction by itself. Amounts in the plan's currency.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sightline.planning.money import Money


@dataclass(frozen=True, slots=True)
class ChallengeParameters:
    """Units and sources stand in `parameters/challenges.toml`."""

    most_shown: int
    fold_below: float
    sponsor_share: float
    sponsor_days: int
    digest_days: int
    landing_share: float
    least_chance: float
    incomplete_days: int
    buyer_days: int
    enough_contact_days: int
    renewal_days: int
    amount_differs: float
    date_differs_days: int
    stage_differs_hours: int
    no_opportunity_days: int
    rosy_level: int
    rosy_days: int
    health_points: int
    largest_tier_1: Mapping[str, int]
    largest_tier_2: Mapping[str, int]
    busy_actions: int
    missed_share: float
    missed_least: int
    usable_people: int


@dataclass(frozen=True, slots=True)
class PathFacts:
    """The bridge's answer, and the growth thesis against ranked open whitespace."""

    target: Money | None = None
    landing: Money | None = None
    chance: float | None = None
    thesis_growth: Money | None = None
    thesis_open_value: Money | None = None


class PathToCell(StrEnum):
    """Whether a way to the cell's buyer is known."""

    OPEN = "open"
    FANTASY = "fantasy"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CellFacts:
    """A cell that a play or the target counts on."""

    key: str
    path: PathToCell
    value: Money | None
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The opportunity behind a play as the CRM has it, beside the plan's own figures."""

    plan_amount: Money | None = None
    crm_amount: Money | None = None
    plan_close: dt.date | None = None
    crm_close: dt.date | None = None
    same_stage: bool = True
    same_owner: bool = True
    differs_since: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class PlayFacts:
    """One open play. `earliest_days` and `stuck_days` come from the company's time curves."""

    key: str
    created: dt.date
    amount: Money | None = None
    expected: Money | None = None
    owner: str | None = None
    closes: dt.date | None = None
    people: tuple[str, ...] = ()
    next_action: str | None = None
    stage_entered: dt.date | None = None
    earliest_days: int | None = None
    stuck_days: int | None = None
    actions_done: int = 0
    pipeline: Pipeline | None = None
    metrics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ThreadFacts:
    """A scope (account, unit, play, renewal) with money on it.

    `single_threaded` None: too little logged, or nobody linked. `buyer` is the economic buyer.
    Scopes with the same money (an account's ACV and its renewal) share one `money_key`, so that
    it is counted once.
    """

    key: str
    money: Money | None
    money_key: str = ""
    single_threaded: bool | None = None
    only_person: str | None = None
    buyer: str | None = None
    buyer_last_two_way: dt.date | None = None


@dataclass(frozen=True, slots=True)
class RenewalFacts:
    """One renewal and the three things its strategy needs."""

    key: str
    due: dt.date
    acv_up: Money | None
    goal: bool = False
    owner: bool = False
    decider: bool = False


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """A rated person by key: supporting or not, computed level, last two-way day, plays carried."""

    key: str
    supports: bool
    computed_level: int | None
    last_two_way: dt.date | None
    carries: tuple[tuple[str, Money], ...] = ()


@dataclass(frozen=True, slots=True)
class HealthStanding:
    """An override in force beside the computed figure."""

    computed: int | None
    override: int | None
    acv: Money | None = None


@dataclass(frozen=True, slots=True)
class SizeFacts:
    """How large the plan has grown."""

    open_plays: int = 0
    objectives: int = 0
    summary_pages: int | None = None


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """One closed review. `sponsor_present` None: not recorded."""

    key: str
    held: dt.date
    commitments: int = 0
    missed: int = 0
    sponsor_present: bool | None = None
    changed_nothing: bool = False


@dataclass(frozen=True, slots=True)
class AssumptionFacts:
    """An assumption: when to look again, whether it still holds, what rests on it."""

    key: str
    look_again: dt.date | None
    holds: bool | None = None
    carries: tuple[tuple[str, Money], ...] = ()


@dataclass(frozen=True, slots=True)
class MetricStanding:
    """A metric with a target, and the plays that are to move it."""

    key: str
    has_target: bool
    plays: tuple[str, ...] = ()


class LostKind(StrEnum):
    """In which way ground is lost."""

    CONTRACTION = "contraction"
    CELL_LOST = "cell_lost"
    SHARE_FALLING = "share_falling"
    PERSON_GONE = "person_gone"
    PERSON_COOLED = "person_cooled"
    HEALTH_RAISED = "health_raised"
    RENEWAL_SOFTENED = "renewal_softened"


@dataclass(frozen=True, slots=True)
class LostGround:
    """Something lost or being lost; `named`: a risk or a play of the plan speaks of it."""

    key: str
    kind: LostKind
    money: Money | None
    named: bool
    since: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Usable:
    """What makes a plan usable at all: gaps are counted from it, never held against anyone."""

    target_agreed: bool = False
    has_grid: bool = False
    people_mapped: int = 0
    renewal_owned: bool = False
    priorities: int = 0
    sponsor_named: bool = False
    assumptions: int = 0
    wallet_known: bool = False


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """One plan at a moment. `as_of` is in the company's time zone; today is its date."""

    key: str
    as_of: dt.datetime
    currency: str
    tier: int | None = None
    two_way_days: int | None = None
    path: PathFacts = field(default=PathFacts())
    cells: tuple[CellFacts, ...] = ()
    plays: tuple[PlayFacts, ...] = ()
    threads: tuple[ThreadFacts, ...] = ()
    renewals: tuple[RenewalFacts, ...] = ()
    people: tuple[PersonFacts, ...] = ()
    health: HealthStanding | None = None
    size: SizeFacts = field(default=SizeFacts())
    reviews: tuple[ReviewFacts, ...] = ()
    assumptions: tuple[AssumptionFacts, ...] = ()
    metrics: tuple[MetricStanding, ...] = ()
    losing: tuple[LostGround, ...] = ()
    usable: Usable = field(default=Usable())

    @property
    def today(self) -> dt.date:
        """The day in the company's time zone."""
        return self.as_of.date()
