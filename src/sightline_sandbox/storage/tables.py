"""Tables of the objects: columns by field, kept in step with the schema."""

import sqlite3

from sightline_sandbox.schema.catalogue import Schema
from sightline_sandbox.schema.field import Field
from sightline_sandbox.schema.sobject import SObject

_AFFINITY = {
    "boolean": "INTEGER",
    "int": "INTEGER",
    "double": "REAL",
    "currency": "REAL",
    "percent": "REAL",
}
#: References nobody walks from the other end: an index would cost more than it gives.
_UNINDEXED = frozenset(
    {
        "CreatedById",
        "LastModifiedById",
        "DandbCompanyId",
        "IndividualId",
        "OperatingHoursId",
        "RecordTypeId",
        "LastAmountChangedHistoryId",
        "LastCloseDateChangedHistoryId",
        "RecurrenceActivityId",
        "ns__LinkedAccount__c",
    }
)


def quoted(name: str) -> str:
    """A name as an SQL identifier. Names come from the schema, never from a request."""
    return '"' + name.replace('"', '""') + '"'


def create_all(connection: sqlite3.Connection, schema: Schema) -> None:
    """Make missing tables, columns and indexes."""
    for sobject in schema:
        create(connection, sobject)


def create(connection: sqlite3.Connection, sobject: SObject) -> None:
    """Make the table of one object, or add the columns it lacks."""
    table = quoted(sobject.name)
    present = {row[1].lower() for row in connection.execute(f"PRAGMA table_info({table})")}
    fields = [f for f in sobject.columns() if f.name.lower() not in present]
    if not present:
        columns = ", ".join(_column(f) for f in fields)
        connection.execute(f"CREATE TABLE {table} ({columns})")
    else:
        for field in fields:
            connection.execute(f"ALTER TABLE {table} ADD COLUMN {_column(field)}")
    for field in fields:
        _index(connection, sobject, field)


def _column(field: Field) -> str:
    kind = _AFFINITY.get(field.type, "TEXT")
    if field.name == "Id":
        return '"Id" TEXT PRIMARY KEY'
    collate = "" if kind != "TEXT" or _exact(field) else " COLLATE NOCASE"
    default = " DEFAULT 0" if field.type == "boolean" else ""
    return f"{quoted(field.name)} {kind}{collate}{default}"


def _exact(field: Field) -> bool:
    """Ids, stamps and case-sensitive external ids are compared letter by letter."""
    return field.type in ("id", "reference", "date", "datetime") or field.raw["caseSensitive"]


def _index(connection: sqlite3.Connection, sobject: SObject, field: Field) -> None:
    columns = _index_columns(field)
    if not columns:
        return
    name = quoted(f"{sobject.name}_{field.name}")
    connection.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {quoted(sobject.name)} ({columns})")


def _index_columns(field: Field) -> str | None:
    if field.name == "SystemModstamp":
        return '"SystemModstamp", "Id"'
    if field.type == "reference":
        return None if field.name in _UNINDEXED else quoted(field.name)
    if field.name != "Id" and (field.lookup_key or field.raw["unique"] or field.raw["nameField"]):
        return quoted(field.name)
    return quoted(field.name) if field.name in ("CloseDate", "ActivityDate") else None


def drop_indexes(connection: sqlite3.Connection, sobject: SObject) -> None:
    """Take the indexes away before a large load; `create_indexes` puts them back."""
    for field in sobject.columns():
        connection.execute(f"DROP INDEX IF EXISTS {quoted(f'{sobject.name}_{field.name}')}")


def create_indexes(connection: sqlite3.Connection, sobject: SObject) -> None:
    """Make every index the object should have."""
    for field in sobject.columns():
        _index(connection, sobject, field)
