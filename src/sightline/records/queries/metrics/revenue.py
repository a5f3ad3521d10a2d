"""Revenue of a plan's accounts, twelve months against the twelve before, by cell, at held rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from sightline.planning.metrics.decomposition import Decomposition, ItemRevenue, decompose
from sightline.planning.metrics.retention import Level, RecurringRow, Retention, retention
from sightline.planning.money import Money
from sightline.records.models import AccountMeasures, CellMeasures, ProductLine

RECURRING = ProductLine.RevenueKind.RECURRING
REPEAT = ProductLine.RevenueKind.REPEAT
YEAR = 12
_ANY = "EUR"
PARTS_OF_ONE = 10_000  # quantities are kept as whole ten-thousandths


@dataclass(frozen=True, slots=True)
class Explained:
    """Why revenue of one kind changed, at the rates of the first window's first month.

    `exchange` is what the last twelve months are worth more at the rates of their own months.
    """

    kind: str
    why: Decomposition
    exchange: Money


@dataclass(frozen=True, slots=True)
class _Cell:
    """One cell's two windows at held rates, minor units; `worth` at the months' own rates."""

    account: int
    unit: int | None
    line: str
    before: int
    after: int
    worth: int
    earlier: bool
    quantities: tuple[Fraction | None, Fraction | None]


def plan_retention(account_ids: Sequence[int], *, currency: str) -> tuple[str, Retention] | None:
    """(revenue kind, NRR and GRR) of the accounts' cells: recurring lines where there are any, else
    repeat lines. None before anything was measured. One or two queries."""
    for kind in (RECURRING, REPEAT):
        cells = _cells(account_ids, kind)
        if cells:
            rows = [
                RecurringRow(
                    customer="plan",
                    unit=f"{one.account}:{one.unit or 0}",
                    line=one.line,
                    opening=Money(one.before, currency),
                    closing=Money(one.after, currency),
                )
                for one in cells
            ]
            return kind.value, retention(rows, level=Level.ACCOUNT, currency=currency)
    return None


def plan_decomposition(account_ids: Sequence[int], *, currency: str) -> tuple[Explained, ...]:
    """Why recurring and why repeat revenue changed, each account a customer; a kind without any
    is left out. Two queries."""
    found = ((kind.value, _cells(account_ids, kind)) for kind in (RECURRING, REPEAT))
    return tuple(_explained(kind, cells, currency) for kind, cells in found if cells)


def price_share(account_ids: Sequence[int], *, line_id: int) -> float | None:
    """The price part of one product line's change ÷ the whole change; None where it did not
    change or quantities are not known. One query."""
    rows = CellMeasures.objects.filter(account_id__in=account_ids, product_line_id=line_id)
    cells = [_cell(row) for row in rows.select_related("product_line")]
    # a share has no currency: any one serves
    why = _explained("", cells, _ANY).why
    whole = why.end.minor - why.start.minor
    return why.change.price / whole if whole and why.split else None


def _explained(kind: str, cells: Sequence[_Cell], currency: str) -> Explained:
    rows = [
        ItemRevenue(
            customer=str(one.account),
            line=one.line,
            item=f"{one.unit or 0}:{one.line}",
            before=Money(one.before, currency),
            after=Money(one.after, currency),
            quantity_before=one.quantities[1],
            quantity_after=one.quantities[0],
            bought_before=one.earlier,
        )
        for one in cells
    ]
    exchange = sum(one.worth - one.after for one in cells)
    return Explained(kind, decompose(rows, currency=currency), Money(exchange, currency))


def measured_currency(account_ids: Sequence[int]) -> str:
    """The currency of the accounts' measures; empty before anything was measured. One query."""
    rows = AccountMeasures.objects.filter(account_id__in=account_ids)
    return rows.values_list("currency", flat=True).first() or ""


def _cells(account_ids: Sequence[int], kind: ProductLine.RevenueKind) -> list[_Cell]:
    rows = CellMeasures.objects.filter(
        account_id__in=account_ids, product_line__revenue_kind=kind
    ).select_related("product_line")
    return [_cell(row) for row in rows]


def _cell(row: CellMeasures) -> _Cell:
    after = row.r12 if row.steady is None else row.steady
    before = row.r12_before if row.steady_before is None else row.steady_before
    return _Cell(
        account=row.account_id,
        unit=row.unit_id,
        line=row.product_line.name,
        before=before,
        after=after,
        worth=row.r12,
        # three years by month: the first of them lies before both windows
        earlier=any(month > 0 for month in row.monthly[: -2 * YEAR]),
        quantities=(_quantity(row.quantity), _quantity(row.quantity_before)),
    )


def _quantity(parts: int | None) -> Fraction | None:
    return None if parts is None else Fraction(parts, PARTS_OF_ONE)
