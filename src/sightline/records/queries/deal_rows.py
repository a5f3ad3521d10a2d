"""Deals of some accounts and their lines, read in one way by the bridge, its odds and the board:
a page that shows them all asks once (`each_once`)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from sightline.records.models import Opportunity, OpportunityLine, Play
from sightline.records.prepared import prepared


def deals_since(account_ids: list[int], since: date, until: date) -> list[Opportunity]:
    """Open deals, and those closed from one day to another; `play_renewal` is the contract that
    their play was made for."""
    return _deals(account_ids, since, until)


@prepared
def _deals(account_ids: list[int], since: date, until: date) -> QuerySet[Opportunity]:
    closed = Q(is_closed=True, close_date__gte=since, close_date__lte=until)
    made = Play.objects.filter(opportunity=OuterRef("pk"), removed_at=None).order_by("pk")
    rows = Opportunity.objects.filter(account_id__in=account_ids, removed_at=None)
    with_play = rows.annotate(play_renewal=Subquery(made.values("renewal_id")[:1]))
    told = with_play.filter(Q(is_closed=False) | closed).select_related("stage", "owner", "unit")
    return told.order_by("close_date", "pk")


def lines_of(deals: Iterable[Opportunity]) -> list[tuple[int, int | None, str, str, int | None]]:
    """(deal, product line, its name, its kind of revenue, minor units) of the lines of deals."""
    return _lines(sorted(deal.pk for deal in deals))


@prepared
def _lines(deal_ids: list[int]) -> QuerySet[OpportunityLine, Any]:
    rows = OpportunityLine.objects.filter(opportunity_id__in=deal_ids, removed_at=None)
    return rows.order_by("pk").values_list(
        "opportunity_id",
        "product_line_id",
        "product_line__name",
        "product_line__revenue_kind",
        "total",
    )
