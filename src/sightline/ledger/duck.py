"""Opening DuckDB for the ledger: bounded memory, no way out, views over one version's parts."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sightline.ledger.errors import DamagedPart
from sightline.ledger.tables import (
    KEYED,
    LINES,
    MAY_TELL,
    OUTSIDE_ID,
    QUANTITY,
    REPLACED,
    SCHEMAS,
    TOLD_LINES,
    duckdb_type,
    empty_select,
)
from sightline.ledger.version import LedgerVersion, part_path

if TYPE_CHECKING:
    import duckdb

DEFAULT_MEMORY = "2GiB"
_READING_MEMORY = "128MiB"
_ID_TYPE = "VARCHAR"
_ID: Mapping[str, str] = {OUTSIDE_ID: _ID_TYPE}
_PLAIN: Mapping[str, str] = {}


@contextmanager
def session(
    *, memory: str = DEFAULT_MEMORY, threads: int | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A private in-memory DuckDB with a memory cap that spills to a folder of its own.

    Extensions are neither installed nor loaded. Reading files stays allowed: the caller names
    the parts. `locked` closes that too.
    """
    import duckdb

    with tempfile.TemporaryDirectory(prefix="sightline-duckdb-") as spill:
        connection = duckdb.connect(config=_options(memory, threads, spill))
        try:
            connection.execute("SET enable_progress_bar = false")
            connection.execute("SET TimeZone = 'UTC'")
            yield connection
        finally:
            connection.close()


@contextmanager
def reading(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection of this process's reader of the ledger in `folder`, `locked`, for short reads.

    Opening DuckDB takes several times as long as what a page asks of it, so a process opens it
    once. It keeps no figures: each connection has temporary views of its own over the parts of the
    version it was given, and they end with it.
    """
    reader = _reader(folder, os.getpid())
    connection = reader.connection.cursor()
    try:
        yield connection
    finally:
        connection.close()


class _Reader:
    """DuckDB for reads of one folder, with the folder it spills to; both end with it."""

    def __init__(self, folder: Path) -> None:
        import duckdb

        spill = tempfile.mkdtemp(prefix="sightline-duckdb-")
        weakref.finalize(self, shutil.rmtree, spill, ignore_errors=True)
        self.connection = duckdb.connect(config=_options(_READING_MEMORY, 1, spill))
        self.connection.execute("SET GLOBAL TimeZone = 'UTC'")
        lock(self.connection, folder=folder)


@lru_cache(maxsize=1)
def _reader(folder: Path, _process: int) -> _Reader:
    return _Reader(folder)


def _options(memory: str, threads: int | None, spill: str) -> dict[str, Any]:
    options: dict[str, Any] = {
        "memory_limit": memory,
        "temp_directory": spill,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    return options | {"threads": threads} if threads else options


def text(value: object) -> str:
    """A value as an SQL text literal."""
    return "'" + str(value).replace("'", "''") + "'"


def parts_sql(version: LedgerVersion, folder: Path, table: str) -> str:
    """SQL that reads the table's parts of this version; no row when there are none."""
    paths = version.paths(folder, table)
    gone = [path.name for path in paths if not path.is_file()]
    if gone:
        raise DamagedPart(f"part {table}/{gone[0]} is missing")
    if not paths:
        return empty_select(table)
    names = ", ".join(f'"{name}"' for name in SCHEMAS[table])
    if table in KEYED:
        return keyed_sql(version, folder, table, names)
    return f"SELECT {names} FROM {_read(paths)}"


def keyed_sql(version: LedgerVersion, folder: Path, table: str, columns: str) -> str:
    """SQL that reads lines of which only the latest with an id counts.

    A part of `replaced` names ids; lines with them in parts added before it are out. Where none
    does, this is a plain read. `columns` may name the id, which is null where a line has none.
    """
    asked = {name: duckdb_type(table, name) for name in MAY_TELL.get(table, {}) if name in columns}
    if OUTSIDE_ID in columns:
        asked[OUTSIDE_ID] = _ID_TYPE
    return " UNION ALL ".join(
        f"SELECT {columns} FROM {_read(paths, told={**asked, **_ID} if later else asked)}"
        + (f" AS kept ANTI JOIN {_read(later)} AS gone USING ({OUTSIDE_ID})" if later else "")
        for paths, later in _spans(version, folder, table)
    )


def _spans(
    version: LedgerVersion, folder: Path, table: str
) -> Iterator[tuple[list[Path], list[Path]]]:
    """Runs of a table's parts, each with the parts of `replaced` that were added after it."""
    later = [part_path(folder, part) for part in version.of(REPLACED)]
    run: list[Path] = []
    for part in version.parts:
        if part.table == REPLACED:
            if run:
                yield run, list(later)
            run, later = [], later[1:]
        elif part.table == table:
            run.append(part_path(folder, part))
    if run:
        yield run, list(later)


def _read(paths: Sequence[Path], *, told: Mapping[str, str] = _PLAIN) -> str:
    """The parts as one relation; `told` (column, type) also where no part holds them."""
    listed = ", ".join(text(path) for path in paths)
    if not told:
        return f"read_parquet([{listed}])"
    empty = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in told.items())
    return (
        f"(SELECT * FROM read_parquet([{listed}], union_by_name = true) UNION ALL BY NAME "
        f"SELECT {empty} WHERE FALSE)"
    )


def tells_quantity(
    connection: duckdb.DuckDBPyConnection, version: LedgerVersion, *, folder: Path
) -> bool:
    """Whether any part of revenue lines holds quantities. Reads the parts' heads only."""
    paths = ", ".join(text(path) for path in version.paths(folder, LINES))
    if not paths:
        return False
    row = connection.execute(
        f"SELECT count(*) FROM parquet_schema([{paths}]) WHERE name = {text(QUANTITY)}"
    ).fetchone()
    return bool(row and row[0])


def open_quantities(
    connection: duckdb.DuckDBPyConnection, version: LedgerVersion, *, folder: Path
) -> None:
    """Create the view of revenue lines with their quantity, null where none is told."""
    names = ", ".join(f'"{name}"' for name in (*SCHEMAS[LINES], QUANTITY))
    told = keyed_sql(version, folder, LINES, names)
    connection.execute(f"CREATE OR REPLACE VIEW {TOLD_LINES} AS {told}")


def open_version(
    connection: duckdb.DuckDBPyConnection, version: LedgerVersion, *, folder: Path
) -> None:
    """Create one view per table, named as the table, over the version's parts."""
    for table in SCHEMAS:
        connection.execute(f"CREATE OR REPLACE VIEW {table} AS {parts_sql(version, folder, table)}")


def lock(connection: duckdb.DuckDBPyConnection, *, folder: Path) -> None:
    """Close external access except to the ledger's own parts, and freeze the settings."""
    connection.execute(f"SET allowed_directories = [{text(str(folder) + '/')}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
