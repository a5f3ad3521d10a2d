"""Rolling windows of calendar months, and days between dates; no clock, every date an argument.

The fiscal calendar is in `planning.fiscal`. Definitions: docs/method/money-and-time.md.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from sightline.planning.errors import InvalidValue


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """Days from `start` to `end`, both included."""

    start: dt.date
    end: dt.date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise InvalidValue("A window cannot end before it starts.", field="end")

    @property
    def days(self) -> int:
        """How many days it holds; at least one."""
        return (self.end - self.start).days + 1

    def __contains__(self, day: object) -> bool:
        return isinstance(day, dt.date) and self.start <= day <= self.end

    def overlap(self, other: Window) -> Window | None:
        """The days in both, or None."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Window(start, end) if start <= end else None


def month_end(day: dt.date) -> dt.date:
    """The last day of the day's calendar month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def months_back(day: dt.date, months: int) -> dt.date:
    """The same day `months` calendar months earlier (later when negative).

    The last day of a month stays the last day of a month; a day that the month does not have
    becomes its last: 30 November less 1 is 31 October, 31 May less 1 is 30 April, 30 March less 1
    is 28 February.
    """
    shifted = _same_day(day, -months)
    return month_end(shifted) if day == month_end(day) else shifted


def rolling(as_of: dt.date, *, months: int, back: int = 0) -> Window:
    """The `months` calendar months that end `back` months before `as_of`, its own day included.

    R12 at 21 November 2026 is 22 November 2025 to 21 November 2026; at a month's end it is whole
    months: 30 November 2026 gives 1 December 2025 to 30 November 2026. Neighbouring windows touch
    and never overlap: `back=12` is exactly the year before.
    """
    if months < 1 or back < 0:
        raise InvalidValue("A rolling window has at least one month.", field="months")
    start = months_back(as_of, months + back) + dt.timedelta(days=1)
    return Window(start, months_back(as_of, back))


def r12(as_of: dt.date) -> Window:
    """The twelve months that end on `as_of`."""
    return rolling(as_of, months=12)


def r24(as_of: dt.date) -> Window:
    """The twenty-four months that end on `as_of`."""
    return rolling(as_of, months=24)


def prior_r12(as_of: dt.date) -> Window:
    """The twelve months before R12: what R12 is compared with."""
    return rolling(as_of, months=12, back=12)


def last_days(as_of: dt.date, days: int) -> Window:
    """The `days` days that end on `as_of`, its own day included (rules about people)."""
    if days < 1:
        raise InvalidValue("A window has at least one day.", field="days")
    return Window(as_of - dt.timedelta(days=days - 1), as_of)


def days_between(start: dt.date, end: dt.date) -> int:
    """Whole days from `start` to `end`; negative when `end` comes first."""
    return (end - start).days


def months_between(start: dt.date, end: dt.date) -> int:
    """Whole calendar months from `start` to `end`, for a term; `end` is its last day, included.

    1 January to 31 December is 12; 15 March 2026 to 14 March 2027 is 12. A part of a month does
    not count, and an end before the start gives 0.
    """
    after = end + dt.timedelta(days=1)
    months = (after.year - start.year) * 12 + after.month - start.month
    while months > 0 and _same_day(start, months) > after:
        months -= 1
    return max(0, months)


def month_starts(window: Window) -> Iterator[dt.date]:
    """The first day of every calendar month that the window touches, in order."""
    day = window.start.replace(day=1)
    while day <= window.end:
        yield day
        day = month_end(day) + dt.timedelta(days=1)


def _same_day(day: dt.date, months: int) -> dt.date:
    """The same day of the month `months` later, or that month's last where it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    first = dt.date(index // 12, index % 12 + 1, 1)
    return first.replace(day=min(day.day, month_end(first).day))


def months_of(start: dt.date, months: int) -> Window:
    """The window of `months` calendar months that begins on `start`: 15 March for 12 ends on
    14 March of the next year."""
    if months < 1:
        raise InvalidValue("A term has at least one month.", field="months")
    return Window(start, _same_day(start, months) - dt.timedelta(days=1))


def months_in(window: Window) -> Fraction:
    """How many months a term has, exactly; the days of a last part month count as their share.

    1 January to 31 December is 12; 1 January to 15 April is 3½.
    """
    whole = months_between(window.start, window.end)
    rest = window.end + dt.timedelta(days=1) - _same_day(window.start, whole)
    if not rest.days:
        return Fraction(whole)
    length = _same_day(window.start, whole + 1) - _same_day(window.start, whole)
    return whole + Fraction(rest.days, length.days)
