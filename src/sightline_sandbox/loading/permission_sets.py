"""Permission sets from metadata: their row, and what they grant on objects and fields."""

from __future__ import annotations

import sqlite3
from typing import Any

from sightline_sandbox.loading.metadata_fields import Node
from sightline_sandbox.org import Org
from sightline_sandbox.storage.tables import quoted

_OBJECT_RIGHTS = {
    "PermissionsCreate": "allowCreate",
    "PermissionsRead": "allowRead",
    "PermissionsEdit": "allowEdit",
    "PermissionsDelete": "allowDelete",
    "PermissionsViewAllRecords": "viewAllRecords",
    "PermissionsModifyAllRecords": "modifyAllRecords",
}


def unknown_names(org: Org, node: Node, coming: frozenset[str]) -> list[str]:
    """Objects and fields a permission set names and the org has not, nor those deployed with it.

    `coming` holds names such as `account.tier__c` in lower case.
    """
    found = []
    for raw in node.all("objectPermissions"):
        name = Node(raw).text("object")
        if org.schema.find(name) is None and name.lower() not in coming:
            found.append(f"In field: object - no CustomObject named {name} found")
    for raw in node.all("fieldPermissions"):
        name = Node(raw).text("field")
        if not _has_field(org, name) and name.lower() not in coming:
            found.append(f"In field: field - no CustomField named {name} found")
    return found


def _has_field(org: Org, name: str) -> bool:
    owner, _, field = name.partition(".")
    sobject = org.schema.find("Task" if owner == "Activity" else owner)
    return sobject is not None and sobject.find(field) is not None


def put(org: Org, db: sqlite3.Connection, name: str, node: Node) -> str:
    """Add a permission set, or write a known one anew; answers its id."""
    known = db.execute('SELECT "Id" FROM "PermissionSet" WHERE "Name" = ?', (name,)).fetchone()
    made = str(known[0]) if known else org.new_id(db, org.schema.get("PermissionSet"))
    now = org.clock.stamp()
    stamps = {"CreatedDate": now, "LastModifiedDate": now, "SystemModstamp": now}
    values = {
        "Id": made,
        "Name": name,
        "Label": node.text("label") or name,
        "Description": node.text("description") or None,
        "IsCustom": 1,
        "Type": "Regular",
    }
    _insert(org, db, "PermissionSet", {**values, **stamps})
    for table in ("ObjectPermissions", "FieldPermissions"):
        db.execute(f'DELETE FROM {quoted(table)} WHERE "ParentId" = ?', (made,))
    for row in [*_objects(node), *_fields(node)]:
        table = "FieldPermissions" if "Field" in row else "ObjectPermissions"
        own = {"Id": org.new_id(db, org.schema.get(table)), "ParentId": made}
        _insert(org, db, table, {**own, **row, **stamps})
    return made


def as_metadata(db: sqlite3.Connection, name: str) -> dict[str, Any]:
    """A permission set's label and rights as elements of metadata."""
    made, label, described = db.execute(
        'SELECT "Id", "Label", "Description" FROM "PermissionSet" WHERE "Name" = ?', (name,)
    ).fetchone()
    rights = ", ".join(quoted(column) for column in _OBJECT_RIGHTS)
    objects = db.execute(
        f'SELECT "SobjectType", {rights} FROM "ObjectPermissions" WHERE "ParentId" = ?', (made,)
    ).fetchall()
    fields = db.execute(
        'SELECT "Field", "PermissionsEdit", "PermissionsRead" FROM "FieldPermissions" '
        'WHERE "ParentId" = ? ORDER BY "Field"',
        (made,),
    ).fetchall()
    tree: dict[str, Any] = {"description": described} if described else {}
    tree |= {"hasActivationRequired": False, "label": label}
    tree["fieldPermissions"] = [
        {"editable": bool(edit), "field": field, "readable": bool(read)}
        for field, edit, read in fields
    ]
    words = _OBJECT_RIGHTS.values()
    tree["objectPermissions"] = [
        {**{w: bool(v) for w, v in zip(words, values, strict=True)}, "object": kind}
        for kind, *values in sorted(objects)
    ]
    return tree


def _objects(node: Node) -> list[dict[str, Any]]:
    entries = [Node(raw) for raw in node.all("objectPermissions")]
    return [
        {
            "SobjectType": one.text("object"),
            **{right: int(one.yes(word)) for right, word in _OBJECT_RIGHTS.items()},
        }
        for one in entries
    ]


def _fields(node: Node) -> list[dict[str, Any]]:
    entries = [Node(raw) for raw in node.all("fieldPermissions")]
    return [
        {
            "SobjectType": one.text("field").split(".")[0],
            "Field": one.text("field"),
            "PermissionsRead": int(one.yes("readable")),
            "PermissionsEdit": int(one.yes("editable")),
        }
        for one in entries
    ]


def _insert(org: Org, db: sqlite3.Connection, table: str, values: dict[str, Any]) -> None:
    sobject = org.schema.get(table)
    kept = {name: value for name, value in values.items() if sobject.find(name)}
    columns = ", ".join(quoted(name) for name in kept)
    places = ", ".join("?" for _ in kept)
    db.execute(
        f"INSERT OR REPLACE INTO {quoted(table)} ({columns}) VALUES ({places})",
        list(kept.values()),
    )
