"""Adding lines to the ledger: only those that it does not hold yet, as one part, in one version."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from sightline.actions.imports import runs
from sightline.actions.ledger import DatabaseCatalogue
from sightline.exchange.imports.ledger_compare import write_keyed, write_unknown
from sightline.ledger.duck import session, text
from sightline.ledger.errors import StaleVersion
from sightline.ledger.parts import adopt_part, arrow_schema, draft_path
from sightline.ledger.tables import DAY_COLUMN, REPLACED
from sightline.ledger.version import LedgerVersion, Part

if TYPE_CHECKING:
    import duckdb

Line = tuple[str | int | float | bool | dt.date | None, ...]

MEMORY = "512MiB"
TRIES = 5


@dataclass(frozen=True, slots=True)
class Added:
    """Lines that are new, those that the ledger held already, and those that are corrected."""

    new: int
    known: int = 0
    changed: int = 0

    @property
    def total(self) -> int:
        """Lines of the file that are good."""
        return self.new + self.known + self.changed


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
        _write(draft, table, batches, source=source_of(run))
        return add_draft(table, draft, run=run)
    finally:
        draft.unlink(missing_ok=True)


def source_of(run: runs.Run | None) -> str:
    """What the parts of an import are known by; empty without one."""
    return f"import:{run.pk}" if run is not None else ""


def _write(draft: Path, table: str, batches: Iterable[list[Line]], *, source: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = arrow_schema(table).with_metadata({"source": source})
    with pq.ParquetWriter(draft, schema, compression="lz4") as writer:
        for lines in batches:
            if lines:
                columns = list(zip(*lines, strict=True))
                arrays = [
                    pa.array(column, type=field.type)
                    for column, field in zip(columns, schema, strict=True)
                ]
                writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def add_draft(table: str, draft: Path, *, run: runs.Run | None, keyed: bool = False) -> Added:
    """Add a finished Parquet file's lines, leaving out those that the ledger holds.

    `keyed`: the file has each line's own id; a line that is here with other content is replaced.
    """
    catalogue = DatabaseCatalogue(run=run, note=run.title if run else "")
    for _ in range(TRIES):
        version = catalogue.current()
        with _compared(table, draft, version, keyed=keyed, source=source_of(run)) as found:
            if run is None or not found.added.new + found.added.changed:
                return found.added
            try:
                parts = _parts(table, found, run)
                catalogue.commit(version.plus(parts), expected_version=version.number)
            except StaleVersion:
                continue
            return found.added
    raise StaleVersion("the ledger is being changed by another import; try again")


@dataclass(frozen=True, slots=True)
class _Compared:
    """Lines to add, the ids that they replace (None: nothing does), and the counts."""

    fresh: Path
    replaced: Path | None
    added: Added


@contextmanager
def _compared(
    table: str, draft: Path, version: LedgerVersion, *, keyed: bool, source: str
) -> Iterator[_Compared]:
    """What of the draft the version lacks; the files made for it go afterwards."""
    fresh, gone = draft_path(ledger_folder(), table), draft_path(ledger_folder(), REPLACED)
    try:
        with session(memory=MEMORY) as duck:
            total = _count(duck, f"read_parquet({text(draft)})")
            if not version.of(table):
                fresh.hardlink_to(draft)
                yield _Compared(fresh, None, Added(total))
                return
            if keyed:
                changed = write_keyed(
                    duck, table, draft, version, fresh=fresh, gone=gone, source=source
                )
            else:
                changed = 0
                write_unknown(duck, table, draft, version, fresh=fresh, source=source)
            rows = _count(duck, f"read_parquet({text(fresh)})")
        added = Added(rows - changed, total - rows, changed)
        yield _Compared(fresh, gone if changed else None, added)
    finally:
        fresh.unlink(missing_ok=True)
        gone.unlink(missing_ok=True)


def _parts(table: str, found: _Compared, run: runs.Run) -> list[Part]:
    """The parts to commit, the replaced ids before the lines that replace them."""
    folder, source = ledger_folder(), source_of(run)
    days, rows = days_of(table, found.fresh), found.added.new + found.added.changed
    parts = []
    if found.replaced is not None:
        count, none = found.added.changed, (None, None)
        gone = adopt_part(folder, REPLACED, found.replaced, source=source, rows=count, days=none)
        parts.append(gone)
    return [*parts, adopt_part(folder, table, found.fresh, source=source, rows=rows, days=days)]


def days_of(table: str, path: Path) -> tuple[dt.date | None, dt.date | None]:
    """First and last day of a file."""
    column = DAY_COLUMN[table]
    with session(memory=MEMORY) as duck:
        query = f'SELECT min("{column}"), max("{column}") FROM read_parquet({text(path)})'
        row = duck.execute(query).fetchone()
    return (row[0], row[1]) if row else (None, None)


def _count(duck: duckdb.DuckDBPyConnection, relation: str) -> int:
    row = duck.execute(f"SELECT count(*) FROM {relation}").fetchone()
    return int(row[0]) if row else 0
