"""One row per account: rolling revenue, trend, penetration, retention inputs and rhythm."""

from __future__ import annotations

from typing import Any

import ibis

from sightline.ledger.tables import ONE_OFF, RECURRING, REPEAT


def lines_on_sale(cells: Any) -> Any:
    """How many product lines anybody bought in the last twelve months: one row, one number."""
    sold = cells.filter((cells.r12 > 0) & (cells.kind != ONE_OFF))
    return sold.select("product_line").distinct().agg(on_sale=lambda t: t.count())


def sums(cells: Any) -> Any:
    """Per account, the sums over its cells. Amounts in minor units.

    `opening`, `kept`, `closing` are the inputs of GRR (kept ÷ opening) and NRR (closing ÷
    opening), capped at unit × line; the twelve months before open. `_recurring` counts recurring
    lines, `_repeat` repeat lines; one-off lines are in neither.
    """
    live, before = ibis.greatest(cells.r12, 0), ibis.greatest(cells.r12_prior, 0)
    kept = ibis.least(live, before)
    base = cells.r12_prior > 0
    inputs: dict[str, Any] = {}
    for kind in (RECURRING, REPEAT):
        of_kind = cells.kind == kind
        inputs |= {
            f"opening_{kind}": before.sum(where=of_kind).fill_null(0),
            f"kept_{kind}": kept.sum(where=of_kind & base).fill_null(0),
            f"closing_{kind}": live.sum(where=of_kind).fill_null(0),
        }
    return cells.group_by("account").agg(
        r12=cells.r12.sum(),
        r12_prior=cells.r12_prior.sum(),
        r24=cells.r24.sum(),
        first_purchase=cells.first_purchase.min(),
        last_purchase=cells.last_purchase.max(),
        owned_cells=(cells.r12 > 0).sum(),
        lapsed_cells=((cells.r12 <= 0) & cells.last_purchase.notnull()).sum(),
        cells=cells.count(),
        best_month_count=cells.months_active_12.max(),
        **inputs,
    )


def units(cells: Any) -> Any:
    """Per account, the units that had any line in the last 24 months; at least one."""
    seen = cells.filter((cells.r24 != 0) | (cells.months_active_24 > 0))
    return (
        seen.select("account", "unit").distinct().group_by("account").agg(units=lambda t: t.count())
    )


def accounts(cells: Any, rhythm: Any) -> Any:
    """All of an account's measures in one row.

    `trend` is r12 ÷ r12_prior − 1, null without revenue before. `penetration` is owned cells ÷
    (units × lines on sale), null when nothing is on sale.
    """
    total = sums(cells).left_join(units(cells), ["account"], rname="{name}_of_unit")
    total = total.cross_join(lines_on_sale(cells))
    joined = total.left_join(rhythm, ["account"], rname="{name}_of_rhythm")
    grid = joined.units.fill_null(1) * joined.on_sale
    before = joined.r12_prior
    trend = (before > 0).ifelse(
        joined.r12.cast("float64") / before.nullif(0).cast("float64") - 1.0, None
    )
    penetration = joined.owned_cells.cast("float64") / grid.nullif(0).cast("float64")
    return joined.mutate(
        units=joined.units.fill_null(1),
        trend=trend,
        penetration=penetration,
        alarm=joined.alarm.fill_null(False),
        in_population=joined.in_population.fill_null(False),
    ).select(*ACCOUNT_COLUMNS)


ACCOUNT_COLUMNS = (
    "account",
    "r12",
    "r12_prior",
    "r24",
    "trend",
    "first_purchase",
    "last_purchase",
    "units",
    "cells",
    "owned_cells",
    "lapsed_cells",
    "penetration",
    *(f"{what}_{kind}" for kind in (RECURRING, REPEAT) for what in ("opening", "kept", "closing")),
    "purchase_days",
    "purchase_days_12",
    "days_silent",
    "usual_gap",
    "alarm",
    "in_population",
    "quiet_score",
)
