"""Where a day falls in the plan year, and what share of a yearly amount counts from it."""

from __future__ import annotations

import datetime as dt
import functools
from fractions import Fraction

from sightline.planning.bridge.facts import Basis, BridgeFacts
from sightline.planning.fiscal import FiscalYear
from sightline.planning.money import Money


def share_left(day: dt.date, *, year: FiscalYear) -> Fraction:
    """Share of the year from `day` to its end, both included: 1 on the first day, 0 after it."""
    window = year.window
    if day > window.end:
        return Fraction(0)
    return Fraction((window.end - max(day, window.start)).days + 1, window.days)


def share_counted(day: dt.date, *, facts: BridgeFacts) -> Fraction:
    """What share of a yearly amount counts when it starts or ends on `day`, on the plan's basis."""
    if facts.basis is Basis.EXIT_ACV:
        return Fraction(1)
    return share_left(day, year=facts.year)


def quarter_number(day: dt.date | None, *, year: FiscalYear) -> int | None:
    """The quarter of the plan year (from 1) that holds a day, None outside it."""
    if day is None:
        return None
    return next((quarter.number for quarter in year.quarters if day in quarter.window), None)


def times(amount: Money, *factors: float | Fraction) -> Money:
    """The amount times shares read as they are written (0.15 is fifteen hundredths).

    Rounded once, half to even, so that a bar can be checked with pencil and paper.
    """
    product = Fraction(1)
    for factor in factors:
        if factor != 1:
            product *= written(factor)
    return amount if product == 1 else amount.times(product)


def written(share: float | Fraction) -> Fraction:
    """A share as the decimal it is written as, not as the nearest binary number."""
    return share if isinstance(share, Fraction) else _decimal(float(share))


@functools.lru_cache(maxsize=4096)
def _decimal(share: float) -> Fraction:
    return Fraction(repr(share))
