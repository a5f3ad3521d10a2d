"""Measures that combine the ledger with the records: bookings as revenue, ACV of an account.

Definitions with worked examples: docs/method/measures.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from sightline.planning.accounts import Acv, AcvSource, RevenueKind
from sightline.planning.money import Money, total
from sightline.planning.periods import Window, month_end, month_starts, months_of

Cell = tuple[int | None, int]
NO_LINE = 0


@dataclass(frozen=True, slots=True)
class AccountAcv:
    """ACV of an account in money a year: its source that carries most, and what it is made of.

    `value` None where no cell has any. `cells` are the cells that count; a cell left out because
    a contract without a line covers it is in `covered`.
    """

    value: Money | None
    source: AcvSource | None
    cells: Mapping[Cell, Acv]
    covered: tuple[Cell, ...]


def account_acv(cells: Mapping[Cell, Acv], *, currency: str) -> AccountAcv:
    """Sum the ACV of an account's cells, never adding two sources for one thing.

    A contract that names no line covers every line of its unit (of the account, where it names
    no unit either), unless assets say better: assets in that unit take its place. What is known
    of a line without a unit gives way to a better source in any unit, and covers worse ones.
    """
    known = {key: acv for key, acv in cells.items() if acv.value is not None}
    covering = _covering_contracts(known)
    counted: dict[Cell, Acv] = {}
    left_out: list[Cell] = []
    for key, acv in known.items():
        unit, line = key
        if line == NO_LINE:
            idle = unit not in covering
        else:
            idle = unit in covering or None in covering or _better_elsewhere(key, known)
        if idle:
            left_out.append(key)
        else:
            counted[key] = acv
    values = [acv.value for acv in counted.values() if acv.value is not None]
    value = total(values, currency=currency) if values else None
    return AccountAcv(value, _largest_source(counted), counted, tuple(sorted(left_out, key=str)))


def _covering_contracts(known: Mapping[Cell, Acv]) -> set[int | None]:
    """Units (None: the account) whose contract without a line stands for their lines."""
    with_assets = {
        unit for (unit, line), acv in known.items() if acv.source is AcvSource.ASSET and line
    }
    named = {unit for unit, line in known if line == NO_LINE}
    return {unit for unit in named if not _has_assets(unit, with_assets)}


def _better_elsewhere(key: Cell, known: Mapping[Cell, Acv]) -> bool:
    """Whether the same line has a better source on the other side: with a unit, or without."""
    unit, line = key
    mine = _rank(known[key])
    others = [
        _rank(acv)
        for (other, its_line), acv in known.items()
        if its_line == line and (other is None) != (unit is None)
    ]
    return any(rank < mine for rank in others)


def _rank(acv: Acv) -> int:
    return _ORDER.index(acv.source) if acv.source is not None else len(_ORDER)


_ORDER = tuple(AcvSource)


def _has_assets(unit: int | None, with_assets: set[int | None]) -> bool:
    return bool(with_assets) if unit is None else unit in with_assets


def _largest_source(counted: Mapping[Cell, Acv]) -> AcvSource | None:
    sums: dict[AcvSource, int] = {}
    for acv in counted.values():
        if acv.source is not None and acv.value is not None:
            sums[acv.source] = sums.get(acv.source, 0) + abs(acv.value.minor)
    order = list(AcvSource)
    return min(sums, key=lambda source: (-sums[source], order.index(source)), default=None)


class BookedFlow(NamedTuple):
    """Revenue of one day. `months` is the share of its month that it pays for; 1 where it is no
    part of a period: a quantity in force counts once a month (unit-months), else once."""

    day: dt.date
    minor: int
    months: Fraction


def booked_flows(
    amount: Money, *, kind: RevenueKind, closed_on: dt.date, service: Window | None
) -> list[BookedFlow]:
    """A won amount as revenue in minor units, which add up to the amount.

    Over the months of its service period by their days; a recurring line without one is taken
    over the twelve months from its close (inferred); anything else falls on its close date.
    """
    if service is None and kind is RevenueKind.RECURRING:
        service = months_of(closed_on, 12)
    if service is None:
        return [BookedFlow(closed_on, amount.minor, Fraction(1))]
    days = [
        Window(max(first, service.start), service.end)
        for first in (service.start, *list(month_starts(service)))
        if first <= service.end
    ]
    starts = sorted({window.start for window in days})
    ends = [*[later - dt.timedelta(days=1) for later in starts[1:]], service.end]
    weights = [(end - start).days + 1 for start, end in zip(starts, ends, strict=True)]
    parts = amount.split(weights)
    return [
        BookedFlow(start, part.minor, Fraction(days_of, month_end(start).day))
        for start, part, days_of in zip(starts, parts, weights, strict=True)
    ]
