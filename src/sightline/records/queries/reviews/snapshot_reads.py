"""What a plan's snapshot is read from; each read's SQL is composed once."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet, Value

from sightline.records.models import (
    Contact,
    Contract,
    Opinion,
    Opportunity,
    OpportunityContactRole,
    Plan,
    PlanResult,
    Play,
    TierResult,
)
from sightline.records.prepared import prepared


@prepared
def contacts(account_ids: list[int]) -> QuerySet[Contact]:
    """Everybody of the plan's accounts."""
    return Contact.objects.filter(account_id__in=account_ids, removed_at=None).order_by("pk")


@prepared
def opinions(contact_ids: list[int]) -> QuerySet[Opinion, Any]:
    """(contact, kind, id) of every rating in force but interests, oldest first."""
    rows = Opinion.objects.filter(contact_id__in=contact_ids, superseded_at=None)
    rows = rows.exclude(kind=Opinion.Kind.INTEREST)
    return rows.order_by("pk").values_list("contact_id", "kind", "pk")


@prepared
def roles(contact_ids: list[int]) -> QuerySet[OpportunityContactRole, Any]:
    """(contact, buying role) in deals."""
    rows = OpportunityContactRole.objects.filter(contact_id__in=contact_ids, removed_at=None)
    return rows.exclude(buying_role="").values_list("contact_id", "buying_role")


@prepared
def plays(account_id: int) -> QuerySet[Play]:
    """Plays of the planning account."""
    return Play.objects.filter(account_id=account_id, removed_at=None).order_by("pk")


@prepared
def deals(account_ids: list[int]) -> QuerySet[Opportunity]:
    """Deals of the plan's accounts that are no renewals."""
    rows = Opportunity.objects.filter(account_id__in=account_ids, removed_at=None, is_renewal=False)
    return rows.order_by("pk")


@prepared
def contracts(account_ids: list[int]) -> QuerySet[Contract, int]:
    """Ids of running contracts."""
    rows = Contract.objects.filter(account_id__in=account_ids, removed_at=None, is_active=True)
    return rows.order_by("pk").values_list("pk", flat=True)


@prepared
def renewal_notes(account_ids: list[int]) -> QuerySet[Contract, Any]:
    """(contract, notes) of the strategies that have any."""
    rows = Contract.objects.filter(account_id__in=account_ids, removed_at=None, is_active=True)
    rows = rows.exclude(strategy__notes="")
    return rows.order_by("pk").values_list("pk", "strategy__notes")


@prepared
def results(plan_id: int) -> QuerySet[PlanResult]:
    """What was last computed for the plan; one row or none."""
    return PlanResult.objects.filter(plan_id=plan_id)


@prepared
def tiers(account_id: int) -> QuerySet[TierResult]:
    """Where the account stands; one row or none."""
    return TierResult.objects.filter(account_id=account_id)


@prepared
def theses(plan_id: int) -> QuerySet[Plan, Any]:
    """The plan's thesis under its name; one row."""
    return Plan.objects.filter(pk=plan_id).values_list(Value("thesis"), "thesis")
