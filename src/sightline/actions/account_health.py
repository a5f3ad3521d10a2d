"""Contradict an account's computed health, with a reason and a day on which that ends."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from sightline.actions.plan_parts import sentence, told, writable_plan
from sightline.planning.errors import InvalidValue
from sightline.records.models import HealthOverride
from sightline.records.scoping import Person

LONGEST = 500
LONGEST_STANDING = timedelta(days=366)


def override_health(
    person: Person,
    plan_id: int,
    value: int,
    *,
    reason: str,
    until: date,
    today: date,
    now: datetime,
) -> int:
    """Set the health by hand until a day; answers the row's id. A later one takes its place.

    Raises `NotAllowed`, `MissingValue` or `InvalidValue`, naming the field.
    """
    if not 0 <= value <= 100:
        raise InvalidValue("Health lies between 0 and 100.", field="value")
    if not today <= until <= today + LONGEST_STANDING:
        raise InvalidValue("Name a day within a year: it lapses then.", field="until")
    words = sentence(reason, field="reason", most=LONGEST)
    with transaction.atomic():
        plan = writable_plan(person, plan_id)
        held = HealthOverride.objects.filter(account_id=plan.account_id, ended_at=None)
        before = held.values_list("value", flat=True).first()
        held.update(ended_at=now)
        row = HealthOverride.objects.create(
            account_id=plan.account_id,
            value=value,
            reason=words,
            until=until,
            set_by_id=person.id,
            set_at=now,
        )
        changes = {"value": (before, value), "until": (None, until)}
        told("override_health", person, plan, row, changes)
    return row.pk


def end_override(person: Person, plan_id: int, *, now: datetime) -> None:
    """Take the override back: the computed figure is in force again."""
    with transaction.atomic():
        plan = writable_plan(person, plan_id)
        row = HealthOverride.objects.filter(account_id=plan.account_id, ended_at=None).first()
        if row is None:
            raise InvalidValue("Nothing is set by hand any more.")
        HealthOverride.objects.filter(pk=row.pk).update(ended_at=now)
        told("end_health_override", person, plan, row, {"value": (row.value, None)})
