"""Every row of a previewed import: what becomes of it, what changes, and why it is refused.

Kept beside the staging while rows are judged; read by pages, in pieces, without the database.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from sightline.actions.imports.decide import Change, Decision
from sightline.actions.imports.lookups import Pending
from sightline.exchange.imports.staging import Staging, Waiting

PAGE = 100
_NAMES = ("name", "subject", "number")
_MADE = """CREATE TABLE IF NOT EXISTS judged (id INTEGER PRIMARY KEY, target TEXT, what TEXT,
    n INT, file INT, row INT, key TEXT, name TEXT, detail TEXT)"""
_INDEX = "CREATE INDEX IF NOT EXISTS judged_by ON judged (what, target, id)"


class Fate(StrEnum):
    """What becomes of a row."""

    CREATE = "create"
    CHANGE = "change"
    SKIP = "skip"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows: of one fate, of one kind of row, with some text in name or id; empty is any."""

    what: str = ""
    target: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field: as it is here, and as it would be. None is empty."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Listed:
    """One row. `place` orders and pages; `row` is its line in the file numbered `file`."""

    place: int
    what: Fate
    target: str
    file: int
    row: int
    key: str
    name: str
    reason: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class ListPage:
    """Some rows; `total` counts all that the filter holds, `targets` the kinds there are."""

    rows: tuple[Listed, ...]
    total: int
    targets: tuple[str, ...]


def begin(staging: Staging) -> None:
    """Begin the list anew."""
    staging.db.execute("DROP TABLE IF EXISTS judged")
    staging.db.execute(_MADE)


def keep(staging: Staging, target: str, rows: Sequence[Waiting], decision: Decision) -> None:
    """Keep what was decided of a chunk."""
    changed = {one.key: one for one in (*decision.changes, *decision.deletes)}
    refused = {one.n for one in decision.refused}
    staging.db.executemany(
        "INSERT INTO judged (target, what, n, file, row, key, name, detail)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            _kept(target, row, decision, changed.get(row.key))
            for row in rows
            if row.n not in refused
        ],
    )


def finish(staging: Staging) -> None:
    """Add the refused rows, and make the list quick to filter."""
    staging.db.execute(_MADE)
    staging.db.execute(
        "INSERT INTO judged (target, what, n, file, row, key, name, detail)"
        " SELECT '', 'refuse', 0, file, row, '', col, message FROM refusal ORDER BY file, row"
    )
    staging.db.execute(_INDEX)
    staging.commit()


def _kept(target: str, row: Waiting, decision: Decision, change: Change | None) -> tuple[Any, ...]:
    what, detail = Fate.SKIP, ""
    if row.key in decision.creates:
        what = Fate.CREATE
    elif change is not None:
        what, detail = Fate.CHANGE, _detail(change)
    return (target, what.value, row.n, row.file, row.row, row.key, _name(row.values), detail)


def _detail(change: Change) -> str:
    pairs = {
        name: [_plain(change.old.get(name)), _plain(value)] for name, value in change.new.items()
    }
    return json.dumps(pairs, ensure_ascii=False)


def _plain(value: object) -> object:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return "(new)" if isinstance(value, Pending) else str(value)


def _name(values: Mapping[str, object]) -> str:
    return str(next((values[one] for one in _NAMES if values.get(one)), ""))[:120]


def list_page(path: Path, wanted: Wanted, *, offset: int = 0, limit: int = PAGE) -> ListPage | None:
    """Some of the rows, in the order of files and kinds; None where no list is kept (any more)."""
    with closing(_opened(path)) as db:
        if not _has_list(db):
            return None
        where, values = _where(wanted)
        total = int(db.execute(f"SELECT count(*) FROM judged {where}", values).fetchone()[0])
        found = db.execute(
            f"{_SELECT} {where} ORDER BY id LIMIT ? OFFSET ?", (*values, limit, offset)
        )
        rows = tuple(_listed(db, one) for one in found.fetchall())
        kinds = db.execute("SELECT DISTINCT target FROM judged WHERE target <> '' ORDER BY 1")
        return ListPage(rows, total, tuple(name for (name,) in kinds))


def list_all(path: Path, wanted: Wanted) -> Iterator[Listed]:
    """All rows that the filter holds, read as they are asked for."""
    with closing(_opened(path)) as db:
        if _has_list(db):
            where, values = _where(wanted)
            for one in db.execute(f"{_SELECT} {where} ORDER BY id", values):
                yield _listed(db, one)


_SELECT = "SELECT id, what, target, file, row, key, name, detail, n FROM judged"


def _opened(path: Path) -> sqlite3.Connection:
    if not path.exists():
        return sqlite3.connect(":memory:")
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True, check_same_thread=False)


def _has_list(db: sqlite3.Connection) -> bool:
    found = db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'judged_by'").fetchone()
    return bool(found[0])


def _where(wanted: Wanted) -> tuple[str, tuple[str, ...]]:
    tests, values = [], []
    for column, value in (("what", wanted.what), ("target", wanted.target)):
        if value:
            tests.append(f"{column} = ?")
            values.append(value)
    if wanted.text:
        tests.append("(instr(lower(name), ?) OR instr(lower(key), ?))")
        values += [wanted.text.casefold()] * 2
    return (f"WHERE {' AND '.join(tests)}" if tests else ""), tuple(values)


def _listed(db: sqlite3.Connection, one: tuple[Any, ...]) -> Listed:
    place, what, target, file, row, key, name, detail, n = one
    fate = Fate(what)
    return Listed(
        place=place,
        what=fate,
        target=target,
        file=file,
        row=row,
        key=key,
        name=name,
        reason=detail if fate is Fate.REFUSE else "",
        fields=_fields(db, fate, target, n, detail),
    )


def _fields(
    db: sqlite3.Connection, fate: Fate, target: str, n: int, detail: str
) -> tuple[FieldChange, ...]:
    if fate is Fate.CHANGE:
        return tuple(FieldChange(name, *pair) for name, pair in json.loads(detail).items())
    if fate is not Fate.CREATE:
        return ()
    # A new row is all its values: they are read where they wait, and not kept twice.
    found = db.execute(f'SELECT data FROM "t_{target}" WHERE n = ?', (n,)).fetchone()
    values = json.loads(found[0]) if found else {}
    return tuple(
        FieldChange(name, None, value) for name, value in values.items() if value not in (None, "")
    )
