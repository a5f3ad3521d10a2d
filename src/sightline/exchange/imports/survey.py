"""The first look at a file: which column is which field, and how days and numbers are written.

Evidence is gathered over the whole file; where both readings fit, the person is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sightline.agreement.canonical import DayOrder
from sightline.exchange.imports.cells import Formats
from sightline.exchange.imports.specs import Field, Kind
from sightline.exchange.tables.errors import TableRefused

_SAMPLES = 3
_SHOWN = 60
_SAMPLED_ROWS = 200
_DAYS = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{2}|\d{4})(?!\d)")
_POINT = re.compile(
    r"[^\d]*\d{1,3}(?:[,' \u00a0\u202f]\d{3})+\.\d+|[^\d,.]*\d*\.(?:\d{1,2}|\d{4,})\D*"
)
_COMMA = re.compile(
    r"[^\d]*\d{1,3}(?:[.' \u00a0\u202f]\d{3})+,\d+|[^\d,.]*\d*,(?:\d{1,2}|\d{4,})\D*"
)
_EITHER = re.compile(r"[^\d,.]*\d{1,3}[.,]\d{3}\D*")
_GROUPS_POINT = re.compile(r"[^\d,.]*\d{1,3}(?:,\d{3}){2,}\D*")
_GROUPS_COMMA = re.compile(r"[^\d,.]*\d{1,3}(?:\.\d{3}){2,}\D*")


@dataclass(slots=True)
class Evidence:
    """What a file's cells prove about its formats; an example of each reading."""

    day_first: int = 0
    month_first: int = 0
    either_day: str = ""
    point: int = 0
    comma: int = 0
    either_number: str = ""
    grouped_example: str = ""
    samples: dict[int, list[str]] = field(default_factory=dict)
    rows: int = 0

    def day(self, cell: str) -> None:
        """Take in a cell of a day or moment column."""
        found = _DAYS.match(cell.strip())
        if found is None:
            return
        first, second = int(found[1]), int(found[3])
        if first > 12 >= second or found[2] == ".":
            self.day_first += 1
        elif second > 12 >= first:
            self.month_first += 1
        elif not self.either_day and first != second:
            self.either_day = cell.strip()[:24]

    def number(self, cell: str) -> None:
        """Take in a cell of a number or money column that is not plain digits."""
        if _POINT.fullmatch(cell) or _GROUPS_POINT.fullmatch(cell):
            self.point += 1
        elif _COMMA.fullmatch(cell) or _GROUPS_COMMA.fullmatch(cell):
            self.comma += 1
        elif not self.either_number and _EITHER.fullmatch(cell):
            self.either_number = cell.strip()[:24]

    def sample(self, cells: Sequence[str]) -> None:
        """Keep the first few different values of each column."""
        for place, cell in enumerate(cells):
            kept = self.samples.setdefault(place, [])
            if cell and len(kept) < _SAMPLES and cell[:_SHOWN] not in kept:
                kept.append(cell[:_SHOWN])


@dataclass(frozen=True, slots=True)
class Question:
    """A format that the file does not settle. `readings` map an answer to what it would mean."""

    name: str
    file: str
    example: str
    readings: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """The question as one sentence."""
        meant = " or ".join(f"{meaning} ({answer})" for answer, meaning in self.readings)
        return f"{self.file}: {self.example!r} may mean {meant}"


class Ambiguous(TableRefused):
    """A file whose days or numbers read both ways; holds the questions."""

    def __init__(self, questions: Iterable[Question]) -> None:
        self.questions = tuple(questions)
        ways = {"dates": "--dates dmy|mdy", "decimal": "--decimal point|comma"}
        options = " ".join(sorted({ways[question.name] for question in self.questions}))
        said = "; ".join(question.text for question in self.questions)
        super().__init__("ambiguous", f"{said}. Say which with {options}")


def gather(rows: Iterable[tuple[int, list[str]]], columns: Mapping[int, Field]) -> Evidence:
    """One pass over the records: evidence, samples and the number of rows."""
    evidence = Evidence()
    days = _places(columns, Kind.DAY, Kind.MOMENT)
    numbers = _places(columns, Kind.MONEY, Kind.NUMBER, Kind.WHOLE)
    for _, cells in rows:
        evidence.rows += 1
        if evidence.rows <= _SAMPLED_ROWS:
            evidence.sample(cells)
        width = len(cells)
        for place in days:
            if place < width and cells[place][4:5] != "-":
                evidence.day(cells[place])
        for place in numbers:
            if place < width and not cells[place].isdigit():
                evidence.number(cells[place])
    return evidence


def _places(columns: Mapping[int, Field], *kinds: Kind) -> list[int]:
    return [place for place, one in columns.items() if one.kind in kinds]


def settle(
    evidence: Evidence,
    *,
    file: str,
    given: Mapping[str, str],
    plain_numbers: bool,
) -> tuple[Formats, tuple[Question, ...]]:
    """The formats of a file, and what must be asked.

    `given` are answers (`dates`: dmy or mdy, `decimal`: point or comma, `zone`). With
    `plain_numbers` the file comes from a system that writes points (Salesforce), so that
    "1.234" needs no question; "1,234" still does.
    """
    order, asked_day = _days(evidence, given.get("dates", ""), file)
    mark, asked_mark = _mark(evidence, given.get("decimal", ""), file, plain_numbers)
    questions = [one for one in (asked_day, asked_mark) if one]
    return Formats(order, mark, given.get("zone") or "UTC"), tuple(questions)


def _days(evidence: Evidence, given: str, file: str) -> tuple[DayOrder, Question | None]:
    if given in ("dmy", "mdy"):
        return DayOrder(given), None
    if evidence.day_first or evidence.month_first:
        more = evidence.day_first >= evidence.month_first
        return (DayOrder.DAY_FIRST if more else DayOrder.MONTH_FIRST), None
    if not evidence.either_day:
        return DayOrder.ISO, None
    readings = (("dmy", "the day first"), ("mdy", "the month first"))
    return DayOrder.ISO, Question("dates", file, evidence.either_day, readings)


def _mark(evidence: Evidence, given: str, file: str, plain: bool) -> tuple[str, Question | None]:
    if given in ("point", "comma"):
        return ("." if given == "point" else ","), None
    if evidence.point or evidence.comma:
        return ("." if evidence.point >= evidence.comma else ","), None
    example = evidence.either_number
    if not example or (plain and "." in example):
        return ".", None
    digits = "".join(char for char in example if char.isdigit())
    split = re.sub(r"[^\d.,]", "", example).replace(",", ".")
    whole, small = f"{int(digits):,}", split
    point, comma = (small, whole) if "." in example else (whole, small)
    readings = (("point", point), ("comma", comma))
    return ".", Question("decimal", file, example, readings)
