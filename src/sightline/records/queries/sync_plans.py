"""What of our plans is written to a CRM: the plan, its objectives, its target and its metrics.

Drafts stay here until somebody makes them active. Money in major units of the plan's currency,
shares in percent, both with a dot and no thousands sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import QuerySet

from sightline.agreement.plan_writing import Kind, Part
from sightline.planning.money.amount import minor_digits
from sightline.records.models import Objective, Plan, PlanMetric, Play, Priority
from sightline.records.queries.metrics.values import COUNTS, MONEY
from sightline.wording.labels import METRICS

_STATUS = {Plan.State.ACTIVE: "Active", Plan.State.CLOSED: "Inactive"}


def parts(source_id: int) -> list[Part]:
    """Everything to be kept there, parents before children. Five queries."""
    plans = list(_plans(source_id).select_related("account", "result"))
    keys = [plan.pk for plan in plans]
    priorities = _priorities({plan.account_id for plan in plans})
    metrics = list(PlanMetric.objects.filter(plan__in=keys).order_by("pk"))
    measured = {one.plan_id for one in metrics}
    found = [_plan(one, priorities.get(one.account_id, "")) for one in plans]
    for objective in Objective.objects.filter(plan__in=keys).order_by("pk"):
        found.append(_objective(objective))
    for plan in plans:
        if plan.target is not None or plan.pk in measured:
            found.append(_targets(plan))
    found += [_target(plan) for plan in plans if plan.target is not None]
    found += [_metric(one) for one in metrics]
    return found + _deals(plans)


def _deals(plans: Sequence[Plan]) -> list[Part]:
    """The opportunities of the account's plays count for the target of its newest active plan."""
    newest = {
        plan.account_id: plan.pk
        for plan in plans
        if plan.target is not None and plan.state == Plan.State.ACTIVE
    }
    rows = Play.objects.filter(account__in=newest, removed_at=None, parked=False)
    told = rows.exclude(opportunity=None).exclude(opportunity__outside_id="").order_by("pk")
    return [
        Part(Kind.LINK, pk, {"opportunity": deal}, parent=(Kind.TARGET, newest[account]))
        for pk, account, deal in told.values_list("pk", "account_id", "opportunity__outside_id")
    ]


def _plans(source_id: int) -> QuerySet[Plan]:
    rows = Plan.objects.filter(
        account__source=source_id, account__removed_at=None, state__in=list(_STATUS)
    )
    return rows.exclude(account__outside_id="").order_by("pk")


def _priorities(accounts: set[int]) -> dict[int, str]:
    rows = Priority.objects.filter(account__in=accounts, under=None, removed_at=None)
    found: dict[int, str] = {}
    for account, words in rows.order_by("pk").values_list("account_id", "words"):
        found[account] = f"{found[account]}\n{words}" if account in found else words
    return found


def _plan(plan: Plan, priorities: str) -> Part:
    state = Plan.State(plan.state)
    values: dict[str, object] = {
        "name": f"{plan.account.name[:200]}, {plan.label or plan.year}",
        "account": plan.account.outside_id,
        "starts_on": plan.starts_on,
        "ends_on": plan.ends_on,
        "status": _STATUS[state],
        "thesis": plan.thesis or None,
        "priorities": priorities or None,
        "currency": plan.currency,
    }
    return Part(Kind.PLAN, plan.pk, values, create=state is Plan.State.ACTIVE)


def _objective(one: Objective) -> Part:
    ended = one.removed_at is not None or one.state != Objective.State.OPEN
    values: dict[str, object] = {
        "name": one.words,
        "about": f"Measured by: {one.measure}" if one.measure else None,
        "ends_on": one.due_on,
        "status": "Closed" if ended else "In Progress",
    }
    live = one.removed_at is None
    return Part(Kind.OBJECTIVE, one.pk, values, parent=(Kind.PLAN, one.plan_id), create=live)


def _targets(plan: Plan) -> Part:
    values: dict[str, object] = {
        "name": "Targets of the plan",
        "starts_on": plan.starts_on,
        "ends_on": plan.ends_on,
        "status": "In Progress" if plan.state == Plan.State.ACTIVE else "Closed",
    }
    return Part(Kind.TARGETS, plan.pk, values, parent=(Kind.PLAN, plan.pk))


def _target(plan: Plan) -> Part:
    result = getattr(plan, "result", None)
    values: dict[str, object] = {
        "name": f"Target, {plan.currency}",
        "unit": "Currency",
        "target": _major(plan.target, plan.currency),
        "currency": plan.currency,
    }
    if result is not None and result.landing is not None:
        values["now"] = _major(result.landing, plan.currency)
    return Part(Kind.TARGET, plan.pk, values, parent=(Kind.TARGETS, plan.pk))


def _metric(one: PlanMetric) -> Part:
    share = one.key not in MONEY | COUNTS
    unit = "Percent" if share else ("Currency" if one.key in MONEY else "Number")
    values: dict[str, object] = {
        "name": METRICS.get(one.key, one.key),
        "unit": unit,
        "target": _plain(one.target * 100 if share else one.target),
    }
    return Part(Kind.METRIC, one.pk, values, parent=(Kind.TARGETS, one.plan_id))


def _major(minor: int | None, currency: str) -> str | None:
    return None if minor is None else _plain(Decimal(minor).scaleb(-minor_digits(currency)))


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")
