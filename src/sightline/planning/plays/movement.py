"""Movement: busy and not moving, dates earlier than history allows, and what a play book did."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sightline.planning.errors import InvalidValue
from sightline.planning.plays.facts import Action, Done, Play, PlayParameters, Serves
from sightline.planning.reasons import Reason, because, dated


@dataclass(frozen=True, slots=True)
class Usual:
    """How long a stage usually takes, in days, and whether that is the company's own history."""

    days: float
    cases: int
    own: bool


def usual_days(days_in_stage: Sequence[int], *, parameters: PlayParameters) -> Usual:
    """P75 of the days past plays spent in a stage; under twenty cases the default."""
    if len(days_in_stage) < parameters.usual_least:
        return Usual(float(parameters.usual_default_days), len(days_in_stage), own=False)
    at = _quantile(days_in_stage, parameters.usual_quantile)
    return Usual(at, len(days_in_stage), own=True)


def busy_not_moving(
    play: Play,
    actions: Iterable[Action],
    *,
    usual: Usual,
    on: dt.date,
    parameters: PlayParameters,
) -> Reason | None:
    """Why a play is busy and not moving: three actions done since the last stage change, and
    longer in the stage than usual. None when it is not, or the stage's start is not known."""
    if play.stage_since is None or play.parked:
        return None
    since, spent = play.stage_since, (on - play.stage_since).days
    done = [
        one
        for one in actions
        if one.serves is Serves.PLAY
        and one.target == play.key
        and one.state is Done.DONE
        and one.done_on is not None
        and since <= one.done_on <= on
    ]
    if len(done) < parameters.busy_actions or spent <= usual.days:
        return None
    basis = "usual here" if usual.own else "default, too little history"
    text = (
        f"{len(done)} actions done and {spent} days in {play.stage or 'its stage'}; "
        f"three of four leave within {usual.days:.0f} ({basis})"
    )
    return because("play.busy_not_moving", text, done=len(done), days=spent, usual=usual.days)


def date_too_early(
    play: Play,
    *,
    least_days: int | None,
    closings: int,
    stages_left: int,
    on: dt.date,
    parameters: PlayParameters,
) -> Reason | None:
    """Why a target date is earlier than the stage's history allows; None when it is not.

    `least_days` is the P20 of time to close from this stage over `closings` cases, counted from
    today; under twenty cases, or without it, thirty days for each stage left. A date already past
    is another matter and not judged here.
    """
    if play.target_close is None or play.target_close < on:
        return None
    least = earliest_close(
        least_days=least_days,
        closings=closings,
        stages_left=stages_left,
        on=on,
        parameters=parameters,
    )
    if play.target_close >= least.day:
        return None
    text = f"{dated(play.target_close)} is before {dated(least.day)}: {least.basis}"
    return because("play.date_too_early", text, earliest=least.day, basis=least.basis)


@dataclass(frozen=True, slots=True)
class Earliest:
    """The first day on which a play may close by its stage's history, and what that rests on."""

    day: dt.date
    basis: str


def earliest_close(
    *,
    least_days: int | None,
    closings: int,
    stages_left: int,
    on: dt.date,
    parameters: PlayParameters,
) -> Earliest:
    """P20 of time to close from the stage where enough closed from there, else days per stage."""
    if least_days is not None and closings >= parameters.early_least:
        least = least_days
        basis = f"{parameters.early_quantile:.0%} of {closings} closed from here in {least} days"
    else:
        least = parameters.early_days_per_stage * stages_left
        stages = "1 stage" if stages_left == 1 else f"{stages_left} stages"
        basis = f"{stages} left, {parameters.early_days_per_stage} days each by default"
    return Earliest(on + dt.timedelta(days=least), basis)


def proposed_close(
    earliest: Earliest | None, *, on: dt.date, parameters: PlayParameters
) -> dt.date:
    """The date proposed for a new play: never earlier than its first stage's history allows."""
    usual = on + dt.timedelta(days=parameters.proposed_close_days)
    return max(usual, earliest.day) if earliest is not None else usual


@dataclass(frozen=True, slots=True)
class Moved:
    """How many of a group moved on."""

    moved: int
    of: int

    def __post_init__(self) -> None:
        if not 0 <= self.moved <= self.of:
            raise InvalidValue("No more can have moved than there are.", field="moved")

    @property
    def share(self) -> float | None:
        """Moved ÷ all; None of nobody."""
        return self.moved / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Accounts that ran a template beside accounts like them that did not. It is observed, not
    caused: `difference` is in points, with a 95% range, None where either group is empty."""

    ran: Moved
    alike: Moved
    difference: float | None
    interval: tuple[float, float] | None
    tells: bool
    reason: Reason


def compare_runs(ran: Moved, *, alike: Moved, parameters: PlayParameters) -> Comparison:
    """What came of a template. Tells only with enough in both groups and a range without zero;
    the range is Newcombe's, from the two Wilson ranges."""
    if ran.share is None or alike.share is None:
        text = f"{ran.moved} of {ran.of} moved; nothing to compare with"
        why = because("library.nothing", text)
        return Comparison(ran, alike, None, None, tells=False, reason=why)
    difference = 100 * (ran.share - alike.share)
    interval = _newcombe(ran, alike, parameters.library_deviations)
    enough = min(ran.of, alike.of) >= parameters.library_least
    tells = enough and not interval[0] <= 0 <= interval[1]
    if tells:
        way = "more" if difference > 0 else "fewer"
        tail = f"{abs(difference):.0f} points {way}, beyond chance, though not proof of cause"
    else:
        tail = "no clear difference" if enough else "too few to tell"
    text = f"{ran.moved} of {ran.of} moved; {alike.moved} of {alike.of} alike without it; {tail}"
    why = because("library.tells" if tells else "library.open", text, interval=interval)
    return Comparison(ran, alike, difference, interval, tells, why)


def _newcombe(one: Moved, other: Moved, deviations: float) -> tuple[float, float]:
    a, b = one.moved / one.of, other.moved / other.of
    low_a, high_a = _wilson(one, deviations)
    low_b, high_b = _wilson(other, deviations)
    down = math.hypot(a - low_a, high_b - b)
    up = math.hypot(high_a - a, b - low_b)
    return 100 * (a - b - down), 100 * (a - b + up)


def _wilson(group: Moved, deviations: float) -> tuple[float, float]:
    share, square = group.moved / group.of, deviations**2
    centre = (share + square / (2 * group.of)) / (1 + square / group.of)
    room = share * (1 - share) / group.of + square / (4 * group.of**2)
    half = deviations * math.sqrt(room) / (1 + square / group.of)
    return max(0.0, centre - half), min(1.0, centre + half)


def _quantile(values: Sequence[int], at: float) -> float:
    ordered = sorted(values)
    place = at * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])
