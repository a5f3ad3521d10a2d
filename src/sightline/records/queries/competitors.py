"""Where competitors sit over all accounts a person may see: cells held, deals met, windows ahead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from sightline.planning.permissions import Act, Category
from sightline.records.models import CellFact, OpportunityCompetitor
from sightline.records.queries.account_grid import WHOLE
from sightline.records.scoping import Person, visible_accounts

MOST_SEATS = 1_000


@dataclass(frozen=True, slots=True)
class Seat:
    """One cell that a competitor is said to hold; `ends` None is not known."""

    competitor: str
    account_id: int
    account: str
    unit: str
    unit_key: str
    line: str
    line_key: str
    ends: date | None
    reported: bool
    said_on: date


@dataclass(frozen=True, slots=True)
class Met:
    """How often a competitor was met in deals, and how those that closed ended for us."""

    competitor: str
    open: int
    won: int
    lost: int


def seats(person: Person, *, most: int = MOST_SEATS) -> tuple[Seat, ...]:
    """Every cell held by a competitor in the accounts whose plans the person may see, the next
    window first. One query."""
    accounts = visible_accounts(person, Category.PLAN, Act.READ)
    rows = CellFact.objects.filter(
        kind=CellFact.Kind.HOLDER,
        ended_at=None,
        competitor__isnull=False,
        cell__account__in=accounts,
    ).order_by("until", "competitor__name", "pk")
    return tuple(
        Seat(
            competitor=name,
            account_id=account,
            account=account_name,
            unit=unit_name or "",
            unit_key=str(unit) if unit else WHOLE,
            line=line_name,
            line_key=str(line),
            ends=until,
            reported=reported,
            said_on=said_on,
        )
        for name, account, account_name, unit, unit_name, line, line_name, until, reported, said_on in rows.values_list(
            "competitor__name",
            "cell__account_id",
            "cell__account__name",
            "cell__unit_id",
            "cell__unit__name",
            "cell__product_line_id",
            "cell__product_line__name",
            "until",
            "reported",
            "said_on",
        )[:most]
    )


def met_in_deals(person: Person) -> tuple[Met, ...]:
    """How often each competitor was met in deals of accounts the person may see. One query."""
    accounts = visible_accounts(person, Category.FACTS, Act.READ)
    rows = (
        OpportunityCompetitor.objects.filter(
            opportunity__account__in=accounts,
            opportunity__removed_at=None,
            removed_at=None,
        )
        .values_list("competitor__name")
        .annotate(
            open=Count("opportunity", filter=Q(opportunity__is_closed=False), distinct=True),
            won=Count("opportunity", filter=Q(opportunity__is_won=True), distinct=True),
            lost=Count(
                "opportunity",
                filter=Q(opportunity__is_closed=True, opportunity__is_won=False),
                distinct=True,
            ),
        )
        .order_by("competitor__name")
    )
    return tuple(Met(*row) for row in rows)
