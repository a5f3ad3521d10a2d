"""Where competitors sit: what each holds, what it is worth, and when it next comes free."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sightline.planning.money import Money
from sightline.planning.whitespace.rank import CellScore
from sightline.planning.whitespace.state import State


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """One contract end ahead: when, where, and the cell's likely value (None not known)."""

    ends: dt.date
    unit: str
    line: str
    money: Money | None


@dataclass(frozen=True, slots=True)
class Competitor:
    """One competitor in the cells given. `money` is the likely value of those with one; `windows`
    are the ends still ahead, soonest first; `undated` cells have no known end or one gone by."""

    name: str
    cells: tuple[tuple[str, str], ...]
    money: Money
    unvalued: int
    windows: tuple[OpenWindow, ...]
    undated: tuple[tuple[str, str], ...]


def competitors(
    scores: Iterable[CellScore], *, currency: str, on: dt.date
) -> tuple[Competitor, ...]:
    """Every competitor that holds a cell, by money and then by name: one where we have a deal, or
    may not sell yet, is held none the less."""
    grouped: dict[str, list[CellScore]] = {}
    for score in scores:
        holder = score.cell.holder
        ours = score.state.state in (State.OWNED, State.NOT_APPLICABLE)
        if not ours and holder is not None and holder.competitor:
            grouped.setdefault(holder.competitor.strip(), []).append(score)
    found = [_competitor(name, held, currency, on) for name, held in grouped.items()]
    return tuple(sorted(found, key=lambda one: (-one.money.minor, one.name.casefold())))


def _competitor(name: str, held: list[CellScore], currency: str, on: dt.date) -> Competitor:
    money = Money.zero(currency)
    windows, undated = [], []
    for score in held:
        ends = score.cell.holder.contract_end if score.cell.holder else None
        if score.likely is not None:
            money += score.likely
        if ends is not None and ends >= on:
            windows.append(OpenWindow(ends, *score.cell.key, score.likely))
        else:
            undated.append(score.cell.key)
    return Competitor(
        name=name,
        cells=tuple(score.cell.key for score in held),
        money=money,
        unvalued=sum(score.likely is None for score in held),
        windows=tuple(sorted(windows, key=lambda one: (one.ends, one.unit, one.line))),
        undated=tuple(undated),
    )
