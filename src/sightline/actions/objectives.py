"""Objectives of a plan: qualitative or measured, each with an owner and a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from sightline.actions.plan_parts import changed, one_of_ours, sentence, told, writable_plan
from sightline.planning.errors import InvalidValue, NotAllowed
from sightline.records.models import Objective
from sightline.records.scoping import Person

LONGEST = 255


@dataclass(frozen=True, slots=True)
class WantedObjective:
    """What a person wrote; without `measure` it is a matter of judgement."""

    words: str
    measure: str = ""
    owner_id: int | None = None
    due_on: date | None = None


def add_objective(person: Person, plan_id: int, wanted: WantedObjective, *, now: datetime) -> int:
    """Write one down; answers its id. Raises `NotAllowed`, `MissingValue` or `InvalidValue`."""
    words = sentence(wanted.words, field="words", most=LONGEST)
    with transaction.atomic():
        plan = writable_plan(person, plan_id)
        row = Objective.objects.create(
            plan=plan,
            words=words,
            measure=" ".join(wanted.measure.split())[:120],
            owner_id=one_of_ours(wanted.owner_id),
            due_on=wanted.due_on,
            created_by_id=person.id,
            changed_at=now,
        )
        told("add_objective", person, plan, row, {"due_on": (None, wanted.due_on)})
    return row.pk


def set_objective_state(
    person: Person, plan_id: int, objective_id: int, state: str, *, seen_version: int, now: datetime
) -> None:
    """Met, dropped, or open again. Raises `StalePart` where somebody was quicker."""
    if state not in Objective.State.values:
        raise InvalidValue("Open, met or dropped.", field="state")
    with transaction.atomic():
        plan = writable_plan(person, plan_id)
        row = (
            Objective.objects.select_for_update()
            .filter(pk=objective_id, plan=plan, removed_at=None)
            .first()
        )
        if row is None:
            raise NotAllowed("That objective is not of this plan.", field="objective")
        changes = changed(row, {"state": state}, seen_version=seen_version, now=now)
        if changes:
            told("set_objective_state", person, plan, row, changes)
