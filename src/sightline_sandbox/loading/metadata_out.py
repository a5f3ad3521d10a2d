"""The org's set-up as metadata: what components there are, and each one's elements.

What the org acts on is written from its present state; what it only keeps (descriptions, tabs,
report types) from what was deployed.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from sightline_sandbox.loading import permission_sets
from sightline_sandbox.loading.metadata_field_out import custom_field
from sightline_sandbox.org import Org
from sightline_sandbox.schema.sobject import SObject

#: An element: child names to text, truth, further elements, or lists of them.
Tree = dict[str, Any]
SOURCE = "metadata source"
ACTIVITY, KINDS_OF_ACTIVITY = "Activity", ("Task", "Event")
#: Components that are parts of an object, and the element of the object that holds them.
PARTS = {
    "CustomField": "fields",
    "ListView": "listViews",
    "RecordType": "recordTypes",
    "ValidationRule": "validationRules",
}
#: Other components: folder and suffix of their files.
FILES = {
    "PermissionSet": ("permissionsets", "permissionset"),
    "ReportType": ("reportTypes", "reportType"),
    "CustomTab": ("tabs", "tab"),
    "Layout": ("layouts", "layout"),
}


def names(org: Org, db: sqlite3.Connection, kind: str) -> list[str]:
    """The full names of the components of a kind."""
    if kind == "CustomObject":
        return [*(one.name for one in org.schema), ACTIVITY]
    if kind == "CustomField":
        return list(dict.fromkeys(name for one in org.schema for name in _fields(one)))
    if kind in ("ValidationRule", "ListView"):
        return [f"{d['object']}.{d['name']}" for d in _kept(org, kind)]
    if kind == "RecordType":
        rows = db.execute('SELECT "SobjectType" || \'.\' || "DeveloperName" FROM "RecordType"')
        return [row[0] for row in rows]
    if kind == "PermissionSet":
        rows = db.execute('SELECT "Name" FROM "PermissionSet" WHERE "IsOwnedByProfile" = 0')
        return [row[0] for row in rows]
    return [key.partition(".")[2] for key, _ in org.documents.items(SOURCE) if _of(key, kind)]


def _fields(sobject: SObject) -> list[str]:
    """An object's fields, a standard object's own that are written too; a lookup goes without its
    `Id`. Of a custom object the name is said by the object, and the owner not at all."""
    owner = ACTIVITY if sobject.name in KINDS_OF_ACTIVITY else sobject.name
    found = []
    for field in sobject.fields.values():
        if field.raw["custom"]:
            found.append(f"{owner}.{field.name}")
        elif field.updateable and not sobject.flag("custom"):
            own = field.name.removesuffix("Id") if field.type == "reference" else field.name
            found.append(f"{sobject.name}.{own}")
    return found


def owner_of(org: Org, name: str) -> SObject:
    """The object a component's name begins with."""
    owner = name.partition(".")[0]
    return org.schema.get(KINDS_OF_ACTIVITY[0] if owner == ACTIVITY else owner)


def _of(key: str, kind: str) -> bool:
    return key.partition(".")[0] == kind


def _kept(org: Org, kind: str) -> list[dict[str, Any]]:
    return org.documents.all({"ValidationRule": "rule", "ListView": "listview"}[kind])


def file_of(kind: str, name: str) -> str:
    """The file of a package a component is in."""
    if kind in FILES:
        folder, suffix = FILES[kind]
        return f"{folder}/{name}.{suffix}"
    return f"objects/{name.split('.')[0]}.object"


def keep_source(
    org: Org, db: sqlite3.Connection, kind: str, name: str, raw: dict[str, list[Any]]
) -> None:
    """Keep a component as it was deployed."""
    org.documents.put(db, SOURCE, f"{kind}.{name}", {"raw": raw})


def component(org: Org, db: sqlite3.Connection, kind: str, name: str) -> Tree | None:
    """The elements of a component; None when there is none of that name."""
    known = {one.lower(): one for one in names(org, db, kind)}
    if name.lower() not in known:
        return None
    name = known[name.lower()]
    if kind == "CustomObject":
        return _object(org, db, owner_of(org, name), name)
    if kind in PARTS:
        found = _part(org, db, kind, owner_of(org, name), name.partition(".")[2])
        return {"fullName": name, **{k: v for k, v in found.items() if k != "fullName"}}
    deployed = _deployed(org, kind, name)
    if kind == "PermissionSet":
        deployed |= permission_sets.as_metadata(db, name)
    return dict(sorted(deployed.items()))


def _deployed(org: Org, kind: str, name: str) -> Tree:
    found = org.documents.get(SOURCE, f"{kind}.{name}")
    return dict(found["raw"]) if found else {}


def _object(org: Org, db: sqlite3.Connection, sobject: SObject, name: str) -> Tree:
    tree: Tree = {
        key: value
        for key, value in _deployed(org, "CustomObject", sobject.name).items()
        if key not in PARTS.values()
    }
    tree |= {"label": sobject.raw["label"], "pluralLabel": sobject.raw["labelPlural"]}
    if sobject.flag("custom"):
        tree.setdefault("deploymentStatus", "Deployed")
        tree.setdefault("sharingModel", "ReadWrite")
        tree.setdefault("nameField", _name_field(sobject))
    for kind, element in PARTS.items():
        mine = [n for n in names(org, db, kind) if n.split(".")[0] == name]
        found = [_part(org, db, kind, sobject, n.partition(".")[2]) for n in sorted(mine)]
        tree[element] = found
    return dict(sorted(tree.items()))


def _name_field(sobject: SObject) -> Tree:
    field = sobject.fields["name"]
    kind = "AutoNumber" if field.raw["autoNumber"] else "Text"
    shown = {"displayFormat": field.raw["inlineHelpText"]} if kind == "AutoNumber" else {}
    return {**shown, "label": field.label, "type": kind}


def _part(org: Org, db: sqlite3.Connection, kind: str, sobject: SObject, own: str) -> Tree:
    name = f"{sobject.name}.{own}"
    deployed = _deployed(org, kind, name)
    made = {
        "CustomField": lambda: _field(sobject, own),
        "RecordType": lambda: _record_type(db, sobject, own),
        "ValidationRule": lambda: _rule(_named(org, "rule", name)),
        "ListView": lambda: _list_view(_named(org, "listview", name)),
    }[kind]()
    return {"fullName": own, **dict(sorted({**deployed, **made, "fullName": own}.items()))}


def _field(sobject: SObject, own: str) -> Tree:
    """A custom field in full; of a standard one that it is there."""
    field = sobject.find(own)
    return custom_field(field) if field is not None and field.raw["custom"] else {}


def _named(org: Org, kind: str, name: str) -> Tree:
    """A document by its name in any case."""
    return next(d for k, d in org.documents.items(kind) if k.lower() == name.lower())


def _record_type(db: sqlite3.Connection, sobject: SObject, own: str) -> Tree:
    label, active, described = db.execute(
        'SELECT "Name", "IsActive", "Description" FROM "RecordType" '
        'WHERE "SobjectType" = ? AND "DeveloperName" = ?',
        (sobject.name, own),
    ).fetchone()
    more = {"description": described} if described else {}
    return {"active": bool(active), **more, "label": label}


def _rule(rule: Tree) -> Tree:
    shown = {"errorDisplayField": rule["field"]} if rule.get("field") else {}
    return {
        "active": bool(rule.get("active", True)),
        "errorConditionFormula": rule["formula"],
        **shown,
        "errorMessage": rule["message"],
    }


def _list_view(view: Tree) -> Tree:
    columns = ["NAME" if c == "Name" else c for c in view["columns"]]
    return {
        "columns": columns,
        "filterScope": view["scope"] or "Everything",
        "label": view["label"],
    }
