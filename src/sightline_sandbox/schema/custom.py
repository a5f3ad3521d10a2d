"""Custom objects and fields kept in storage, put back into the schema at start."""

import json
import sqlite3

from sightline_sandbox.schema.catalogue import Schema
from sightline_sandbox.schema.field import Field, field_from, label_of, make_raw
from sightline_sandbox.schema.sobject import OBJECT_DEFAULTS, SObject

_CUSTOM = "custom object"


def load_custom(db: sqlite3.Connection, schema: Schema) -> None:
    """Add what `_custom` holds: objects first (their entry has no field name), then fields."""
    for name, entry in db.execute("SELECT object, entry FROM _custom WHERE name = ''"):
        raw = json.loads(entry)
        schema.add(new_object(name, raw["prefix"], raw["label"], raw["plural"], raw["nameField"]))
    rows = db.execute("SELECT object, entry FROM _custom WHERE name <> ''").fetchall()
    for name, entry in rows:
        sobject = schema.find(name)
        if sobject is not None:
            sobject.add([field_from(json.loads(entry))])
            schema.add(sobject)


def new_object(
    name: str, prefix: str, label: str, plural: str, name_field: dict[str, object]
) -> SObject:
    """A custom object with its standard fields. `name_field` adds to the entry of `Name`."""
    raw = {
        **OBJECT_DEFAULTS,
        "name": name,
        "keyPrefix": prefix,
        "label": label,
        "labelPlural": plural,
        "custom": True,
        "mruEnabled": True,
        "searchable": True,
        "searchLayoutable": True,
        "feedEnabled": True,
    }
    sobject = SObject(name=name, prefix=prefix, raw=raw, source=_CUSTOM, children=[])
    sobject.add(_standard_fields(name_field))
    return sobject


def _standard_fields(name_field: dict[str, object]) -> list[Field]:
    def made(name: str, type_: str, **given: object) -> Field:
        return field_from(make_raw(name, type_, **{"nillable": False, **given}))

    given: dict[str, object] = {
        "length": 80,
        "nameField": True,
        "idLookup": True,
        "createable": True,
        "updateable": True,
        "nillable": True,
        **name_field,
    }
    user: dict[str, object] = {"referenceTo": ["User"], "defaultedOnCreate": True}
    return [
        made("Id", "id", idLookup=True, defaultedOnCreate=True, label="Record ID"),
        made(
            "OwnerId",
            "reference",
            relationshipName="Owner",
            createable=True,
            updateable=True,
            defaultedOnCreate=True,
            referenceTo=["Group", "User"],
        ),
        made("IsDeleted", "boolean", label="Deleted", defaultedOnCreate=True),
        made("Name", "string", **given),
        made("CreatedDate", "datetime", defaultedOnCreate=True),
        made("CreatedById", "reference", relationshipName="CreatedBy", **user),
        made("LastModifiedDate", "datetime", defaultedOnCreate=True),
        made("LastModifiedById", "reference", relationshipName="LastModifiedBy", **user),
        made("SystemModstamp", "datetime", defaultedOnCreate=True),
        made("LastActivityDate", "date", nillable=True),
        made("LastViewedDate", "datetime", nillable=True),
        made("LastReferencedDate", "datetime", nillable=True),
    ]


__all__ = ["label_of", "load_custom", "new_object"]
