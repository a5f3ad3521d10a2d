"""A grid's spreadsheet brought back: what was changed in it, and which rows are refused and why.

A row is compared with the facts it was made from, not with what stands now: what others changed
meanwhile is left alone, and where both changed the same thing the row is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sightline.actions.whitespace_bulk import EMPTIED, Bulk
from sightline.exchange.exports.grid_sheet import PLACE, SEEN, TO_CHANGE
from sightline.exchange.tables import csvfile, workbook
from sightline.exchange.tables.errors import TableRefused
from sightline.exchange.tables.formulas import runs_as_formula, unguarded
from sightline.planning.errors import InvalidValue, PlanningError
from sightline.planning.money import parse_amount
from sightline.planning.whitespace import EligibilityKind, HolderKind
from sightline.records.queries.whitespace import ScoredGrid
from sightline.records.queries.whitespace.told import EDITABLE, Texts, told_before, told_of

MOST_ROWS = 20_000
MOST_REFUSED = 200
_SEEN = re.compile(r"([a-z_]{1,12}):(\d{1,18})")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


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


def read_sheet(path: Path, grid: ScoredGrid, *, account_id: int) -> Sheet:
    """Raises TableRefused where the file is no grid. `account_id` is where planning happens."""
    rows = list(_rows(path))
    ids = {pk for row in rows for pk in row.seen.values()}
    before = told_before(account_id, ids, currency=grid.currency)
    places = _Places(grid)
    sheet, done = Sheet(rows=len(rows)), set()
    for row in rows:
        try:
            key = places.find(row.words)
            if key in done:
                raise InvalidValue("this cell stands in the file twice")
            found = list(_changes(row, key, grid, before))
        except PlanningError as error:
            sheet.refuse(row.number, error.message)
            continue
        done.add(key)
        sheet.changes.extend(found)
    return sheet


def _rows(path: Path) -> Iterator[_Row]:
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
    for count, (number, cells) in enumerate(csvfile.records(file), start=1):
        if count > MOST_ROWS:
            raise TableRefused("rows", f"more than {MOST_ROWS:,} rows", file=path.name)
        words = {name: unguarded(cell.strip()) for name, cell in zip(header, cells, strict=False)}
        seen = {kind: int(pk) for kind, pk in _SEEN.findall(words.get(SEEN, ""))}
        yield _Row(number, words, seen)


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
    row: _Row, key: tuple[str, str], grid: ScoredGrid, before: Mapping[int, Texts]
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
        wanted = {column: row.words.get(column, was.get(column, "")) for column in columns}
        if all(_same(wanted[one], was.get(one, "")) for one in given):
            continue
        if seen != stands:
            raise InvalidValue(f"somebody changed {columns[0]} here since the file was made")
        yield SheetChange(
            *key,
            kind,
            _bulk(kind, columns, wanted, grid.currency),
            seen,
            _words(was, columns),
            _words(wanted, columns),
        )


def _same(one: str, other: str) -> bool:
    """Alike as text, or as numbers: a spreadsheet writes 1200.00 as 1200."""
    if one == other:
        return True
    try:
        return float(one) == float(other)
    except ValueError:
        return False


def _words(texts: Texts, columns: Sequence[str]) -> str:
    return ", ".join(text for column in columns if (text := texts.get(column, "")))


def _bulk(kind: str, columns: Sequence[str], words: Texts, currency: str) -> Bulk:
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
    return _value(first, second, third, currency)


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


def _value(low: str, likely: str, high: str, currency: str) -> Bulk:
    """Low and high may be left out: then they are the likely value."""
    middle = likely or low or high
    parsed = [parse_amount(one or middle, currency=currency).minor for one in (low, likely, high)]
    if not 0 <= parsed[0] <= parsed[1] <= parsed[2]:
        raise InvalidValue("a value runs from low over likely to high")
    return Bulk("value_hand", {"amounts": tuple(parsed), "currency": currency})


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else _no_day(text)
    except ValueError:
        return _no_day(text)


def _no_day(text: str) -> date:
    raise InvalidValue(f"{text[:20]!r} is no date; write 2027-06-30")
