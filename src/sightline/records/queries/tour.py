"""The account that the tour walks through, chosen by what the rules found, never by name."""

from __future__ import annotations

from dataclasses import dataclass

from sightline.records.models import Plan, PlanResult, TierResult
from sightline.records.reach import open_accounts
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
    """The largest visible planned account with both findings; None where there is none."""
    planned = Plan.objects.values("account_id")
    rows = TierResult.objects.filter(
        account__in=open_accounts(person), account_id__in=planned, revenue_before__gt=0
    ).select_related("account")
    found = [row for row in rows.order_by("-revenue_before") if {DIP, ALONE} <= _codes(row)]
    if not found:
        return None
    row = found[0]
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


def _codes(row: TierResult) -> set[str]:
    return {str(part.get("code")) for part in row.parts}
