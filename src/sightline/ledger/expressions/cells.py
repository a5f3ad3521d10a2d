"""Rolling revenue of a cell: account × unit × product line. See docs/method/revenue.md."""

from __future__ import annotations

from typing import Any

from sightline.ledger.expressions.flows import with_kind

MONTHS_IN_YEAR = 12


def monthly(flows: Any, v: Any) -> Any:
    """One row per cell and calendar month up to the cut, with what falls into each window."""
    seen = flows.filter(flows.date <= v.as_of)
    bought = seen.amount > 0
    return seen.group_by(
        seen.account,
        seen.unit,
        seen.product_line,
        month=seen.date.year() * MONTHS_IN_YEAR + seen.date.month(),
    ).agg(
        r12=seen.amount.sum(where=seen.date >= v.r12_first),
        r24=seen.amount.sum(where=seen.date >= v.r24_first),
        first_purchase=seen.date.min(where=bought),
        last_purchase=seen.date.max(where=bought),
        lines=seen.count(),
    )


def cells(flows: Any, kinds: Any, v: Any) -> Any:
    """One row per cell: r12, r12_prior, r24 (minor units), first and last purchase, months active.

    A month is active when it holds a purchase (a line above zero) inside the window. Cells that
    only had lines before the last 24 months are kept: they are lapsed, not unknown.
    """
    months = monthly(flows, v)
    filled = months.r12.fill_null(0), months.r24.fill_null(0)
    cell = months.group_by("account", "unit", "product_line").agg(
        r12=filled[0].sum(),
        r24=filled[1].sum(),
        first_purchase=months.first_purchase.min(),
        last_purchase=months.last_purchase.max(),
        months_active_12=(months.last_purchase >= v.r12_first).fill_null(False).sum(),
        months_active_24=(months.last_purchase >= v.r24_first).fill_null(False).sum(),
        lines=months.lines.sum(),
    )
    cell = with_kind(cell, kinds)
    return cell.select(
        "account",
        "unit",
        "product_line",
        "kind",
        "r12",
        r12_prior=cell.r24 - cell.r12,
        r24=cell.r24,
        first_purchase=cell.first_purchase,
        last_purchase=cell.last_purchase,
        months_active_12=cell.months_active_12,
        months_active_24=cell.months_active_24,
        lines=cell.lines,
    )
