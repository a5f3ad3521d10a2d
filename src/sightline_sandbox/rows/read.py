"""Reading single rows from storage."""

from typing import Any

from sightline_sandbox.errors import ApiError, not_found, row_error
from sightline_sandbox.schema.sobject import SObject
from sightline_sandbox.storage.tables import quoted
from sightline_sandbox.work import Work

Row = dict[str, Any]


def row_of(work: Work, sobject: SObject, record_id: str) -> Row | None:
    """The stored row, deleted or not, as a dict by field name; None when there is none."""
    fields = [f.name for f in sobject.columns()]
    columns = ", ".join(quoted(name) for name in fields)
    found = work.db.execute(
        f'SELECT {columns} FROM {quoted(sobject.name)} WHERE "Id" = ?', (record_id,)
    ).fetchone()
    return dict(zip(fields, found, strict=True)) if found else None


def visible(work: Work, sobject: SObject, record_id: str) -> bool:
    """Whether the user's sharing lets this row be seen."""
    test = work.org.sharing.row_filter(work.viewer)(sobject, "t")
    if test is None:
        return True
    sql = f'SELECT 1 FROM {quoted(sobject.name)} t WHERE t."Id" = :id AND {test}'
    return work.db.execute(sql, {"id": record_id}).fetchone() is not None


def live_row(work: Work, sobject: SObject, record_id: str, *, single: bool) -> Row:
    """The row, which must exist, not be deleted, and be visible to the user.

    `single` chooses the words of a request for one row; batches name a cross reference.
    """
    row = row_of(work, sobject, record_id)
    if row is None or not visible(work, sobject, record_id):
        raise (
            not_found()
            if single
            else row_error("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
        )
    if row.get("IsDeleted"):
        raise ApiError("ENTITY_IS_DELETED", "entity is deleted", status=404, fields=[])
    return row


def exists(work: Work, sobject: SObject, record_id: str) -> bool | None:
    """True for a live row, False for a deleted one, None for none."""
    has_flag = sobject.find("IsDeleted") is not None
    flag = '"IsDeleted"' if has_flag else "0"
    found = work.db.execute(
        f'SELECT {flag} FROM {quoted(sobject.name)} WHERE "Id" = ?', (record_id,)
    ).fetchone()
    return None if found is None else not found[0]


def by_value(work: Work, sobject: SObject, field_name: str, value: Any) -> list[str]:
    """The ids of live rows whose field has a value."""
    live = ' AND "IsDeleted" = 0' if sobject.find("IsDeleted") else ""
    found = work.db.execute(
        f'SELECT "Id" FROM {quoted(sobject.name)} WHERE {quoted(field_name)} = ?{live} LIMIT 20',
        (value,),
    )
    return [row[0] for row in found]
