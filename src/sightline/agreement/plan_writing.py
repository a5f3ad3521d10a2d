"""Plans, objectives and measures as another system keeps them: which objects, which fields.

Two back ends for Salesforce: the standard Account Plan objects where the org has them with the
package's key field, else the package's own objects. Definitions: docs/method/agreement.md.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from sightline.agreement.canonical import Unreadable
from sightline.agreement.values import ObjectShape, Value, canonical

KEY_FIELD = "Acctplan_Id__c"


class Kind(enum.StrEnum):
    """What is written of a plan. TARGETS is the objective that carries the measures; LINK says
    that an opportunity counts for the plan's target."""

    PLAN = "Plan"
    OBJECTIVE = "PlanObjective"
    TARGETS = "PlanTargets"
    TARGET = "PlanTarget"
    METRIC = "PlanMetric"
    LINK = "PlanLink"


@dataclass(frozen=True, slots=True)
class Part:
    """One row to be kept there. `values` by our name; `parent` is the part above it. `create`:
    whether it is made where it is not there yet (what is finished is only brought up to date)."""

    kind: Kind
    local_id: int
    values: Mapping[str, object]
    parent: tuple[Kind, int] | None = None
    create: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """An object of theirs for a kind of ours: their field by our name, and the parent's field.
    Without a key (`keyed` is false) a row is known by its parent and its fields."""

    object: str
    fields: Mapping[str, str]
    parent: str = ""
    keyed: bool = True


@dataclass(frozen=True, slots=True)
class Backend:
    """Where plans are kept in one org."""

    name: str
    plan: Place
    objective: Place
    measure: Place
    link: Place | None = None

    def place(self, kind: Kind) -> Place:
        """The object of a kind."""
        if kind is Kind.PLAN:
            return self.plan
        if kind is Kind.LINK:
            assert self.link is not None
            return self.link
        return self.objective if kind in (Kind.OBJECTIVE, Kind.TARGETS) else self.measure

    @property
    def objects(self) -> tuple[str, ...]:
        """Parents before children; what plans can do without is left out."""
        return self.plan.object, self.objective.object, self.measure.object

    def links(self, shapes: Mapping[str, ObjectShape]) -> bool:
        """Whether measures may be tied to opportunities in this org."""
        shape = shapes.get(self.link.object) if self.link is not None else None
        return shape is not None and shape.createable


_CURRENCY = {"currency": "CurrencyIsoCode"}  # where the org keeps several
_MEASURE = {
    "name": "Name",
    "unit": "ValueType",
    "target": "TargetValue",
    "now": "CurrentValue",
    **_CURRENCY,
}
_OBJECTIVE = {
    "name": "Name",
    "about": "Description",
    "starts_on": "StartDate",
    "ends_on": "EndDate",
    "status": "Status",
}
STANDARD = Backend(
    "account_plan",
    Place(
        "AccountPlan",
        {
            "name": "Name",
            "account": "AccountId",
            "starts_on": "StartDate",
            "ends_on": "EndDate",
            "status": "Status",
            "thesis": "AccountVision",
            "priorities": "AccountStrategicPriorities",
            **_CURRENCY,
        },
    ),
    Place("AccountPlanObjective", _OBJECTIVE, parent="AccountPlanId"),
    Place("AccountPlanObjectiveMeasure", _MEASURE, parent="AccountPlanObjectiveId"),
    Place(
        "AccountPlanObjMeasRela",
        {"opportunity": "ReferenceRecordId"},
        parent="AccountPlanObjectiveMeasureId",
        keyed=False,
    ),
)
PACKAGE = Backend(
    "package",
    Place(
        "Acctplan_Plan__c",
        {
            "name": "Name",
            "account": "Account__c",
            "starts_on": "Starts_On__c",
            "ends_on": "Ends_On__c",
            "status": "Status__c",
            "thesis": "Vision__c",
            "priorities": "Priorities__c",
            **_CURRENCY,
        },
    ),
    Place(
        "Acctplan_Objective__c",
        {
            "name": "Name",
            "about": "About__c",
            "starts_on": "Starts_On__c",
            "ends_on": "Ends_On__c",
            "status": "Status__c",
        },
        parent="Plan__c",
    ),
    Place(
        "Acctplan_Measure__c",
        {"name": "Name", "unit": "Unit__c", "target": "Target__c", "now": "Now__c", **_CURRENCY},
        parent="Objective__c",
    ),
)
BACKENDS = (STANDARD, PACKAGE)
OBJECTS = tuple(name for one in BACKENDS for name in one.objects)


def backend_for(shapes: Mapping[str, ObjectShape]) -> Backend | None:
    """The first back end whose objects may all be made here under the key; None where none is."""
    for one in BACKENDS:
        if all(_usable(shapes.get(name)) for name in one.objects):
            return one
    return None


def _usable(shape: ObjectShape | None) -> bool:
    key = shape.fields.get(KEY_FIELD) if shape is not None else None
    return shape is not None and shape.createable and key is not None and key.unique_key


def said_there(
    part: Part, place: Place, shape: ObjectShape, *, parent: str, creating: bool
) -> dict[str, Value]:
    """The part's values by their field, as they are sent: canonical, cut to length.

    A field that is hidden or may not be written is left out, and so is what we do not know: a
    missing measure is no zero, and no emptying. `parent` is the id of the part above it.
    """
    said: dict[str, Value] = {}
    for ours, theirs in place.fields.items():
        field, raw = shape.fields.get(theirs), part.values.get(ours)
        allowed = field is not None and (field.createable if creating else field.updateable)
        if field is None or not allowed or ours not in part.values:
            continue
        try:
            said[theirs] = canonical(raw, field)
        except Unreadable:
            continue
    if place.parent and creating:
        said[place.parent] = parent
    return {name: value for name, value in said.items() if value is not None or not creating}
