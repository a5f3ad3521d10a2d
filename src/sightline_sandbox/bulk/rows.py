"""Rows of a bulk job: from CSV text to writes, one outcome per row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sightline_sandbox.errors import ApiError, row_error
from sightline_sandbox.ids import to_18
from sightline_sandbox.rows import remove, save, upsert
from sightline_sandbox.schema.sobject import SObject
from sightline_sandbox.storage.database import savepoint
from sightline_sandbox.work import Work

DELIMITERS = {
    "BACKQUOTE": "`",
    "CARET": "^",
    "COMMA": ",",
    "PIPE": "|",
    "SEMICOLON": ";",
    "TAB": "\t",
}
OPERATIONS = frozenset({"insert", "update", "upsert", "delete", "hardDelete"})
_NULL = "#N/A"
csv.field_size_limit(10_000_000)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row: its id, or the error in one line."""

    id: str
    created: bool
    error: str | None


def read_csv(text: str, delimiter: str) -> tuple[list[str], Iterator[list[str]]]:
    """Header and rows of a CSV text."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = [name.strip() for name in next(reader, [])]
    return header, (row for row in reader if row)


def write_csv(rows: list[list[Any]], delimiter: str = ",", ending: str = "\n") -> str:
    """Rows as CSV, every value in quotes as the service does."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=ending, quoting=csv.QUOTE_ALL).writerows(
        rows
    )
    return out.getvalue()


def unknown_column(work: Work, sobject: SObject, header: list[str]) -> str | None:
    """The first column that is no field or relationship of the object."""
    for name in header:
        head = name.split(":")[-1].split(".")[0]
        if "." in name:
            if sobject.relation(name.split(":")[0].split(".")[0]) is None:
                return name
            continue
        field = sobject.find(head)
        if field is None or not work.viewer.sees(sobject, field):
            return name
    return None


def record_of(header: list[str], row: list[str]) -> dict[str, Any]:
    """A row as a record: empty values left out, `#N/A` null, `Account.Ext__c` nested."""
    record: dict[str, Any] = {}
    for name, value in zip(header, row, strict=False):
        if value == "":
            continue
        stored = None if value == _NULL else value
        if "." in name:
            relation, _, field = name.split(":")[-1].rpartition(".")
            record[name.split(":")[0].split(".")[0] if ":" in name else relation] = {field: stored}
        else:
            record[name] = stored
    return record


def apply_row(
    work: Work, sobject: SObject, operation: str, key: str | None, record: dict[str, Any]
) -> Outcome:
    """Write one row, undone alone when it fails."""
    record_id = next((str(v) for k, v in record.items() if k.lower() == "id" and v), "")
    try:
        with savepoint(work.db):
            return _applied(work, sobject, operation, key, record, record_id)
    except ApiError as error:
        fields = ",".join(error.fields or [])
        line = f"{error.code}:{error.message}:{fields} --"
        return Outcome(to_18(record_id) or "", created=False, error=line)
    except upsert.SeveralRows as found:
        line = f"DUPLICATE_EXTERNAL_ID:{key}: more than one record found: {found}:{key} --"
        return Outcome("", created=False, error=line)


def _applied(
    work: Work,
    sobject: SObject,
    operation: str,
    key: str | None,
    record: dict[str, Any],
    record_id: str,
) -> Outcome:
    if operation == "insert":
        return Outcome(save.create(work, sobject, record), created=True, error=None)
    if operation == "upsert":
        field = upsert.key_field(work, sobject, key or "Id")
        value = next((v for k, v in record.items() if k.lower() == field.name.lower()), None)
        done = upsert.upsert(work, sobject, field, value, record, single=False)
        return Outcome(done.id, created=done.created, error=None)
    found = to_18(record_id)
    if found is None:
        raise row_error("MISSING_ARGUMENT", f"Id not specified in an {operation} call", "Id")
    if operation == "update":
        save.update(work, sobject, found, record, single=False)
        return Outcome(found, created=False, error=None)
    remove.delete(work, sobject, found, single=False)
    if operation == "hardDelete":
        remove.purge(work, sobject, found)
    return Outcome(found, created=False, error=None)
