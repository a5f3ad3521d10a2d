"""A custom field's metadata as a describe entry."""

from typing import Any

from sightline_sandbox.schema.field import make_raw, picklist_values

_TYPES = {
    "Text": "string",
    "TextArea": "textarea",
    "LongTextArea": "textarea",
    "Html": "textarea",
    "Checkbox": "boolean",
    "Currency": "currency",
    "Number": "double",
    "Percent": "percent",
    "Date": "date",
    "DateTime": "datetime",
    "Time": "time",
    "Email": "email",
    "Phone": "phone",
    "Url": "url",
    "Picklist": "picklist",
    "MultiselectPicklist": "multipicklist",
    "Lookup": "reference",
    "MasterDetail": "reference",
    "AutoNumber": "string",
}
_LENGTHS = {"TextArea": 255, "Email": 80, "Phone": 40, "Url": 255, "Picklist": 255}


class Node:
    """An element of metadata: child names to lists of texts or further children."""

    def __init__(self, raw: dict[str, list[Any]]) -> None:
        self.raw = raw

    def text(self, name: str) -> str:
        """The text of the first child of that name, or empty text."""
        found = self.raw.get(name, [""])[0]
        return found if isinstance(found, str) else ""

    def all(self, name: str) -> list[dict[str, list[Any]]]:
        """The children of that name."""
        return [item for item in self.raw.get(name, []) if isinstance(item, dict)]

    def one(self, name: str) -> "Node | None":
        """The first child of that name."""
        found = self.all(name)
        return Node(found[0]) if found else None

    def yes(self, name: str) -> bool:
        """Whether a child says true."""
        return self.text(name) == "true"


def field_entry(node: Node) -> dict[str, Any]:
    """The describe entry. Raises ValueError for a field type this sandbox has not."""
    kind = node.text("type")
    if kind not in _TYPES:
        raise ValueError(f"field type {kind!r} is not supported")
    name = node.text("fullName")
    given: dict[str, Any] = {
        "custom": True,
        "permissionable": not node.yes("required"),
        "label": node.text("label"),
        "inlineHelpText": node.text("inlineHelpText") or None,
        "nillable": not node.yes("required") and kind not in ("MasterDetail", "Checkbox"),
        "createable": True,
        "updateable": True,
        "unique": node.yes("unique"),
        "externalId": node.yes("externalId"),
        "idLookup": node.yes("externalId"),
        "caseSensitive": node.yes("caseSensitive"),
        "length": int(node.text("length") or _LENGTHS.get(kind, 0)),
    }
    given |= _numbers(kind, node) | _reference(kind, node) | _choices(node) | _computed(kind, node)
    return make_raw(name, _TYPES[kind], **given)


def _numbers(kind: str, node: Node) -> dict[str, Any]:
    if kind not in ("Currency", "Number", "Percent"):
        return {}
    return {
        "precision": int(node.text("precision") or 18),
        "scale": int(node.text("scale") or 0),
    }


def _reference(kind: str, node: Node) -> dict[str, Any]:
    if kind not in ("Lookup", "MasterDetail"):
        return {}
    child = node.text("relationshipName")
    own = node.text("fullName").removesuffix("__c") + "__r"
    master = kind == "MasterDetail"
    return {
        "referenceTo": [node.text("referenceTo")],
        "relationshipName": own,
        "childRelationship": f"{child}__r" if child else None,
        "length": 18,
        "cascadeDelete": master or node.text("deleteConstraint") == "Cascade",
        "restrictedDelete": node.text("deleteConstraint") == "Restrict",
        "writeRequiresMasterRead": node.yes("writeRequiresMasterRead"),
        "relationshipOrder": int(node.text("relationshipOrder") or 0) if master else None,
        "updateable": not master or node.yes("reparentableMasterDetail"),
    }


def _choices(node: Node) -> dict[str, Any]:
    value_set = node.one("valueSet")
    if value_set is None:
        return {}
    definition = value_set.one("valueSetDefinition")
    values = [Node(v) for v in definition.all("value")] if definition else []
    default = next((v.text("fullName") for v in values if v.yes("default")), None)
    names = [v.text("fullName") for v in values if v.text("isActive") != "false"]
    return {
        "picklistValues": picklist_values(names, default=default),
        "restrictedPicklist": value_set.yes("restricted"),
    }


def _computed(kind: str, node: Node) -> dict[str, Any]:
    if node.text("formula"):
        return {
            "calculated": True,
            "calculatedFormula": node.text("formula"),
            "createable": False,
            "updateable": False,
            "nillable": True,
            "length": 1300 if kind == "Text" else 0,
        }
    if kind == "AutoNumber":
        return {
            "autoNumber": True,
            "createable": False,
            "updateable": False,
            "defaultedOnCreate": True,
            "length": 30,
            "inlineHelpText": node.text("inlineHelpText") or None,
        }
    default = node.text("defaultValue")
    if kind == "Checkbox":
        return {"defaultValue": default == "true"}
    if default and default[0] in "\"'":
        return {"defaultValue": default[1:-1]}
    return {}
