"""Opening DuckDB for the ledger: bounded memory, no way out, views over one version's parts."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sightline.ledger.errors import DamagedPart
from sightline.ledger.tables import SCHEMAS, empty_select
from sightline.ledger.version import LedgerVersion

if TYPE_CHECKING:
    import duckdb

DEFAULT_MEMORY = "2GiB"


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
        options: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory,
            "temp_directory": spill,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        if threads:
            options["threads"] = threads
        connection = duckdb.connect(config=options)
        try:
            connection.execute("SET enable_progress_bar = false")
            connection.execute("SET TimeZone = 'UTC'")
            yield connection
        finally:
            connection.close()


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
    listed = ", ".join(text(path) for path in paths)
    return f"SELECT {names} FROM read_parquet([{listed}])"


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
