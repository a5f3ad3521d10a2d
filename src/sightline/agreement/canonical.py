"""Canonical values: what a cell's text means, in a stated format; nothing is guessed.

Two systems agree on a field when the canonical values are equal. Dates without a time never pass
through a moment, so no time zone can shift them by a day.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
import unicodedata
from functools import lru_cache

_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_SLASHED = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})")
_TIME = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([AaPp][Mm])?\s*"
    r"(Z|z|UTC|GMT|[+-]\d{2}:?\d{2})?"
)
_TRUE = frozenset({"true", "1", "yes", "y", "t", "x", "on", "ja", "oui", "wahr"})
_FALSE = frozenset({"false", "0", "no", "n", "f", "off", "nein", "non", "falsch"})
_CENTURY_CUT = 70


class DayOrder(enum.StrEnum):
    """In which order a written day names its parts."""

    ISO = "iso"
    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"


class Unreadable(ValueError):
    """A cell that cannot be read as its column says; the message is fit for a person."""


def text_of(raw: str, *, limit: int | None = None) -> str:
    """Trimmed and in Unicode's composed form; cut to `limit` characters."""
    value = raw.strip()
    if not value.isascii():
        value = unicodedata.normalize("NFC", value)
    return value if limit is None else value[:limit]


def bool_of(raw: str) -> bool:
    """True or false in the spellings that exports use. Raises Unreadable."""
    word = raw.strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise Unreadable(f"{_short(raw)} is neither true nor false")


def day_of(raw: str, *, order: DayOrder = DayOrder.ISO) -> dt.date:
    """A day from "2026-01-31", "31/01/2026" or a moment's date part. Raises Unreadable.

    A time after the day is left out unread: a day has no zone.
    """
    text = raw.strip()
    found = _ISO_DAY.match(text)
    if found and _ends_or_time(text, found.end()):
        return _day(text, int(found[1]), int(found[2]), int(found[3]))
    slashed = _SLASHED.match(text)
    if slashed and _ends_or_time(text, slashed.end()):
        return _day(text, *_ordered(text, slashed, order))
    if len(text) == 8 and text.isdigit():
        return _day(text, int(text[:4]), int(text[4:6]), int(text[6:]))
    raise Unreadable(f"{_short(raw)} is not a day such as 2026-01-31")


@lru_cache(maxsize=4096)  # the rows of a load name few seconds, and each of them twice
def moment_of(raw: str, *, order: DayOrder = DayOrder.ISO, zone: dt.tzinfo = dt.UTC) -> dt.datetime:
    """A moment in UTC to the second; a text without a zone is taken in `zone`.

    Reads what exports hold: with or without T, Z, an offset with or without colon, and parts of
    a second. A bare day is its midnight in `zone`. Raises Unreadable.
    """
    text = raw.strip()
    day = day_of(text, order=order)
    rest = _after_day(text)
    if not rest:
        return dt.datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(dt.UTC)
    found = _TIME.fullmatch(rest)
    if found is None:
        raise Unreadable(f"{_short(raw)} is not a moment such as 2026-01-31T09:30:00Z")
    try:
        local = dt.datetime(
            day.year,
            day.month,
            day.day,
            _hour(found),
            int(found[2]),
            int(found[3] or 0),
            tzinfo=_zone(found[6], zone),
        )
        return local.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise Unreadable(f"{_short(raw)} names no time of day") from None


def _ends_or_time(text: str, place: int) -> bool:
    return place == len(text) or text[place] in "T t"


def _after_day(text: str) -> str:
    for place, char in enumerate(text):
        if char in "Tt ":
            return text[place + 1 :].strip()
    return ""


def _ordered(text: str, found: re.Match[str], order: DayOrder) -> tuple[int, int, int]:
    first, second, third = (int(part) for part in found.groups())
    if len(found[1]) == 4:
        return first, second, third
    if len(found[1]) > 2 or len(found[3]) not in (2, 4) or order is DayOrder.ISO:
        raise Unreadable(f"{_short(text)} is not a day in the stated order")
    year = third if len(found[3]) == 4 else third + (1900 if third >= _CENTURY_CUT else 2000)
    return (year, second, first) if order is DayOrder.DAY_FIRST else (year, first, second)


def _day(text: str, year: int, month: int, day: int) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise Unreadable(f"the day {_short(text)} does not exist") from None


def _hour(found: re.Match[str]) -> int:
    hour = int(found[1])
    half = (found[5] or "").lower()
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + (12 if half == "pm" else 0)


def _zone(text: str | None, given: dt.tzinfo) -> dt.tzinfo:
    if not text:
        return given
    if text[0] not in "+-":
        return dt.UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return dt.timezone(dt.timedelta(minutes=minutes if text[0] == "+" else -minutes))


def _short(text: str) -> str:
    word = text.strip()
    return repr(word if len(word) <= 24 else word[:24] + "…")
