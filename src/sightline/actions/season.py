"""The planning season: its dates, and the sponsor's sign-off of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from sightline.actions import journal
from sightline.actions.portfolio_sums import ask_for_sums
from sightline.planning.errors import InvalidValue, NotAllowed
from sightline.planning.permissions import Act, Category, relations_that_may
from sightline.planning.reviews import Step
from sightline.records.models import Plan, PlanningSeason, SignOff
from sightline.records.queries.portfolio import is_large
from sightline.records.scoping import Person, may_on


def set_season(
    person: Person,
    year: int,
    starts_on: date,
    ends_on: date,
    *,
    until: Mapping[str, date],
    now: datetime,
) -> None:
    """The weeks in which a year's plans are made. Leaders set them, who decide tiers as well."""
    if not relations_that_may(person.roles, category=Category.WALLET_TIERS, act=Act.DECIDE_TIER):
        raise NotAllowed("Only leaders set the planning season.", field="season")
    if ends_on <= starts_on:
        raise InvalidValue("A season ends after it starts.", field="ends_on")
    unknown = set(until) - {step.value for step in Step}
    if unknown:
        raise InvalidValue("There is no such step.", field=min(unknown))
    days = {step: day.isoformat() for step, day in until.items()}
    with transaction.atomic():
        row = PlanningSeason.objects.select_for_update().filter(year=year).first()
        if row is None:
            row = PlanningSeason(year=year, version=0)
        changes = (row.starts_on, starts_on), (row.ends_on, ends_on)
        row.starts_on, row.ends_on, row.until = starts_on, ends_on, days
        row.version += 1
        row.changed_at = now
        row.save()
        journal.record(
            "set_season",
            actor_id=person.id,
            subject=row,
            changes={"starts_on": changes[0], "ends_on": changes[1]},
        )
        if is_large():
            ask_for_sums()


def sign_off(
    person: Person, plan_id: int, *, seen_version: int, note: str = "", now: datetime
) -> None:
    """The sponsor signs the plan as it was read; a plan changed meanwhile is not signed."""
    with transaction.atomic():
        plan = Plan.objects.select_for_update().filter(pk=plan_id).first()
        if plan is None or not may_on(person, plan.account_id, Category.PLAN, Act.SIGN_OFF):
            raise NotAllowed("Only the account's sponsor signs its plan off.", field="plan")
        if plan.version != seen_version:
            raise InvalidValue("The plan was changed since you read it.", field="version")
        if SignOff.objects.filter(plan=plan, plan_version=plan.version).exists():
            return
        SignOff.objects.create(
            plan=plan,
            plan_version=plan.version,
            signed_by_id=person.id,
            signed_at=now,
            note=note.strip()[:500],
        )
        if plan.state == Plan.State.DRAFT:
            Plan.objects.filter(pk=plan.pk).update(state=Plan.State.ACTIVE)
        journal.record(
            "sign_off_plan",
            actor_id=person.id,
            account_id=plan.account_id,
            subject=plan,
            changes={"signed_version": (None, plan.version)},
        )
