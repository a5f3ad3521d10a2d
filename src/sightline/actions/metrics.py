"""What a plan wants of a metric: target, day, and the plays that move it. The value is computed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from sightline.actions import journal
from sightline.actions.whitespace import ask_for_plans
from sightline.planning.errors import InvalidValue, NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category
from sightline.records.models import Opportunity, Plan, PlanMetric, PlanMetricMove, Play
from sightline.records.queries.company import company_facts
from sightline.records.queries.metrics.values import COUNTS, MONEY, ORDER
from sightline.records.scoping import Person, may_on

LARGEST = Decimal(10) ** 15
MOST_SHARE = Decimal(10)


class StaleMetric(PlanningError):
    """Somebody changed the metric meanwhile; `theirs` holds what it is now."""

    code = "stale_metric"

    def __init__(self, message: str, *, theirs: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class WantedMetric:
    """Money in major units of the plan's currency, shares as shares. `now` is the computed value
    when the target is set: the baseline is frozen from it once."""

    key: str
    target: Decimal
    by: date
    now: Decimal | None
    moves: tuple[str, ...] = ()


def set_metric(
    person: Person, plan_id: int, wanted: WantedMetric, *, seen_version: int, now: datetime
) -> int:
    """Set a metric's target; answers its new version. Raises `NotAllowed`, `InvalidValue` or
    `StaleMetric`."""
    with transaction.atomic():
        plan = _writable(person, plan_id)
        _check(wanted, plan)
        moves = _moves(plan, wanted.moves)
        row = PlanMetric.objects.select_for_update().filter(plan=plan, key=wanted.key).first()
        if (row.version if row else 0) != seen_version:
            theirs = {"target": row.target, "by": row.by, "version": row.version} if row else {}
            raise StaleMetric("Somebody changed this metric meanwhile.", theirs=theirs)
        before = row.target if row else None
        if row is None:
            row = PlanMetric(plan=plan, key=wanted.key, version=0)
            row.baseline = wanted.now
            row.baseline_on = company_facts().today(now) if wanted.now is not None else None
        row.target, row.by = wanted.target, wanted.by
        row.version, row.changed_at = row.version + 1, now
        row.save()
        row.moves.all().delete()
        PlanMetricMove.objects.bulk_create(
            [PlanMetricMove(metric=row, **{f"{kind}_id": pk}) for kind, pk in moves]
        )
        journal.record(
            "set_metric",
            actor_id=person.id,
            account_id=plan.account_id,
            subject=row,
            changes={"target": (str(before or ""), str(wanted.target))},
            note=wanted.key,
        )
        ask_for_plans(plan.account_id, by=person.id)
    return row.version


def drop_metric(person: Person, plan_id: int, key: str) -> None:
    """Want nothing of a metric any more."""
    with transaction.atomic():
        plan = _writable(person, plan_id)
        row = PlanMetric.objects.filter(plan=plan, key=key).first()
        if row is None:
            raise InvalidValue("This metric has no target.", field="key")
        journal.record(
            "drop_metric", actor_id=person.id, account_id=plan.account_id, subject=row, note=key
        )
        row.delete()
        ask_for_plans(plan.account_id, by=person.id)


def _writable(person: Person, plan_id: int) -> Plan:
    plan = Plan.objects.select_for_update().filter(pk=plan_id).first()
    if plan is None or not may_on(person, plan.account_id, Category.PLAN, Act.WRITE):
        raise NotAllowed("You may not change this plan.", field="plan")
    return plan


def _check(wanted: WantedMetric, plan: Plan) -> None:
    if wanted.key not in ORDER:
        raise InvalidValue("There is no such metric.", field="key")
    most = LARGEST if wanted.key in MONEY | COUNTS else MOST_SHARE
    if not 0 <= wanted.target <= most:
        raise InvalidValue("That is no target a metric can reach.", field="target")
    if wanted.key == "grr" and wanted.target > 1:
        raise InvalidValue("Gross retention never exceeds 100%.", field="target")
    if not plan.starts_on <= wanted.by <= plan.ends_on:
        raise InvalidValue("The day lies in the plan year.", field="by")


def _moves(plan: Plan, keys: Collection[str]) -> list[tuple[str, int]]:
    """The plays and deals of the plan's own accounts. Raises InvalidValue for any other."""
    found = []
    members = plan.members.values("account_id")
    for key in dict.fromkeys(keys):
        kind, _, number = key.partition(":")
        table: Any = {"play": Play, "opportunity": Opportunity}.get(kind)
        there = table is not None and number.isdecimal()
        if (
            not there
            or not table.objects.filter(pk=number, account_id__in=members, removed_at=None).exists()
        ):
            raise InvalidValue("That play is not of this plan.", field="moves")
        found.append((kind, int(number)))
    return found
