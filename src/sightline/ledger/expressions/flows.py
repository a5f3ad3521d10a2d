"""Revenue lines as flows: amounts in the reporting currency, each with its revenue kind."""

from __future__ import annotations

from typing import Any

import ibis

from sightline.ledger.tables import REPEAT


def flows(lines: Any, *, rates: Any = None, kinds: Any = None) -> Any:
    """account, unit, product_line, date, amount (reporting minor units), kind.

    `rates` (month, currency, factor from minor to reporting minor) converts each line at the
    rate of its month; without it amounts are taken as they are. `kinds` names the revenue kind
    of a product line; a line that it does not name is `repeat`.
    """
    flow = lines
    amount = flow.amount
    if rates is not None:
        month = flow.date.truncate("M").cast("date")
        flow = flow.mutate(month=month).left_join(rates, ["month", "currency"])
        amount = (flow.amount * flow.factor + 0.5).floor().cast("int64")
        flow = flow.mutate(amount=amount)
    kind = ibis.literal(REPEAT)
    if kinds is not None:
        flow = flow.left_join(kinds, ["product_line"], rname="{name}_of_kind")
        kind = flow["kind"].fill_null(REPEAT)
    return flow.select("account", "unit", "product_line", "date", amount=flow.amount, kind=kind)


def missing_rates(lines: Any, rates: Any, v: Any) -> Any:
    """Months and currencies up to the cut that have no rate; empty when every line has one."""
    used = lines.filter(lines.date <= v.as_of).select(
        month=lines.date.truncate("M").cast("date"), currency=lines.currency
    )
    return used.distinct().anti_join(rates, ["month", "currency"])
