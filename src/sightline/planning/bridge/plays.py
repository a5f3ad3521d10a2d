"""A play's parts of the bridge: expected recurring value, one-off apart, and its draw.

A range counts with its mean, so that the bar and the distribution agree.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from fractions import Fraction

from sightline.planning.bridge.facts import (
    BridgeFacts,
    CellShare,
    Outcome,
    PlayFacts,
    ValueRange,
)
from sightline.planning.bridge.results import Draw, Part
from sightline.planning.bridge.year import quarter_number, share_counted, times, written
from sightline.planning.money import Money
from sightline.planning.reasons import Reason, because


@dataclass(frozen=True, slots=True)
class PlayParts:
    """One play in the bridge; `recurring` None: nothing of it counts, `left_out` says why."""

    recurring: Part | None
    one_off: tuple[Part, ...]
    settled: Money
    draw: Draw | None
    left_out: tuple[Reason, ...]


def parts_of_play(play: PlayFacts, *, facts: BridgeFacts, today: dt.date) -> PlayParts:
    """What one play adds. An open play past its date counts from today."""
    if play.outcome is Outcome.LOST:
        nothing = Money.zero(facts.currency)
        reason = because("bridge.play_lost", "Lost: counts nothing.")
        return PlayParts(_part(play, nothing, play.closes, facts, (reason,)), (), nothing, None, ())
    problem = _not_counted(play, facts=facts, today=today)
    if problem is not None:
        return PlayParts(None, (), Money.zero(facts.currency), None, (problem,))
    without = sum(cell.fantasy for cell in play.cells)
    if play.outcome is not Outcome.OPEN or not without:
        return _counted(play, facts=facts, today=today)
    fantasy = _share_of_fantasy(play.cells)
    why = _without_path(play, fantasy)
    if without == len(play.cells):
        return PlayParts(None, (), Money.zero(facts.currency), None, (why,))
    reached = _reached(play, 1 - fantasy)
    return replace(_counted(reached, facts=facts, today=today), left_out=(why,))


def _without_path(play: PlayFacts, share: Fraction) -> Reason:
    """Which money stays out: the part of the cells that nobody reaches."""
    without, cells = sum(cell.fantasy for cell in play.cells), len(play.cells)
    value = yearly_value(play)
    money = f", {value.times(share)} a year" if value is not None else ""
    part = "" if without == cells else f" for {without} of its {cells} cells"
    text = f"{play.label} adds nothing{part}: fantasy, no path{money}."
    return because("bridge.play_fantasy", text, play=play.key, without=without, cells=cells)


def _reached(play: PlayFacts, share: Fraction) -> PlayFacts:
    """The play with the part of its value whose cells somebody reaches."""
    span = play.range
    if span is not None:
        low, likely, high = (one.times(share) for one in (span.low, span.likely, span.high))
        span = ValueRange(low, likely, high)
    return replace(
        play,
        recurring=play.recurring.times(share) if play.recurring is not None else None,
        one_off=play.one_off.times(share) if play.one_off is not None else None,
        range=span,
    )


def yearly_value(play: PlayFacts) -> Money | None:
    """Recurring yearly value if it is won: the mean of its range, else the point value."""
    if play.range is not None:
        whole = play.range.low + play.range.likely + play.range.high
        return whole.times(Fraction(1, 3))
    return play.recurring


def counted_probability(play: PlayFacts, *, today: dt.date) -> tuple[float, tuple[Reason, ...]]:
    """The probability used: 1 when won, the stage's, less the slip factor once past its date."""
    if play.outcome is Outcome.WON:
        return 1.0, (because("bridge.play_won", "Won."),)
    stage = play.probability or 0.0
    kind = "the company's own rate" if play.calibrated else "uncalibrated"
    said = because("bridge.stage_probability", f"{stage:.0%}, {kind}.", probability=stage)
    reasons = [said, *play.odds]
    if play.closes is None or play.closes >= today:
        return stage, tuple(reasons)
    if play.past_date_factor is None:
        text = "Past its date; what that costs has not been measured yet."
        return stage, (*reasons, because("bridge.past_date_unmeasured", text))
    text = f"Past its date: {play.past_date_factor:.0%} of the usual probability is left."
    reasons.append(because("bridge.past_date", text, factor=play.past_date_factor))
    return float(written(stage) * written(play.past_date_factor)), tuple(reasons)


def _counted(play: PlayFacts, *, facts: BridgeFacts, today: dt.date) -> PlayParts:
    on = _effective(play, today=today)
    probability, reasons = counted_probability(play, today=today)
    share = share_counted(on, facts=facts)
    value = yearly_value(play)
    nothing = Money.zero(facts.currency)
    won = play.outcome is Outcome.WON
    recurring = one_off = None
    if value is not None:
        amount = times(value, probability, share)
        recurring = _part(play, amount, on, facts, reasons)
    if play.one_off is not None:
        one_off = _part(play, times(play.one_off, probability), on, facts, reasons)
    return PlayParts(
        recurring=recurring,
        one_off=(one_off,) if one_off else (),
        settled=recurring.amount if won and recurring else nothing,
        draw=None if won or value is None else _draw(play, value, probability, share),
        left_out=(),
    )


def _draw(play: PlayFacts, value: Money, probability: float, share: Fraction) -> Draw:
    point = times(value, share).minor
    draw = Draw(play.key, play.label, probability, point, point, point, play.calibrated)
    if play.range is None:
        return draw
    return replace(
        draw,
        low=times(play.range.low, share).minor,
        likely=times(play.range.likely, share).minor,
        high=times(play.range.high, share).minor,
    )


def _effective(play: PlayFacts, *, today: dt.date) -> dt.date:
    """The day a play counts from: its date, or today once an open play is past it."""
    assert play.closes is not None, "checked by _not_counted"
    return play.closes if play.outcome is Outcome.WON else max(play.closes, today)


def _not_counted(play: PlayFacts, *, facts: BridgeFacts, today: dt.date) -> Reason | None:
    """Why a play adds nothing, or None when it counts."""
    missing = _missing(play)
    if missing:
        text = f"{play.label} adds nothing yet: no {' and no '.join(missing)}."
        return because("bridge.play_incomplete", text, play=play.key, missing=tuple(missing))
    on = _effective(play, today=today)
    if on > facts.year.window.end:
        text = f"{play.label} closes after the plan year."
        return because("bridge.play_after_year", text, play=play.key)
    if on < facts.year.window.start:
        text = f"{play.label} closes before the plan year: it belongs to the baseline."
        return because("bridge.play_before_year", text, play=play.key)
    return None


def _missing(play: PlayFacts) -> list[str]:
    missing = []
    if play.recurring is None and play.range is None and play.one_off is None:
        missing.append("value")
    if play.probability is None and play.outcome is Outcome.OPEN:
        missing.append("probability")
    if play.closes is None:
        missing.append("date")
    return missing


def _part(
    play: PlayFacts,
    amount: Money,
    on: dt.date | None,
    facts: BridgeFacts,
    reasons: tuple[Reason, ...],
) -> Part:
    quarter = quarter_number(on, year=facts.year)
    return Part(play.key, play.label, amount, on, quarter, reasons)


def _share_of_fantasy(cells: tuple[CellShare, ...]) -> Fraction:
    """Their part of the play by cell value; equal parts where a value is not known, or all are 0."""
    values = [cell.value.minor for cell in cells if cell.value is not None]
    known = len(values) == len(cells) and any(values)
    weights = values if known else [1] * len(cells)
    without = sum(one for cell, one in zip(cells, weights, strict=True) if cell.fantasy)
    return Fraction(without, sum(weights))
