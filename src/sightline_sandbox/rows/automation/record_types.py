"""The record type of a row: the object's default, or one given that must be its own."""

from sightline_sandbox.errors import row_error
from sightline_sandbox.rows.read import Row
from sightline_sandbox.schema.sobject import SObject
from sightline_sandbox.work import Work

#: Stands for "no record type" wherever one is named.
MASTER = "012000000000000AAA"


def record_type(
    work: Work, sobject: SObject, row: Row, old: Row | None, given: frozenset[str]
) -> None:
    """Fill or check `RecordTypeId`."""
    settings = work.org.documents.get("record_type", sobject.name)
    if settings is None or sobject.find("RecordTypeId") is None:
        return
    if row.get("RecordTypeId") == MASTER:
        row["RecordTypeId"] = None
    if old is None and not row.get("RecordTypeId"):
        row["RecordTypeId"] = settings["default"]
    elif "RecordTypeId" in given and row.get("RecordTypeId"):
        _check(work, sobject, str(row["RecordTypeId"]))


def _check(work: Work, sobject: SObject, record_id: str) -> None:
    found = work.db.execute(
        'SELECT "IsActive" FROM "RecordType" WHERE "Id" = ? AND "SobjectType" = ?',
        (record_id, sobject.name),
    ).fetchone()
    if found is None or not found[0]:
        raise row_error(
            "INVALID_CROSS_REFERENCE_KEY",
            f"Record Type ID: this ID value isn't valid for the user: {record_id}",
            "RecordTypeId",
        )
