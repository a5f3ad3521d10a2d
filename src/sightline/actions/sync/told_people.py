"""What is told of people where a mapping switches it on: newest stance and standing, rated strength,
whether somebody blocks, and notes that the team shares. A private note is never told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sightline.actions.imports.bulk import among_keys
from sightline.actions.sync.context import Context
from sightline.agreement.canonical import Unreadable
from sightline.agreement.telling import PERSON, TOLD, told_of_people
from sightline.agreement.values import FieldKind, FieldShape, Value, canonical
from sightline.records.models import HeldRole, Opinion, OpportunityContactRole

Told = dict[int, dict[str, Any]]
_BLOCKER = "blocker"
_NEWEST = {Opinion.Kind.STANCE: "told_stance", Opinion.Kind.STANDING: "told_standing"}


def is_private(target: str, name: str) -> bool:
    """Whether a field says what we think of somebody: its words are kept in no history."""
    return target == PERSON and name in TOLD


def told(context: Context, pks: Collection[int]) -> Told:
    """For each person what the mapping tells of them, None where nothing was said."""
    names = told_of_people(context.rules)
    if not names:
        return {}
    found: Told = {pk: dict.fromkeys(names) for pk in pks}
    for name, values in _opinions(pks).items():
        if name in names:
            for pk, value in values.items():
                found[pk][name] = value
    if "told_blocker" in names:
        shape = context.shape(PERSON, names["told_blocker"])
        for pk in _blockers() & found.keys():
            found[pk]["told_blocker"] = _yes(shape)
    return found


def _yes(shape: FieldShape | None) -> object:
    """A tick where theirs is one, else the word."""
    return True if shape is not None and shape.kind is FieldKind.SWITCH else _BLOCKER


def _opinions(pks: Collection[int]) -> dict[str, dict[int, str]]:
    rows = Opinion.here.filter(contact__in=among_keys(set(pks)), superseded_at=None).order_by(
        "rated_at", "pk"
    )
    found: dict[str, dict[int, str]] = {one: {} for one in TOLD}
    ratings: dict[int, dict[int | None, int]] = {}
    notes: dict[int, list[str]] = {}
    for pk, kind, value, reason, shared, rater in rows.values_list(
        "contact_id", "kind", "value", "reason", "shared", "rater_id"
    ):
        if kind in _NEWEST:
            found[_NEWEST[Opinion.Kind(kind)]][pk] = value
        elif kind == Opinion.Kind.STRENGTH and value.isdecimal():
            ratings.setdefault(pk, {})[rater] = int(value)
        elif kind == Opinion.Kind.NOTE and shared and reason:
            notes.setdefault(pk, []).append(reason)
    found["told_strength"] = {pk: str(_lower_median(one.values())) for pk, one in ratings.items()}
    found["told_notes"] = {pk: "\n".join(reversed(one)) for pk, one in notes.items()}
    return found


def _lower_median(values: Iterable[int]) -> int:
    """The middle rating; of two middles the lower."""
    ordered = sorted(values)
    return ordered[(len(ordered) - 1) // 2]


def _blockers() -> set[int]:
    held = HeldRole.here.filter(role=_BLOCKER, holds=True, ended_at=None)
    roles = OpportunityContactRole.objects.filter(buying_role=_BLOCKER)
    return {*held.values_list("contact_id", flat=True), *roles.values_list("contact_id", flat=True)}


def told_anew(context: Context, links: Any) -> list[int]:
    """Links of people of whom something else is said than was last told. Read only."""
    names = told_of_people(context.rules)
    shapes = {one: context.shape(PERSON, theirs) for one, theirs in names.items()}
    shown = {name: shape for name, shape in shapes.items() if shape is not None}
    if not shown:
        return []
    rows = list(links.values_list("pk", "local_id", "base"))
    # nobody of whom nothing was ever said is looked at
    known = _spoken_of({local for _, local, _ in rows})
    asked = [one for one in rows if one[1] in known or shown.keys() & one[2].keys()]
    said = told(context, {local for _, local, _ in asked})
    return [
        pk
        for pk, local, base in asked
        if any(
            _canonical(said[local][name], shape) != (base.get(name) or [None])[0]
            for name, shape in shown.items()
        )
    ]


def _spoken_of(pks: set[int]) -> set[int]:
    opinions = Opinion.here.filter(superseded_at=None).values_list("contact_id", flat=True)
    return pks & ({*opinions} | _blockers())


def _canonical(raw: Any, shape: FieldShape) -> Value:
    try:
        return canonical(raw, shape)
    except Unreadable:
        return str(raw)
