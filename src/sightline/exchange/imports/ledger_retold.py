"""Activities of a CRM that are read again: the lines of a record are those that it has now.

What a record no longer has leaves with the next version, in which the parts that held it are written
anew without it; they keep their import, so that taking that back takes the rest. Earlier versions
stay as they were (docs/method/ledger.md).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sightline.actions.imports import runs
from sightline.actions.ledger import DatabaseCatalogue, keep_part
from sightline.exchange.imports.ledger_compare import lacking, signed
from sightline.exchange.imports.ledger_parts import (
    MEMORY,
    TRIES,
    Line,
    days_of,
    ledger_folder,
    source_of,
)
from sightline.ledger.duck import session, text
from sightline.ledger.errors import StaleVersion
from sightline.ledger.parts import adopt_part, arrow_schema, draft_path
from sightline.ledger.tables import ACTIVITIES, OUTSIDE_ID, SCHEMAS, empty_select
from sightline.ledger.version import LedgerVersion, Part

if TYPE_CHECKING:
    import duckdb

KeyedLine = tuple[str, Line]
_COLUMNS = ", ".join(f'"{name}"' for name in SCHEMAS[ACTIVITIES])
# Lines that were loaded before ids were kept: a task's or a meeting's thread is its own id, while
# a mail's may be that of a whole conversation.
_KEY = f"coalesce({OUTSIDE_ID}, CASE WHEN kind <> 'mail' THEN thread END)"


@dataclass(frozen=True, slots=True)
class Retold:
    """Lines that came, that were there already, and that went."""

    new: int
    known: int
    gone: int


def retell(
    batches: Iterable[list[KeyedLine]], keys: Collection[str], *, run: runs.Run | None
) -> Retold:
    """Make the ledger's lines of these records those of the batches; without a `run` only count.

    A line's key is the id of its record. One of `keys` without a line has none any more; of others
    only lines of records that the ledger does not know are added.
    """
    folder = ledger_folder()
    draft, fresh = draft_path(folder, ACTIVITIES), draft_path(folder, ACTIVITIES)
    catalogue = DatabaseCatalogue(run=run, note=run.title if run else "")
    try:
        _write(draft, batches)
        for _ in range(TRIES):
            version = catalogue.current()
            with session(memory=MEMORY) as duck:
                told = _compare(duck, version, draft, keys)
                if run is None or not told.new + told.gone:
                    return told
                parts = _without_stale(duck, version)
                _copy(duck, "SELECT * FROM fresh", fresh, source_of(run))
            if told.new:
                parts.append(_adopted(fresh, rows=told.new, source=source_of(run)))
            try:
                catalogue.commit(parts, expected_version=version.number)
            except StaleVersion:
                continue
            return told
        raise StaleVersion("the ledger is being changed by another import; try again")
    finally:
        draft.unlink(missing_ok=True)
        fresh.unlink(missing_ok=True)


def _write(draft: Path, batches: Iterable[list[KeyedLine]]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = arrow_schema(ACTIVITIES, told=(OUTSIDE_ID,))
    with pq.ParquetWriter(draft, schema, compression="lz4") as writer:
        for lines in batches:
            rows = [(*line, key) for key, line in lines]
            if rows:
                columns = zip(zip(*rows, strict=True), schema, strict=True)
                arrays = [pa.array(column, type=one.type) for column, one in columns]
                writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def _compare(
    duck: duckdb.DuckDBPyConnection, version: LedgerVersion, draft: Path, keys: Collection[str]
) -> Retold:
    """Make the tables `given`, `held`, `stale` (keys) and `fresh` (lines to add), and count."""
    import pyarrow as pa

    duck.register("asked", pa.table({"key": pa.array(sorted(keys), pa.string())}))
    duck.execute(
        f"CREATE TEMP TABLE given AS SELECT {_COLUMNS}, {OUTSIDE_ID} AS key "
        f"FROM read_parquet({text(draft)})"
    )
    everything = _held(version)
    duck.execute(
        f"CREATE TEMP TABLE held AS SELECT {_COLUMNS}, {_KEY} AS key, part FROM ({everything}) "
        f"WHERE {_KEY} IN (SELECT key FROM asked UNION SELECT key FROM given)"
    )
    given, held = (f"SELECT {_COLUMNS}, key FROM {name}" for name in ("given", "held"))
    duck.execute(
        f"CREATE TEMP TABLE stale AS SELECT DISTINCT key FROM (({given} EXCEPT ALL {held}) "
        f"UNION ALL ({held} EXCEPT ALL {given})) "
        "WHERE key IN (SELECT key FROM asked) OR key NOT IN (SELECT key FROM held)"
    )
    moved = f"SELECT {_COLUMNS}, key AS {OUTSIDE_ID} FROM given WHERE key IN (FROM stale)"
    bare = f"SELECT {_COLUMNS} FROM ({everything}) WHERE {OUTSIDE_ID} IS NULL AND kind = 'mail'"
    known = lacking(ACTIVITIES, moved, bare, told=(OUTSIDE_ID,))
    duck.execute(f"CREATE TEMP TABLE fresh AS {known}")
    new, given_rows = _count(duck, "fresh"), _count(duck, "given")
    gone = _count(duck, "held WHERE key IN (FROM stale)")
    return Retold(new, given_rows - new, gone)


def _held(version: LedgerVersion) -> str:
    """SQL for every line with its record's id, null where it is not told, and its part's name."""
    bare = (
        f"SELECT *, CAST(NULL AS VARCHAR) AS {OUTSIDE_ID}, CAST(NULL AS VARCHAR) AS part "
        f"FROM ({empty_select(ACTIVITIES)})"
    )
    paths = version.paths(ledger_folder(), ACTIVITIES)
    if not paths:
        return bare
    listed = ", ".join(text(path) for path in paths)
    return (
        f"SELECT * EXCLUDE (filename), parse_filename(filename) AS part FROM "
        f"read_parquet([{listed}], union_by_name = true, filename = true) UNION ALL BY NAME {bare}"
    )


def _without_stale(duck: duckdb.DuckDBPyConnection, version: LedgerVersion) -> list[Part]:
    """The version's parts, those that held a stale line written anew without it."""
    rows = duck.execute("SELECT DISTINCT part FROM held WHERE key IN (FROM stale)").fetchall()
    touched = {name for (name,) in rows}
    parts: list[Part] = []
    for part in version.parts:
        if part.table == ACTIVITIES and part.name in touched:
            left = _left(duck, part)
            if left is not None:
                keep_part(left, like=part)
                parts.append(left)
        else:
            parts.append(part)
    return parts


def _left(duck: duckdb.DuckDBPyConnection, part: Part) -> Part | None:
    """A part without its stale lines; None where nothing of it is left."""
    only = LedgerVersion(parts=(part,))
    where = f"coalesce({_KEY} NOT IN (FROM stale), true)"
    query = f"SELECT {_COLUMNS}, {OUTSIDE_ID} FROM ({_held(only)}) WHERE {where}"
    rows = _count(duck, f"({query})")
    if not rows:
        return None
    draft = draft_path(ledger_folder(), ACTIVITIES)
    try:
        _copy(duck, query, draft, part.source)
        return _adopted(draft, rows=rows, source=part.source)
    finally:
        draft.unlink(missing_ok=True)


def _adopted(path: Path, *, rows: int, source: str) -> Part:
    days = days_of(ACTIVITIES, path)
    return adopt_part(ledger_folder(), ACTIVITIES, path, source=source, rows=rows, days=days)


def _copy(duck: duckdb.DuckDBPyConnection, query: str, path: Path, source: str) -> None:
    duck.execute(f"COPY ({query}) TO {text(path)} {signed(source)}")


def _count(duck: duckdb.DuckDBPyConnection, relation: str) -> int:
    row = duck.execute(f"SELECT count(*) FROM {relation}").fetchone()
    return int(row[0]) if row else 0
