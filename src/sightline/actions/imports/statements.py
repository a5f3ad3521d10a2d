"""An INSERT of many rows on SQLite as few statements.

SQLite brings the search index up to date after each statement, so a statement for each row of a
searched table costs three times as much as one for many (benchmarks/sync/README.md). What all rows
share is bound once a statement: of some thirty columns, binding was half of what an insert cost.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from django.db import connection

# Rows of one statement. Few sizes: each is prepared once a connection, and then kept.
SIZES = (500, 50, 5, 1)


def insert_values(
    table: str, columns: Mapping[str, Sequence[Any]], shared: Mapping[str, Any]
) -> None:
    """Insert rows told by column, all of one length; `shared` is what every row says alike, which
    is bound once a statement. Names are quoted already."""
    rows = list(zip(*columns.values(), strict=True))
    frame = _start(
        table, tuple(columns), tuple((name, one is None) for name, one in shared.items())
    )
    tail = [one for one in shared.values() if one is not None]
    width = len(columns)
    with connection.cursor() as cursor:
        most = connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER) - len(tail)
        for size, part in _parts(rows, most // width):
            statement = _statement(frame, width, size)
            # Its marks are SQLite's own; `executemany` is what leaves them alone in debugging, too.
            cursor.executemany(statement, [[*chain.from_iterable(part), *tail]])


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
def _start(table: str, told: Sequence[str], shared: Sequence[tuple[str, bool]]) -> tuple[str, str]:
    """What stands before the rows, and after them."""
    names = ", ".join([*told, *(name for name, _ in shared)])
    said = ", ".join(["told.*", *("NULL" if empty else "?" for _, empty in shared)])
    listed = ", ".join(f"c{place}" for place in range(len(told)))
    return f"INSERT INTO {table} ({names}) WITH told({listed}) AS (", f") SELECT {said} FROM told"


@lru_cache(maxsize=128)
def _statement(frame: tuple[str, str], width: int, size: int) -> str:
    row = f"({', '.join(['?'] * width)})"
    before, after = frame
    return f"{before}VALUES {', '.join([row] * size)}{after}"
