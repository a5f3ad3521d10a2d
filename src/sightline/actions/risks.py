"""Risks of a plan: as many as there are, each with reason, likelihood, severity, owner, answer."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from sightline.actions.plan_parts import changed, one_of_ours, sentence, told, writable_plan
from sightline.planning.errors import InvalidValue, NotAllowed
from sightline.records.models import Plan, PlanRisk
from sightline.records.scoping import Person

LONGEST, LONGEST_TEXT = 255, 500


@dataclass(frozen=True, slots=True)
class WantedRisk:
    """What a person wrote; money in minor units of the plan's currency, None where not known."""

    words: str
    reason: str = ""
    likelihood: str = ""
    severity: str = ""
    owner_id: int | None = None
    answer: str = ""
    money: int | None = None
    about: str = ""


def add_risk(person: Person, plan_id: int, wanted: WantedRisk, *, now: datetime) -> int:
    """Write one down; answers its id. Raises `NotAllowed`, `MissingValue` or `InvalidValue`."""
    values = _checked(wanted)
    with transaction.atomic():
        plan = writable_plan(person, plan_id)
        row = PlanRisk.objects.create(plan=plan, created_by_id=person.id, changed_at=now, **values)
        told("add_risk", person, plan, row, {"money": (None, wanted.money)})
    return row.pk


def set_risk(
    person: Person,
    plan_id: int,
    risk_id: int,
    wanted: WantedRisk,
    *,
    seen_version: int,
    now: datetime,
) -> None:
    """Change one. Raises `StalePart` where somebody was quicker."""
    values = _checked(wanted)
    with transaction.atomic():
        plan, row = _own(person, plan_id, risk_id)
        changes = changed(row, values, seen_version=seen_version, now=now)
        if changes:
            told("set_risk", person, plan, row, changes)


def end_risk(person: Person, plan_id: int, risk_id: int, *, today: date) -> None:
    """It can no longer happen, or it has happened: it leaves the list and stays in the journal."""
    with transaction.atomic():
        plan, row = _own(person, plan_id, risk_id)
        PlanRisk.objects.filter(pk=row.pk).update(ended_on=today)
        told("end_risk", person, plan, row, {"ended_on": (None, today)})


def _checked(wanted: WantedRisk) -> dict[str, Any]:
    values = asdict(wanted) | {"words": sentence(wanted.words, field="words", most=LONGEST)}
    for name in ("reason", "answer"):
        values[name] = " ".join(str(values[name]).split())
        if len(values[name]) > LONGEST_TEXT:
            raise InvalidValue(f"Keep it under {LONGEST_TEXT} characters.", field=name)
    for name in ("likelihood", "severity"):
        if values[name] and values[name] not in PlanRisk.Level.values:
            raise InvalidValue("Low, middle or high.", field=name)
    if wanted.money is not None and wanted.money < 0:
        raise InvalidValue("Money at risk is not below zero.", field="money")
    one_of_ours(wanted.owner_id)
    return values


def _own(person: Person, plan_id: int, risk_id: int) -> tuple[Plan, PlanRisk]:
    plan = writable_plan(person, plan_id)
    row = (
        PlanRisk.objects.select_for_update()
        .filter(pk=risk_id, plan=plan, removed_at=None, ended_on=None)
        .first()
    )
    if row is None:
        raise NotAllowed("That risk is not of this plan.", field="risk")
    return plan, row
