"""Revenue lines as flows: amounts in the reporting currency; and the revenue kind of a line.

The kind belongs to the product line, so it is joined after adding up, never line by line.
"""

from __future__ import annotations

from typing import Any

import ibis

from sightline.ledger.tables import REPEAT


def flows(lines: Any, *, rates: Any = None) -> Any:
    """account, unit, product_line, date, amount (reporting minor units).

    `rates` (month, currency, factor from minor to reporting minor) converts each line at the
    rate of its month; without it amounts are taken as they are.
    """
    flow = lines
    if rates is not None:
        month = flow.date.truncate("M").cast("date")
        flow = flow.mutate(month=month).left_join(rates, ["month", "currency"])
        amount = (flow.amount * flow.factor + 0.5).floor().cast("int64")
        flow = flow.mutate(amount=amount)
    return flow.select("account", "unit", "product_line", "date", "amount")


def missing_rates(lines: Any, rates: Any, v: Any) -> Any:
    """Months and currencies up to the cut that have no rate; empty when every line has one."""
    used = lines.filter(lines.date <= v.as_of).select(
        month=lines.date.truncate("M").cast("date"), currency=lines.currency
    )
    return used.distinct().anti_join(rates, ["month", "currency"])


def with_kind(table: Any, kinds: Any) -> Any:
    """The table with the `kind` of its product line; `repeat` where nothing else is told.

    `kinds` (product_line, kind) may be None: then every line is `repeat`.
    """
    if kinds is None:
        return table.mutate(kind=ibis.literal(REPEAT))
    joined = table.left_join(kinds, ["product_line"], rname="{name}_of_kind")
    return joined.select(*table.columns, kind=joined.kind.fill_null(REPEAT))


def repeat_only(flow: Any, kinds: Any) -> Any:
    """The flows of repeat lines."""
    if kinds is None:
        return flow
    return flow.anti_join(kinds.filter(kinds.kind != REPEAT), ["product_line"])
