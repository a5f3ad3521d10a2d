"""What an import changed, kept beside its files so that it can be taken back for thirty days.

An SQLite file of the run's own: it holds words about people, which the journal must not.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sightline.actions.imports.decide import Decision
from sightline.actions.imports.lookups import Pending
from sightline.actions.journal import plain

CREATED, CHANGED = "created", "changed"


class UndoFile:
    """Entries by chunk; a chunk that is applied again replaces its own."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path)
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS undo (target TEXT, chunk INT, kind TEXT, key TEXT,"
            " pk INT, old TEXT, new TEXT)"
        )
        self._db.execute("CREATE INDEX IF NOT EXISTS undo_chunk ON undo (target, chunk)")

    def keep(self, target: str, chunk: int, decision: Decision) -> None:
        """Write a chunk's entries before the chunk is stored."""
        entries: list[tuple[object, ...]] = [
            (target, chunk, CREATED, key, None, None, None) for key in decision.creates
        ]
        entries += [
            (target, chunk, CHANGED, one.key, one.pk, _dumps(one.old), _dumps(one.new))
            for one in decision.changes
        ]
        with self._db:
            self._db.execute("DELETE FROM undo WHERE target = ? AND chunk >= ?", (target, chunk))
            self._db.executemany("INSERT INTO undo VALUES (?, ?, ?, ?, ?, ?, ?)", entries)

    def created(self, target: str) -> Iterator[list[str]]:
        """Outside ids of rows that the import made, in batches."""
        rows = self._db.execute(
            "SELECT key FROM undo WHERE target = ? AND kind = ?", (target, CREATED)
        )
        while some := rows.fetchmany(500):
            yield [key for (key,) in some]

    def changed(self, target: str) -> Iterator[list[tuple[int, dict[str, Any], dict[str, Any]]]]:
        """Key, values before and values after of rows that it changed, in batches."""
        rows = self._db.execute(
            "SELECT pk, old, new FROM undo WHERE target = ? AND kind = ?", (target, CHANGED)
        )
        while some := rows.fetchmany(500):
            yield [(pk, json.loads(old), json.loads(new)) for pk, old, new in some]

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def _dumps(values: dict[str, Any]) -> str:
    settled = {key: plain(one) for key, one in values.items() if not isinstance(one, Pending)}
    return json.dumps(settled, ensure_ascii=False)
