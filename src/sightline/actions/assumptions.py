"""Assumptions: what the numbers stand on, what would prove it wrong, whether it holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from sightline.actions.plan_parts import changed, moves, sentence, told, writable_plan
from sightline.planning.errors import InvalidValue, NotAllowed
from sightline.records.models import Assumption, AssumptionLoad, Plan
from sightline.records.scoping import Person

LONGEST = 500
RESTS = ("play", "opportunity", "contract")


@dataclass(frozen=True, slots=True)
class WantedAssumption:
    """What a person wrote; `carries` are keys of plays, deals and contracts that rest on it."""

    words: str
    proved_wrong_by: str = ""
    look_again: date | None = None
    carries: tuple[str, ...] = ()


def add_assumption(person: Person, plan_id: int, wanted: WantedAssumption, *, now: datetime) -> int:
    """Write one down; answers its id. Raises `NotAllowed`, `MissingValue` or `InvalidValue`."""
    words = sentence(wanted.words, field="words", most=LONGEST)
    wrong = " ".join(wanted.proved_wrong_by.split())
    if len(wrong) > LONGEST:
        raise InvalidValue(f"Keep it under {LONGEST} characters.", field="proved_wrong_by")
    with transaction.atomic():
        plan = writable_plan(person, plan_id)
        row = Assumption.objects.create(
            plan=plan,
            words=words,
            proved_wrong_by=wrong,
            look_again=wanted.look_again,
            created_by_id=person.id,
            changed_at=now,
        )
        _rests(plan, row, wanted.carries)
        told("add_assumption", person, plan, row, {"look_again": (None, wanted.look_again)})
    return row.pk


def settle_assumption(
    person: Person,
    plan_id: int,
    assumption_id: int,
    standing: str,
    *,
    look_again: date | None,
    today: date,
    seen_version: int,
    now: datetime,
) -> None:
    """Say that it is true, false or not known, and when to look again (a true one may rest)."""
    if standing not in Assumption.Standing.values:
        raise InvalidValue("True, false or not known.", field="standing")
    if standing == Assumption.Standing.UNKNOWN and look_again is None:
        raise InvalidValue("Name a day to look again.", field="look_again")
    values = {
        "standing": standing,
        "look_again": look_again,
        "settled_on": None if standing == Assumption.Standing.UNKNOWN else today,
    }
    with transaction.atomic():
        plan, row = _own(person, plan_id, assumption_id)
        changes = changed(row, values, seen_version=seen_version, now=now)
        if changes:
            told("settle_assumption", person, plan, row, changes)


def remove_assumption(person: Person, plan_id: int, assumption_id: int, *, now: datetime) -> None:
    """Take it away; the journal keeps that it was there."""
    with transaction.atomic():
        plan, row = _own(person, plan_id, assumption_id)
        Assumption.objects.filter(pk=row.pk).update(removed_at=now)
        told("remove_assumption", person, plan, row)


def _rests(plan: Plan, row: Assumption, keys: Iterable[str]) -> None:
    wanted = moves(keys, account_id=plan.account_id, kinds=RESTS)
    AssumptionLoad.objects.bulk_create(
        AssumptionLoad(assumption=row, **columns) for columns in wanted
    )


def _own(person: Person, plan_id: int, assumption_id: int) -> tuple[Plan, Assumption]:
    plan = writable_plan(person, plan_id)
    row = (
        Assumption.objects.select_for_update()
        .filter(pk=assumption_id, plan=plan, removed_at=None)
        .first()
    )
    if row is None:
        raise NotAllowed("That assumption is not of this plan.", field="assumption")
    return plan, row
