"""Taking set-up away: custom objects and fields, rules, list views, record types, and the rest."""

from __future__ import annotations

import sqlite3

from sightline_sandbox.loading.metadata_out import ACTIVITY, KINDS_OF_ACTIVITY, SOURCE, names
from sightline_sandbox.org import Org
from sightline_sandbox.storage.tables import quoted


def remove(org: Org, db: sqlite3.Connection, kind: str, name: str) -> str | None:
    """Remove a component; answers what is wrong, or None. A field's values go with it."""
    known = next((n for n in names(org, db, kind) if n.lower() == name.lower()), None)
    if known is None:
        return f"no {kind} named {name} found"
    if kind in ("CustomObject", "CustomField") and not known.endswith("__c"):
        return f"{known} is standard and cannot be deleted"
    _take(org, db, kind, known)
    org.documents.drop(db, SOURCE, f"{kind}.{known}")
    org.documents.drop(db, "component", f"{kind}.{known}")
    org.change(db, "schema_changed", org.now().isoformat())
    org.forget_viewers()
    return None


def _take(org: Org, db: sqlite3.Connection, kind: str, known: str) -> None:
    owner, _, own = known.partition(".")
    if kind == "CustomObject":
        _object(org, db, known)
    elif kind == "CustomField":
        for each in KINDS_OF_ACTIVITY if owner == ACTIVITY else (owner,):
            _field(org, db, each, own)
    elif kind == "RecordType":
        where = '"SobjectType" = ? AND "DeveloperName" = ?'
        db.execute(f'DELETE FROM "RecordType" WHERE {where}', (owner, own))
    elif kind == "PermissionSet":
        _permission_set(db, known)
    else:
        document = {"ValidationRule": "rule", "ListView": "listview"}.get(kind)
        if document is not None:
            org.documents.drop(db, document, known)


def _object(org: Org, db: sqlite3.Connection, name: str) -> None:
    org.schema.remove(name)
    db.execute("DELETE FROM _custom WHERE object = ?", (name,))
    db.execute(f"DROP TABLE IF EXISTS {quoted(name)}")


def _field(org: Org, db: sqlite3.Connection, owner: str, name: str) -> None:
    sobject = org.schema.get(owner)
    if sobject.fields[name.lower()].stored:
        db.execute(f"UPDATE {quoted(owner)} SET {quoted(name)} = NULL")
    sobject.drop(name)
    org.schema.add(sobject)
    db.execute("DELETE FROM _custom WHERE object = ? AND name = ?", (owner, name))


def _permission_set(db: sqlite3.Connection, name: str) -> None:
    row = db.execute('SELECT "Id" FROM "PermissionSet" WHERE "Name" = ?', (name,)).fetchone()
    for table in ("ObjectPermissions", "FieldPermissions"):
        db.execute(f'DELETE FROM {quoted(table)} WHERE "ParentId" = ?', (row[0],))
    db.execute('DELETE FROM "PermissionSetAssignment" WHERE "PermissionSetId" = ?', (row[0],))
    db.execute('DELETE FROM "PermissionSet" WHERE "Id" = ?', (row[0],))
