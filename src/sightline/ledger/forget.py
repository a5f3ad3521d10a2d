"""Taking people out of the activity log: their key from its rows, or rows past their time.

Parts are immutable, so a part is written anew without what is to go; every other row is the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sightline.ledger.parts import write_part
from sightline.ledger.tables import ACTIVITIES, OUTSIDE_ID
from sightline.ledger.version import Part, part_path

if TYPE_CHECKING:
    import pyarrow as pa


def without_people(folder: Path, part: Part, contacts: Collection[str]) -> Part:
    """The part with these contacts' keys emptied; the same part where it names none of them.

    The rows stay, because the account's contact did take place.
    """
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    path = part_path(folder, part)
    wanted = list(contacts)
    keys = pq.read_table(path, columns=["contact"]).column("contact")
    if not pc.any(pc.is_in(keys, value_set=_text(wanted))).as_py():
        return part
    batches = _emptied(path, wanted)
    return write_part(folder, ACTIVITIES, batches, source=part.source, told=_told(path))


def since(folder: Path, part: Part, first: date) -> Part | None:
    """The part without days before `first`; None where nothing of it is left."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    if part.first_day is not None and part.first_day >= first:
        return part
    if part.last_day is not None and part.last_day < first:
        return None
    path = part_path(folder, part)
    table = pq.read_table(path)
    kept = table.filter(pc.greater_equal(table.column("at"), pa.scalar(first, pa.date32())))
    batches = kept.to_batches()
    return write_part(folder, ACTIVITIES, batches, source=part.source, told=_told(path))


def _told(path: Path) -> tuple[str, ...]:
    """The ids of records, where the part has them: without, what a CRM takes back would stay."""
    import pyarrow.parquet as pq

    return (OUTSIDE_ID,) if OUTSIDE_ID in pq.read_schema(path).names else ()


def _emptied(path: Path, contacts: list[str]) -> Iterator[pa.RecordBatch]:
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    file = pq.ParquetFile(path)
    try:
        for batch in file.iter_batches():
            at = batch.schema.get_field_index("contact")
            column = batch.column(at)
            cleared = pc.if_else(pc.is_in(column, value_set=_text(contacts)), "", column)
            yield batch.set_column(at, "contact", cleared)
    finally:
        file.close()


def _text(values: list[str]) -> pa.Array:
    import pyarrow as pa

    return pa.array(values, pa.string())
