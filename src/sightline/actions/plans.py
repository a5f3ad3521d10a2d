"""Plans: the system drafts them, a person decides.

A planning account has one plan a plan year; each account and year is in one plan at most.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from sightline.actions import journal, outbox
from sightline.planning.errors import InvalidValue, MissingRate, NotAllowed, PlanningError
from sightline.planning.fiscal import FiscalYear
from sightline.planning.money import Money
from sightline.planning.permissions import Act, Category
from sightline.records.models import (
    Account,
    Plan,
    PlanAccount,
    PlanResult,
    TargetPart,
    TierResult,
)
from sightline.records.prepared import prepared
from sightline.records.queries import company
from sightline.records.scoping import Person, may_on

FROM_CRM = "crm"
BY_PERSON = "person"


class StalePlan(PlanningError):
    """Somebody changed the plan meanwhile; `theirs` holds each field's value as it is now."""

    code = "stale_plan"

    def __init__(self, message: str, *, theirs: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """What lists read of a plan; money in minor units of the plan's currency.

    `no_path`: no credible path to the target, by the rule of docs/method/challenges.md.
    """

    plan_id: int
    base: int
    landing: int
    gap: int | None
    chance: float | None
    calibrated: bool
    challenges: int
    single_threaded: int | None
    parts: Mapping[str, int]
    input_version: str
    no_path: bool = False


def draft_plan(account_id: int, *, year: FiscalYear, currency: str, actor_id: int | None) -> int:
    """The plan of a planning account for a year: the one there is, or a new draft.

    Spans the family. Its target is taken from the CRM where a field is mapped to it. Raises
    `InvalidValue` where an account of the family is in another plan of that year.
    """
    with transaction.atomic():
        account = Account.objects.select_for_update().get(pk=account_id)
        held = Plan.objects.filter(account=account, year=year.year).first()
        if held is not None:
            return held.pk
        family = _family(account)
        taken = PlanAccount.objects.filter(account_id__in=family, year=year.year).first()
        if taken is not None:
            raise InvalidValue(
                f"An account of this family is in another plan of {year.year}.", field="account"
            )
        plan = Plan.objects.create(
            account=account,
            year=year.year,
            starts_on=year.window.start,
            ends_on=year.window.end,
            currency=currency,
            target=account.target if (account.currency or currency) == currency else None,
            target_source=FROM_CRM if account.target is not None else "",
            owner_id=account.owner_id,
            created_by_id=actor_id,
        )
        PlanAccount.objects.bulk_create(
            PlanAccount(plan=plan, account_id=member, year=year.year) for member in family
        )
        journal.record("draft_plan", actor_id=actor_id, account_id=account_id, subject=plan)
        outbox.request("refresh_plan", key=str(plan.pk), payload={"plan": plan.pk})
        outbox.request("propose_reviews", key="all")
    return plan.pk


def set_target(
    person: Person, plan_id: int, minor: int | None, *, seen_version: int, now: datetime
) -> int:
    """Agree a plan's target in minor units of its currency; None takes it away.

    Answers the new version. Raises `NotAllowed`, `StalePlan`, or `InvalidValue` where the target is
    the sum of parts: then these are changed.
    """
    if minor is not None and minor < 0:
        raise InvalidValue("A target is not below zero.", field="target")
    parts = [row.amount for row in TargetPart.objects.filter(plan_id=plan_id)]
    if parts and minor != sum(parts):
        raise InvalidValue("This target is the sum of its parts: change these.", field="target")
    values = {
        "target": minor,
        "target_source": BY_PERSON if minor is not None else "",
        "target_agreed_by_id": person.id if minor is not None else None,
        "target_agreed_on": company.company_facts().today(now) if minor is not None else None,
    }
    return _change(person, plan_id, values, verb="set_target", seen_version=seen_version, now=now)


def set_thesis(person: Person, plan_id: int, text: str, *, seen_version: int, now: datetime) -> int:
    """Write the growth thesis: where the growth comes from, in a few sentences."""
    values = {"thesis": text.strip()}
    return _change(person, plan_id, values, verb="set_thesis", seen_version=seen_version, now=now)


def keep_result(figures: PlanFigures, *, now: datetime) -> None:
    """Keep what was computed for lists to read. Safe to run twice."""
    with transaction.atomic():
        PlanResult.objects.update_or_create(
            plan_id=figures.plan_id,
            defaults={
                "base": figures.base,
                "landing": figures.landing,
                "gap": figures.gap,
                "chance": None
                if figures.chance is None
                else Decimal(str(round(figures.chance, 5))),
                "calibrated": figures.calibrated,
                "challenges": figures.challenges,
                "single_threaded": figures.single_threaded,
                "parts": dict(figures.parts),
                "input_version": figures.input_version,
                "computed_at": now,
            },
        )
        _keep_on_tier(figures)


def _keep_on_tier(figures: PlanFigures) -> None:
    """What the portfolio sorts and narrows by stands beside the tier, in its currency."""
    plan, row = _plan_of(figures.plan_id)[0], next(iter(_tier_of(figures.plan_id)), None)
    if row is None:
        return
    gap = figures.gap if plan.target else None
    if gap is not None and plan.currency != row.currency:
        try:
            day = max(plan.starts_on, row.as_of)
            gap = company.rates().convert(Money(gap, plan.currency), row.currency, on=day).minor
        except MissingRate:
            gap = None
    TierResult.objects.filter(pk=row.pk).update(plan_gap=gap, no_path=figures.no_path)


@prepared
def _plan_of(plan_id: int) -> QuerySet[Plan]:
    return Plan.objects.filter(pk=plan_id)


@prepared
def _tier_of(plan_id: int) -> QuerySet[TierResult]:
    return TierResult.objects.filter(account__plans=plan_id)


def forget_ended(*, on: date) -> None:
    """Take gap and path away from tiers whose plan no longer runs."""
    running = Plan.objects.filter(starts_on__lte=on, ends_on__gte=on)
    held = TierResult.objects.filter(Q(plan_gap__isnull=False) | Q(no_path=True))
    held.exclude(account_id__in=running.values("account_id")).update(plan_gap=None, no_path=False)


def take_crm_target(account_id: int, *, on: date) -> None:
    """Bring a changed target of the CRM into the running plan, unless a person agreed another."""
    with transaction.atomic():
        account = Account.objects.get(pk=account_id)
        plans = Plan.objects.select_for_update().filter(
            account=account, starts_on__lte=on, ends_on__gte=on
        )
        for plan in plans.exclude(target_source=BY_PERSON).exclude(target=account.target):
            journal.record(
                "take_crm_target",
                actor_id=None,
                account_id=account_id,
                subject=plan,
                changes={"target": (plan.target, account.target)},
            )
            Plan.objects.filter(pk=plan.pk).update(
                target=account.target, target_source=FROM_CRM, version=F("version") + 1
            )


def _change(
    person: Person,
    plan_id: int,
    values: Mapping[str, Any],
    *,
    verb: str,
    seen_version: int,
    now: datetime,
) -> int:
    with transaction.atomic():
        plan = Plan.objects.select_for_update().filter(pk=plan_id).first()
        if plan is None or not may_on(person, plan.account_id, Category.PLAN, Act.WRITE):
            raise NotAllowed("You may not change this plan.", field="plan")
        changes = journal.differences(plan, values)
        if not changes:
            return plan.version
        if plan.version != seen_version:
            raise StalePlan(
                "Somebody changed this plan while you were typing.",
                theirs={name: getattr(plan, name) for name in values} | {"version": plan.version},
            )
        version = plan.version + 1
        Plan.objects.filter(pk=plan_id).update(**values, version=version, changed_at=now)
        journal.record(
            verb, actor_id=person.id, account_id=plan.account_id, subject=plan, changes=changes
        )
        outbox.request("refresh_plan", key=str(plan_id), payload={"plan": plan_id})
    return version


def _family(account: Account) -> list[int]:
    same = Q(pk=account.pk) | Q(planning_account=account)
    return list(
        Account.objects.filter(same, removed_at=None).order_by("pk").values_list("pk", flat=True)
    )
