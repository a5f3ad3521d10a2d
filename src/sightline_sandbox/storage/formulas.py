"""What formulas do that SQL does not, as functions the database is taught: days and moments added
and taken from one another, months, weekdays, patterns. Nothing is made of nothing.
"""

from __future__ import annotations

import calendar
import contextlib
import re
import sqlite3
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

Value = str | int | float | None
_DAY, _MOMENT = "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S.000+0000"
_DAY_LENGTH = len("2027-03-31")
_DAY_SECONDS = 86_400


def teach(connection: sqlite3.Connection) -> None:
    """Make the functions known to a connection."""
    for name, count, function in (
        ("formula_plus", 2, plus),
        ("formula_minus", 2, minus),
        ("formula_date", 3, day_of),
        ("formula_addmonths", 2, add_months),
        ("formula_weekday", 1, weekday),
        ("formula_regex", 2, matches),
        ("formula_isnumber", 1, is_number),
    ):
        connection.create_function(name, count, function, deterministic=True)


def plus(left: Value, right: Value) -> Value:
    """Numbers are added, texts joined; a day or a moment moves by so many days."""
    if left is None or right is None:
        return None
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    if isinstance(left, str):
        return _moved(left, _number(right))
    return _moved(right, left) if isinstance(right, str) else left + right


def minus(left: Value, right: Value) -> Value:
    """Numbers are taken from one another; between two days or moments are so many days."""
    if left is None or right is None:
        return None
    if isinstance(left, str):
        return _between(left, right) if isinstance(right, str) else _moved(left, -right)
    return None if isinstance(right, str) else left - right


def _number(value: Value) -> float:
    return value if isinstance(value, int | float) else 0.0


def _time(text: str) -> datetime | None:
    for kind in (_DAY, _MOMENT):
        with contextlib.suppress(ValueError):
            return datetime.strptime(text, kind).replace(tzinfo=UTC)
    return None


def _moved(text: str, days: float) -> str | None:
    at = _time(text)
    if at is None:
        return None
    if len(text) == _DAY_LENGTH:
        return (at + timedelta(days=int(days))).strftime(_DAY)
    return (at + timedelta(days=days)).strftime(_MOMENT)


def _between(left: str, right: str) -> float | None:
    first, second = _time(left), _time(right)
    if first is None or second is None:
        return None
    days = (first - second).total_seconds() / _DAY_SECONDS
    return int(days) if days == int(days) else days


def day_of(year: Value, month: Value, day: Value) -> str | None:
    """A day by its numbers; None for one that no calendar has."""
    if year is None or month is None or day is None:
        return None
    try:
        return date(int(year), int(month), int(day)).strftime(_DAY)
    except ValueError:
        return None


def add_months(text: Value, months: Value) -> str | None:
    """The same day so many months on; the last of a month stays the last."""
    at = _time(str(text)) if text is not None and months is not None else None
    if at is None:
        return None
    place = at.year * 12 + at.month - 1 + int(_number(months))
    year, month = place // 12, place % 12 + 1
    longest = calendar.monthrange(year, month)[1]
    last = at.day == calendar.monthrange(at.year, at.month)[1]
    moved = at.replace(year=year, month=month, day=longest if last else min(at.day, longest))
    return moved.strftime(_DAY if len(str(text)) == _DAY_LENGTH else _MOMENT)


def weekday(text: Value) -> int | None:
    """1 for Sunday to 7 for Saturday."""
    at = _time(str(text)) if text is not None else None
    return at.isoweekday() % 7 + 1 if at is not None else None


def matches(text: Value, pattern: Value) -> bool:
    """Whether the whole text fits the pattern; one that cannot be read fits nothing."""
    known = _pattern(str(pattern))
    return known is not None and known.fullmatch("" if text is None else str(text)) is not None


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str] | None:
    with contextlib.suppress(re.error):
        return re.compile(text)
    return None


def is_number(text: Value) -> bool:
    """Whether a text says a number."""
    return re.fullmatch(r"\s*[-+]?\d+(\.\d+)?\s*", "" if text is None else str(text)) is not None
