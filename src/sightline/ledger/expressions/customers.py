"""Retention between two windows, customer by customer. See docs/method/retention.md."""

from __future__ import annotations

from typing import Any

import ibis

from sightline.ledger.expressions.flows import with_kind


def customers(flows: Any, kinds: Any, v: Any) -> Any:
    """Per account: net revenue in the start and the end window, and whether it bought earlier."""
    kinded = with_kind(flows, kinds)
    counted = kinded.filter((kinded.kind == v.basis) & (kinded.date <= v.end_last))
    in_start = (counted.date >= v.start_first) & (counted.date <= v.start_last)
    in_end = counted.date >= v.end_first
    return counted.group_by("account").agg(
        opening=counted.amount.sum(where=in_start).fill_null(0),
        closing=counted.amount.sum(where=in_end).fill_null(0),
        before=((counted.date < v.start_first) & (counted.amount > 0)).any(),
    )


def bridge(flows: Any, kinds: Any, v: Any) -> Any:
    """One row of sums in minor units over all customers; the identity holds by construction.

    A customer is in the opening cohort when its net revenue in the start window is above zero.
    """
    each = customers(flows, kinds, v)
    cohort = each.opening > 0
    left = cohort & (each.closing <= 0)
    stayed = cohort & (each.closing > 0)
    came = ~cohort & (each.closing > 0)
    change = each.closing - each.opening

    def total(value: Any, where: Any) -> Any:
        return value.sum(where=where).fill_null(0)

    return each.agg(
        start=total(each.opening, cohort),
        lost=total(0 - change, left),
        contraction=total(0 - change, stayed & (change < 0)),
        expansion=total(change, stayed & (change > 0)),
        new=total(each.closing, came & ~each.before),
        reactivated=total(each.closing, came & each.before),
        end=total(each.closing, cohort | came),
        kept=total(ibis.least(each.opening, each.closing), cohort),
        cohort_end=total(each.closing, cohort),
        customers=cohort.sum().fill_null(0),
        customers_kept=stayed.sum().fill_null(0),
        customers_new=(came & ~each.before).sum().fill_null(0),
        customers_reactivated=(came & each.before).sum().fill_null(0),
        credits_start=total(each.opening, ~cohort),
        credits_end=total(each.closing, ~cohort & (each.closing <= 0)),
    )
