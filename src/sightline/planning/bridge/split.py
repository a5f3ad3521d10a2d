"""A bridge by unit, by product line or by kind of target: rows that add up to it to the cent.

What cannot be placed stands in a row of its own and is never spread over the others.
Definitions and worked example: docs/method/bridge.md.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from sightline.planning.bridge.facts import TargetKind
from sightline.planning.bridge.results import BarCode, Bridge, Part
from sightline.planning.money import Money, total

_KIND_OF_BAR = {
    BarCode.BASELINE: TargetKind.RETAIN,
    BarCode.CHURN: TargetKind.RETAIN,
    BarCode.CONTRACTION: TargetKind.RETAIN,
    BarCode.UPLIFT: TargetKind.UPLIFT,
}


@dataclass(frozen=True, slots=True)
class Placed:
    """One place that a part belongs to; `weight` (minor units, not below zero) against the
    part's other places. `place` None: that much of it belongs nowhere in particular."""

    place: str | None
    weight: int


Places = Callable[[BarCode, Part], Sequence[Placed]]


@dataclass(frozen=True, slots=True)
class SplitRow:
    """What one place adds to each bar, its landing, and its part of the target.

    `place` None: what no place could be told for. `target` None: no part of the target is set for
    this place; then there is no gap either. Money that belongs nowhere is not set against a target
    that any place may reach: the row without a place has no gap.
    """

    place: str | None
    bars: Mapping[BarCode, Money]
    landing: Money
    target: Money | None
    gap: Money | None


def split_bridge(
    bridge: Bridge, *, places: Places, targets: Mapping[str | None, Money]
) -> tuple[SplitRow, ...]:
    """The bridge by place: largest landing first, the unplaced last.

    Over all rows each bar, the landing and the parts of the target add up to the minor unit: a
    part over several places is split by weight, and one without a weight is not placed.
    """
    currency = bridge.landing.currency
    nothing = Money.zero(currency)
    found: dict[str | None, dict[BarCode, Money]] = {place: {} for place in targets}
    for bar in bridge.bars:
        for part in bar.parts:
            for place, amount in _shared(part.amount, places(bar.code, part)):
                row = found.setdefault(place, {})
                row[bar.code] = row.get(bar.code, nothing) + amount
    rows = [
        _row(place, bars, targets.get(place), currency)
        for place, bars in found.items()
        if place in targets or any(amount.minor for amount in bars.values())
    ]
    return tuple(
        sorted(rows, key=lambda row: (row.place is None, -row.landing.minor, row.place or ""))
    )


def kinds_by_line(
    lines: Callable[[BarCode, Part], Sequence[Placed]], *, held: Collection[str]
) -> Places:
    """Places by kind of target: the base and what renewals lose is *retain*, prices are *uplift*,
    a play in a line that the account held on the first day is *expand*, in another *cross-sell*.

    A play whose lines nobody told, what changed since, and exchange are not placed.
    """

    def kinds(code: BarCode, part: Part) -> Sequence[Placed]:
        if code in _KIND_OF_BAR:
            return (Placed(_KIND_OF_BAR[code].value, 1),)
        if code is not BarCode.PLAYS:
            return ()
        return tuple(
            Placed(_kind_of_line(placed.place, held), placed.weight) for placed in lines(code, part)
        )

    return kinds


def _kind_of_line(line: str | None, held: Collection[str]) -> str | None:
    if line is None:
        return None
    return (TargetKind.EXPAND if line in held else TargetKind.CROSS_SELL).value


def _shared(amount: Money, placed: Sequence[Placed]) -> list[tuple[str | None, Money]]:
    weighed = [one for one in placed if one.weight > 0]
    if not weighed:
        return [(None, amount)]
    parts = amount.split([one.weight for one in weighed])
    return [(one.place, part) for one, part in zip(weighed, parts, strict=True)]


def _row(
    place: str | None, bars: Mapping[BarCode, Money], target: Money | None, currency: str
) -> SplitRow:
    landing = total(bars.values(), currency=currency)
    whole = {code: bars.get(code, Money.zero(currency)) for code in BarCode}
    gap = target - landing if target is not None and place is not None else None
    return SplitRow(place, whole, landing, target, gap)
