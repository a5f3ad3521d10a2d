"""An account's own rhythm: its purchase days, usual gap and silence. See docs/method/quiet.md.

Only repeat lines count: recurring lines are billed by contract, one-off lines have no rhythm.
"""

from __future__ import annotations

from typing import Any

import ibis

from sightline.ledger.tables import REPEAT


def purchase_days(flows: Any, v: Any) -> Any:
    """Each account's distinct days with a purchase (a repeat line above zero) up to the cut."""
    bought = flows.filter((flows.date <= v.as_of) & (flows.amount > 0) & (flows.kind == REPEAT))
    return bought.select("account", "date").distinct()


def rhythm(flows: Any, v: Any) -> Any:
    """Per account: purchase days ever and in twelve months, days silent, usual gap, alarm, score.

    `usual_gap` is the P90 (nearest rank) of the days between consecutive purchase days, null
    below two. `alarm`: silent for longer than `gap_factor` usual gaps, with enough purchase days
    and one in the last six months before falling silent counts from the cut. `quiet_score` is the
    uncalibrated formula, null outside its population.
    """
    days = purchase_days(flows, v)
    by_account = ibis.window(group_by="account", order_by="date")
    steps = days.mutate(gap=days.date.delta(days.date.lag().over(by_account), unit="day"))
    ordered = steps.mutate(
        place=ibis.row_number().over(ibis.window(group_by="account", order_by="gap")),
        gaps=steps.gap.count().over(ibis.window(group_by="account")),
    )
    # Nearest rank, in integers: the ceil(q% of n)-th smallest gap; places count from zero.
    rank = (ordered.gaps * v.gap_percent + 99) // 100 - 1
    gaps = ordered.group_by("account").agg(
        purchase_days=ordered.count(),
        purchase_days_12=(ordered.date >= v.r12_first).sum(),
        last_purchase_day=ordered.date.max(),
        usual_gap=ordered.gap.max(where=ordered.gap.notnull() & (ordered.place == rank)),
    )
    return _judged(gaps.mutate(days_silent=v.as_of.delta(gaps.last_purchase_day, unit="day")), v)


def _judged(gaps: Any, v: Any) -> Any:
    known = (gaps.purchase_days >= v.min_purchase_days) & (gaps.last_purchase_day >= v.half_first)
    late = gaps.days_silent > gaps.usual_gap * v.gap_factor
    odds = (
        v.quiet_intercept
        + v.quiet_silence * (gaps.days_silent.cast("float64") + 1.0).ln()
        + v.quiet_purchase_days * (gaps.purchase_days_12.cast("float64") + 1.0).ln()
    )
    return gaps.mutate(
        in_population=known,
        alarm=known & late.fill_null(False),
        quiet_score=known.ifelse(1.0 / (1.0 + (0.0 - odds).exp()), None),
    )
