"""An INSERT of many rows on SQLite as few statements.

SQLite brings the search index up to date after each statement, so a statement for each row of a
searched table costs three times as much as one for many (benchmarks/sync/README.md).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from django.db import connection

# Rows of one statement. Few sizes: each is prepared once a connection, and then kept.
SIZES = (500, 50, 5, 1)


def insert_values(start: str, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of one width; `start` is the statement up to its VALUES."""
    if not rows:
        return
    width = len(rows[0])
    with connection.cursor() as cursor:
        most = connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER) // width
        for size, part in _parts(rows, most):
            statement = _statement(start, width, size)
            # Its marks are SQLite's own; `executemany` is what leaves them alone in debugging, too.
            cursor.executemany(statement, [list(chain.from_iterable(part))])


def _parts(
    rows: Sequence[Sequence[Any]], most: int
) -> Iterator[tuple[int, Sequence[Sequence[Any]]]]:
    """The rows in parts of such sizes, none larger than `most`."""
    place = 0
    for size in SIZES:
        while size <= max(most, 1) and len(rows) - place >= size:
            yield size, rows[place : place + size]
            place += size


@lru_cache(maxsize=128)
def _statement(start: str, width: int, size: int) -> str:
    row = f"({', '.join(['?'] * width)})"
    return f"{start} VALUES {', '.join([row] * size)}"
