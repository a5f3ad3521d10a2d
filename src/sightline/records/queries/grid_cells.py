"""What ledger and CRM say of the cells of an account: a cell is made of it when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
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


@dataclass(frozen=True, slots=True)
class Ground:
    """By cell: what is sold, open deals, and who won what was lost last.

    `nothing` is what is sold in every other cell; None where nothing was measured, because not
    loaded is not "nothing sold". Most cells of a large grid share it.
    """

    origin: Origin
    sold: Mapping[Key, Footprint]
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
    known = {*rows, *ends} if measured else ()
    sold = {
        key: Footprint(
            origin=origin,
            revenue=Money(max(0, row.r12) if (row := rows.get(key)) else 0, currency),
            under_contract=bool(row and row.owned and row.source in CONTRACTED and row.acv),
            contract_end=ends.get(key),
        )
        for key in known
    }
    return Ground(origin, sold, nothing, {key: tuple(one) for key, one in deals.items()}, lost)
