"""An account's own rhythm: its purchase days, usual gap and silence. See docs/method/quiet.md.

Only repeat lines count: recurring lines are billed by contract, one-off lines have no rhythm.
"""

from __future__ import annotations

from typing import Any

import ibis

from sightline.ledger.expressions.flows import repeat_only


def purchase_days(flows: Any, kinds: Any, v: Any) -> Any:
    """Each account's distinct days with a purchase (a repeat line above zero) up to the cut."""
    repeats = repeat_only(flows, kinds)
    bought = repeats.filter((repeats.date <= v.as_of) & (repeats.amount > 0))
    return bought.select("account", "date").distinct()


def rhythm(flows: Any, kinds: Any, v: Any) -> Any:
    """Per account: purchase days ever and in twelve months, days silent, usual gap, alarm, score.

    `usual_gap` is the P90 (nearest rank) of the days between consecutive purchase days, null
    below two. `in_population`: enough purchase days, one of them in the last six months. `alarm`:
    of those, silent for longer than `gap_factor` usual gaps. `quiet_score` is the uncalibrated
    formula, null outside the population.
    """
    days = purchase_days(flows, kinds, v)
    by_date = ibis.window(group_by="account", order_by="date")
    steps = days.mutate(gap=days.date.delta(days.date.lag().over(by_date), unit="day"))
    listed = steps.group_by("account").agg(
        purchase_days=steps.count(),
        purchase_days_12=(steps.date >= v.r12_first).sum(),
        last_purchase_day=steps.date.max(),
        gaps=steps.gap.collect(where=steps.gap.notnull()),
    )
    # Nearest rank, in integers: the ceil(q% of n)-th smallest gap; null without any gap.
    rank = (((listed.purchase_days - 1).nullif(0) * v.gap_percent + 99) // 100 - 1).cast("int32")
    gaps = listed.select(
        "account",
        "purchase_days",
        "purchase_days_12",
        "last_purchase_day",
        usual_gap=listed.gaps.sort()[rank],
        days_silent=v.as_of.delta(listed.last_purchase_day, unit="day"),
    )
    return _judged(gaps, v)


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
