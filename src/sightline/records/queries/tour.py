"""The account that the tour walks through, chosen by what the rules found, never by name."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from sightline.planning.permissions import Category
from sightline.records.models import Plan, PlanResult, TierResult
from sightline.records.reach import reach_of
from sightline.records.scoping import Person

DIP = "vulnerable_off_trend"
ALONE = "vulnerable_single_thread"


@dataclass(frozen=True, slots=True)
class TourStop:
    """One planned account whose revenue fell and whose access hangs on one person.

    Money in minor units: revenue in `currency`, landing and target of its plan in `plan_currency`;
    None where there is no target yet, or none was computed.
    """

    account_id: int
    name: str
    revenue: int
    revenue_before: int
    currency: str
    landing: int | None = None
    target: int | None = None
    plan_currency: str = ""


def tour_stop(person: Person) -> TourStop | None:
    """The visible planned account of the largest potential with both findings; None where there is
    none. Three queries, four below a role."""
    reach = reach_of(person)
    plan_there = Plan.objects.filter(account_id=OuterRef("account_id"))
    # a list, because SQLite takes no index for a bare truth value
    rows = TierResult.objects.filter(
        reach.on(Category.FACTS),
        Exists(plan_there),
        _said(DIP),
        _said(ALONE),
        single_threaded__in=[True],
        revenue_before__gt=0,
    )
    row = rows.select_related("account").order_by("-potential", "account").first()
    if row is None:
        return None
    plan = Plan.objects.filter(account_id=row.account_id).order_by("-year").first()
    landing = PlanResult.objects.filter(plan=plan).values_list("landing", flat=True).first()
    return TourStop(
        row.account_id,
        row.account.name,
        row.revenue or 0,
        row.revenue_before or 0,
        row.currency,
        landing=landing,
        target=plan.target if plan else None,
        plan_currency=plan.currency if plan else "",
    )


def _said(code: str) -> Q:
    """Results whose vulnerability has a part; asked of its text where JSON has no such question."""
    if connection.features.supports_json_field_contains:
        return Q(parts__contains=[{"code": code}])
    return Q(parts__icontains=f'"{code}"')
