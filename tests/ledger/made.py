"""Small ledgers for tests: rows in, a folder with a committed version out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa

from sightline.ledger.catalogue import FileCatalogue
from sightline.ledger.parts import arrow_schema, write_part
from sightline.ledger.tables import SCHEMAS
from sightline.ledger.version import LedgerVersion

Row = Sequence[object]


def batch(table: str, rows: Iterable[Row], *, told: Sequence[str] = ()) -> pa.RecordBatch:
    """Rows as a batch; columns left off at the end are filled with what an absent one holds.

    `told` are the columns that a part may do without; each row then carries them last.
    """
    names = [*SCHEMAS[table], *told]
    filled = [list(row) + [_absent(table, name) for name in names[len(row) :]] for row in rows]
    columns: list[Sequence[object]] = [[row[i] for row in filled] for i in range(len(names))]
    schema = arrow_schema(table, told=told)
    arrays = [pa.array(c, type=f.type) for c, f in zip(columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _absent(table: str, name: str) -> object:
    return "" if SCHEMAS[table].get(name) == "string" else None


def ledger(folder: Path, *, source: str = "made", **tables: Iterable[Row]) -> LedgerVersion:
    """Add the rows of each table as one import and commit the next version."""
    catalogue = FileCatalogue(folder)
    before = catalogue.current()
    parts = [
        write_part(folder, table, [batch(table, rows)], source=source)
        for table, rows in tables.items()
    ]
    return catalogue.commit(before.plus(parts), expected_version=before.number)


def line(account: str, line: str, day: str, amount: int, unit: str = "", code: str = "") -> Row:
    """One revenue line; the amount in minor units."""
    return account, unit, line, date.fromisoformat(day), amount, code
