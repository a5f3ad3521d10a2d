"""An account's own rhythm: its purchase days, usual gap and silence. See docs/method/quiet.md.

Only repeat lines count: recurring lines are billed by contract, one-off lines have no rhythm.
"""

from __future__ import annotations

from typing import Any

import ibis

from sightline.ledger.expressions.flows import repeat_only


def purchase_dates(flows: Any, kinds: Any, v: Any) -> Any:
    """Per account the dates of its purchases (repeat lines above zero) up to the cut, sorted.

    A day with several purchases stands there several times: a list is cheaper to sort whole than
    lines are to make distinct.
    """
    repeats = repeat_only(flows, kinds)
    bought = repeats.filter((repeats.date <= v.as_of) & (repeats.amount > 0))
    listed = bought.group_by("account").agg(
        dates=bought.date.collect(), last_purchase_day=bought.date.max()
    )
    return _apart(listed.mutate(dates=listed.dates.sort()))


def rhythm(flows: Any, kinds: Any, v: Any) -> Any:
    """Per account: purchase days ever and in twelve months, days silent, usual gap, alarm, score.

    `usual_gap` is the P90 (nearest rank) of the days between consecutive purchase days, null
    below two. `in_population`: enough purchase days, one of them in the last six months. `alarm`:
    of those, silent for longer than `gap_factor` usual gaps and than ever before. `quiet_score` is
    the uncalibrated formula, null outside the population.
    """
    listed = purchase_dates(flows, kinds, v)
    dates = listed.dates

    # Before the first date there is none; itself stands in and gives no gap above zero.
    def before(place: Any) -> Any:
        return dates[ibis.greatest(place - 1, 0)]

    since = dates.map(lambda day, place: day.delta(before(place), unit="day"))
    new_lately = dates.map(
        lambda day, place: (day >= v.r12_first) & ((place == 0) | (day > before(place)))
    )
    stepped = _apart(
        listed.mutate(
            gaps=since.filter(lambda gap: gap > 0).sort(),
            purchase_days_12=new_lately.filter(lambda new: new).length(),
        )
    )
    # Nearest rank, in integers: the ceil(q% of n)-th smallest gap; null without any gap.
    counted = stepped.gaps.length()
    rank = ((counted.nullif(0) * v.gap_percent + 99) // 100 - 1).cast("int32")
    gaps = stepped.select(
        "account",
        "purchase_days_12",
        "last_purchase_day",
        purchase_days=counted + 1,
        usual_gap=stepped.gaps[rank],
        longest_gap=stepped.gaps[(counted.nullif(0) - 1).cast("int32")],
        days_silent=v.as_of.delta(stepped.last_purchase_day, unit="day"),
    )
    return _judged(gaps, v)


def _apart(table: Any) -> Any:
    """The table with its columns computed before anything is made of them.

    Ibis otherwise writes a column's formula into every use of it, and a list would be sorted again
    for each of its elements. Nothing is merged across a random number, which nobody reads.
    """
    return table.mutate(apart=ibis.random())


def _judged(gaps: Any, v: Any) -> Any:
    known = (gaps.purchase_days >= v.min_purchase_days) & (gaps.last_purchase_day >= v.half_first)
    late = (gaps.days_silent > gaps.usual_gap * v.gap_factor) & (
        gaps.days_silent > gaps.longest_gap
    )
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
