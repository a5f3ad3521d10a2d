"""Quantities of a cell in the two windows that revenue is compared over. docs/method/metrics.md."""

from __future__ import annotations

from typing import Any

# Exact sums, the same on every engine: quantities are added up as whole ten-thousandths.
PARTS_OF_ONE = 10_000
# A quantity at or beyond this is a slip of a file, and no more than "not told".
_BEYOND = 1e11


def volumes(lines: Any, v: Any) -> Any:
    """One row per cell with a quantity in the last 24 months: quantity_12, quantity_prior.

    In ten-thousandths, net of what came back. Null for a window in which a line with an amount
    tells none, or in which no line tells any: a part of the quantity would be a wrong price.
    Amounts are only asked whether there are any, so lines are taken in their own currencies.
    """
    seen = lines.filter((lines.date >= v.r24_first) & (lines.date <= v.as_of))
    sane = seen.quantity.notnull() & (seen.quantity.abs() < _BEYOND)
    whole = (seen.quantity * PARTS_OF_ONE + 0.5).floor()
    parts = sane.ifelse(whole, None).cast("int64")
    untold = (seen.amount != 0) & ~sane

    def within(here: Any) -> Any:
        known = untold.sum(where=here).fill_null(0) == 0
        return known.ifelse(parts.sum(where=here), None)

    cell = seen.group_by("account", "unit", "product_line").agg(
        quantity_12=within(seen.date >= v.r12_first),
        quantity_prior=within(seen.date < v.r12_first),
    )
    return cell.filter(cell.quantity_12.notnull() | cell.quantity_prior.notnull())
