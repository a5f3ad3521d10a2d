"""What every verb needs to know of one connection: its source, rules, and the org's describe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sightline.actions.imports.targets import TARGETS, Target
from sightline.agreement.merge import Way
from sightline.agreement.rules import FieldRule, ObjectRule, Rules, rules_from, writable
from sightline.agreement.values import FieldKind, FieldShape, ObjectShape
from sightline.planning.errors import PlanningError
from sightline.records.models import SyncConnection, SyncMapping, SyncSchema


class SyncProblem(PlanningError):
    """A sync cannot be what was asked."""

    code = "sync"


@dataclass(frozen=True, slots=True)
class Context:
    """One connection as of one moment."""

    connection_id: int
    source_id: int
    rules: Rules
    shapes: Mapping[str, ObjectShape]

    def rule(self, target: str) -> ObjectRule | None:
        """The two-way rule of an object, if it has one and the org shows the object."""
        return self.rules.two_way.get(target) if target in self.shapes else None

    def shape(self, target: str, name: str) -> FieldShape | None:
        """One of their fields; None where it is hidden."""
        known = self.shapes.get(target)
        return known.fields.get(name) if known else None

    def way(self, target: str, rule: FieldRule) -> Way:
        """The direction a field really has for a row that exists: what cannot be written comes in."""
        known = self.shapes.get(target)
        if known is None or rule.way is Way.IN or writable(rule, known, creating=False):
            return rule.way
        return Way.IN

    def unkept(self, target: str, ours: str) -> bool:
        """Whether a field says who somebody is: told once, kept in no base and no history."""
        rule = self.rules.two_way.get(target)
        one = rule.field(ours) if rule is not None else None
        return one is not None and one.create_only and TARGETS[target].personal

    def target(self, name: str) -> Target:
        """Where rows of an object are kept."""
        return TARGETS[name]


def context_of(connection_id: int) -> Context:
    """The connection's rules in force and its stored describe. Raises SyncProblem."""
    mappings = SyncMapping.objects.filter(connection=connection_id).order_by("-version")
    newest = mappings.values_list("pk", "made_at", "connection__source_id").first()
    if newest is None:
        known = SyncConnection.objects.filter(pk=connection_id).values_list("name", flat=True)
        name = known.first()
        raise SyncProblem(
            f"There is no connection {connection_id}."
            if name is None
            else f"{name} has no mapping."
        )
    schemas = SyncSchema.objects.filter(connection=connection_id)
    key = (newest[:2], frozenset(schemas.values_list("pk", "taken_at")))
    held = _READ.get(connection_id)
    if held is None or held[0] != key:
        shapes = {name: shape_from(one) for name, one in schemas.values_list("object", "content")}
        rules = rules_from(mappings.values_list("rules", flat=True).get(pk=newest[0]))
        _READ[connection_id] = held = (key, rules, shapes)
    return Context(connection_id, newest[2], held[1], held[2])


# Rules and shapes as last read, by connection, with what would differ had they been stored anew.
_READ: dict[int, tuple[object, Rules, dict[str, ObjectShape]]] = {}


def plain_shape(shape: ObjectShape) -> dict[str, object]:
    """A describe as JSON keeps it."""
    return {
        "name": shape.name,
        "label": shape.label,
        "createable": shape.createable,
        "updateable": shape.updateable,
        "deletable": shape.deletable,
        "tracks_changes": shape.tracks_changes,
        "fields": [
            {name: getattr(one, name) for name in _FIELD_PARTS} | {"kind": one.kind.value}
            for one in shape.fields.values()
        ],
    }


def shape_from(plain: Mapping[str, object]) -> ObjectShape:
    """The inverse of `plain_shape`."""
    fields = plain["fields"]
    assert isinstance(fields, list)
    return ObjectShape(
        name=str(plain["name"]),
        label=str(plain["label"]),
        createable=bool(plain["createable"]),
        updateable=bool(plain["updateable"]),
        deletable=bool(plain["deletable"]),
        tracks_changes=bool(plain["tracks_changes"]),
        fields={one["name"]: _field(one) for one in fields},
    )


_FIELD_PARTS = (
    *("name", "label", "length", "scale", "createable", "updateable", "required"),
    *("formula", "unique_key", "options", "restricted", "refers_to"),
)


def _field(plain: dict[str, object]) -> FieldShape:
    given = {
        **plain,
        "kind": FieldKind(str(plain["kind"])),
        "options": tuple(plain["options"]),  # type: ignore[arg-type]
        "refers_to": tuple(plain["refers_to"]),  # type: ignore[arg-type]
    }
    return FieldShape(**given)  # type: ignore[arg-type]
