"""Spend by unit, category and supplier, as far as a wallet estimate may look."""

from __future__ import annotations

from typing import Any


def spent(spend: Any, v: Any) -> Any:
    """Spend lines of the twelve months up to the cut."""
    return spend.filter((spend.date <= v.as_of) & (spend.date >= v.r12_first))


def suppliers(spend: Any, v: Any) -> Any:
    """Every supplier and currency that there are lines of up to the cut."""
    return spend.filter(spend.date <= v.as_of).select("supplier", "currency").distinct()


def ours(spend: Any, v: Any) -> Any:
    """Per buyer, unit and category, what was spent with us."""
    lines = spent(spend, v)
    mine = lines.filter(lines.supplier == v.us)
    return mine.group_by("buyer", "unit", "category").agg(amount=mine.amount.sum())


def markets(spend: Any, v: Any) -> Any:
    """Per category, what was spent with anybody: the only look at others that may be hidden."""
    lines = spent(spend, v)
    return lines.group_by("category").agg(
        amount=lines.amount.sum(),
        ours=lines.amount.sum(where=lines.supplier == v.us).fill_null(0),
        told=lines.amount.sum(where=lines.supplier == v.all_others),
    )


def paid(spend: Any, v: Any) -> Any:
    """Per buyer, unit, category, supplier, currency and month of 24, what was spent, and how often."""
    lines = spend.filter((spend.date <= v.as_of) & (spend.date >= v.r24_first))
    keys = ("buyer", "unit", "category", "supplier", "currency")
    return lines.group_by(*keys, month=lines.date.truncate("M").cast("date")).agg(
        amount=lines.amount.sum(), payments=lines.count()
    )


def everyone(spend: Any, v: Any) -> Any:
    """Per buyer, unit and category, what was spent with us and with anybody, totals left out."""
    lines = spent(spend, v)
    named = lines.filter(lines.supplier != v.all_others)
    return named.group_by("buyer", "unit", "category").agg(
        amount=named.amount.sum(),
        ours=named.amount.sum(where=named.supplier == v.us).fill_null(0),
    )
