"""Months counted from the month of `today` (0), earlier ones negative; and quarter ends."""

import calendar
from datetime import date, timedelta


def month_start(today: date, offset: int) -> date:
    """The first day of the month `offset` months from that of `today`."""
    number = today.year * 12 + today.month - 1 + offset
    return date(number // 12, number % 12 + 1, 1)


def add_months(day: date, months: int) -> date:
    """`day` moved by whole months, kept inside the month it lands in."""
    first = month_start(day, months)
    last = calendar.monthrange(first.year, first.month)[1]
    return first.replace(day=min(day.day, last))


def month_offset(today: date, day: date) -> int:
    """How many months `day`'s month lies from that of `today`; negative in the past."""
    return (day.year - today.year) * 12 + day.month - today.month


def quarter_end(day: date) -> date:
    """The last day of the calendar quarter that holds `day`."""
    following = month_start(day, 3 - (day.month - 1) % 3)
    return following - timedelta(days=1)


def workday(day: date) -> date:
    """`day`, or the Friday before it at a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))
