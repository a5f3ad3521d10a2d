"""A custom field of the schema as metadata: `metadata_fields` read backwards."""

from __future__ import annotations

from typing import Any

from sightline_sandbox.schema.field import Field

_TYPES = {
    "string": "Text",
    "boolean": "Checkbox",
    "currency": "Currency",
    "double": "Number",
    "percent": "Percent",
    "date": "Date",
    "datetime": "DateTime",
    "time": "Time",
    "email": "Email",
    "phone": "Phone",
    "url": "Url",
    "picklist": "Picklist",
    "multipicklist": "MultiselectPicklist",
}
_LONG_TEXT = 255


def custom_field(field: Field) -> dict[str, Any]:
    """The elements of a custom field."""
    raw, kind = field.raw, _kind(field)
    tree: dict[str, Any] = {"fullName": field.name, "label": field.label, "type": kind}
    if raw["inlineHelpText"] and kind != "AutoNumber":
        tree["inlineHelpText"] = raw["inlineHelpText"]
    if raw["externalId"] or kind in ("Text", "Number", "Email", "AutoNumber"):
        tree["externalId"] = bool(raw["externalId"])
    if field.formula:
        return {**tree, "formula": field.formula, **_size(field, kind)}
    if kind not in ("Checkbox", "AutoNumber", "MasterDetail"):
        tree["required"] = not field.nillable
    if kind in ("Text", "Number", "Email"):
        tree["unique"] = bool(raw["unique"])
    if kind == "Checkbox":
        tree["defaultValue"] = "true" if raw["defaultValue"] else "false"
    return {**tree, **_size(field, kind), **_reference(field, kind), **_choices(field, kind)}


def _kind(field: Field) -> str:
    if field.raw["autoNumber"]:
        return "AutoNumber"
    if field.type == "textarea":
        return "LongTextArea" if (field.length or 0) > _LONG_TEXT else "TextArea"
    if field.type == "reference":
        master = field.raw["cascadeDelete"] and field.raw["relationshipOrder"] is not None
        return "MasterDetail" if master else "Lookup"
    return _TYPES.get(field.type, "Text")


def _size(field: Field, kind: str) -> dict[str, Any]:
    if kind in ("Currency", "Number", "Percent"):
        return {"precision": field.raw["precision"], "scale": field.raw["scale"]}
    if field.formula or kind not in ("Text", "LongTextArea"):
        return {"visibleLines": 4} if kind == "MultiselectPicklist" else {}
    lines = {"visibleLines": 3} if kind == "LongTextArea" else {}
    return {"length": field.length, **lines}


def _reference(field: Field, kind: str) -> dict[str, Any]:
    if kind not in ("Lookup", "MasterDetail"):
        return {}
    child = field.raw.get("childRelationship")
    named = {"relationshipName": child.removesuffix("__r")} if child else {}
    tree = {"referenceTo": field.targets[0], **named}
    if kind == "MasterDetail":
        return {
            **tree,
            "relationshipOrder": field.raw["relationshipOrder"] or 0,
            "reparentableMasterDetail": field.updateable,
            "writeRequiresMasterRead": bool(field.raw["writeRequiresMasterRead"]),
        }
    return {**tree, "deleteConstraint": "Restrict" if field.raw["restrictedDelete"] else "SetNull"}


def _choices(field: Field, kind: str) -> dict[str, Any]:
    if kind not in ("Picklist", "MultiselectPicklist"):
        return {}
    values = [
        {"fullName": v["value"], "default": bool(v["defaultValue"]), "label": v["label"]}
        for v in field.raw["picklistValues"]
    ]
    definition = {"sorted": False, "value": values}
    restricted = bool(field.raw["restrictedPicklist"])
    return {"valueSet": {"restricted": restricted, "valueSetDefinition": definition}}
