"""Deleting, undeleting, purging and merging rows."""

from typing import Any

from sightline_sandbox.errors import ApiError, row_error
from sightline_sandbox.rows import checks, read
from sightline_sandbox.rows.automation import RIGHTS_OBJECTS, person_accounts, rates
from sightline_sandbox.rows.automation.opportunities import roll_up_amount
from sightline_sandbox.rows.read import Row
from sightline_sandbox.schema.sobject import SObject
from sightline_sandbox.storage.database import savepoint
from sightline_sandbox.storage.tables import quoted
from sightline_sandbox.work import Work


def delete(work: Work, sobject: SObject, record_id: str, *, single: bool = True) -> None:
    """Move a row, and what cannot live without it, to the recycle bin."""
    if not sobject.flag("deletable"):
        raise row_error("INVALID_TYPE", f"entity type cannot be deleted: {sobject.raw['label']}")
    row = read.live_row(work, sobject, record_id, single=single)
    checks.may_edit(work, sobject, row, "delete")
    if sobject.name == "Contact" and row.get("IsPersonAccount"):
        person_accounts.refuse_contact(work, row, row, frozenset())
    with savepoint(work.db):
        _bin(work, sobject, record_id, root=record_id)
        if sobject.name in RIGHTS_OBJECTS:
            work.org.forget_viewers()
        if sobject.name == "DatedConversionRate":
            rates.chain(work, row, None)
        if sobject.name == "OpportunityLineItem":
            roll_up_amount(work, str(row["OpportunityId"]))
        if sobject.name == "AccountTeamMember":
            work.db.execute(
                'DELETE FROM "AccountShare" WHERE "AccountId" = ? AND "UserOrGroupId" = ? '
                "AND \"RowCause\" = 'Team'",
                (row["AccountId"], row["UserId"]),
            )


def _bin(work: Work, sobject: SObject, record_id: str, *, root: str) -> None:
    work.db.execute(
        "INSERT OR REPLACE INTO _removed (object, id, removed, root) VALUES (?, ?, ?, ?)",
        (sobject.name, record_id, work.stamp, root),
    )
    if sobject.find("IsDeleted") is None:
        work.db.execute(f'DELETE FROM {quoted(sobject.name)} WHERE "Id" = ?', (record_id,))
        return
    _mark(work, sobject, record_id, {"IsDeleted": 1})
    for child, field, entry in work.schema.references_to(sobject):
        if field == "MasterRecordId" or not child.flag("queryable"):
            continue
        if entry["cascadeDelete"]:
            for child_id in _children(work, child, field, record_id):
                _bin(work, child, child_id, root=root)
        else:
            _clear(work, child, field, record_id)


def _mark(work: Work, sobject: SObject, record_id: str, values: Row) -> None:
    stamps: dict[str, Any] = {
        "SystemModstamp": work.stamp,
        "LastModifiedDate": work.stamp,
        "LastModifiedById": work.viewer.user_id,
    }
    values = {**values, **{k: v for k, v in stamps.items() if sobject.find(k)}}
    sets = ", ".join(f"{quoted(name)} = ?" for name in values)
    work.db.execute(
        f'UPDATE {quoted(sobject.name)} SET {sets} WHERE "Id" = ?', [*values.values(), record_id]
    )


def _children(work: Work, child: SObject, field: str, record_id: str) -> list[str]:
    live = ' AND "IsDeleted" = 0' if child.find("IsDeleted") else ""
    found = work.db.execute(
        f'SELECT "Id" FROM {quoted(child.name)} WHERE {quoted(field)} = ?{live}', (record_id,)
    )
    return [row[0] for row in found]


def _clear(work: Work, child: SObject, field: str, record_id: str) -> None:
    """A plain lookup loses its value; the row's stamp moves."""
    found = child.find(field)
    if found is None or not found.stored or not found.nillable:
        return
    stamped = ', "SystemModstamp" = :now' if child.find("SystemModstamp") else ""
    work.db.execute(
        f"UPDATE {quoted(child.name)} SET {quoted(field)} = NULL{stamped} "
        f"WHERE {quoted(field)} = :id",
        {"id": record_id, "now": work.stamp},
    )


def undelete(work: Work, sobject: SObject, record_id: str) -> None:
    """Bring a row back from the recycle bin, with what went down with it, under the same id."""
    row = read.row_of(work, sobject, record_id)
    removed = work.db.execute(
        "SELECT root FROM _removed WHERE object = ? AND id = ?", (sobject.name, record_id)
    ).fetchone()
    if row is None or not row.get("IsDeleted") or removed is None:
        raise row_error("UNDELETE_FAILED", "Entity is not in the recycle bin")
    if not sobject.flag("undeletable"):
        raise row_error("UNDELETE_FAILED", f"entity type cannot be undeleted: {sobject.name}")
    if row.get("MasterRecordId"):
        raise row_error("UNDELETE_FAILED", "A merged record cannot be undeleted")
    together = work.db.execute(
        "SELECT object, id FROM _removed WHERE root = ?", (removed[0],)
    ).fetchall()
    with savepoint(work.db):
        for name, one_id in together:
            _mark(work, work.schema.get(name), one_id, {"IsDeleted": 0})
        work.db.execute("DELETE FROM _removed WHERE root = ?", (removed[0],))


def purge(work: Work, sobject: SObject, record_id: str) -> None:
    """Empty a deleted row out of the recycle bin: only `/deleted` still knows of it."""
    row = read.row_of(work, sobject, record_id)
    if row is None or not row.get("IsDeleted"):
        raise row_error("INVALID_ID_FIELD", f"Entity is not in the recycle bin: {record_id}")
    work.db.execute(f'DELETE FROM {quoted(sobject.name)} WHERE "Id" = ?', (record_id,))


def merge(
    work: Work, sobject: SObject, master_id: str, loser_ids: list[str], values: Row
) -> list[str]:
    """Merge up to two rows into a master: children move over, losers point at the master.

    Answers the ids of the children moved.
    """
    if not sobject.flag("mergeable"):
        raise ApiError("INVALID_TYPE", f"entity type cannot be merged: {sobject.name}")
    from sightline_sandbox.rows import save

    read.live_row(work, sobject, master_id, single=False)
    moved: list[str] = []
    with savepoint(work.db):
        for loser_id in loser_ids:
            read.live_row(work, sobject, loser_id, single=False)
            for child, field, _ in work.schema.references_to(sobject):
                if field != "MasterRecordId":
                    moved += _move(work, child, field, loser_id, master_id)
            work.db.execute(
                "INSERT OR REPLACE INTO _removed (object, id, removed, root) VALUES (?, ?, ?, ?)",
                (sobject.name, loser_id, work.stamp, loser_id),
            )
            _mark(work, sobject, loser_id, {"IsDeleted": 1, "MasterRecordId": master_id})
        save.update(work, sobject, master_id, values)
    return moved


def _move(work: Work, child: SObject, field: str, loser: str, master: str) -> list[str]:
    found = child.find(field)
    if found is None or not found.stored:
        return []
    ids = _children(work, child, field, loser)
    for child_id in ids:
        _mark(work, child, child_id, {field: None if child_id == master else master})
    return ids
