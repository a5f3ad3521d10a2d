"""From Salesforce's describe to the shape of an object."""

from __future__ import annotations

from typing import Any

from sightline.agreement.values import FieldKind, FieldShape, ObjectShape

_KINDS = {
    "picklist": FieldKind.PICKLIST,
    "combobox": FieldKind.PICKLIST,
    "multipicklist": FieldKind.MULTI,
    "reference": FieldKind.REFERENCE,
    "id": FieldKind.REFERENCE,
    "date": FieldKind.DAY,
    "datetime": FieldKind.MOMENT,
    "boolean": FieldKind.SWITCH,
    "int": FieldKind.NUMBER,
    "long": FieldKind.NUMBER,
    "double": FieldKind.NUMBER,
    "currency": FieldKind.NUMBER,
    "percent": FieldKind.NUMBER,
}
# Compound fields are read and written by their parts.
_COMPOUND = frozenset({"address", "location", "base64", "complexvalue", "anyType"})


def shape_of(body: dict[str, Any]) -> ObjectShape:
    """The describe's fields that can be compared."""
    fields = [_field(one) for one in body["fields"] if one["type"] not in _COMPOUND]
    return ObjectShape(
        name=str(body["name"]),
        label=str(body.get("label") or body["name"]),
        fields={one.name: one for one in fields},
        createable=bool(body.get("createable")),
        updateable=bool(body.get("updateable")),
        deletable=bool(body.get("deletable")),
        tracks_changes=bool(body.get("replicateable")),
    )


def guarded_by(body: dict[str, Any]) -> dict[str, str]:
    """Fields whose reading a profile may forbid, with the name under which it says so: a part of an
    address is allowed with the whole."""
    return {
        str(one["name"]): str(one.get("compoundFieldName") or one["name"])
        for one in body["fields"]
        if one.get("permissionable")
    }


def _field(one: dict[str, Any]) -> FieldShape:
    kind = _KINDS.get(str(one["type"]), FieldKind.TEXT)
    numeric = kind is FieldKind.NUMBER
    values = one.get("picklistValues") or []
    return FieldShape(
        name=str(one["name"]),
        kind=kind,
        label=str(one.get("label") or one["name"]),
        length=int(one["length"]) or None if kind is FieldKind.TEXT else None,
        scale=int(one.get("scale") or 0) if numeric else None,
        createable=bool(one.get("createable")),
        updateable=bool(one.get("updateable")),
        required=not one.get("nillable", True) and not one.get("defaultedOnCreate", False),
        formula=bool(one.get("calculated")),
        unique_key=bool(one.get("externalId")) and bool(one.get("unique")),
        options=tuple(str(each["value"]) for each in values if each.get("active", True)),
        restricted=bool(one.get("restrictedPicklist")),
        refers_to=tuple(one.get("referenceTo") or ()),
    )
