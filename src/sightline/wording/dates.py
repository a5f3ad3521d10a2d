"""Dates and spans of time in words, for a day given as an argument: there is no clock here."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache

from babel.dates import format_date, format_skeleton, format_time

_MONTHS_FROM = 60


def day(value: date, *, locale: str = "en_GB") -> str:
    """14 Mar 2027."""
    return _day(value.year, value.month, value.day, locale)


@lru_cache(maxsize=4096)
def _day(year: int, month: int, of_month: int, locale: str) -> str:
    """Ten years of days in words: a page of hundreds of people names the same few again."""
    return str(format_date(date(year, month, of_month), "d MMM y", locale=locale))


def day_short(value: date, *, today: date, locale: str = "en_GB") -> str:
    """30 Nov, with the year only where it is not this one."""
    if value.year == today.year:
        return str(format_skeleton("dMMM", value, locale=locale))
    return day(value, locale=locale)


def weekday(value: date, *, locale: str = "en_GB") -> str:
    """Thursday, 26 November."""
    return str(format_date(value, "EEEE, d MMMM", locale=locale))


def month(value: date, *, locale: str = "en_GB") -> str:
    """Mar 2027."""
    return str(format_date(value, "MMM y", locale=locale))


def moment(value: datetime, *, zone: tzinfo, locale: str = "en_GB") -> str:
    """14 Mar 2027, 16:05, in the reader's time zone. A naive moment is a ValueError."""
    if value.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    local = value.astimezone(zone)
    return f"{day(local.date(), locale=locale)}, {format_time(local, 'HH:mm', locale=locale)}"


def relative_day(value: date, *, today: date) -> str:
    """today, tomorrow, in 9 days, 3 days ago, in 5 months, 2 years ago.

    Days up to 60, whole months (30.44 days) up to two years, then whole years.
    """
    days = (value - today).days
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}.get(days)
    if near:
        return near
    size = _size(abs(days))
    return f"in {size}" if days > 0 else f"{size} ago"


def days_between(value: date, *, today: date) -> str:
    """111 days, or 19 days ago, for a deadline that counts in days."""
    days = (value - today).days
    plain = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    return plain if days >= 0 else f"{plain} ago"


def time_ago(value: datetime, *, now: datetime) -> str:
    """just now, 6 minutes ago, 3 hours ago; from a day on as `relative_day`."""
    passed = now - value
    if passed < timedelta(minutes=1):
        return "just now"
    if passed < timedelta(hours=1):
        return _count(passed // timedelta(minutes=1), "minute") + " ago"
    if passed < timedelta(days=1):
        return _count(passed // timedelta(hours=1), "hour") + " ago"
    return relative_day(now.date() - timedelta(days=passed.days), today=now.date())


def _size(days: int) -> str:
    if days <= _MONTHS_FROM:
        return _count(days, "day")
    months = int(days / 30.44)
    return _count(months, "month") if months < 24 else _count(int(days / 365.25), "year")


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"
