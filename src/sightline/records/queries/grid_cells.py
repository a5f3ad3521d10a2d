"""What ledger and CRM say of the cells of an account: a cell is made of it when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sightline.planning.money import Money
from sightline.planning.whitespace import (
    CellFacts,
    Footprint,
    Holder,
    OpenDeal,
    Origin,
    Pipeline,
)

CONTRACTED = frozenset({"asset", "contract", "won_line"})
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class CellRow:
    """One cell as the ledger measured it; money in minor units of the reporting currency."""

    unit: str
    line: str
    r12: int
    r12_before: int
    acv: int | None
    source: str
    last_purchase_on: date | None
    owned: bool

    @property
    def paid(self) -> int:
        """Revenue of the last twelve months, never less than nothing."""
        return max(0, self.r12)

    @property
    def under_contract(self) -> bool:
        """Whether an asset or contract line is active."""
        return bool(self.owned and self.source in CONTRACTED and self.acv)


class Sold(Mapping[Key, Footprint]):
    """What is sold, by cell: of `rows` and of what ran there until its `ends`, each made when it is
    asked for. Empty where nothing was measured."""

    __slots__ = ("_known", "_origin", "currency", "ends", "rows")

    def __init__(
        self,
        rows: Mapping[Key, CellRow],
        ends: Mapping[Key, date],
        *,
        origin: Origin,
        currency: str,
    ) -> None:
        self.rows, self.ends, self.currency = rows, ends, currency
        self._origin = origin
        self._known = dict.fromkeys((*rows, *ends))

    def __getitem__(self, key: Key) -> Footprint:
        if key not in self._known:
            raise KeyError(key)
        row = self.rows.get(key)
        return Footprint(
            origin=self._origin,
            revenue=Money(row.paid if row is not None else 0, self.currency),
            under_contract=row is not None and row.under_contract,
            contract_end=self.ends.get(key),
        )

    def __iter__(self) -> Iterator[Key]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


@dataclass(frozen=True, slots=True)
class Ground:
    """By cell: what is sold, open deals, and who won what was lost last.

    `nothing` is what is sold in every other cell; None where nothing was measured, because not
    loaded is not "nothing sold". Most cells of a large grid share it.
    """

    origin: Origin
    sold: Sold
    nothing: Footprint | None
    deals: Mapping[Key, tuple[OpenDeal, ...]]
    lost: Mapping[Key, Holder]

    def footprint(self, key: Key) -> Footprint | None:
        """What is sold in a cell."""
        return self.sold.get(key, self.nothing)

    def cell(self, key: Key) -> CellFacts:
        """One cell, without what people said."""
        deals = self.deals.get(key)
        return CellFacts(
            unit=key[0],
            line=key[1],
            footprint=self.footprint(key),
            holder=self.lost.get(key),
            pipeline=Pipeline(deals, self.origin) if deals is not None else None,
        )


def ground_of(
    rows: Mapping[Key, CellRow],
    ends: Mapping[Key, date],
    deals: Mapping[Key, list[OpenDeal]],
    lost: Mapping[Key, Holder],
    *,
    measured: bool,
    currency: str,
    on: date,
) -> Ground:
    """The ground of measures, ends of what ran in a cell, open deals and lost ones."""
    origin = Origin("ledger", on, live=True)
    nothing = Footprint(origin, Money.zero(currency)) if measured else None
    sold = Sold(
        rows if measured else {}, ends if measured else {}, origin=origin, currency=currency
    )
    return Ground(origin, sold, nothing, {key: tuple(one) for key, one in deals.items()}, lost)
