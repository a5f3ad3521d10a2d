"""Why revenue changed: lost, contraction, price, volume, mix, expansion, new, reactivated.

The parts add up to the change to the minor unit: rounding ends in mix, never in a residual.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from fractions import Fraction

from sightline.planning.errors import InvalidValue
from sightline.planning.money import Money


@dataclass(frozen=True, slots=True)
class ItemRevenue:
    """One customer x product line x item in two windows; quantities None where not known.

    `bought_before`: the customer had revenue before the first window. Amounts at constant rates.
    """

    customer: str
    line: str
    item: str
    before: Money
    after: Money
    quantity_before: Fraction | None = None
    quantity_after: Fraction | None = None
    bought_before: bool = False

    def __post_init__(self) -> None:
        for quantity in (self.quantity_before, self.quantity_after):
            if quantity is not None and not isinstance(quantity, int | Fraction):
                raise InvalidValue("Quantities are exact numbers.", field="quantity")


@dataclass(frozen=True, slots=True)
class Change:
    """Signed parts of a change, in minor units of one currency; all of them sum to it."""

    lost: int = 0
    contraction: int = 0
    price: int = 0
    volume: int = 0
    mix: int = 0
    expansion: int = 0
    new: int = 0
    reactivated: int = 0

    def __add__(self, other: Change) -> Change:
        pairs = ((getattr(self, f.name), getattr(other, f.name)) for f in fields(self))
        return Change(*(mine + theirs for mine, theirs in pairs))

    @property
    def whole(self) -> int:
        """The sum of the parts."""
        return sum(getattr(self, part.name) for part in fields(self))


@dataclass(frozen=True, slots=True)
class Decomposition:
    """Start + parts = end, with what each customer contributed.

    `compared` items have revenue in both windows; `split` of them tell quantities too.
    """

    currency: str
    start: Money
    end: Money
    change: Change
    by_customer: Mapping[str, Change] = field(hash=False)
    compared: int = 0
    split: int = 0

    @property
    def residual(self) -> Money:
        """Always zero; shown so that nobody has to believe it."""
        return self.end - self.start - Money(self.change.whole, self.currency)


def decompose(rows: Iterable[ItemRevenue], *, currency: str) -> Decomposition:
    """Split the change between two windows.

    A customer with revenue only before is lost, only after new (or reactivated). For the others,
    an item only before is contraction, only after expansion; items in both with quantities give
    price, volume and mix per product line; without quantities their change is contraction or
    expansion.
    """
    by_customer: dict[str, list[ItemRevenue]] = defaultdict(list)
    start = end = Money.zero(currency)
    compared = split = 0
    for row in rows:
        by_customer[row.customer].append(row)
        start, end = start + row.before, end + row.after
        compared += row.before.minor > 0 and row.after.minor > 0
        split += _has_quantities(row)
    parts = {customer: _of_customer(own) for customer, own in sorted(by_customer.items())}
    whole = Change()
    for part in parts.values():
        whole += part
    return Decomposition(currency, start, end, whole, parts, compared, split)


def _of_customer(rows: list[ItemRevenue]) -> Change:
    before, after = sum(r.before.minor for r in rows), sum(r.after.minor for r in rows)
    bought, buys = any(r.before for r in rows), any(r.after for r in rows)
    if not bought:
        known = any(row.bought_before for row in rows)
        return Change(reactivated=after) if known else Change(new=after)
    if not buys:
        return Change(lost=-before)
    change = Change()
    lines: dict[str, list[ItemRevenue]] = defaultdict(list)
    for row in rows:
        if _has_quantities(row):
            lines[row.line].append(row)
        else:
            change += _plain(row.after.minor - row.before.minor)
    for own in lines.values():
        change += _price_volume_mix(own)
    return change


def _has_quantities(row: ItemRevenue) -> bool:
    """Whether the item is in both windows with amounts and quantities above zero."""
    if row.quantity_before is None or row.quantity_after is None:
        return False
    positive = row.quantity_before > 0 and row.quantity_after > 0
    return positive and row.before.minor > 0 and row.after.minor > 0


def _plain(difference: int) -> Change:
    if difference < 0:
        return Change(contraction=difference)
    return Change(expansion=difference)


def _price_volume_mix(rows: list[ItemRevenue]) -> Change:
    """price = sum (p1 - p0) q1; volume = (Q1 - Q0) x mean p0; mix is what is left."""
    before, after = sum(r.before.minor for r in rows), sum(r.after.minor for r in rows)
    q_before = sum((Fraction(r.quantity_before or 0) for r in rows), Fraction(0))
    q_after = sum((Fraction(r.quantity_after or 0) for r in rows), Fraction(0))
    at_old_price = sum(
        (
            Fraction(r.before.minor)
            / Fraction(r.quantity_before or 1)
            * Fraction(r.quantity_after or 0)
            for r in rows
        ),
        Fraction(0),
    )
    price = round(after - at_old_price)
    volume = round((q_after - q_before) * before / q_before)
    return Change(price=price, volume=volume, mix=after - before - price - volume)
