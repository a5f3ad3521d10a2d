"""Which way a file writes its days, decided from all of its rows; asked for when both fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline.ledger.errors import RefusedInput
from sightline.ledger.load.cells import Raw, likely_day

if TYPE_CHECKING:
    import duckdb

_TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M:%S %p", " %I:%M %p")
# Written with the day first, or with the month first.
_PAIRS = (
    ("%d/%m/%Y", "%m/%d/%Y"),
    ("%d-%m-%Y", "%m-%d-%Y"),
    ("%d.%m.%Y", None),
    ("%d/%m/%y", "%m/%d/%y"),
    ("%d.%m.%y", None),
)
_OTHERS = ("%Y%m%d", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%b %d, %Y")


def day_formats(
    connection: duckdb.DuckDBPyConnection, source: str, raw: Raw, name: str
) -> tuple[str, ...]:
    """Formats that read every cell of the column; () for ISO days or when none does."""
    if name not in raw.columns or not raw.is_text(name):
        return ()
    column = raw.sql(name)
    sample = connection.execute(
        f"SELECT bool_and(coalesce({likely_day(f'TRY_CAST({column} AS DATE)')}, false)) FROM "
        f"(SELECT {column} FROM {source} WHERE {column} IS NOT NULL LIMIT 100)"
    ).fetchone()
    if sample is None or sample[0] is not False:
        return ()
    for first, second in _PAIRS:
        readers = [
            fmt for fmt in (first, second) if fmt and _reads(connection, source, column, fmt)
        ]
        if len(readers) > 1:
            raise RefusedInput(
                f"column {name}: every day reads both as {first} and as {second}; "
                "say which with --date-format"
            )
        if readers:
            return with_times(readers[0])
    fitting = [fmt for fmt in _OTHERS if _reads(connection, source, column, fmt)]
    return with_times(fitting[0]) if fitting else ()


def with_times(fmt: str) -> tuple[str, ...]:
    """The format alone and followed by a time of day."""
    return tuple(fmt + time for time in _TIMES)


def _reads(connection: duckdb.DuckDBPyConnection, source: str, column: str, fmt: str) -> bool:
    formats = ", ".join(f"'{text}'" for text in with_times(fmt))
    day = f"CAST(try_strptime(trim({column}), [{formats}]) AS DATE)"
    row = connection.execute(
        f"SELECT count(*) FROM {source} WHERE {column} IS NOT NULL "
        f"AND NOT coalesce({likely_day(day)}, false)"
    ).fetchone()
    return row is not None and row[0] == 0
