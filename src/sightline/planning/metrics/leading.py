"""Leading metrics: executive relationships, new buying centres, progression, completion.

Counts with the keys behind them; dates are arguments. Definitions: docs/method/metrics.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sightline.planning.periods import Window, months_back
from sightline.planning.reasons import Reason, because


@dataclass(frozen=True, slots=True)
class MetricsParameters:
    """Units and sources stand in `parameters/metrics.toml`."""

    executive_strength: int
    executive_contact_days: int
    new_centre_quiet_months: int
    new_centre_contact_days: int
    completion_grace_days: int


@dataclass(frozen=True, slots=True)
class Count:
    """How many, which ones, and how many could not be judged."""

    number: int
    keys: tuple[str, ...]
    unknown: int = 0
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """One of their people: executive level, effective strength, last two-way contact."""

    key: str
    executive: bool
    strength: float | None
    last_two_way: dt.date | None


def active_executives(
    people: Iterable[PersonFacts], *, today: dt.date, parameters: MetricsParameters
) -> Count:
    """Executives with enough strength and recent two-way contact; unrated ones are unknown."""
    active, unknown = [], 0
    for person in people:
        if not person.executive:
            continue
        if person.strength is None:
            unknown += 1
        elif person.strength >= parameters.executive_strength and _recent(
            person.last_two_way, today, parameters.executive_contact_days
        ):
            active.append(person.key)
    days, strength = parameters.executive_contact_days, parameters.executive_strength
    text = f"{len(active)} at strength {strength} or more with two-way contact in {days} days."
    reasons = [because("metrics.executives", text, active=len(active))]
    if unknown:
        text = f"{unknown} executives are not rated and not counted."
        reasons.append(because("metrics.executives_unrated", text, unknown=unknown))
    return Count(len(active), tuple(sorted(active)), unknown, tuple(reasons))


@dataclass(frozen=True, slots=True)
class CentreFacts:
    """A unit's two-way days, all of them and those with a person who decides."""

    unit: str
    two_way: tuple[dt.date, ...]
    two_way_with_deciders: tuple[dt.date, ...]


def new_buying_centres(
    units: Iterable[CentreFacts],
    *,
    plan_start: dt.date,
    today: dt.date,
    parameters: MetricsParameters,
) -> Count:
    """Units silent for the twelve months before the plan that now meet someone who decides."""
    silent_from = months_back(plan_start, parameters.new_centre_quiet_months)
    new = []
    for unit in units:
        silent = not any(silent_from <= day < plan_start for day in unit.two_way)
        met = {day for day in unit.two_way_with_deciders if plan_start <= day <= today}
        if silent and len(met) >= parameters.new_centre_contact_days:
            new.append(unit.unit)
    months, least = parameters.new_centre_quiet_months, parameters.new_centre_contact_days
    text = f"{len(new)} silent for {months} months before, met on {least} days or more since."
    reason = because("metrics.new_centres", text, new=len(new))
    return Count(len(new), tuple(sorted(new)), reasons=(reason,))


@dataclass(frozen=True, slots=True)
class PlayStages:
    """A play open at the quarter's start: its stage's place then and its furthest place since.

    Won is past every stage: give it a place above the last.
    """

    key: str
    at_start: int
    furthest: int


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its two counts; None where there was nothing to count."""

    value: float | None
    part: int
    whole: int
    reasons: tuple[Reason, ...] = ()


def progression(plays: Sequence[PlayStages]) -> Share:
    """Plays that advanced at least one stage in the quarter ÷ plays open at its start."""
    moved = sum(play.furthest > play.at_start for play in plays)
    return _share(moved, len(plays))


@dataclass(frozen=True, slots=True)
class ActionFacts:
    """One action: first promised for `first_due`, now due on `due`."""

    key: str
    first_due: dt.date
    due: dt.date
    done_on: dt.date | None = None
    dropped_with_reason: bool = False


def completion(
    actions: Iterable[ActionFacts],
    *,
    window: Window,
    today: dt.date,
    parameters: MetricsParameters,
) -> Share:
    """Done by due date + grace ÷ due in the window.

    A moved action counts once as not done on its first date, however often it moved, and then on
    its present date like any other. Dropped with a reason leaves both. An open one whose grace is
    not over is not counted yet.
    """
    done = due = moved = 0
    grace = dt.timedelta(days=parameters.completion_grace_days)
    for action in actions:
        if action.dropped_with_reason:
            continue
        if action.due != action.first_due and action.first_due in window:
            moved += 1
        if action.due not in window:
            continue
        in_time = action.done_on is not None and action.done_on <= action.due + grace
        if in_time or action.due + grace < today:
            due, done = due + 1, done + in_time
    share = _share(done, due + moved)
    if not moved:
        return share
    reason = because("metrics.moved", f"{moved} moved, each counted once as not done.", moved=moved)
    return Share(share.value, share.part, share.whole, (reason,))


def _share(part: int, whole: int) -> Share:
    return Share(part / whole if whole else None, part, whole)


def _recent(day: dt.date | None, today: dt.date, days: int) -> bool:
    return day is not None and (today - day).days <= days
