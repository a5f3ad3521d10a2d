"""Which plans there are, and which are wanted."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from sightline.records.models import Plan, TierResult

PLANNED_TIERS = (1, 2)


def accounts_without_plan(year: int) -> list[int]:
    """Planning accounts whose decided tier, else the proposed one, asks for a plan they lack."""
    return list(_lacking(year).order_by("account_id").values_list("account_id", flat=True))


def lacks_plan(account_id: int, year: int) -> bool:
    """Whether one planning account's tier asks for a plan that it lacks."""
    return _lacking(year).filter(account_id=account_id).exists()


def _lacking(year: int) -> QuerySet[TierResult]:
    wanted = Q(decided_tier__in=PLANNED_TIERS) | Q(
        decided_tier=None, proposed_tier__in=PLANNED_TIERS
    )
    return TierResult.objects.filter(wanted).exclude(account__plans__year=year)


def running_plans(on: date) -> list[int]:
    """Plans whose year holds a day."""
    rows = Plan.objects.filter(starts_on__lte=on, ends_on__gte=on)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def planned_accounts(on: date) -> list[int]:
    """Accounts that have a plan whose year holds a day."""
    rows = Plan.objects.filter(starts_on__lte=on, ends_on__gte=on, account__removed_at=None)
    return sorted(set(rows.values_list("account_id", flat=True)))


def single_threaded_money(account_id: int) -> int | None:
    """ACV that hangs on one person, in minor units; 0 where it does not, None unknown."""
    row = TierResult.objects.filter(account_id=account_id).values_list("acv", "parts").first()
    if row is None:
        return None
    acv, parts = row
    flagged = any(part.get("code") == "vulnerable_single_thread" for part in parts)
    return (acv or 0) if flagged else 0
