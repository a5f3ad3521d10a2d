"""A target by kind, unit and product line: its parts, whose sum is the target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from sightline.actions import journal, outbox, plans
from sightline.planning.bridge import TargetKind
from sightline.planning.errors import InvalidValue, NotAllowed
from sightline.planning.permissions import Act, Category
from sightline.records.models import Plan, PlanAccount, ProductLine, TargetPart, Unit
from sightline.records.scoping import Person, may_on, visible_accounts

MOST_PARTS = 100


@dataclass(frozen=True, slots=True)
class WantedPart:
    """One part: minor units of the plan's currency, above zero; no unit or line: all of them."""

    kind: str
    amount: int
    unit_id: int | None = None
    line_id: int | None = None


def set_target_parts(
    person: Person,
    plan_id: int,
    wanted: Sequence[WantedPart],
    *,
    seen_version: int,
    on: date,
    now: datetime,
) -> int:
    """Agree a target by its parts: the target becomes their sum. None at all leaves the target as it
    stands, undivided. Answers the plan's version.

    Raises `NotAllowed` (also where an account of the plan may not be seen: its parts would be
    written over), `InvalidValue`, or `StalePlan` where somebody was quicker.
    """
    with transaction.atomic():
        plan = Plan.objects.select_for_update().filter(pk=plan_id).first()
        if plan is None or not may_on(person, plan.account_id, Category.PLAN, Act.WRITE):
            raise NotAllowed("You may not change this plan.", field="plan")
        _sees_all_of(person, plan)
        _check(plan, wanted)
        kept = _kept(plan)
        if kept == sorted(wanted, key=_order):
            return plan.version
        if plan.version != seen_version:
            raise plans.StalePlan(
                "Somebody changed this plan while you were typing.",
                theirs={"target": plan.target, "version": plan.version},
            )
        before = plan.target
        _keep(plan, wanted, person=person, on=on, now=now)
        journal.record(
            "set_target_parts",
            actor_id=person.id,
            account_id=plan.account_id,
            subject=plan,
            changes={"target": (before, plan.target), "parts": (len(kept), len(wanted))},
        )
        outbox.request("refresh_plan", key=str(plan_id), payload={"plan": plan_id})
    return plan.version


def _keep(
    plan: Plan, wanted: Sequence[WantedPart], *, person: Person, on: date, now: datetime
) -> None:
    TargetPart.objects.filter(plan=plan).delete()
    TargetPart.objects.bulk_create(
        TargetPart(
            plan=plan,
            kind=part.kind,
            unit_id=part.unit_id,
            product_line_id=part.line_id,
            amount=part.amount,
            agreed_by_id=person.id,
            agreed_on=on,
        )
        for part in wanted
    )
    if wanted:
        plan.target = sum(part.amount for part in wanted)
        plan.target_source = plans.BY_PERSON
        plan.target_agreed_by_id = person.id
        plan.target_agreed_on = on
    plan.version += 1
    plan.changed_at = now
    plan.save()


def _sees_all_of(person: Person, plan: Plan) -> None:
    members = PlanAccount.objects.filter(plan=plan).values("account_id")
    every = Q(pk__in=members) | Q(pk=plan.account_id)
    seen = visible_accounts(person, Category.PLAN, Act.READ).filter(every).count()
    if seen < PlanAccount.objects.filter(plan=plan).count():
        raise NotAllowed("This plan spans accounts that you may not see.", field="plan")


def _check(plan: Plan, wanted: Sequence[WantedPart]) -> None:
    if len(wanted) > MOST_PARTS:
        raise InvalidValue(f"At most {MOST_PARTS} parts.", field="parts")
    places = [(part.kind, part.unit_id, part.line_id) for part in wanted]
    if len(set(places)) < len(places):
        raise InvalidValue("The same kind, unit and line stands there twice.", field="parts")
    if any(part.kind not in set(TargetKind) for part in wanted):
        raise InvalidValue("Choose a kind.", field="parts")
    if any(part.amount <= 0 for part in wanted):
        raise InvalidValue("Each part is an amount above zero.", field="parts")
    units = {part.unit_id for part in wanted if part.unit_id is not None}
    lines = {part.line_id for part in wanted if part.line_id is not None}
    if Unit.objects.filter(pk__in=units, account_id=plan.account_id).count() < len(units):
        raise InvalidValue("Choose a unit of this account.", field="parts")
    if ProductLine.objects.filter(pk__in=lines).count() < len(lines):
        raise InvalidValue("Choose one of our product lines.", field="parts")


def _kept(plan: Plan) -> list[WantedPart]:
    rows = TargetPart.objects.filter(plan=plan)
    parts = [WantedPart(row.kind, row.amount, row.unit_id, row.product_line_id) for row in rows]
    return sorted(parts, key=_order)


def _order(part: WantedPart) -> tuple[str, int, int, int]:
    return (part.kind, part.unit_id or 0, part.line_id or 0, part.amount)
