"""Date literals such as `LAST_N_DAYS:30`: each names a half-open range of days.

Weeks begin on Sunday; days are those of the org's time zone, which is UTC here.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

Range = tuple[date, date]

_COUNTED = re.compile(
    r"(LAST_N|NEXT_N|N)_(DAYS|WEEKS|MONTHS|QUARTERS|YEARS|FISCAL_QUARTERS|"
    r"FISCAL_YEARS)(_AGO)?\Z"
)
_PERIOD = re.compile(r"(LAST|THIS|NEXT)_(WEEK|MONTH|QUARTER|YEAR|FISCAL_QUARTER|FISCAL_YEAR)\Z")
_DAYS = {"YESTERDAY": -1, "TODAY": 0, "TOMORROW": 1}
_FIXED = {"LAST_90_DAYS": (-90, 1), "NEXT_90_DAYS": (1, 91)}
_OFFSET = {"LAST": -1, "THIS": 0, "NEXT": 1}


def is_named(word: str) -> bool:
    """Whether a word is a date literal (its count, if any, not yet seen)."""
    return bool(word in _DAYS or word in _FIXED or _PERIOD.match(word) or _COUNTED.match(word))


def named_range(text: str, *, today: date, fiscal_start: int = 1) -> Range | None:
    """First day and day after the last of a date literal; None when it cannot be read."""
    word, _, count = text.partition(":")
    if word in _DAYS:
        return _shift(today, _DAYS[word], _DAYS[word] + 1)
    if word in _FIXED:
        return _shift(today, *_FIXED[word])
    if match := _PERIOD.match(word):
        return _period(match.group(2), today, _OFFSET[match.group(1)], fiscal_start)
    match = _COUNTED.match(word)
    if match is None or not count.isdigit():
        return None
    if match.group(2) == "DAYS":
        return _counted_days(match, int(count), today)
    return _counted_periods(match, int(count), today, fiscal_start)


def _shift(today: date, first: int, after: int) -> Range:
    return today + timedelta(days=first), today + timedelta(days=after)


def _counted_days(match: re.Match[str], count: int, today: date) -> Range | None:
    if match.group(3):
        return _shift(today, -count, 1 - count) if match.group(1) == "N" else None
    return {"LAST_N": _shift(today, -count, 1), "NEXT_N": _shift(today, 1, count + 1)}.get(
        match.group(1)
    )


def _counted_periods(match: re.Match[str], count: int, today: date, fiscal: int) -> Range | None:
    unit = match.group(2).removesuffix("S")
    if match.group(1) == "N":
        return _period(unit, today, -count, fiscal) if match.group(3) else None
    if match.group(3):
        return None
    if match.group(1) == "LAST_N":
        return _period(unit, today, -count, fiscal)[0], _period(unit, today, 0, fiscal)[0]
    return _period(unit, today, 1, fiscal)[0], _period(unit, today, count, fiscal)[1]


def _period(unit: str, today: date, offset: int, fiscal_start: int) -> Range:
    if unit == "WEEK":
        sunday = today - timedelta(days=(today.weekday() + 1) % 7) + timedelta(weeks=offset)
        return sunday, sunday + timedelta(days=7)
    months = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}[unit.removeprefix("FISCAL_")]
    origin = fiscal_start - 1 if unit.startswith("FISCAL_") else 0
    index = today.year * 12 + today.month - 1 - origin
    first = (index // months + offset) * months + origin
    return _month(first), _month(first + months)


def _month(index: int) -> date:
    return date(index // 12, index % 12 + 1, 1)


def read_datetime(text: str) -> datetime:
    """A datetime as written in queries, bodies and files; UTC when no zone is given."""
    cleaned = re.sub(r"([+-]\d{2})(\d{2})\Z", r"\1:\2", text.strip().replace(" ", "T", 1))
    moment = datetime.fromisoformat(cleaned.replace("Z", "+00:00"))
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


Clock = Callable[[], datetime]
