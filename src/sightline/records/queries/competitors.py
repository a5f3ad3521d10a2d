"""Where competitors sit over all accounts a person may see: cells held, deals met, windows ahead.

A cell is held by who was named there last: by a person, or in the deal that was lost there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Value

from sightline.planning.permissions import Act, Category
from sightline.records.models import (
    Account,
    CellFact,
    CellMeasures,
    Competitor,
    OpportunityCompetitor,
    Unit,
)
from sightline.records.queries.account_grid import WHOLE
from sightline.records.queries.analytics import Basis
from sightline.records.reach import Reach, open_accounts, open_here
from sightline.records.scoping import Person

MOST_SEATS = 1_000
AHEAD = timedelta(days=730)
_MOST_LOST = 5_000
_CHUNK = 2_000
ABOUT = "competitors"
KEPT_FIRST = 10
KEPT_WINDOWS = 40
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


@dataclass(frozen=True, slots=True)
class Rivalry:
    """One competitor: how many cells it holds, the first of them by their windows, and deals."""

    competitor: str
    cells: int
    seats: tuple[Seat, ...]
    met: Met


@dataclass(frozen=True, slots=True)
class Rivals:
    """Every competitor met or named, and the cells whose windows come first."""

    all: tuple[Rivalry, ...]
    windows: tuple[Seat, ...]


def rivals_now(reach: Reach, basis: Basis) -> Rivals:
    """Everything, for a job to keep for people who see very many accounts."""
    return rivals_of(every_seat(reach.person), met_in_deals(reach.person), on=basis.today)


def slim(found: Rivals) -> Rivals:
    """The first cells of each and the first windows, as the page over all competitors shows them."""
    first = (replace(one, seats=one.seats[:KEPT_FIRST]) for one in found.all)
    return Rivals(tuple(first), found.windows[:KEPT_WINDOWS])


def rivals_of(seats: Iterable[Seat], met: Iterable[Met], *, on: date) -> Rivals:
    """Cells by competitor, those that hold most first."""
    held: dict[str, list[Seat]] = {}
    ahead = []
    for seat in seats:
        held.setdefault(seat.competitor, []).append(seat)
        if seat.ends is not None and on <= seat.ends <= on + AHEAD:
            ahead.append(seat)
    deals = {one.competitor: one for one in met}
    found = [
        Rivalry(
            name,
            len(held.get(name, ())),
            tuple(held.get(name, ())),
            deals.get(name, Met(name, 0, 0, 0)),
        )
        for name in {**deals, **held}
    ]
    found.sort(key=lambda one: (-one.cells, one.competitor.casefold()))
    return Rivals(tuple(found), tuple(ahead))


def seats(person: Person, *, most: int = MOST_SEATS) -> tuple[Seat, ...]:
    """Every cell held by a competitor in the accounts whose plans the person may see, the next
    window first. At most six queries.

    As in the grid of an account: who was named last holds the cell, unless we sell there.
    """
    accounts = open_accounts(person, Category.PLAN, Act.READ)
    said = _said(Q(cell__account__in=accounts))
    lost = _lost(person, Q(opportunity__account__in=accounts), most=_MOST_LOST)
    return _merged(said, lost, person)[:most]


def every_seat(person: Person) -> tuple[Seat, ...]:
    """The same without an end, for a job: six queries for each 2,000 accounts."""
    accounts = open_accounts(person, Category.PLAN, Act.READ)
    keys = list(accounts.order_by("pk").values_list("pk", flat=True))
    said: list[Seat] = []
    lost: list[Seat] = []
    for start in range(0, len(keys), _CHUNK):
        ends = {"gte": keys[start], "lte": keys[start : start + _CHUNK][-1]}
        said += _said(_near(person, "cell__account", ends))
        lost += _lost(person, _near(person, "opportunity__account", ends), most=None)
    return _merged(said, lost, person)


def _near(person: Person, at: str, ends: Mapping[str, int]) -> Q:
    """Rows of the accounts between two keys that the person may see."""
    between = Q(**{f"{at}__{one}": key for one, key in ends.items()})
    return open_here(person, Category.PLAN, at=f"{at}_id") & between


def _merged(said: Iterable[Seat], lost: Sequence[Seat], person: Person) -> tuple[Seat, ...]:
    """Who was named last holds the cell; the next window first."""
    places = {seat.place: seat for seat in said}
    newest: dict[_Place, Seat] = {}
    for seat in sorted(lost, key=lambda one: one.said_on, reverse=True):
        newest.setdefault(seat.place, seat)
    found = list(newest.values())
    for start in range(0, len(found), _CHUNK):
        some = found[start : start + _CHUNK]
        known = _said_of_others(some, person)
        for seat in some:
            held = places.get(seat.place)
            day = held.said_on if held is not None else known.get(seat.place)
            if day is None or day < seat.said_on:
                places[seat.place] = seat
    order = sorted(
        places.values(), key=lambda one: (one.ends is None, one.ends or date.max, one.competitor)
    )
    return tuple(order)


def _lost(person: Person, here: Q, *, most: int | None) -> list[Seat]:
    """The cells of deals that were lost to somebody named, the newest deal of each; without those
    that we sell into."""
    told = list(_lost_deals(here)[:most])
    ids = {row[1] for row in told}
    planned = Account.objects.filter(
        open_here(person, Category.PLAN, at="pk"), pk__in={row[2] or row[1] for row in told}
    )
    names = dict(planned.values_list("pk", "name")) if told else {}
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


def _lost_deals(here: Q) -> QuerySet[OpportunityCompetitor, Any]:
    """Lines of deals lost to somebody named, the newest first."""
    return (
        OpportunityCompetitor.objects.filter(
            here,
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
        )
    )


def _said_of_others(lost: list[Seat], person: Person) -> dict[_Place, date]:
    """When somebody last said that no competitor holds a cell, of those accounts."""
    rows = CellFact.objects.filter(
        open_here(person, Category.PLAN, at="cell__account_id"),
        kind=CellFact.Kind.HOLDER,
        ended_at=None,
        competitor=None,
        cell__account_id__in={seat.account_id for seat in lost},
    ).values_list("cell__account_id", "cell__unit_id", "cell__product_line_id", "said_on")
    return {
        (account, str(unit) if unit else WHOLE, str(line)): day for account, unit, line, day in rows
    }


def _said(here: Q) -> Sequence[Seat]:
    """What people said. One query."""
    rows = CellFact.objects.filter(
        here,
        kind=CellFact.Kind.HOLDER,
        ended_at=None,
        competitor__isnull=False,
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
        )
    )


def met_in_deals(person: Person) -> tuple[Met, ...]:
    """How often each competitor was met in deals of accounts the person may see. Two queries."""
    accounts = open_accounts(person, Category.FACTS, Act.READ)
    rows = (
        OpportunityCompetitor.objects.filter(
            opportunity__account__in=accounts,
            opportunity__removed_at=None,
            removed_at=None,
        )
        # as a sum, because along the index of competitors a planner reads the whole company's deals
        .values_list(F("competitor_id") + Value(0))
        .annotate(
            open=Count("opportunity", filter=Q(opportunity__is_closed=False), distinct=True),
            won=Count("opportunity", filter=Q(opportunity__is_won=True), distinct=True),
            lost=Count(
                "opportunity",
                filter=Q(opportunity__is_closed=True, opportunity__is_won=False),
                distinct=True,
            ),
        )
        .order_by()
    )
    counts = {key: told for key, *told in rows}
    names = Competitor.objects.filter(pk__in=counts).order_by("name").values_list("pk", "name")
    return tuple(Met(name, *counts[key]) for key, name in names)
