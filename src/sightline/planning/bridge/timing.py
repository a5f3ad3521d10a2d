"""How long it takes: Kaplan-Meier curves with open cases censored, and what slipping costs.

Days are whole days since an opportunity entered the stage. Definitions: docs/method/timing.md.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sightline.planning.bridge.parameters import BridgeParameters
from sightline.planning.errors import InvalidValue
from sightline.planning.reasons import Reason, because

_EPSILON = 1e-12


@dataclass(frozen=True, slots=True)
class Spell:
    """Days one opportunity took, or has been open so far (`ended` False: censored)."""

    days: int
    ended: bool

    def __post_init__(self) -> None:
        if self.days < 0:
            raise InvalidValue("A spell cannot last less than nothing.", field="days")


@dataclass(frozen=True, slots=True)
class TimeCurve:
    """Share still going after each of `days` (strictly rising); `cases` counts observed ends."""

    days: tuple[int, ...]
    still: tuple[float, ...]
    cases: int

    def ended_by(self, day: int) -> float:
        """Share ended within `day` days."""
        place = bisect_right(self.days, day)
        return 1 - self.still[place - 1] if place else 0.0

    def ends_within(self, day: int, *, age: int) -> float:
        """Share ended by `day` among those still going at `age` days; 0 before `age`.

        Where nothing lasted as long as `age`, nothing can be said of the rest and it is 0.
        """
        left = 1 - self.ended_by(age)
        if day <= age or left <= _EPSILON:
            return 0.0
        return (self.ended_by(day) - self.ended_by(age)) / left

    def quantile(self, share: float) -> int | None:
        """The first day by which at least `share` have ended; None if the curve stops short."""
        for day, still in zip(self.days, self.still, strict=True):
            if 1 - still >= share - _EPSILON:
                return day
        return None


@dataclass(frozen=True, slots=True)
class Deadline:
    """A number of days with where it comes from."""

    days: int
    measured: bool
    reason: Reason


def time_curve(spells: Iterable[Spell]) -> TimeCurve:
    """Kaplan-Meier: at each end, the share still going falls by ends ÷ cases at risk.

    A case censored on a day counts as at risk on that day.
    """
    ends: Counter[int] = Counter()
    leaves: Counter[int] = Counter()
    for spell in spells:
        (ends if spell.ended else leaves)[spell.days] += 1
    at_risk = ends.total() + leaves.total()
    still, days, shares = 1.0, [], []
    for day in sorted(ends.keys() | leaves.keys()):
        if ends[day]:
            still *= 1 - ends[day] / at_risk
            days.append(day)
            shares.append(still)
        at_risk -= ends[day] + leaves[day]
    return TimeCurve(tuple(days), tuple(shares), ends.total())


def earliest_close(curve: TimeCurve, *, stages_left: int, parameters: BridgeParameters) -> Deadline:
    """Days from entering the stage before which a close is too early to be believed.

    P20 of time to close with enough closings, otherwise 30 days for each stage left.
    """
    day = curve.quantile(parameters.early_quantile)
    if curve.cases >= parameters.enough_cases and day is not None:
        share = parameters.early_quantile
        text = f"Of {curve.cases} that closed from this stage, {share:.0%} took {day} days or less."
        return Deadline(day, True, because("timing.early_measured", text, days=day))
    days = parameters.days_per_stage * max(0, stages_left)
    text = f"Too few closings to measure ({curve.cases}); {days} days for {stages_left} stages."
    return Deadline(days, False, because("timing.early_default", text, days=days))


def stuck_after(curve: TimeCurve, *, parameters: BridgeParameters) -> Deadline:
    """Days in a stage after which an opportunity has stayed longer than usual (P75)."""
    day = curve.quantile(parameters.stuck_quantile)
    if curve.cases >= parameters.enough_cases and day is not None:
        share = parameters.stuck_quantile
        text = f"{share:.0%} of {curve.cases} left this stage within {day} days."
        return Deadline(day, True, because("timing.stuck_measured", text, days=day))
    days = parameters.stuck_days
    text = f"Too few cases to measure ({curve.cases}); {days} days by default."
    return Deadline(days, False, because("timing.stuck_default", text, days=days))


@dataclass(frozen=True, slots=True)
class ClosedPlay:
    """A closed opportunity: the date first promised, when it closed, whether it was won."""

    promised: dt.date
    closed: dt.date
    won: bool


@dataclass(frozen=True, slots=True)
class Slippage:
    """What history says of plays that pass their date.

    `factor` multiplies the probability of one past its date (at most 1); None under
    `enough_cases` plays past theirs. `median_days` is how late the late ones closed.
    """

    factor: float | None
    late: int
    closed: int
    median_days: int | None
    reason: Reason


def slippage(history: Iterable[ClosedPlay], *, parameters: BridgeParameters) -> Slippage:
    """Win rate of those that closed after their promised date ÷ win rate of all."""
    plays = list(history)
    late = [play for play in plays if play.closed > play.promised]
    won, won_late = sum(p.won for p in plays), sum(p.won for p in late)
    delays = sorted((play.closed - play.promised).days for play in late)
    factor = None
    if len(late) >= parameters.enough_cases and won:
        factor = min(1.0, (won_late / len(late)) / (won / len(plays)))
    median = delays[(len(delays) - 1) // 2] if delays else None
    text = f"{won_late} of {len(late)} that slipped were won, {won} of {len(plays)} of all."
    reason = because("timing.slippage", text, late=len(late), closed=len(plays))
    if factor is None:
        text = f"Not measured: only {len(late)} slipped so far."
        reason = because("timing.slippage_unmeasured", text, late=len(late))
    return Slippage(factor, len(late), len(plays), median, reason)
