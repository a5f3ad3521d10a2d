"""Custom objects, fields and validation rules from metadata: SFDX source or one file per object.

Reads every `objects` folder below the one given. Standard objects only get what is custom.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from sightline_sandbox.formula import FormulaError
from sightline_sandbox.ids import base62
from sightline_sandbox.loading import metadata_out, permissions, record_types
from sightline_sandbox.loading.metadata_fields import Node, field_entry
from sightline_sandbox.org import Org
from sightline_sandbox.schema.custom import new_object
from sightline_sandbox.schema.field import Field, field_from
from sightline_sandbox.schema.sobject import SObject
from sightline_sandbox.storage import tables

#: Custom fields of activities are kept once and are fields of both kinds.
ACTIVITIES = ("Task", "Event")
_NAMESPACE = "{http://soap.sforce.com/2006/04/metadata}"


@dataclass(slots=True)
class Added:
    """What a metadata folder brought."""

    objects: int = 0
    fields: int = 0
    rules: int = 0
    record_types: int = 0


class MetadataError(ValueError):
    """A metadata file that cannot be read, and why."""


def load(org: Org, db: sqlite3.Connection, folder: Path) -> Added:
    """Add what a folder holds; what is there already is replaced."""
    added = Added()
    found = dict(_objects(folder))
    if not found:
        raise MetadataError(f"no objects folder below {folder}")
    for name, node in found.items():
        if org.schema.find(name) is None:
            _add_object(org, db, name, node)
            added.objects += 1
    for name, node in found.items():
        sobject = org.schema.get(name)
        fields = [_field(org, name, item) for item in node.all("fields")]
        org.add_custom(db, sobject, [f for f in fields if f is not None])
        added.fields += len(fields)
        added.rules += _rules(org, db, sobject, node)
        _list_views(org, db, sobject, node)
        added.record_types += _record_types(org, db, sobject, node)
        _keep(org, db, name, node)
    org.change(db, "schema_changed", org.now().isoformat())
    org.forget_viewers()
    permissions.refresh(org, db)
    return added


def _keep(org: Org, db: sqlite3.Connection, name: str, node: Node) -> None:
    """Keep the words of what was loaded: descriptions and the like, which nothing here acts on."""
    own = {key: value for key, value in node.raw.items() if key not in metadata_out.PARTS.values()}
    if own:
        metadata_out.keep_source(org, db, "CustomObject", name, own)
    for kind, part in metadata_out.PARTS.items():
        for raw in node.all(part):
            full = f"{name}.{Node(raw).text('fullName')}"
            metadata_out.keep_source(org, db, kind, full, raw)


def _objects(folder: Path) -> Iterator[tuple[str, Node]]:
    """Object name and its metadata, parts of the source format put together."""
    folders = [folder] if folder.name == "objects" else sorted(folder.rglob("objects"))
    for objects in folders:
        for item in sorted(objects.iterdir()):
            if item.is_dir():
                name, node = item.name, _from_parts(item)
            elif item.suffix == ".object":
                name, node = item.stem, parse(item)
            else:
                continue
            for each in ACTIVITIES if name == "Activity" else (name,):
                yield each, node


def parse(path: Path) -> Node:
    """A metadata file. Raises MetadataError when it is no XML."""
    try:
        root = ElementTree.parse(path).getroot()  # noqa: S314 - the operator's own files
    except ElementTree.ParseError as error:
        raise MetadataError(f"{path}: {error}") from None
    return Node(_plain(root))


def _plain(element: ElementTree.Element) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for child in element:
        name = child.tag.removeprefix(_NAMESPACE)
        value = _plain(child) if len(child) else (child.text or "").strip()
        found.setdefault(name, []).append(value)
    return found


def _from_parts(folder: Path) -> Node:
    whole: dict[str, list[Any]] = {}
    own = folder / f"{folder.name}.object-meta.xml"
    if own.exists():
        whole.update(parse(own).raw)
    for part, name in ((p, p) for p in ("fields", "validationRules", "recordTypes", "listViews")):
        for path in sorted((folder / part).glob("*-meta.xml")):
            whole.setdefault(name, []).append(parse(path).raw)
    return Node(whole)


def _add_object(org: Org, db: sqlite3.Connection, name: str, node: Node) -> None:
    if not name.endswith("__c"):
        raise MetadataError(f"{name} is no object of this org")
    prefix = "a" + base62(org.count_up(db, "custom object"), width=2)
    label = node.text("label") or name.removesuffix("__c").replace("_", " ")
    plural = node.text("pluralLabel") or f"{label}s"
    name_field = _name_field(node)
    sobject = new_object(name, prefix, label, plural, name_field)
    if node.text("sharingModel") == "ControlledByParent":
        sobject.fields.pop("ownerid", None)
    import json

    entry = {"prefix": prefix, "label": label, "plural": plural, "nameField": name_field}
    db.execute(
        "INSERT OR REPLACE INTO _custom (object, name, entry) VALUES (?, '', ?)",
        (name, json.dumps(entry)),
    )
    org.schema.add(sobject)
    tables.create(db, sobject)


def _name_field(node: Node) -> dict[str, object]:
    inner = node.one("nameField")
    given: dict[str, object] = {"label": (inner.text("label") if inner else "") or "Name"}
    if inner is not None and inner.text("type") == "AutoNumber":
        given |= {
            "autoNumber": True,
            "createable": False,
            "updateable": False,
            "defaultedOnCreate": True,
            "nillable": False,
            "inlineHelpText": inner.text("displayFormat") or "{0000}",
        }
    return given


def _field(org: Org, object_name: str, raw: dict[str, list[Any]]) -> Field | None:
    node = Node(raw)
    name = node.text("fullName")
    sobject = org.schema.get(object_name)
    known = sobject.find(name)
    if not name.endswith("__c"):
        return known
    entry = field_entry(node)
    try:
        if entry.get("calculatedFormula"):
            org.formula_sql(sobject, str(entry["calculatedFormula"]), "t")
    except FormulaError as error:
        raise MetadataError(f"{object_name}.{name}: {error}") from None
    return field_from(entry)


def _record_types(org: Org, db: sqlite3.Connection, sobject: SObject, node: Node) -> int:
    found = [Node(raw) for raw in node.all("recordTypes")]
    for one in found:
        new = record_types.NewType(
            one.text("fullName"),
            one.text("label") or one.text("fullName"),
            description=one.text("description") or None,
            active=one.text("active") != "false",
        )
        record_types.add(org, db, sobject, new)
    return len(found)


def _list_views(org: Org, db: sqlite3.Connection, sobject: SObject, node: Node) -> None:
    for raw in node.all("listViews"):
        one = Node(raw)
        columns = [c for c in raw.get("columns", []) if isinstance(c, str)]
        body = {
            "object": sobject.name,
            "name": one.text("fullName"),
            "label": one.text("label"),
            "columns": ["Name" if c == "NAME" else c for c in columns],
            "scope": one.text("filterScope"),
        }
        org.documents.put(db, "listview", f"{sobject.name}.{body['name']}", body)


def _rules(org: Org, db: sqlite3.Connection, sobject: SObject, node: Node) -> int:
    count = 0
    for raw in node.all("validationRules"):
        rule = Node(raw)
        try:
            org.formula_sql(sobject, rule.text("errorConditionFormula"), "t")
        except FormulaError as error:
            raise MetadataError(f"{sobject.name}.{rule.text('fullName')}: {error}") from None
        body = {
            "object": sobject.name,
            "name": rule.text("fullName"),
            "formula": rule.text("errorConditionFormula"),
            "message": rule.text("errorMessage"),
            "field": rule.text("errorDisplayField") or None,
            "active": rule.text("active") != "false",
        }
        org.documents.put(db, "rule", f"{sobject.name}.{body['name']}", body)
        count += 1
    return count
