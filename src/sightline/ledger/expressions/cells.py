"""Rolling revenue of a cell: account × unit × product line. See docs/method/revenue.md."""

from __future__ import annotations

from typing import Any

import ibis

from sightline.ledger.expressions.flows import with_kind

MONTHS_IN_YEAR = 12
# 24 months that end within a month touch 25 calendar months.
_CALENDAR_MONTHS = 25


def cells(flows: Any, kinds: Any, v: Any) -> Any:
    """One row per cell: r12, r12_prior, r24 (minor units), first and last purchase, months active.

    A month is active when it holds a purchase (a line above zero) inside the window. Cells that
    only had lines before the last 24 months are kept: they are lapsed, not unknown. One pass: the
    active months are bits of one number, since a second grouping by month costs four times as much.
    """
    seen = flows.filter(flows.date <= v.as_of)
    bought = seen.amount > 0
    bit = _bit(seen.date, v)
    cell = seen.group_by("account", "unit", "product_line").agg(
        r12=seen.amount.sum(where=seen.date >= v.r12_first).fill_null(0),
        r24=seen.amount.sum(where=seen.date >= v.r24_first).fill_null(0),
        first_purchase=seen.date.min(where=bought),
        last_purchase=seen.date.max(where=bought),
        active_12=bit.bit_or(where=bought & (seen.date >= v.r12_first)),
        active_24=bit.bit_or(where=bought & (seen.date >= v.r24_first)),
        lines=seen.count(),
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
        months_active_12=bits_set(cell.active_12),
        months_active_24=bits_set(cell.active_24),
        lines=cell.lines,
    )


def _bit(day: Any, v: Any) -> Any:
    """A number with one bit set: that of the calendar month, the month of `r24_first` the lowest.

    Earlier months share the lowest bit; whoever adds up leaves them out.
    """
    month = day.year() * MONTHS_IN_YEAR + day.month()
    first = v.r24_first.year() * MONTHS_IN_YEAR + v.r24_first.month()
    return ibis.literal(1, type="int64") << ibis.greatest(month - first, 0).cast("int32")


def bits_set(number: Any) -> Any:
    """How many months' bits are set; none where there is no number. Few engines have a bit count."""
    found = number.fill_null(0)
    count = found & 1
    for place in range(1, _CALENDAR_MONTHS):
        count = count + ((found >> place) & 1)
    return count
