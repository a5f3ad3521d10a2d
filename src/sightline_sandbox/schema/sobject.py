"""One object: its describe header, its fields, and how they are found."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sightline_sandbox.schema.field import COMPOUND_TYPES, Field

#: Every key of describe but fields and child relationships, as recorded.
OBJECT_DEFAULTS: dict[str, Any] = {
    "actionOverrides": [],
    "activateable": False,
    "associateEntityType": None,
    "associateParentEntity": None,
    "compactLayoutable": True,
    "createable": True,
    "custom": False,
    "customSetting": False,
    "deepCloneable": False,
    "defaultImplementation": None,
    "deletable": True,
    "deprecatedAndHidden": False,
    "extendedBy": None,
    "extendsInterfaces": None,
    "feedEnabled": False,
    "hasSubtypes": False,
    "implementedBy": None,
    "implementsInterfaces": None,
    "isInterface": False,
    "isSubtype": False,
    "keyPrefix": None,
    "label": "",
    "labelPlural": "",
    "layoutable": True,
    "listviewable": None,
    "lookupLayoutable": None,
    "mergeable": False,
    "mruEnabled": False,
    "name": "",
    "namedLayoutInfos": [],
    "networkScopeFieldName": None,
    "queryable": True,
    "recordTypeInfos": [],
    "replicateable": True,
    "retrieveable": True,
    "searchLayoutable": False,
    "searchable": False,
    "sobjectDescribeOption": "FULL",
    "supportedScopes": [],
    "triggerable": True,
    "undeletable": True,
    "updateable": True,
    "urls": {},
}


@dataclass(slots=True)
class SObject:
    """An object of the org. `raw` is its describe header; `source` says where that came from."""

    name: str
    prefix: str | None
    raw: dict[str, Any]
    source: str
    children: list[dict[str, Any]]
    minimum_version: float = 0.0
    fields: dict[str, Field] = field(default_factory=dict)
    _relations: dict[str, Field] = field(default_factory=dict)

    def add(self, fields: Iterable[Field]) -> None:
        """Add or replace fields, found by name in any case."""
        for one in fields:
            self.fields[one.name.lower()] = one
            if one.relationship and one.type == "reference":
                self._relations[one.relationship.lower()] = one

    def drop(self, name: str) -> None:
        """Take a field away."""
        gone = self.fields.pop(name.lower(), None)
        if gone is not None and gone.relationship:
            self._relations.pop(gone.relationship.lower(), None)

    def find(self, name: str) -> Field | None:
        """The field of that name, in any case."""
        return self.fields.get(name.lower())

    def relation(self, name: str) -> Field | None:
        """The reference field behind a relationship name such as `Owner` or `Plan__r`."""
        return self._relations.get(name.lower())

    def flag(self, name: str) -> bool:
        """A yes-or-no fact of the describe header, such as `deletable`."""
        return bool(self.raw.get(name))

    @property
    def name_field(self) -> Field | None:
        """The field people know a row by, if the object has one."""
        return next((f for f in self.fields.values() if f.raw["nameField"]), None)

    def columns(self) -> list[Field]:
        """The fields with a column of their own."""
        return [f for f in self.fields.values() if f.stored]

    def parts_of(self, compound: Field) -> Mapping[str, Field]:
        """The parts of an address, by their name in the answer (`city`, `postalCode`, …)."""
        stem = compound.name.removesuffix("Address") if compound.type == "address" else ""
        found = {}
        for part in ADDRESS_PARTS:
            one = self.find(stem + part)
            if one is not None:
                found[part[0].lower() + part[1:]] = one
        return found


ADDRESS_PARTS = (
    "City",
    "Country",
    "GeocodeAccuracy",
    "Latitude",
    "Longitude",
    "PostalCode",
    "State",
    "Street",
)

__all__ = ["ADDRESS_PARTS", "COMPOUND_TYPES", "OBJECT_DEFAULTS", "SObject"]
