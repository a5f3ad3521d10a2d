"""Small settings of the org that outlive a restart: rules, locks, apps, hidden fields.

Kept as JSON by kind and key, held in memory, written through.
"""

import json
import sqlite3
import threading
from typing import Any

Document = dict[str, Any]


class Documents:
    """Documents by kind and key."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._lock = threading.Lock()
        self._kinds: dict[str, dict[str, Document]] = {}
        for kind, key, body in db.execute("SELECT kind, key, body FROM _document"):
            self._kinds.setdefault(kind, {})[key] = json.loads(body)

    def get(self, kind: str, key: str) -> Document | None:
        """The document, or None. Not to be changed in place."""
        return self._kinds.get(kind, {}).get(key)

    def all(self, kind: str) -> list[Document]:
        """Every document of a kind."""
        found = self._kinds.get(kind)
        return list(found.values()) if found else []

    def items(self, kind: str) -> list[tuple[str, Document]]:
        """Every document of a kind with its key."""
        return list(self._kinds.get(kind, {}).items())

    def put(self, db: sqlite3.Connection, kind: str, key: str, body: Document) -> None:
        """Add or replace a document."""
        with self._lock:
            db.execute(
                "INSERT OR REPLACE INTO _document (kind, key, body) VALUES (?, ?, ?)",
                (kind, key, json.dumps(body)),
            )
            self._kinds.setdefault(kind, {})[key] = body

    def drop(self, db: sqlite3.Connection, kind: str, key: str) -> bool:
        """Remove a document; False when there was none."""
        with self._lock:
            db.execute("DELETE FROM _document WHERE kind = ? AND key = ?", (kind, key))
            return self._kinds.get(kind, {}).pop(key, None) is not None
