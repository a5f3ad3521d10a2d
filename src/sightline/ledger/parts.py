"""Writing and checking parts: immutable Parquet files, named by their content.

A part is written beside its place and renamed into it, so a reader never sees half a file.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sightline.ledger.errors import DamagedPart, LedgerError
from sightline.ledger.tables import DAY_COLUMN, MAY_TELL, OUTSIDE_ID, SCHEMAS
from sightline.ledger.version import LedgerVersion, Part, part_path

if TYPE_CHECKING:
    import pyarrow as pa

_CHUNK = 1 << 20
_NAME_DIGITS = 24


def write_part(
    folder: Path,
    table: str,
    batches: Iterable[pa.RecordBatch],
    *,
    source: str,
    told: Sequence[str] = (),
) -> Part:
    """Write the batches as one part of `table` and return it, not yet in any version.

    Batches must carry the table's columns (any order, types that cast without loss) and those
    of `told`; refuses others. Amounts are minor units. One batch is held in memory at a time.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = arrow_schema(table, told=told)
    draft = draft_path(folder, table)
    try:
        with pq.ParquetWriter(draft, schema, compression="lz4") as writer:
            for batch in batches:
                columns = _columns(batch, schema, table=table)
                writer.write_table(pa.Table.from_arrays(columns, schema=schema))
        rows, days = _counted(draft, table)
        return adopt_part(folder, table, draft, source=source, rows=rows, days=days)
    finally:
        draft.unlink(missing_ok=True)


def adopt_part(
    folder: Path,
    table: str,
    draft: Path,
    *,
    source: str,
    rows: int,
    days: tuple[date | None, date | None],
) -> Part:
    """Take a finished Parquet file (below the ledger's folder) as a part, by rename."""
    digest = file_sha256(draft)
    name = f"{digest[:_NAME_DIGITS]}.parquet"
    part = Part(table, name, digest, rows, source, *days)
    place = part_path(folder, part)
    place.parent.mkdir(parents=True, exist_ok=True)
    draft.replace(place)
    return part


def draft_path(folder: Path, table: str) -> Path:
    """A fresh place for an unfinished part, on the same file system as the parts."""
    drafts = folder / "drafts"
    drafts.mkdir(parents=True, exist_ok=True)
    return drafts / f"{table}-{uuid.uuid4().hex}.parquet"


def verify(folder: Path, version: LedgerVersion) -> None:
    """Raise DamagedPart unless every part is there and is the bytes that were committed."""
    for part in version.parts:
        path = part_path(folder, part)
        if not path.is_file():
            raise DamagedPart(f"part {part.table}/{part.name} is missing")
        if file_sha256(path) != part.sha256:
            raise DamagedPart(f"part {part.table}/{part.name} was changed after it was written")


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def arrow_schema(table: str, *, told: Sequence[str] = ()) -> pa.Schema:
    """The table's columns as an Arrow schema, and of those that a part may tell the `told`; a line
    may also carry the id of the record that it comes from."""
    import pyarrow as pa

    arrow = {
        "string": pa.string(),
        "date": pa.date32(),
        "int64": pa.int64(),
        "float64": pa.float64(),
        "boolean": pa.bool_(),
    }
    may = {**MAY_TELL.get(table, {}), OUTSIDE_ID: "string"}
    kinds = {**SCHEMAS[table], **{name: may[name] for name in told}}
    return pa.schema([(name, arrow[kind]) for name, kind in kinds.items()])


def _columns(batch: pa.RecordBatch, schema: pa.Schema, *, table: str) -> list[pa.Array]:
    import pyarrow as pa

    missing = [name for name in schema.names if name not in batch.schema.names]
    if missing:
        raise LedgerError(f"a batch for {table} lacks the column {missing[0]}")
    try:
        return [batch.column(field.name).cast(field.type) for field in schema]
    except pa.ArrowInvalid as error:
        raise LedgerError(f"a batch for {table} has a column of the wrong type: {error}") from None


def _counted(path: Path, table: str) -> tuple[int, tuple[date | None, date | None]]:
    """Rows, first and last day, from the file's own statistics: no row is read."""
    import pyarrow.parquet as pq

    metadata = pq.ParquetFile(path).metadata
    column = DAY_COLUMN.get(table)
    if column is None:
        return metadata.num_rows, (None, None)
    index = metadata.schema.names.index(column)
    seen = []
    for group in range(metadata.num_row_groups):
        statistics = metadata.row_group(group).column(index).statistics
        if statistics is not None and statistics.has_min_max:
            seen += [statistics.min, statistics.max]
    return metadata.num_rows, (min(seen, default=None), max(seen, default=None))
