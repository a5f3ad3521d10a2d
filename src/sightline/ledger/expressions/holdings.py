"""Who has bought what, since when; and the purchase days behind rhythm and outcomes."""

from __future__ import annotations

from typing import Any

from sightline.ledger.expressions.flows import repeat_only


def holdings(flows: Any, v: Any) -> Any:
    """Per buyer (account, unit) and product line ever bought: first and last purchase."""
    bought = flows.filter((flows.date <= v.as_of) & (flows.amount > 0))
    return bought.group_by("account", "unit", "product_line").agg(
        first_purchase=bought.date.min(), last_purchase=bought.date.max()
    )


def months(flows: Any, v: Any) -> Any:
    """Per cell and calendar month with a line up to the cut: net revenue of the month."""
    seen = flows.filter(flows.date <= v.as_of)
    return seen.group_by(
        "account", "unit", "product_line", month=seen.date.truncate("M").cast("date")
    ).agg(amount=seen.amount.sum())


def rhythm_facts(flows: Any, kinds: Any, v: Any) -> Any:
    """Per account with a purchase day up to the cut: what the quiet formula may look at.

    Revenue is net, in minor units, of repeat lines: r12, the 12 months before, the last three
    months (quarter) and the quarter before and a year before it.
    """
    repeats = repeat_only(flows, kinds)
    seen = repeats.filter(repeats.date <= v.as_of)

    def within(first: Any, last: Any) -> Any:
        return seen.amount.sum(where=(seen.date >= first) & (seen.date <= last)).fill_null(0)

    return seen.group_by("account").agg(
        r12=within(v.r12_first, v.as_of),
        r6=within(v.half_first, v.as_of),
        r12_prior=seen.amount.sum(
            where=(seen.date >= v.prior_first) & (seen.date < v.r12_first)
        ).fill_null(0),
        first_day=seen.date.min(where=seen.amount > 0),
        lines_12=seen.product_line.nunique(where=(seen.date >= v.r12_first) & (seen.amount > 0)),
    )


def outcomes(flows: Any, kinds: Any, v: Any) -> Any:
    """Accounts with a purchase day after the cut, up to and with `outcome_last`."""
    repeats = repeat_only(flows, kinds)
    later = repeats.filter(
        (repeats.date > v.as_of) & (repeats.date <= v.outcome_last) & (repeats.amount > 0)
    )
    return later.select("account").distinct()


def spans(flows: Any) -> Any:
    """Per product line: its first and last day with a line, whenever that is."""
    return flows.group_by("product_line").agg(first_day=flows.date.min(), last_day=flows.date.max())


def recent(flows: Any, v: Any) -> Any:
    """Per account: net revenue from `recent_first` up to the cut."""
    seen = flows.filter((flows.date >= v.recent_first) & (flows.date <= v.as_of))
    return seen.group_by("account").agg(amount=seen.amount.sum())
