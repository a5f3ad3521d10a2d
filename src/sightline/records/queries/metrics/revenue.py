"""Recurring revenue of a plan's accounts, twelve months against the twelve before, by cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sightline.planning.metrics.decomposition import Decomposition, ItemRevenue, decompose
from sightline.planning.metrics.retention import Level, RecurringRow, Retention, retention
from sightline.planning.money import Money
from sightline.records.models import AccountMeasures, CellMeasures, ProductLine

RECURRING = ProductLine.RevenueKind.RECURRING
REPEAT = ProductLine.RevenueKind.REPEAT
YEAR = 12


@dataclass(frozen=True, slots=True)
class _Cell:
    account: int
    unit: int | None
    line: str
    before: int
    after: int
    earlier: bool


def plan_retention(account_ids: Sequence[int], *, currency: str) -> tuple[str, Retention] | None:
    """(revenue kind, NRR and GRR) of the accounts' cells: recurring lines where there are any, else
    repeat lines. None before anything was measured. Two queries."""
    kind, cells = _cells(account_ids)
    if not cells:
        return None
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
    return kind, retention(rows, level=Level.ACCOUNT, currency=currency)


def plan_decomposition(
    account_ids: Sequence[int], *, currency: str
) -> tuple[str, Decomposition] | None:
    """(revenue kind, why it changed), each account a customer; None before anything was measured.

    The measures tell no quantities, so price, volume and mix are not split from contraction and
    expansion. Two queries.
    """
    kind, cells = _cells(account_ids)
    if not cells:
        return None
    rows = [
        ItemRevenue(
            customer=str(one.account),
            line=one.line,
            item=f"{one.unit or 0}:{one.line}",
            before=Money(one.before, currency),
            after=Money(one.after, currency),
            bought_before=one.earlier,
        )
        for one in cells
    ]
    return kind, decompose(rows, currency=currency)


def measured_currency(account_ids: Sequence[int]) -> str:
    """The currency of the accounts' measures; empty before anything was measured. One query."""
    rows = AccountMeasures.objects.filter(account_id__in=account_ids)
    return rows.values_list("currency", flat=True).first() or ""


def _cells(account_ids: Sequence[int]) -> tuple[str, list[_Cell]]:
    for kind in (RECURRING, REPEAT):
        rows = CellMeasures.objects.filter(
            account_id__in=account_ids, product_line__revenue_kind=kind
        ).values_list("account_id", "unit_id", "product_line__name", "r12_before", "r12", "monthly")
        cells = [
            # three years by month: the first of them lies before both windows
            _Cell(account, unit, line, before, after, any(x > 0 for x in monthly[: -2 * YEAR]))
            for account, unit, line, before, after, monthly in rows
        ]
        if cells:
            return kind.value, cells
    return RECURRING.value, []
