"""The schema as a whole: every object by name and key prefix, and who points at whom."""

import json
from collections.abc import Iterable, Iterator
from importlib import resources
from typing import Any

from sightline_sandbox.schema import documents
from sightline_sandbox.schema.field import Field, field_from
from sightline_sandbox.schema.sobject import SObject

#: Switched off as a group when an org has no Account Plans.
ACCOUNT_PLAN_OBJECTS = (
    "AccountPlan",
    "AccountPlanObjective",
    "AccountPlanObjectiveMeasure",
    "AccountPlanObjMeasRela",
)
#: Switched on as a group when an org has several currencies.
CURRENCY_OBJECTS = ("CurrencyType", "DatedConversionRate")
RECORDED = "recorded by CumulusCI (BSD-3-Clause)"


class Schema:
    """Objects of the org. Names are found in any case, as the service does."""

    def __init__(self, objects: Iterable[SObject]) -> None:
        self._by_name: dict[str, SObject] = {}
        self._by_prefix: dict[str, SObject] = {}
        self._children: dict[str, list[dict[str, Any]]] = {}
        for one in objects:
            self.add(one)

    def __iter__(self) -> Iterator[SObject]:
        return iter(sorted(self._by_name.values(), key=lambda o: o.name))

    def add(self, sobject: SObject) -> None:
        """Add or replace an object, or tell that its fields have changed."""
        self._children.clear()
        self._by_name[sobject.name.lower()] = sobject
        if sobject.prefix:
            self._by_prefix[sobject.prefix] = sobject

    def find(self, name: str) -> SObject | None:
        """The object of that name, in any case."""
        return self._by_name.get(name.lower())

    def get(self, name: str) -> SObject:
        """The object of a name known to exist."""
        return self._by_name[name.lower()]

    def of_id(self, record_id: str) -> SObject | None:
        """The object a record id belongs to, by its first three characters."""
        return self._by_prefix.get(record_id[:3])

    def remove(self, name: str) -> None:
        """Take an object out of the org, as if its licence were missing."""
        gone = self._by_name.pop(name.lower(), None)
        if gone is not None and gone.prefix:
            self._by_prefix.pop(gone.prefix, None)
        for one in self._by_name.values():
            one.add([_without(f, name) for f in one.fields.values() if name in f.targets])
        self._children.clear()

    def children_of(self, sobject: SObject) -> list[dict[str, Any]]:
        """Describe entries of the relationships that point at an object.

        Recorded entries come first as recorded; references of other objects here are added.
        """
        known = self._children.get(sobject.name)
        if known is not None:
            return known
        seen = {(c["childSObject"], c["field"]) for c in sobject.children}
        found = list(sobject.children)
        for child in self:
            for field in child.fields.values():
                if sobject.name in field.targets and (child.name, field.name) not in seen:
                    found.append(_child_entry(child, field.name, field.raw))
        self._children[sobject.name] = found
        return found

    def child(self, sobject: SObject, relationship: str) -> tuple[SObject, str] | None:
        """The child object and its reference field behind a name such as `Contacts`."""
        wanted = relationship.lower()
        for entry in self.children_of(sobject):
            if (entry["relationshipName"] or "").lower() == wanted:
                child = self.find(entry["childSObject"])
                if child is not None and child.find(entry["field"]):
                    return child, entry["field"]
        return None

    def references_to(self, sobject: SObject) -> list[tuple[SObject, str, dict[str, Any]]]:
        """Every reference field that may hold this object's ids, with its entry."""
        return [
            (child, entry["field"], entry)
            for entry in self.children_of(sobject)
            if (child := self.find(entry["childSObject"])) and child.find(entry["field"])
        ]


def _without(field: Field, name: str) -> Field:
    """A reference that no longer points at an object."""
    targets = [t for t in field.targets if t != name]
    return field_from({**field.raw, "referenceTo": targets})


def _child_entry(child: SObject, field_name: str, raw: Any) -> dict[str, Any]:
    return {
        "cascadeDelete": raw["cascadeDelete"],
        "childSObject": child.name,
        "deprecatedAndHidden": False,
        "field": field_name,
        "junctionIdListNames": [],
        "junctionReferenceTo": [],
        "relationshipName": raw.get("childRelationship") or _plural(child, raw),
        "restrictedDelete": raw["restrictedDelete"],
    }


def _plural(child: SObject, raw: Any) -> str | None:
    """No name for audit references; custom references carry theirs in their metadata."""
    if raw["custom"] or raw["name"] in ("CreatedById", "LastModifiedById", "MasterRecordId"):
        return None
    return PLURALS.get((child.name, raw["name"]))


#: Child relationship names the documents give, for objects without a recorded parent.
PLURALS = {
    ("AccountPlan", "AccountId"): "AccountPlans",
    ("AccountPlanObjective", "AccountPlanId"): "AccountPlanObjectives",
    ("AccountPlanObjectiveMeasure", "AccountPlanObjectiveId"): "AccountPlanObjectiveMeasures",
    ("AccountPlanObjMeasRela", "AccountPlanObjectiveMeasureId"): "AccountPlanObjMeasRelas",
    ("OpportunityLineItem", "OpportunityId"): "OpportunityLineItems",
    ("OpportunityLineItem", "PricebookEntryId"): "OpportunityLineItems",
    ("OpportunityLineItem", "Product2Id"): "OpportunityLineItems",
    ("OpportunityHistory", "OpportunityId"): "OpportunityHistories",
    ("PricebookEntry", "Product2Id"): "PricebookEntries",
    ("PricebookEntry", "Pricebook2Id"): "PricebookEntries",
    ("AccountContactRelation", "AccountId"): "AccountContactRelations",
    ("AccountContactRelation", "ContactId"): "AccountContactRelations",
    ("AccountTeamMember", "AccountId"): "AccountTeamMembers",
    ("OpportunityTeamMember", "OpportunityId"): "OpportunityTeamMembers",
    ("AccountContactRole", "AccountId"): "AccountContactRoles",
    ("AccountContactRole", "ContactId"): "AccountContactRoles",
    ("AccountShare", "AccountId"): "Shares",
    ("OpportunityShare", "OpportunityId"): "Shares",
    ("Asset", "AccountId"): "Assets",
    ("Asset", "ContactId"): "Assets",
    ("Asset", "Product2Id"): "Assets",
    ("Contract", "AccountId"): "Contracts",
    ("CampaignMember", "CampaignId"): "CampaignMembers",
    ("Campaign", "ParentId"): "ChildCampaigns",
    ("Opportunity", "CampaignId"): "Opportunities",
    ("User", "ProfileId"): "Users",
    ("User", "UserRoleId"): "Users",
    ("User", "ManagerId"): "ManagedUsers",
    ("PermissionSetAssignment", "AssigneeId"): "PermissionSetAssignments",
    ("PermissionSetAssignment", "PermissionSetId"): "Assignments",
    ("ObjectPermissions", "ParentId"): "ObjectPerms",
    ("FieldPermissions", "ParentId"): "FieldPerms",
    ("GroupMember", "GroupId"): "GroupMembers",
    ("Note", "ParentId"): "Notes",
    ("Task", "WhatId"): "Tasks",
    ("Task", "WhoId"): "Tasks",
    ("Event", "WhatId"): "Events",
    ("Event", "WhoId"): "Events",
}


def read_package() -> Schema:
    """The objects every org starts with: the recorded ones and the documented ones."""
    root = resources.files("sightline_sandbox") / "describes"
    recorded = [
        _from_recording(json.loads(item.read_text("utf-8")))
        for item in sorted((root / "recorded").iterdir(), key=lambda i: i.name)
        if item.name.endswith(".json")
    ]
    documented = [
        documents.parse(item.read_text("utf-8"))
        for item in sorted((root / "documented").iterdir(), key=lambda i: i.name)
        if item.name.endswith(".txt") and item.name != "README.txt"
    ]
    schema = Schema([*documented, *recorded])
    for name in ("developer_edition.txt", "switched_on.txt"):
        _add_fields(schema, (root / name).read_text("utf-8"))
    return schema


def _from_recording(describe: dict[str, Any]) -> SObject:
    fields = describe.pop("fields")
    children = describe.pop("childRelationships")
    sobject = SObject(
        name=describe["name"],
        prefix=describe["keyPrefix"],
        raw=describe,
        source=RECORDED,
        children=children,
    )
    sobject.add(field_from(f) for f in fields)
    return sobject


def _add_fields(schema: Schema, text: str) -> None:
    """Fields beside the recorded ones, one a line, named by object."""
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            name, _, rest = line.partition(".")
            raw = documents.parse_field(rest.strip())
            raw["custom"] = rest.split(maxsplit=1)[0].endswith("__c")
            schema.get(name).add([field_from(raw)])
