"""Where competitors sit over all accounts a person may see: cells held, deals met, windows ahead.

A cell is held by who was named there last: by a person, or in the deal that was lost there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from sightline.planning.permissions import Act, Category
from sightline.records.models import CellFact, CellMeasures, OpportunityCompetitor, Unit
from sightline.records.queries.account_grid import WHOLE
from sightline.records.reach import open_accounts
from sightline.records.scoping import Person

MOST_SEATS = 1_000
_MOST_LOST = 5_000
_Place = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Seat:
    """One cell that a competitor is said to hold, or won in a deal (`reported`); `ends` None is not
    known."""

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

    @property
    def place(self) -> _Place:
        """The cell."""
        return (self.account_id, self.unit_key, self.line_key)


@dataclass(frozen=True, slots=True)
class Met:
    """How often a competitor was met in deals, and how those that closed ended for us."""

    competitor: str
    open: int
    won: int
    lost: int


def seats(person: Person, *, most: int = MOST_SEATS) -> tuple[Seat, ...]:
    """Every cell held by a competitor in the accounts whose plans the person may see, the next
    window first. At most six queries.

    As in the grid of an account: who was named last holds the cell, unless we sell there.
    """
    said = _said(person, most)
    lost = _lost(person)
    places = {seat.place: seat for seat in said}
    known = _said_of_others(lost, person) if lost else {}
    for seat in lost:
        held = places.get(seat.place)
        newest = held.said_on if held is not None else known.get(seat.place)
        if newest is None or newest < seat.said_on:
            places[seat.place] = seat
    found = sorted(
        places.values(), key=lambda one: (one.ends is None, one.ends or date.max, one.competitor)
    )
    return tuple(found[:most])


def _lost(person: Person) -> list[Seat]:
    """The cells of deals that were lost to somebody named, the newest deal of each; without those
    that we sell into."""
    accounts = open_accounts(person, Category.PLAN, Act.READ)
    rows = (
        OpportunityCompetitor.objects.filter(
            opportunity__account__in=accounts,
            opportunity__is_closed=True,
            opportunity__is_won=False,
            opportunity__close_date__isnull=False,
            opportunity__removed_at=None,
            opportunity__lines__product_line__isnull=False,
            opportunity__lines__removed_at=None,
            removed_at=None,
        )
        .order_by("-opportunity__close_date", "competitor__name")
        .values_list(
            "competitor__name",
            "opportunity__account_id",
            "opportunity__account__planning_account_id",
            "opportunity__unit_id",
            "opportunity__unit__name",
            "opportunity__lines__product_line_id",
            "opportunity__lines__product_line__name",
            "opportunity__close_date",
        )[:_MOST_LOST]
    )
    told = list(rows)
    ids = {row[1] for row in told}
    planned = accounts.filter(pk__in={row[2] or row[1] for row in told})
    names = dict(planned.values_list("pk", "name"))
    linked = {
        account: (str(pk), name)
        for pk, name, account in Unit.objects.filter(
            linked_account_id__in=ids, removed_at=None
        ).values_list("pk", "name", "linked_account_id")
    }
    ours = {
        (account, unit, line)
        for account, unit, line in CellMeasures.objects.filter(
            account_id__in=ids, owned=True
        ).values_list("account_id", "unit_id", "product_line_id")
    }
    found: dict[_Place, Seat] = {}
    for name, account, planning, unit, unit_name, line, line_name, day in told:
        at = planning or account
        if (account, unit, line) in ours or at not in names or day is None:
            continue
        key, words = (str(unit), unit_name) if unit else linked.get(account, (WHOLE, ""))
        seat = Seat(name, at, names[at], words, key, line_name, str(line), None, True, day)
        found.setdefault(seat.place, seat)
    return list(found.values())


def _said_of_others(lost: list[Seat], person: Person) -> dict[_Place, date]:
    """When somebody last said that no competitor holds a cell, of those accounts."""
    accounts = open_accounts(person, Category.PLAN, Act.READ)
    rows = CellFact.objects.filter(
        kind=CellFact.Kind.HOLDER,
        ended_at=None,
        competitor=None,
        cell__account__in=accounts.filter(pk__in={seat.account_id for seat in lost}),
    ).values_list("cell__account_id", "cell__unit_id", "cell__product_line_id", "said_on")
    return {
        (account, str(unit) if unit else WHOLE, str(line)): day for account, unit, line, day in rows
    }


def _said(person: Person, most: int) -> tuple[Seat, ...]:
    """What people said. One query."""
    accounts = open_accounts(person, Category.PLAN, Act.READ)
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
    accounts = open_accounts(person, Category.FACTS, Act.READ)
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
