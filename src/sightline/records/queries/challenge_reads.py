"""What the challenge rules ask of a plan's accounts, each composed once for any number of plans."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from sightline.records.models import (
    Action,
    Contract,
    Opportunity,
    OpportunityContactRole,
    OpportunityLine,
    TierResult,
    Unit,
)
from sightline.records.prepared import prepared


@prepared
def tier_of(account_id: int) -> QuerySet[TierResult]:
    """The account's tier as it stands."""
    return TierResult.objects.filter(account_id=account_id)


@prepared
def open_deals(ids: list[int]) -> QuerySet[Opportunity]:
    """Open opportunities that are no renewal."""
    return Opportunity.objects.filter(
        account_id__in=ids, removed_at=None, is_closed=False, is_renewal=False, renews=None
    ).order_by("pk")


@prepared
def roles_on(deal_ids: list[int]) -> QuerySet[OpportunityContactRole, Any]:
    """Who is named on each deal."""
    rows = OpportunityContactRole.objects.filter(opportunity_id__in=deal_ids, removed_at=None)
    return rows.values_list("opportunity_id", "contact_id")


@prepared
def cells_of_deals(ids: list[int]) -> QuerySet[OpportunityLine, Any]:
    """Unit, line and amount of what open deals are about."""
    rows = OpportunityLine.objects.filter(
        opportunity__account_id__in=ids,
        opportunity__is_closed=False,
        opportunity__is_renewal=False,
        opportunity__removed_at=None,
        opportunity__unit__isnull=False,
        product_line__isnull=False,
        removed_at=None,
    )
    return rows.values_list(
        "opportunity__unit_id", "product_line_id", "total", "opportunity__currency"
    )


@prepared
def units_of(account_id: int) -> QuerySet[Unit, Any]:
    """The account's units and the one above each."""
    return Unit.objects.filter(account_id=account_id).values_list("pk", "parent_id")


@prepared
def counted_steps(deal_ids: list[int]) -> QuerySet[Action, Any]:
    """Open actions of each deal, and those done since its stage changed."""
    return (
        Action.objects.filter(opportunity_id__in=deal_ids, removed_at=None)
        .values_list("opportunity_id")
        .annotate(
            still=Count("pk", filter=Q(state=Action.State.OPEN)),
            done=Count(
                "pk",
                filter=Q(state=Action.State.DONE) & Q(done_on__gte=F("opportunity__stage_since")),
            ),
        )
    )


@prepared
def running_contracts(ids: list[int], on: date) -> QuerySet[Contract]:
    """Contracts that end on a day or later, with what a person wrote of them."""
    rows = Contract.objects.filter(
        account_id__in=ids, removed_at=None, is_active=True, ends_on__gte=on
    )
    return rows.select_related("strategy").order_by("ends_on", "pk")


@prepared
def plays_of_people(contact_ids: list[int]) -> QuerySet[OpportunityContactRole, Any]:
    """Open deals with an amount by the people named on them."""
    rows = OpportunityContactRole.objects.filter(
        contact_id__in=contact_ids,
        removed_at=None,
        opportunity__is_closed=False,
        opportunity__removed_at=None,
        opportunity__amount__isnull=False,
    )
    return rows.values_list(
        "contact_id", "opportunity_id", "opportunity__amount", "opportunity__currency"
    )
