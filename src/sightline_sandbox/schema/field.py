"""One field: the describe entry, and the few facts the engine asks of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

COMPOUND_TYPES = frozenset({"address", "location"})
NUMBER_TYPES = frozenset({"double", "currency", "percent"})
SOAP_TYPES = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "int": "xsd:int",
    "double": "xsd:double",
    "currency": "xsd:double",
    "percent": "xsd:double",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "time": "xsd:time",
    "address": "urn:address",
    "location": "urn:location",
    "anyType": "xsd:anyType",
    "base64": "xsd:base64Binary",
}

#: Every key of a field in describe, with the value most fields have (order as recorded).
FIELD_DEFAULTS: dict[str, Any] = {
    "aggregatable": False,
    "aiPredictionField": False,
    "autoNumber": False,
    "byteLength": 0,
    "calculated": False,
    "calculatedFormula": None,
    "cascadeDelete": False,
    "caseSensitive": False,
    "compoundFieldName": None,
    "controllerName": None,
    "createable": False,
    "custom": False,
    "defaultValue": None,
    "defaultValueFormula": None,
    "defaultedOnCreate": False,
    "dependentPicklist": False,
    "deprecatedAndHidden": False,
    "digits": 0,
    "displayLocationInDecimal": False,
    "encrypted": False,
    "externalId": False,
    "extraTypeInfo": None,
    "filterable": True,
    "filteredLookupInfo": None,
    "formulaTreatNullNumberAsZero": False,
    "groupable": False,
    "highScaleNumber": False,
    "htmlFormatted": False,
    "idLookup": False,
    "inlineHelpText": None,
    "label": "",
    "length": 0,
    "mask": None,
    "maskType": None,
    "name": "",
    "nameField": False,
    "namePointing": False,
    "nillable": True,
    "permissionable": False,
    "picklistValues": [],
    "polymorphicForeignKey": False,
    "precision": 0,
    "queryByDistance": False,
    "referenceTargetField": None,
    "referenceTo": [],
    "relationshipName": None,
    "relationshipOrder": None,
    "restrictedDelete": False,
    "restrictedPicklist": False,
    "scale": 0,
    "searchPrefilterable": False,
    "soapType": "xsd:string",
    "sortable": True,
    "type": "string",
    "unique": False,
    "updateable": False,
    "writeRequiresMasterRead": False,
}


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an object. `raw` is its describe entry; the rest is read from it once."""

    name: str
    type: str
    label: str
    length: int
    nillable: bool
    createable: bool
    updateable: bool
    filterable: bool
    sortable: bool
    groupable: bool
    targets: tuple[str, ...]
    relationship: str | None
    raw: Mapping[str, Any]

    @property
    def stored(self) -> bool:
        """Whether the value has a column: compound and calculated fields are computed."""
        return self.type not in COMPOUND_TYPES and not self.raw["calculatedFormula"]

    @property
    def formula(self) -> str | None:
        """The formula of a calculated custom field."""
        text = self.raw["calculatedFormula"]
        return str(text) if text else None

    @property
    def polymorphic(self) -> bool:
        """Whether the reference may point at more than one object."""
        return len(self.targets) > 1

    @property
    def lookup_key(self) -> bool:
        """Whether rows may be addressed by this field's value (upsert, read by external id)."""
        return bool(self.raw["externalId"] or self.raw["idLookup"])

    @property
    def picklist(self) -> list[str]:
        """The active values of a picklist, in their order."""
        return [str(v["value"]) for v in self.raw["picklistValues"] if v["active"]]

    @property
    def default(self) -> Any:
        """The value a new row gets when none is given, or None."""
        if self.raw["defaultValue"] is not None:
            return self.raw["defaultValue"]
        for value in self.raw["picklistValues"]:
            if value["defaultValue"] and value["active"]:
                return value["value"]
        return None


def field_from(raw: Mapping[str, Any]) -> Field:
    """The field of a describe entry."""
    return Field(
        name=raw["name"],
        type=raw["type"],
        label=raw["label"],
        length=raw["length"],
        nillable=raw["nillable"],
        createable=raw["createable"],
        updateable=raw["updateable"],
        filterable=raw["filterable"],
        sortable=raw["sortable"],
        groupable=raw["groupable"],
        targets=tuple(raw["referenceTo"]),
        relationship=raw["relationshipName"],
        raw=raw,
    )


def make_raw(name: str, type_: str, **given: Any) -> dict[str, Any]:
    """A describe entry with every key, filled by what the type implies and what is given."""
    raw: dict[str, Any] = {**FIELD_DEFAULTS, "name": name, "type": type_}
    raw["soapType"] = SOAP_TYPES.get(type_, "xsd:string")
    raw.update(_implied(type_, int(given.get("length") or 0)))
    raw.update(given)
    if raw["soapType"] == "xsd:string":
        raw["byteLength"] = raw["length"] * 3
    raw["label"] = raw["label"] or label_of(name)
    raw["polymorphicForeignKey"] = raw["namePointing"] = len(raw["referenceTo"]) > 1
    return raw


_IMPLIED: dict[str, dict[str, Any]] = {
    "id": {"length": 18, "byteLength": 18, "aggregatable": True, "groupable": True},
    "reference": {"length": 18, "byteLength": 18, "aggregatable": True, "groupable": True},
    "boolean": {"groupable": True, "defaultValue": False, "nillable": False},
    "int": {"digits": 8, "aggregatable": True, "groupable": True},
    "datetime": {"aggregatable": True},
    "time": {"aggregatable": True},
}


def _implied(type_: str, length: int) -> dict[str, Any]:
    if type_ in _IMPLIED:
        return _IMPLIED[type_]
    if type_ in NUMBER_TYPES:
        return {"precision": 18, "scale": 2, "aggregatable": True}
    if type_ in COMPOUND_TYPES:
        return {"sortable": False, "queryByDistance": True}
    if type_ == "multipicklist":
        return {"sortable": False, "precision": 4, "length": length or 4099}
    if type_ == "textarea" and length > 255:
        return {"filterable": False, "sortable": False, "extraTypeInfo": "plaintextarea"}
    return {"aggregatable": True, "groupable": True}


def label_of(name: str) -> str:
    """A readable label of an API name: `CloseDate` becomes `Close Date`."""
    base = name.removesuffix("__c").replace("_", " ")
    out = ""
    for before, char in zip(" " + base, base, strict=False):
        out += " " + char if char.isupper() and before.islower() else char
    return out.removesuffix(" Id") + " ID" if out.endswith(" Id") else out


def picklist_values(values: list[str], *, default: str | None = None) -> list[dict[str, Any]]:
    """Describe entries of picklist values."""
    return [
        {
            "active": True,
            "defaultValue": value == default,
            "label": value,
            "validFor": None,
            "value": value,
        }
        for value in values
    ]


def ordered_choices(field: Field, text: str) -> str:
    """Chosen values of a multi-select picklist, in the picklist's order, each once."""
    order = {value: index for index, value in enumerate(field.picklist)}
    chosen = dict.fromkeys(part.strip() for part in text.split(";") if part.strip())
    return ";".join(sorted(chosen, key=lambda value: order.get(value, len(order))))
