"""A grid's spreadsheet brought back: what was changed in it, and which rows are refused and why.

A row is compared with the facts it was made from, not with what stands now: what others changed
meanwhile is left alone, and where both changed the same thing the row is refused. Spreadsheets
rewrite days and amounts in their own manner: what means the same is not changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from sightline.actions.whitespace_bulk import EMPTIED, Bulk
from sightline.exchange.exports.grid_sheet import COMPUTED, PLACE, SEEN, TO_CHANGE
from sightline.exchange.tables import csvfile, workbook
from sightline.exchange.tables.errors import TableRefused
from sightline.exchange.tables.formulas import runs_as_formula, unguarded
from sightline.exchange.tables.readings import days_of, decimal_mark
from sightline.planning.errors import InvalidValue, PlanningError
from sightline.planning.money import parse_amount, parse_decimal
from sightline.planning.whitespace import EligibilityKind, HolderKind
from sightline.records.queries.whitespace import ScoredGrid
from sightline.records.queries.whitespace.told import EDITABLE, Texts, told_before, told_of

MOST_ROWS = 20_000
MOST_REFUSED = 200
_SEEN = re.compile(r"([a-z_]{1,12}):(\d{1,18})")
_MARKS = (".", ",")
# columns of money: those to change, and those computed, tell how the file writes amounts
_MONEY = (*EDITABLE["value_hand"], *COMPUTED[2:5], COMPUTED[-2])


@dataclass(frozen=True, slots=True)
class SheetChange:
    """One fact that the file says otherwise: where, what, the words before and after."""

    unit: str
    line: str
    kind: str
    said: Bulk
    seen: int
    before: str
    after: str


@dataclass(slots=True)
class Sheet:
    """A file read: how many rows, what would change, and the rows refused with why."""

    rows: int = 0
    changes: list[SheetChange] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    refused_rows: int = 0

    def refuse(self, row: int, why: str) -> None:
        """Keeps the first ones with their reasons, and counts all."""
        self.refused_rows += 1
        if len(self.refused) < MOST_REFUSED:
            self.refused.append((row, why))


@dataclass(frozen=True, slots=True)
class _Row:
    """One record with its number, its words by column, and the facts it was made from."""

    number: int
    words: Mapping[str, str]
    seen: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Marks:
    """The decimal marks that amounts of a file may have: one, or both where nothing tells."""

    marks: tuple[str, ...]
    currency: str

    @classmethod
    def of(cls, rows: Sequence[_Row], *, delimiter: str, currency: str) -> _Marks:
        """As its amounts tell; with none that tells, a comma only where commas do not part cells."""
        told = decimal_mark(row.words.get(name, "") for row in rows for name in _MONEY)
        if told is None and delimiter != ";":
            told = "."
        return cls((told,) if told is not None else _MARKS, currency)

    def kept(self, given: str | None, was: str) -> str:
        """What a column says: as it was where the file means the same, or does not have it."""
        return was if given is None or self._same(given, was) else given

    def _same(self, given: str, was: str) -> bool:
        """Alike as text, as a day, or as numbers: a spreadsheet writes 1200.00 as 1200."""
        if " ".join(given.split()) == " ".join(was.split()):
            return True
        if not given or not was:
            return False
        if (day := _iso(was)) is not None:
            return day in days_of(given)
        try:
            number = Decimal(was)
        except InvalidOperation:
            return False
        return any(_number(given, mark) == number for mark in self.marks)

    def minor(self, text: str) -> int:
        """An amount. Raises a PlanningError where it is none, or may be two."""
        found: set[int] = set()
        refused: PlanningError | None = None
        for mark in self.marks:
            try:
                found.add(parse_amount(text, currency=self.currency, decimal=mark).minor)
            except PlanningError as error:
                refused = refused or error
        if len(found) == 1:
            return found.pop()
        raise refused or InvalidValue(
            f"{text[:20]!r} may be two amounts; write it without marks for thousands"
        )


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2027-06-30") else None
    except ValueError:
        return None


def _number(text: str, mark: str) -> Decimal | None:
    try:
        return parse_decimal(text, decimal=mark)
    except PlanningError:
        return None


def read_sheet(path: Path, grid: ScoredGrid, *, account_id: int) -> Sheet:
    """Raises TableRefused where the file is no grid. `account_id` is where planning happens."""
    rows, delimiter = _rows(path)
    marks = _Marks.of(rows, delimiter=delimiter, currency=grid.currency)
    ids = {pk for row in rows for pk in row.seen.values()}
    before = told_before(account_id, ids, currency=grid.currency)
    places = _Places(grid)
    sheet, done = Sheet(rows=len(rows)), set()
    for row in rows:
        try:
            key = places.find(row.words)
            if key in done:
                raise InvalidValue("this cell stands in the file twice")
            found = list(_changes(row, key, grid, before, marks))
        except PlanningError as error:
            sheet.refuse(row.number, error.message)
            continue
        done.add(key)
        sheet.changes.extend(found)
    return sheet


def _rows(path: Path) -> tuple[list[_Row], str]:
    """Every record, and what parts the cells."""
    target = path
    if workbook.is_workbook(path):
        target = workbook.sheet_to_csv(path, path.with_suffix(".sheet.csv"))
    file = csvfile.look(target, name=path.name)
    header = [name.casefold() for name in file.header]
    named = {"unit", "unit key"} & set(header) and {"line", "line key"} & set(header)
    if not named or not set(TO_CHANGE) & set(header):
        raise TableRefused(
            "no_grid",
            "columns for the unit, the line and at least one thing to change are needed; "
            "take the grid out to see them",
            file=path.name,
        )
    rows: list[_Row] = []
    for number, cells in csvfile.records(file):
        if len(rows) == MOST_ROWS:
            raise TableRefused("rows", f"more than {MOST_ROWS:,} rows", file=path.name)
        words = {name: unguarded(cell.strip()) for name, cell in zip(header, cells, strict=False)}
        seen = {kind: int(pk) for kind, pk in _SEEN.findall(words.get(SEEN, ""))}
        if any(words.values()):  # a spreadsheet keeps rows that were emptied
            rows.append(_Row(number, words, seen))
    return rows, file.delimiter


class _Places:
    """Cells by key, else by names where these are unique."""

    def __init__(self, grid: ScoredGrid) -> None:
        self._grid = grid
        self._units = _by_name([(unit.key, unit.name) for unit in grid.units])
        self._lines = _by_name([(line.key, line.name) for line in grid.lines])

    def find(self, words: Mapping[str, str]) -> tuple[str, str]:
        """Raises InvalidValue where there is no such cell."""
        unit = words.get(PLACE[0], "") or self._units.get(words.get("unit", "").casefold(), "")
        line = words.get(PLACE[2], "") or self._lines.get(words.get("line", "").casefold(), "")
        if (unit, line) not in self._grid.scores or unit == "other":
            raise InvalidValue("there is no such cell in this grid, or its name is not unique")
        return unit, line


def _by_name(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    names = [name.casefold() for _key, name in pairs]
    return {name.casefold(): key for key, name in pairs if names.count(name.casefold()) == 1}


def _changes(
    row: _Row,
    key: tuple[str, str],
    grid: ScoredGrid,
    before: Mapping[int, Texts],
    marks: _Marks,
) -> Iterator[SheetChange]:
    """What the row says otherwise than the facts it was made from."""
    said = grid.said.get(key)
    now = told_of(said).texts
    for kind, columns in EDITABLE.items():
        given = [column for column in columns if column in row.words]
        if not given:
            continue
        stands = said.seen(kind) if said is not None else 0
        seen = row.seen.get(kind, 0) if SEEN in row.words else stands
        was = now if seen == stands else before.get(seen, {})
        wanted = {one: marks.kept(row.words.get(one), was.get(one, "")) for one in columns}
        if all(wanted[one] == was.get(one, "") for one in given):
            continue
        if seen != stands:
            raise InvalidValue(f"somebody changed {columns[0]} here since the file was made")
        yield SheetChange(
            *key,
            kind,
            _bulk(kind, columns, wanted, marks),
            seen,
            _words(was, columns),
            _words(wanted, columns),
        )


def _words(texts: Texts, columns: Sequence[str]) -> str:
    return ", ".join(text for column in columns if (text := texts.get(column, "")))


def _bulk(kind: str, columns: Sequence[str], words: Texts, marks: _Marks) -> Bulk:
    """As the action takes it. Raises a PlanningError that says what is wrong."""
    first, second, third = (words.get(one, "") for one in (*columns, "")[:3])
    if any(runs_as_formula(one) for one in (first, second, third)):
        raise InvalidValue(f"a formula stands in {columns[0]}")
    if not (first or second or third):
        return Bulk(EMPTIED, {"kind": kind})
    if not first and not (kind == "value_hand" and second):
        raise InvalidValue(
            f"{columns[0]} was emptied, but not the columns beside it; to take the fact back, "
            f"empty {_listed(columns)}"
        )
    if kind == "holder":
        return _holder(_code(first), second, third)
    if kind == "eligibility":
        return _eligibility(_code(first), second, third)
    if kind == "need":
        if first not in ("0", "1", "2", "3"):
            raise InvalidValue(f"need is 0, 1, 2 or 3, not {first[:20]!r}")
        return Bulk("need", {"level": int(first), "evidence": second})
    return _value(first, second, third, marks)


def _code(word: str) -> str:
    """As it is kept: people write "In-house" and "not applicable"."""
    return word.casefold().replace("-", "_").replace(" ", "_")


def _listed(columns: Sequence[str]) -> str:
    return f"{', '.join(columns[:-1])} and {columns[-1]}"


def _holder(kind: str, competitor: str, ends: str) -> Bulk:
    if kind not in {one.value for one in HolderKind}:
        raise InvalidValue("holder is one of " + ", ".join(one.value for one in HolderKind))
    rival = kind == HolderKind.COMPETITOR.value
    if rival and not competitor:
        raise InvalidValue("a competitor who holds a cell needs a name")
    given = {"kind": kind, "competitor": competitor if rival else "", "ends": _day(ends)}
    return Bulk("holder", given)


def _eligibility(kind: str, until: str, reason: str) -> Bulk:
    if kind not in {one.value for one in EligibilityKind}:
        raise InvalidValue(
            "eligibility is one of " + ", ".join(one.value for one in EligibilityKind)
        )
    if kind != EligibilityKind.APPLICABLE.value and not reason:
        raise InvalidValue("a blocked or excluded cell needs a reason")
    return Bulk("eligibility", {"kind": kind, "until": _day(until), "reason": reason})


def _value(low: str, likely: str, high: str, marks: _Marks) -> Bulk:
    """Low and high may be left out: then they are the likely value."""
    middle = likely or low or high
    parsed = [marks.minor(one or middle) for one in (low, likely, high)]
    if not 0 <= parsed[0] <= parsed[1] <= parsed[2]:
        raise InvalidValue("a value runs from low over likely to high")
    return Bulk("value_hand", {"amounts": tuple(parsed), "currency": marks.currency})


def _day(text: str) -> date | None:
    if not text:
        return None
    found = days_of(text)
    if len(found) == 1:
        return found[0]
    if found:
        one, other = (day.isoformat() for day in found)
        raise InvalidValue(f"{text[:20]!r} may be {one} or {other}; write the one that is meant")
    raise InvalidValue(f"{text[:20]!r} is no date; write 2027-06-30")
