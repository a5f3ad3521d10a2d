"""Permission rows as the service shows them: one permission set per profile, with its fields.

They mirror what field-level security allows here; writing them changes nothing.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from sightline_sandbox.org import Org
from sightline_sandbox.storage.tables import quoted

_SETUP = frozenset({"UserRecordAccess", "FieldPermissions", "ObjectPermissions"})
_RIGHTS = ("Create", "Read", "Edit", "Delete", "ViewAllRecords", "ModifyAllRecords")


def refresh(org: Org, db: sqlite3.Connection) -> None:
    """Bring PermissionSet, ObjectPermissions and FieldPermissions in step with the org."""
    profiles = db.execute(
        'SELECT "Id", "Name", "PermissionsViewAllData", "PermissionsModifyAllData" FROM "Profile"'
    ).fetchall()
    for profile_id, name, sees, changes in profiles:
        parent = _permission_set(org, db, profile_id, name)
        denied = _names(org, "denied", profile_id)
        objects = {
            o.name: _object_rights(o.flag("createable"), bool(sees), bool(changes))
            for o in org.schema
            if o.name not in _SETUP and o.name.lower() not in denied
        }
        _merge(org, db, "ObjectPermissions", "SobjectType", parent, objects)
        _merge(org, db, "FieldPermissions", "Field", parent, _fields(org, profile_id, denied))


def _names(org: Org, kind: str, profile: str) -> set[str]:
    found: set[str] = set()
    for scope in ("*", profile):
        document = org.documents.get(kind, scope)
        found |= {name.lower() for name in document["names"]} if document else set()
    return found


def _permission_set(org: Org, db: sqlite3.Connection, profile_id: str, name: str) -> str:
    row = db.execute(
        'SELECT "Id" FROM "PermissionSet" WHERE "ProfileId" = ?', (profile_id,)
    ).fetchone()
    if row is not None:
        return str(row[0])
    made = org.new_id(db, org.schema.get("PermissionSet"))
    values = {
        "Id": made,
        "Name": f"X{profile_id[:15]}",
        "Label": name,
        "ProfileId": profile_id,
        "IsOwnedByProfile": 1,
        "Type": "Profile",
        **_stamps(org),
    }
    _insert(db, "PermissionSet", values)
    return made


def _stamps(org: Org) -> dict[str, Any]:
    now = org.clock.stamp()
    return {"CreatedDate": now, "LastModifiedDate": now, "SystemModstamp": now}


def _insert(db: sqlite3.Connection, table: str, values: dict[str, Any]) -> None:
    columns = ", ".join(quoted(name) for name in values)
    places = ", ".join("?" for _ in values)
    db.execute(f"INSERT INTO {quoted(table)} ({columns}) VALUES ({places})", list(values.values()))


def _object_rights(writable: bool, sees: bool, changes: bool) -> dict[str, int]:
    values = (writable, True, writable, writable, sees, changes)
    return {f"Permissions{right}": int(v) for right, v in zip(_RIGHTS, values, strict=True)}


def _fields(org: Org, profile: str, denied: set[str]) -> dict[str, dict[str, int]]:
    hidden, fixed = _names(org, "hidden", profile), _names(org, "read_only", profile)
    found = {}
    for sobject in org.schema:
        if sobject.name in _SETUP or sobject.name.lower() in denied:
            continue
        for field in sobject.fields.values():
            name = f"{sobject.name}.{field.name}"
            if field.raw["permissionable"] and name.lower() not in hidden:
                edit = (field.createable or field.updateable) and name.lower() not in fixed
                found[name] = {"PermissionsRead": 1, "PermissionsEdit": int(edit)}
    return found


def _merge(
    org: Org,
    db: sqlite3.Connection,
    table: str,
    key: str,
    parent: str,
    wanted: dict[str, dict[str, int]],
) -> None:
    sobject = org.schema.get(table)
    present = {
        row[0]: row[1]
        for row in db.execute(
            f'SELECT {quoted(key)}, "Id" FROM {quoted(table)} WHERE "ParentId" = ?', (parent,)
        )
    }
    for name in present.keys() - wanted.keys():
        db.execute(f'DELETE FROM {quoted(table)} WHERE "Id" = ?', (present[name],))
    stamps = {k: v for k, v in _stamps(org).items() if sobject.find(k)}
    for name, rights in wanted.items():
        if name in present:
            sets = ", ".join(f"{quoted(right)} = ?" for right in rights)
            db.execute(
                f'UPDATE {quoted(table)} SET {sets} WHERE "Id" = ?',
                [*rights.values(), present[name]],
            )
        else:
            values = {"Id": org.new_id(db, sobject), "ParentId": parent, key: name, **rights}
            values["SobjectType"] = name.split(".")[0]
            _insert(db, table, {**values, **stamps})
