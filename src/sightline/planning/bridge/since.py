"""What changed since the plan year's first day, so that everything settled counts once.

A deal that was won and a renewal that was settled have bars of their own. Whether the ACV measured
today holds them already depends on what was imported: the part of the difference that they can
account for is theirs, and only the rest is a change of its own. Definition: docs/method/bridge.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sightline.planning.bridge.facts import (
    BaseLine,
    Outcome,
    PlayFacts,
    RenewalFacts,
    SinceChange,
)
from sightline.planning.bridge.plays import yearly_value
from sightline.planning.money import Money
from sightline.planning.periods import Window
from sightline.planning.reasons import because, dated


@dataclass(frozen=True, slots=True)
class Standing:
    """One account's recurring value, in the plan's currency at the first day's rates.

    `now` as measured on `on`; `then` on the first day, None where that is not known. `sources` are
    the ways both were read.
    """

    account: str
    label: str
    now: Money
    on: dt.date
    then: Money | None
    sources: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Settled:
    """One thing of the year that is decided: how it moves ACV, and whether ACV has it for certain
    not yet (`coming`: its contract still counts as running past its end)."""

    amount: Money
    coming: bool = False


def settled_of(
    standing: Standing,
    *,
    plays: Iterable[PlayFacts],
    renewals: Iterable[RenewalFacts],
    window: Window,
    overrun: dt.timedelta,
) -> tuple[Settled, ...]:
    """Won plays and settled renewals of one account by the day it was measured on."""
    found = [
        Settled(value)
        for play in plays
        if play.account == standing.account
        and play.outcome is Outcome.WON
        and not play.renewal_type
        and play.renewal is None
        and play.closes is not None
        and play.closes in window
        and play.closes <= standing.on
        for value in [yearly_value(play)]
        if value is not None
    ]
    for renewal in renewals:
        if renewal.account == standing.account and _is_settled(renewal, window, standing.on):
            found.append(_settled(renewal, on=standing.on, overrun=overrun))
    return tuple(found)


def change_since(standing: Standing, settled: Iterable[Settled]) -> SinceChange | None:
    """The difference that nothing settled accounts for; None where there is none, or where the
    first day is not known."""
    if standing.then is None:
        return None
    moved = standing.now - standing.then
    rest = moved.minor - _within(moved.minor, settled)
    if not rest:
        return None
    day = dated(standing.on)
    text = f"{standing.now} measured on {day}, {standing.then} on the first day; what was won, renewed or lost accounts for the rest."
    before, after = standing.sources
    if before != after and before and after:
        text += " The two are read from different records."
    why = because("bridge.since", text, now=standing.now, then=standing.then, on=standing.on)
    amount = Money(rest, standing.now.currency)
    return SinceChange(f"since:{standing.account}", standing.label, amount, standing.on, (why,))


def worked_back(standing: Standing, settled: Iterable[Settled]) -> BaseLine | None:
    """Where the first day is not known: what today's ACV holds of the settled things, taken off it,
    since they have bars of their own. Never below nothing; None where there is nothing to take."""
    if standing.then is not None:
        return None
    known = [one.amount.minor for one in settled if not one.coming]
    up = min(sum(minor for minor in known if minor > 0), max(0, standing.now.minor))
    down = sum(minor for minor in known if minor < 0)
    if not up + down:
        return None
    amount = Money(-(up + down), standing.now.currency)
    return BaseLine(f"settled:{standing.account}", standing.label, amount, WORKED_BACK)


WORKED_BACK = "worked_back"


def _within(moved: int, settled: Iterable[Settled]) -> int:
    """The part of a difference that the settled things can account for."""
    amounts = [one.amount.minor for one in settled]
    most = sum(minor for minor in amounts if minor > 0)
    least = sum(minor for minor in amounts if minor < 0)
    return max(least, min(most, moved))


def _is_settled(renewal: RenewalFacts, window: Window, on: dt.date) -> bool:
    if renewal.passed or renewal.outcome is Outcome.OPEN or renewal.due not in window:
        return False
    return renewal.settled_on is None or renewal.settled_on <= on


def _settled(renewal: RenewalFacts, *, on: dt.date, overrun: dt.timedelta) -> Settled:
    if renewal.outcome is Outcome.LOST or renewal.renewed is None:
        return Settled(-renewal.acv_up, coming=renewal.due + overrun >= on)
    return Settled(renewal.renewed - renewal.acv_up)
