"""Rolling windows in calendar months, ending on a day that is included.

A window of n months ending on a day begins on the day after the same day n months before; the
last day of a month maps to the last day of the other month. See docs/method/revenue.md.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS_IN_YEAR = 12
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """The days from `first` to `last`, both included."""

    first: date
    last: date


def months_before(day: date, months: int) -> date:
    """The same day `months` earlier; month ends stay month ends."""
    index = day.year * MONTHS_IN_YEAR + day.month - 1 - months
    year, month = divmod(index, MONTHS_IN_YEAR)
    month += 1
    longest = calendar.monthrange(year, month)[1]
    is_end = day.day == calendar.monthrange(day.year, day.month)[1]
    return date(year, month, longest if is_end else min(day.day, longest))


def ending(day: date, *, months: int) -> Window:
    """The window of so many months that ends on `day`."""
    return Window(months_before(day, months) + _ONE_DAY, day)


@dataclass(frozen=True, slots=True)
class Cut:
    """One information cut: everything up to and with `as_of`, and the windows that end there."""

    as_of: date
    r12_first: date
    prior_first: date
    prior_last: date
    r24_first: date
    half_first: date

    @classmethod
    def on(cls, as_of: date) -> Cut:
        """The cut of one day."""
        year = ending(as_of, months=MONTHS_IN_YEAR)
        two_years = ending(as_of, months=2 * MONTHS_IN_YEAR)
        return cls(
            as_of=as_of,
            r12_first=year.first,
            prior_first=two_years.first,
            prior_last=year.first - _ONE_DAY,
            r24_first=two_years.first,
            half_first=ending(as_of, months=MONTHS_IN_YEAR // 2).first,
        )
