"""A cell's likely yearly value: from comparable units, the wallet, price × quantity, or by hand."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sightline.planning.money import Money
from sightline.planning.whitespace.facts import (
    CellFacts,
    Method,
    Origin,
    ValueEstimate,
    WhitespaceParameters,
)


def from_comparables(
    revenues: Sequence[Money],
    *,
    origin: Origin,
    sizes: Sequence[float] | None = None,
    size: float | None = None,
    parameters: WhitespaceParameters,
) -> ValueEstimate | None:
    """P25, median and P75 of what comparable units pay a year; None with fewer than five.

    With the size of every comparable and of this unit (staff, sites), the revenue per size is
    compared and scaled; with any size missing, the revenue itself.
    """
    if len(revenues) < parameters.comparable_least:
        return None
    scaled = size is not None and sizes is not None and all(one > 0 for one in sizes)
    amounts = [float(money.minor) for money in revenues]
    if scaled and sizes is not None and size is not None:
        amounts = [amount / one * size for amount, one in zip(amounts, sizes, strict=True)]
    currency = revenues[0].currency
    p = parameters
    low, likely, high = (
        Money(round(quantile(amounts, at)), currency)
        for at in (p.comparable_low, p.comparable_likely, p.comparable_high)
    )
    by = ", scaled by size" if scaled else ""
    words = f"{len(revenues)} comparable units, middle half{by}"
    return ValueEstimate(low, likely, high, Method.COMPARABLE, origin, words)


def from_wallet(
    wallet: tuple[Money, Money, Money],
    *,
    own: Money,
    origin: Origin,
    parameters: WhitespaceParameters,
    share: float | None = None,
) -> ValueEstimate:
    """What is realistic of a wallet (low, likely, high) less what we sell there already.

    `share` is our P80 share among comparable units; None takes the default.
    """
    part = parameters.realistic_share if share is None else share
    nothing = Money.zero(own.currency)
    low, likely, high = (max(one.times(part) - own, nothing) for one in wallet)
    words = f"{part:.0%} of the wallet, less what we sell there"
    return ValueEstimate(low, likely, high, Method.WALLET, origin, words)


@dataclass(frozen=True, slots=True)
class CategoryWallet:
    """What one unit spends a year in one category, and the lines of ours that the category means."""

    unit: str
    lines: frozenset[str]
    wallet: tuple[Money, Money, Money]
    origin: Origin


def values_from_wallets(
    wallets: Iterable[CategoryWallet],
    *,
    own: Mapping[tuple[str, str], Money],
    parameters: WhitespaceParameters,
) -> dict[tuple[str, str], ValueEstimate]:
    """A value for each cell that a wallet speaks of and that we do not sell yet.

    What is realistic of a category, less what we sell in any of its lines, is shared equally by the
    lines not sold: so the cells of a category never add up to more than its headroom. `own` is our
    yearly revenue by cell; a line that stands in two categories gets both parts.
    """
    found: dict[tuple[str, str], ValueEstimate] = {}
    for one in wallets:
        nothing = Money.zero(one.wallet[0].currency)
        sold = {line: own.get((one.unit, line), nothing) for line in one.lines}
        open_lines = sorted(line for line, revenue in sold.items() if revenue.minor <= 0)
        if not open_lines:
            continue
        ours = sum(sold.values(), nothing)
        room = from_wallet(one.wallet, own=ours, origin=one.origin, parameters=parameters)
        parts = [
            money.split([1.0] * len(open_lines)) for money in (room.low, room.likely, room.high)
        ]
        words = room.words
        if len(open_lines) > 1:
            words += f", shared by {len(open_lines)} lines of the category"
        for line, low, likely, high in zip(open_lines, *parts, strict=True):
            key = (one.unit, line)
            value = ValueEstimate(low, likely, high, Method.WALLET, one.origin, words)
            found[key] = _both(found[key], value) if key in found else value
    return found


def _both(one: ValueEstimate, other: ValueEstimate) -> ValueEstimate:
    origin = max(one.origin, other.origin, key=lambda origin: origin.on)
    low, likely, high = one.low + other.low, one.likely + other.likely, one.high + other.high
    words = f"{one.words}; and of a second category: {other.words}"
    return ValueEstimate(low, likely, high, Method.WALLET, origin, words)


def from_price(
    price: Money,
    *,
    quantities: tuple[float, float, float],
    origin: Origin,
    per: str = "unit",
) -> ValueEstimate:
    """Yearly list price × quantity (seats, sites) as low, likely and high."""
    low, likely, high = (price.times(Decimal(str(one))) for one in quantities)
    words = f"{price} × {quantities[1]:g} {per}"
    return ValueEstimate(low, likely, high, Method.PRICE, origin, words)


_PREFERENCE = (Method.HAND, Method.PRICE, Method.WALLET, Method.COMPARABLE)


def chosen_estimate(cell: CellFacts) -> ValueEstimate | None:
    """The estimate that counts: of the method somebody chose, else hand, price, wallet,
    comparables in that order; of one method the newest. None: no value is known."""
    method = chosen_method({one.method for one in cell.estimates}, cell.chosen)
    found = [one for one in cell.estimates if one.method is method]
    return max(found, key=lambda one: one.origin.on) if found else None


def chosen_method(known: Collection[Method], chosen: Method | None) -> Method | None:
    """Which of the methods that a value is known by counts; None where none is."""
    if chosen is not None and chosen in known:
        return chosen
    return next((one for one in _PREFERENCE if one in known), None)


def quantile(values: Sequence[float], at: float) -> float:
    """Interpolated between the ordered values, as spreadsheets do; needs at least one."""
    ordered = sorted(values)
    place = at * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])
