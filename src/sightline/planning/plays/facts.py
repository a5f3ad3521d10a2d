"""A play, an action, and what they serve, as plain values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from sightline.planning.errors import InvalidValue, MissingValue
from sightline.planning.money import Money

Cell = tuple[str, str]


class Serves(StrEnum):
    """What an action is for: exactly one of these."""

    PLAY = "play"
    RENEWAL = "renewal"
    RELATIONSHIP = "relationship"
    RISK = "risk"


class Column(StrEnum):
    """Where a play stands on the board, whatever the organisation calls its stages."""

    IDEA = "idea"
    QUALIFIED = "qualified"
    IN_MOTION = "in_motion"
    LANDED = "landed"
    LOST = "lost"
    PARKED = "parked"


class Done(StrEnum):
    """What became of an action."""

    OPEN = "open"
    DONE = "done"
    MOVED = "moved"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Play:
    """One move to win, grow or keep revenue. What nobody has given is None or empty.

    `opportunity` is the CRM's key; a plan-only idea has none. `stage_since` is the day of the
    last stage change.
    """

    key: str
    name: str
    created: dt.date
    cells: tuple[Cell, ...] = ()
    renewal: str | None = None
    owner: str | None = None
    value: Money | None = None
    target_close: dt.date | None = None
    people: tuple[str, ...] = ()
    answers: str | None = None
    next_action: str | None = None
    opportunity: str | None = None
    stage: str | None = None
    stage_since: dt.date | None = None
    parked: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """One dated step with one owner. `target` is the key of what it serves, of kind `serves`."""

    key: str
    name: str
    owner: str | None
    due: dt.date | None
    serves: Serves | None = None
    target: str | None = None
    state: Done = Done.OPEN
    done_on: dt.date | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        if (self.serves is None) != (self.target is None):
            raise InvalidValue("An action serves one named thing, or nothing.", field="serves")
        if self.state in (Done.MOVED, Done.DROPPED) and not self.reason.strip():
            raise MissingValue("Moving or dropping an action needs a reason.", field="reason")


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the organisation's own, in its order; `column` where somebody mapped it."""

    name: str
    order: int
    closed: bool = False
    won: bool = False
    column: Column | None = None


@dataclass(frozen=True, slots=True)
class PlayParameters:
    """Every number of the play rules; units and sources in `plays.toml`."""

    grace_days: int
    busy_actions: int
    usual_quantile: float
    usual_least: int
    usual_default_days: int
    early_quantile: float
    early_least: int
    early_days_per_stage: int
    link_days: int
    library_least: int
    library_deviations: float
    proposed_close_days: int
    first_action_days: int
