"""What a column's own words tell of how its days and amounts are written.

One word may be read in two ways ("03/04/2027", "1,500"); the others in its column often say which.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ].*)?", re.ASCII)
_PARTS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?:[T ].*)?", re.ASCII)
_MARKED = re.compile(r"\d+(?:([.,' \u00a0\u202f])\d+)+", re.ASCII)
_CENTURY = 2000


def days_of(text: str) -> tuple[date, ...]:
    """The days that a text of numbers may mean: none, one, or day first and then month first.

    With points the day stands first. Two digits are a year of this century.
    """
    word = text.strip()
    if found := _ISO.fullmatch(word):
        return _days((int(found[1]), int(found[2]), int(found[3])))
    found = _PARTS.fullmatch(word)
    if found is None:
        return ()
    one, two, year = int(found[1]), int(found[3]), int(found[4])
    full = year if len(found[4]) > 2 else _CENTURY + year
    if found[2] == ".":
        return _days((full, two, one))
    return _days((full, two, one), (full, one, two))


def _days(*parts: tuple[int, int, int]) -> tuple[date, ...]:
    found = []
    for year, month, day in parts:
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue
    return tuple(dict.fromkeys(found))


def month_first(texts: Iterable[str]) -> bool:
    """Whether a column's days are written month first: some can be read so only, none the other
    way only."""
    told = set()
    for text in texts:
        found = _PARTS.fullmatch(text.strip())
        if found is not None and len(days_of(text)) == 1 and int(found[1]) != int(found[3]):
            told.add(int(found[3]) > 12)
    return told == {True}


def decimal_mark(texts: Iterable[str]) -> str | None:
    """The decimal mark of a column of amounts, "." or ","; None where no amount tells it."""
    votes = {".": 0, ",": 0}
    for text in texts:
        mark = _told_by(text)
        if mark is not None:
            votes[mark] += 1
    if votes["."] == votes[","]:
        return None
    return max(votes, key=votes.__getitem__)


def _told_by(text: str) -> str | None:
    """What one amount tells: "1.234,5" and "1.234.567" a comma, "12.5" a point, "1,500" nothing."""
    found = _MARKED.search(text)
    if found is None:
        return None
    marks = [sign for sign in found[0] if sign in ".,"]
    if not marks:
        return None
    last = marks[-1]
    other = "," if last == "." else "."
    if len(set(marks)) > 1:
        return last
    if len(marks) > 1:
        return other
    before, after = found[0].split(last)
    grouped = len(after) == 3 and 1 <= len(before) <= 3 and before != "0"
    return None if grouped else last
