"""Adding lines to the ledger: only those that it does not hold yet, as one part, in one version."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from sightline.actions.imports import runs
from sightline.actions.ledger import DatabaseCatalogue
from sightline.ledger.duck import parts_sql, session, text
from sightline.ledger.errors import StaleVersion
from sightline.ledger.parts import adopt_part, arrow_schema, draft_path
from sightline.ledger.tables import DAY_COLUMN, SCHEMAS
from sightline.ledger.version import LedgerVersion

if TYPE_CHECKING:
    import duckdb

Line = tuple[str | int | float | bool | dt.date | None, ...]

MEMORY = "512MiB"
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Added:
    """Lines that are new, and those that the ledger held already."""

    new: int
    known: int


def ledger_folder() -> Path:
    """Where the ledger's parts lie."""
    return Path(settings.SIGHTLINE_LEDGER)


def holds_lines(table: str) -> bool:
    """Whether the ledger has any line of a table."""
    return bool(DatabaseCatalogue().current().of(table))


def add_lines(table: str, batches: Iterable[list[Line]], *, run: runs.Run | None) -> Added:
    """Add lines in the ledger's own column order; without a `run` they are only counted."""
    folder = ledger_folder()
    draft = draft_path(folder, table)
    try:
        _write(draft, table, batches)
        return add_draft(table, draft, run=run)
    finally:
        draft.unlink(missing_ok=True)


def _write(draft: Path, table: str, batches: Iterable[list[Line]]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = arrow_schema(table)
    with pq.ParquetWriter(draft, schema, compression="lz4") as writer:
        for lines in batches:
            if lines:
                columns = list(zip(*lines, strict=True))
                arrays = [
                    pa.array(column, type=field.type)
                    for column, field in zip(columns, schema, strict=True)
                ]
                writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def add_draft(table: str, draft: Path, *, run: runs.Run | None) -> Added:
    """Add a finished Parquet file's lines, leaving out those that the ledger holds."""
    catalogue = DatabaseCatalogue(run=run, note=run.title if run else "")
    for _ in range(_TRIES):
        version = catalogue.current()
        fresh, total, new = _only_new(table, draft, version)
        try:
            if run is None or not new:
                return Added(new, total - new)
            days = _days(table, fresh)
            source = f"import:{run.pk}"
            part = adopt_part(ledger_folder(), table, fresh, source=source, rows=new, days=days)
            catalogue.commit(version.plus([part]), expected_version=version.number)
            return Added(new, total - new)
        except StaleVersion:
            continue
        finally:
            if fresh != draft:
                fresh.unlink(missing_ok=True)
    raise StaleVersion("the ledger is being changed by another import; try again")


def _only_new(table: str, draft: Path, version: LedgerVersion) -> tuple[Path, int, int]:
    """A file with the draft's lines that the version lacks, counted as often as they stand."""
    folder = ledger_folder()
    with session(memory=MEMORY) as duck:
        total = _count(duck, f"read_parquet({text(draft)})")
        if not version.of(table):
            return _copy(draft, table), total, total
        columns = ", ".join(f'"{name}"' for name in SCHEMAS[table])
        fresh = draft_path(folder, table)
        duck.execute(
            f"COPY (SELECT {columns} FROM read_parquet({text(draft)}) EXCEPT ALL "
            f"SELECT {columns} FROM ({parts_sql(version, folder, table)})) "
            f"TO {text(fresh)} (FORMAT parquet, COMPRESSION lz4)"
        )
        return fresh, total, _count(duck, f"read_parquet({text(fresh)})")


def _days(table: str, path: Path) -> tuple[dt.date | None, dt.date | None]:
    """First and last day of a file."""
    column = DAY_COLUMN[table]
    with session(memory=MEMORY) as duck:
        query = f'SELECT min("{column}"), max("{column}") FROM read_parquet({text(path)})'
        row = duck.execute(query).fetchone()
    return (row[0], row[1]) if row else (None, None)


def _copy(draft: Path, table: str) -> Path:
    """A second name for the draft: adopting moves it, and a lost race needs it again."""
    fresh = draft_path(draft.parent.parent, table)
    fresh.hardlink_to(draft)
    return fresh


def _count(duck: duckdb.DuckDBPyConnection, relation: str) -> int:
    row = duck.execute(f"SELECT count(*) FROM {relation}").fetchone()
    return int(row[0]) if row else 0
