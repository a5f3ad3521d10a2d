"""Lists of somebody who sees very many accounts: a page along an index, sums kept, as many reads for
a thousand rows as for ten, and the same rows and sums as whoever sees few reads fresh."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sightline.actions.kept_lists import keep_lists
from sightline.actions.progress import Silent
from sightline.planning.permissions import Category
from sightline.records import reach as reaches
from sightline.records.models import (
    Account,
    Competitor,
    Contract,
    DepartureCost,
    Job,
    KeptList,
    Mention,
    OpportunityCompetitor,
    OpportunityLine,
    Plan,
    ProductLine,
    Question,
    Review,
    SignIn,
)
from sightline.records.queries import competitor_cells, competitors, departures, kept, renewals
from sightline.records.queries.analytics.dearest import Slice
from sightline.records.queries.company import company_facts, parameters_in_force, rates
from sightline.records.queries.reviews.rows import reviews_held, reviews_to_come
from sightline.records.reach import reach_of
from sightline.records.scoping import person_of
from sightline.web.pages.competitors import present
from tests import makers

pytestmark = pytest.mark.django_db
PAGES = ("/renewals", "/competitors/", "/departures/", "/reviews", "/asks/")


@dataclass
class Team:
    """A head above a seller with an account, and an account of somebody else's."""

    head: SignIn
    account: Account
    foreign: Account
    today: date

    def fill(self, count: int) -> None:
        """So many contracts, lost deals, departures, reviews held and questions in each account."""
        for at in (self.account, self.foreign):
            self._contracts(at, count)
            self._deals(at, count)
            self._departures(at, count)
            self._reviews(at, count)
        self._questions(count)

    def _contracts(self, at: Account, count: int) -> None:
        codes = ("EUR", "", "GBP")
        Contract.objects.bulk_create(
            Contract(
                account=at,
                name=f"{at.name} contract {number}",
                ends_on=self.today + timedelta(days=number % 7 - 3),
                annual_value=None if number % 5 == 4 else 1_000_00 * (number % 11),
                currency=codes[number % 3] if number % 5 != 3 else "GBP",
            )
            for number in range(count)
        )

    def _deals(self, at: Account, count: int) -> None:
        rival, _made = Competitor.objects.get_or_create(name="Tessera")
        for number in range(min(count, 60)):
            deal = makers.opportunity(
                at,
                is_closed=True,
                is_won=False,
                close_date=self.today - timedelta(days=number),
            )
            OpportunityCompetitor.objects.create(opportunity=deal, competitor=rival)
            name = f"Line {number % 20}"
            line = ProductLine.objects.filter(name=name).first() or makers.line(name)
            OpportunityLine.objects.create(opportunity=deal, product_line=line)

    def _departures(self, at: Account, count: int) -> None:
        costs = [
            DepartureCost(
                account=at,
                contact=makers.contact(at, f"{at.name} person {number}"),
                lost=1_000_00 + number % 9,
                currency="EUR",
                share="0.1",
                stakes=["play:1"],
                as_of=self.today,
            )
            for number in range(min(count, 40))
        ]
        owner = at.owner
        assert owner is not None
        costs.append(
            DepartureCost(account=at, user=owner, lost=5_000_00, currency="EUR", as_of=self.today)
        )
        DepartureCost.objects.filter(account=at).delete()
        DepartureCost.objects.bulk_create(costs)

    def _reviews(self, at: Account, count: int) -> None:
        plan, _made = Plan.objects.get_or_create(
            account=at,
            year=self.today.year,
            starts_on=date(self.today.year, 1, 1),
            ends_on=date(self.today.year, 12, 31),
            currency="EUR",
        )
        Review.objects.bulk_create(
            Review(
                plan=plan,
                account=at,
                state="closed",
                held_on=self.today - timedelta(days=number // 3),
            )
            for number in range(count)
        )
        for kind, day in (("review", self.today), ("joint", None)):
            Review.objects.get_or_create(
                plan=plan, account=at, kind=kind, state="planned", defaults={"held_on": day}
            )

    def _questions(self, count: int) -> None:
        user = self.head.crm_user
        for at in (self.account, self.foreign):
            Question.objects.bulk_create(
                Question(
                    account=at,
                    subject_kind="account",
                    words=f"Of {at.name}, number {number}?",
                    asked_of=user,
                    asked_by=self.head,
                    due_on=self.today + timedelta(days=number),
                )
                for number in range(count)
            )
        Mention.objects.get_or_create(account=self.account, place="note:1", named=user)


@pytest.fixture
def team() -> Iterator[Team]:
    cache.clear()
    makers.company(reporting_currency="EUR", time_zone="UTC")
    top = makers.crm_role("VP")
    seller = makers.crm_user("Dana", role=makers.crm_role("Seller", parent=top))
    head = makers.sign_in("leader", user=makers.crm_user("Head", role=top))
    account = makers.account("Mine", owner=seller)
    foreign = makers.account("Foreign", owner=makers.crm_user("Stranger"))
    yield Team(head, account, foreign, company_facts().today(timezone.now()))
    cache.clear()


@pytest.fixture(params=["all", "part"])
def large(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody counts as seeing nearly everything of a large company, or a part of it."""
    monkeypatch.setattr(reaches, "WIDE", 0)
    monkeypatch.setattr(reaches, "PART", 0 if request.param == "all" else 1000)
    monkeypatch.setattr(kept, "is_large", lambda: True)


def body_of(team: Team, path: str) -> str:
    client = Client()
    client.force_login(team.head)
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_a_thousand_rows_are_read_like_ten(team: Team, large: None, path: str) -> None:
    counts = []
    for more in (12, 1000):
        team.fill(more)
        keep_lists(job=Silent())
        body_of(team, path)
        with CaptureQueriesContext(connection) as asked:
            body = body_of(team, path)
        counts.append(len(asked))
        assert "Being counted" not in body
        assert "Foreign" not in body
        assert len(body) < 150_000
    # a page that ends looks for rows without a value too
    assert counts[1] <= counts[0]


@pytest.mark.parametrize("path", ["/renewals", "/competitors/", "/departures/"])
def test_until_sums_are_kept_the_page_says_so_and_asks_for_them(
    team: Team, large: None, path: str
) -> None:
    team.fill(12)
    assert "Being counted" in body_of(team, path)
    assert Job.objects.filter(name="portfolio_sums").exists()
    keep_lists(job=Silent())
    assert "added up" in body_of(team, path)


def test_what_is_kept_is_what_is_computed_afresh(team: Team, large: None) -> None:
    team.fill(70)
    keep_lists(job=Silent())
    person, told = person_of(team.head), company_facts()
    reach, spans = reach_of(person), renewals.spans_of(told.calendar, team.today)
    found = renewals.upcoming(
        person,
        since=spans[0].first,
        until=spans[-1].last,
        currency=told.currency,
        rates=rates(),
        on=team.today,
    )
    judged = renewals.judged(found, today=team.today, parameters=parameters_in_force(team.today))
    fresh = renewals.sums_of(judged, spans=spans, currency=told.currency)
    assert fresh.contracts == 70
    held = kept.kept_list(reach, Category.PLAN, renewals.ABOUT, renewals.RenewalSums)
    assert held is not None
    assert held[0] == fresh
    rivals = competitors.rivals_of(
        competitors.seats(person), competitors.met_in_deals(person), on=team.today
    )
    seen = kept.kept_list(reach, Category.PLAN, competitors.ABOUT, competitors.Rivals)
    assert seen is not None
    assert seen[0] == competitors.slim(rivals)
    assert [(one.competitor, one.cells, one.met.lost) for one in rivals.all] == [
        ("Tessera", 20, 60)
    ]


def test_departures_are_the_same_kept_and_fresh(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    team.fill(12)
    fresh = departures.dearest(person_of(team.head))
    assert {one.account for one in fresh.rows} == {"Mine"}
    assert len(fresh.rows) == 10
    monkeypatch.setattr(reaches, "WIDE", 0)
    monkeypatch.setattr(kept, "is_large", lambda: True)
    keep_lists(job=Silent())
    assert departures.dearest(person_of(team.head)).rows == fresh.rows
    monkeypatch.setattr(kept, "is_large", lambda: False)
    keep_lists(job=Silent())
    assert not KeptList.objects.exists()


def test_pages_of_renewals_are_the_whole_in_order(team: Team, large: None) -> None:
    team.fill(130)
    person, told = person_of(team.head), company_facts()
    spans = renewals.spans_of(told.calendar, team.today)
    window: dict[str, Any] = {"since": spans[0].first, "until": spans[-1].last}
    setting: dict[str, Any] = {"currency": told.currency, "rates": rates(), "on": team.today}
    whole = renewals.upcoming(person, **window, **setting)
    pages = [
        row.id
        for skip in range(0, 150, 50)
        for row in renewals.upcoming_page(
            reach_of(person), **window, **setting, part=Slice(skip, 50)
        )
    ]
    assert len(pages) == 130
    assert set(pages) == {row.id for row in whole}
    keep_lists(job=Silent())
    first = body_of(team, "/renewals?quarter=past")
    assert "Next" in first
    assert body_of(team, "/renewals?quarter=past&page=2") != first


def test_reviews_turn_page_by_page(team: Team, large: None) -> None:
    team.fill(50)
    reach = reach_of(person_of(team.head))
    held = [row.id for skip in (0, 20, 40) for row in reviews_held(reach, skip=skip, most=20)]
    own = Review.objects.filter(account=team.account)
    newest = own.filter(state="closed").order_by("-held_on", "-pk")
    assert held == list(newest.values_list("pk", flat=True))
    to_come = reviews_to_come(reach, most=5)
    assert [row.held_on for row in to_come] == [team.today, None]
    assert reviews_to_come(reach, skip=1, most=5) == to_come[1:]
    assert "held=2" in body_of(team, "/reviews")
    assert "held=1" in body_of(team, "/reviews?held=2")


def test_questions_turn_page_by_page(team: Team) -> None:
    team.fill(35)
    first, second = body_of(team, "/asks/"), body_of(team, "/asks/?page=2&own=2")
    assert "number 29?" in first
    assert "number 30?" not in first
    assert "number 34?" in second
    assert "number 29?" not in second


def test_one_competitor_has_a_page_of_its_own(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    team.fill(30)
    monkeypatch.setattr(present, "MOST_AT_ONCE", 5)
    monkeypatch.setattr(present, "A_PAGE", 15)
    assert "?of=Tessera" in body_of(team, "/competitors/")
    first = body_of(team, "/competitors/?of=Tessera")
    second = body_of(team, "/competitors/?of=Tessera&page=2")
    assert first.count("Line ") == 15
    assert second.count("Line ") == 5


def test_one_competitor_is_paged_to_its_last_cell_of_very_many(
    team: Team, large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    team.fill(30)
    monkeypatch.setattr(competitor_cells, "BLOCK", 10)
    monkeypatch.setattr(present, "A_PAGE", 5)
    person = person_of(team.head)
    reach, whole = reach_of(person), competitors.seats(person)
    assert competitor_cells.cells_of(reach, "Tessera", first=0, most=5) is None
    keep_lists(job=Silent())
    found = [
        competitor_cells.cells_of(reach, "Tessera", first=first, most=5)
        for first in range(0, 25, 5)
    ]
    assert [len(page or ()) for page in found] == [5, 5, 5, 5, 0]
    assert tuple(seat for page in found for seat in page or ()) == whole
    assert competitor_cells.cells_of(reach, "Nobody", first=0, most=5) == ()
    assert "?of=Tessera" in body_of(team, "/competitors/")
    pages = [body_of(team, f"/competitors/?of=Tessera&page={page}") for page in (1, 4)]
    assert [page.count("Line ") for page in pages] == [5, 5]
    assert ["Next" in page for page in pages] == [True, False]
    Account.objects.update(removed_at=timezone.now())
    assert competitor_cells.cells_of(reach, "Tessera", first=0, most=5) == ()


def test_a_competitor_kept_without_its_cells_is_counted_anew(team: Team, large: None) -> None:
    team.fill(12)
    keep_lists(job=Silent())
    KeptList.objects.filter(about__startswith="competitors:").delete()
    assert "Being counted" in body_of(team, "/competitors/?of=Tessera")
    assert Job.objects.filter(name="portfolio_sums").exists()
