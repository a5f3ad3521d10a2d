"""Where parsed rows wait between preview and apply: an SQLite file of the import's own.

The application's database is not touched while files are parsed and validated; references are
checked here with indexes instead of in memory, and a killed import goes on from what is staged.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sightline.exchange.imports.specs import Staged

_BATCH = 2_000
_ASKED = 400
# A row's place is its place among the rows of its level, and above these bits the level.
LEVEL_BITS = 40


class Waiting(NamedTuple):
    """A staged row (made by the million, which tuples bear best): its place in the target's order, its outside id, its values."""

    n: int
    key: str
    removed: bool
    file: int
    row: int
    values: dict[str, object]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row of a file that cannot be stored, and why. `column` may be empty."""

    file: int
    row: int
    code: str
    message: str
    column: str = ""


class Staging:
    """The staged rows of one import. One writer; closing commits."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path)
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute("PRAGMA cache_size = -16000")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS refusal (file INT, row INT, col TEXT, code TEXT,"
            " message TEXT, PRIMARY KEY (file, row)) WITHOUT ROWID"
        )
        self._tables = {
            name.removeprefix("t_")
            for (name,) in self._db.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 't\\_%' ESCAPE '\\'"
            )
        }
        self._buffers: dict[str, list[tuple[object, ...]]] = {}

    def close(self) -> None:
        """Write what is buffered and close."""
        self.flush()
        self._db.commit()
        self._db.close()

    @property
    def db(self) -> sqlite3.Connection:
        """The file itself, for what lists its rows."""
        return self._db

    def add(self, one: Staged, *, file: int, row: int) -> None:
        """Stage one row."""
        buffer = self._buffers.get(one.target)
        if buffer is None:
            self._create(one.target)
            buffer = self._buffers[one.target] = []
        buffer.append((one.key, int(one.removed), file, row, _dumps(one.values)))
        if len(buffer) >= _BATCH:
            self._write(one.target, buffer)

    def flush(self) -> None:
        """Write all buffers."""
        for target, buffer in self._buffers.items():
            self._write(target, buffer)

    def finish(self, target: str) -> int:
        """Index a target, and refuse every second row with an id. Answers how many were."""
        if target not in self._tables:
            return 0
        self.flush()
        self._db.execute(f'CREATE INDEX IF NOT EXISTS "k_{target}" ON "t_{target}" (key)')
        twice = f"""SELECT n, file, row, key FROM "t_{target}" AS later WHERE EXISTS (
            SELECT 1 FROM "t_{target}" AS first WHERE first.key = later.key AND first.n < later.n)"""
        found = self._db.execute(twice).fetchall()
        for n, file, row, key in found:
            message = f"The id {key} stands in an earlier row too"
            self.refuse(target, n, Refusal(file, row, "id_twice", message, "Id"))
        return len(found)

    def targets(self) -> frozenset[str]:
        """The targets that have rows."""
        return frozenset(self._tables)

    def count(self, target: str) -> int:
        """Rows of a target that are not refused."""
        if target not in self._tables:
            return 0
        self.flush()
        found = self._db.execute(f'SELECT count(*) FROM "t_{target}" WHERE refused = 0')
        return int(found.fetchone()[0])

    def rows(
        self, target: str, *, after: int, limit: int, naming: Collection[str] = ()
    ) -> list[Waiting]:
        """The next rows of a target that are not refused, of one level; of those, with `naming`,
        the ones in which one of these values is a text."""
        if target not in self._tables:
            return []
        told = " OR ".join(f"""instr(data, '"{name}":"')""" for name in naming)
        found = self._db.execute(
            f'SELECT n, key, removed, file, row, data FROM "t_{target}" WHERE n > ? '
            f"AND refused = 0 {f'AND ({told})' if told else ''} ORDER BY n LIMIT ?",
            (after, limit),
        ).fetchall()
        return [
            Waiting(n, key, bool(removed), file, row, _loads(data))
            for n, key, removed, file, row, data in found
            if n >> LEVEL_BITS == found[0][0] >> LEVEL_BITS
        ]

    def known(self, target: str, keys: Iterable[str]) -> set[str]:
        """Which of these ids are staged, neither refused nor deleted."""
        if target not in self._tables:
            return set()
        wanted = list(keys)
        found: set[str] = set()
        for start in range(0, len(wanted), _ASKED):
            some = wanted[start : start + _ASKED]
            marks = ",".join("?" * len(some))
            found.update(
                key
                for (key,) in self._db.execute(
                    f'SELECT key FROM "t_{target}" WHERE refused = 0 AND removed = 0'
                    f" AND key IN ({marks})",
                    some,
                )
            )
        return found

    def values_of(self, target: str, keys: Iterable[str]) -> dict[str, dict[str, object]]:
        """The staged values of these ids, whether or not their row is refused."""
        if target not in self._tables:
            return {}
        wanted = list(keys)
        found: dict[str, dict[str, object]] = {}
        for start in range(0, len(wanted), _ASKED):
            some = wanted[start : start + _ASKED]
            marks = ",".join("?" * len(some))
            rows = self._db.execute(
                f'SELECT key, data FROM "t_{target}" WHERE key IN ({marks})', some
            )
            found.update((key, json.loads(data)) for key, data in rows)
        return found

    def index(self, target: str, name: str) -> None:
        """Make a target findable by a value's text, folded to lower case."""
        if target in self._tables:
            self.flush()
            self._db.execute(
                f'CREATE INDEX IF NOT EXISTS "i_{target}_{name}" ON "t_{target}"'
                f" (lower(json_extract(data, '$.{name}')))"
            )

    def by_value(
        self, target: str, name: str, values: Iterable[str]
    ) -> dict[str, list[dict[str, object]]]:
        """Staged rows (with their id as `id`) by a value in lower case; `index` first."""
        if target not in self._tables:
            return {}
        wanted = list(values)
        found: dict[str, list[dict[str, object]]] = {}
        column = f"lower(json_extract(data, '$.{name}'))"
        for start in range(0, len(wanted), _ASKED):
            some = wanted[start : start + _ASKED]
            marks = ",".join("?" * len(some))
            rows = self._db.execute(
                f'SELECT {column}, key, data FROM "t_{target}" WHERE refused = 0'
                f" AND removed = 0 AND {column} IN ({marks})",
                some,
            )
            for value, key, data in rows:
                found.setdefault(value, []).append({**json.loads(data), "id": key})
        return found

    def refuse(self, target: str, n: int, why: Refusal) -> None:
        """Take a staged row out, and everything else that its record brought."""
        self._db.execute(f'UPDATE "t_{target}" SET refused = 1 WHERE n = ?', (n,))
        self.note(why)

    def note(self, why: Refusal) -> None:
        """Keep a refusal of a record; the first reason given stands."""
        self._db.execute(
            "INSERT OR IGNORE INTO refusal VALUES (?, ?, ?, ?, ?)",
            (why.file, why.row, why.column, why.code, why.message[:500]),
        )

    def refusals(self, file: int | None = None) -> Iterator[Refusal]:
        """Refusals in the order of files and rows."""
        where, parameters = ("WHERE file = ?", (file,)) if file is not None else ("", ())
        for number, row, column, code, message in self._db.execute(
            f"SELECT file, row, col, code, message FROM refusal {where} ORDER BY file, row",
            parameters,
        ):
            yield Refusal(number, row, code, message, column)

    def refused_rows(self) -> dict[int, int]:
        """How many records of each file are refused."""
        return dict(self._db.execute("SELECT file, count(*) FROM refusal GROUP BY file"))

    def reasons(self, *, limit: int = 50) -> list[tuple[int, str, str, int]]:
        """Refusals by reason, most frequent first: file, code, an example, how many."""
        return list(
            self._db.execute(
                "SELECT file, code, min(message), count(*) FROM refusal GROUP BY file, code"
                " ORDER BY count(*) DESC, file LIMIT ?",
                (limit,),
            )
        )

    def commit(self) -> None:
        """Make what is staged durable."""
        self.flush()
        self._db.commit()

    def _create(self, target: str) -> None:
        self._db.execute(
            f'CREATE TABLE IF NOT EXISTS "t_{target}" (n INTEGER PRIMARY KEY, key TEXT,'
            " removed INT, file INT, row INT, refused INT DEFAULT 0, data TEXT)"
        )
        self._tables.add(target)

    def _write(self, target: str, buffer: list[tuple[object, ...]]) -> None:
        if not buffer:
            return
        self._db.executemany(
            f'INSERT INTO "t_{target}" (key, removed, file, row, data) VALUES (?, ?, ?, ?, ?)',
            buffer,
        )
        buffer.clear()


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


# Without looking for blanks around each text: what is staged was written here.
_scan = json.JSONDecoder().raw_decode


def _loads(data: str) -> dict[str, object]:
    found: dict[str, object] = _scan(data)[0]
    return found


def _dumps(values: dict[str, object]) -> str:
    return _ENCODER.encode(values)
