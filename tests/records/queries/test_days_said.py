"""What people say is dated by the company's own day: in the evening west of Greenwich and in the
morning east of it that is another day than the moment's in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from sightline.actions import challenges_seen
from sightline.actions.people_data import end_what_is_past
from sightline.actions.sync import plays as following
from sightline.planning.parameters import load_defaults
from sightline.planning.retention import Kept, RetentionParameters, cutoff
from sightline.planning.stakeholders import StakeholderParameters, fresh_ratings
from sightline.records.models import (
    Contact,
    DeclinedSuggestion,
    Opinion,
    Play,
    TierDecision,
    WeekOpened,
)
from sightline.records.queries import company
from sightline.records.queries.analytics.behind import decisions_behind
from sightline.records.queries.analytics.dearest import Slice
from sightline.records.queries.analytics.picture import Basis
from sightline.records.queries.people import people_of
from sightline.records.queries.week.lasting import OpenDeal, old_facts
from sightline.records.queries.whitespace.suggested import declined_cells
from sightline.records.reach import reach_of
from tests import makers

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.parametrize(
        ("zone", "moment", "day"),
        [
            ("America/Los_Angeles", datetime(2026, 12, 1, 2, tzinfo=UTC), date(2026, 11, 30)),
            ("Europe/London", datetime(2026, 12, 1, 2, tzinfo=UTC), date(2026, 12, 1)),
            ("Pacific/Auckland", datetime(2026, 11, 30, 20, tzinfo=UTC), date(2026, 12, 1)),
        ],
    ),
]
NUMBERS = load_defaults().section(StakeholderParameters, "stakeholders")


@pytest.fixture(autouse=True)
def told(zone: str) -> company.CompanyFacts:
    makers.company(time_zone=zone)
    return company.company_facts()


@pytest.fixture
def rated(moment: datetime) -> Contact:
    """Somebody rated at the moment."""
    contact = makers.contact(makers.account("Helvion"), "Ana Ruiz")
    Opinion.objects.create(contact=contact, kind="strength", value="3", rated_at=moment)
    return contact


def test_a_rating_counts_on_its_day_and_not_before(rated: Contact, day: date) -> None:
    own = people_of([rated.account_id], with_opinions=True)[rated.account_id]
    assert [one.on for one in own.ratings] == [day]
    assert fresh_ratings(own.ratings, on=day, parameters=NUMBERS)
    assert not fresh_ratings(own.ratings, on=day - timedelta(days=1), parameters=NUMBERS)


def test_a_map_taken_back_ends_with_the_companys_day(rated: Contact, day: date) -> None:
    for on, ratings in ((day, 1), (day - timedelta(days=1), 0)):
        own = people_of([rated.account_id], with_opinions=True, on=on)[rated.account_id]
        assert len(own.ratings) == ratings


def test_a_rating_grows_old_from_its_day(rated: Contact, day: date) -> None:
    deal = OpenDeal(1, rated.account_id, 100, "GBP", frozenset({str(rated.pk)}))
    for days, said in ((NUMBERS.rating_days, []), (NUMBERS.rating_days + 1, [day])):
        on = day + timedelta(days=days)
        found = old_facts([rated.account_id], [deal], on=on, parameters=load_defaults())
        assert [fact.said_on for fact in found] == said


def test_what_is_said_ends_by_the_companys_days(rated: Contact, day: date) -> None:
    parameters = load_defaults()
    retention = parameters.section(RetentionParameters, "people_data")
    on = next(
        on
        for on in (day + timedelta(days=days) for days in range(700, 800))
        if cutoff(Kept.OPINION, on=on, numbers=retention, opinion_months=NUMBERS.opinion_months)
        == day
    )
    assert end_what_is_past(on - timedelta(days=1), parameters=parameters).opinions == 0
    assert end_what_is_past(on, parameters=parameters).opinions == 1


def test_a_suggestion_was_turned_down_on_the_companys_day(moment: datetime, day: date) -> None:
    account, line = makers.account("Helvion"), makers.line("Forecasting")
    DeclinedSuggestion.objects.create(
        account=account, product_line=line, reason="no need", declined_at=moment
    )
    assert [one.on for one in declined_cells(account.pk).values()] == [day]


def test_a_monday_was_opened_on_the_companys_day(moment: datetime, day: date) -> None:
    user = makers.crm_user()
    plan = makers.account("Helvion", owner=user).plans.create(
        year=2026,
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        state="active",
        currency="GBP",
    )
    mine = makers.sign_in("account_manager", user=user)
    WeekOpened.objects.create(sign_in=mine, monday=date(2026, 11, 30), opened_at=moment)
    assert challenges_seen._last_monday(plan.pk) == day


def test_a_week_counts_the_tiers_decided_on_the_companys_days(
    told: company.CompanyFacts, moment: datetime, day: date
) -> None:
    user = makers.crm_user()
    account = makers.account("Helvion", owner=user)
    makers.tier_result(account, as_of=day, computed_tier=1)
    TierDecision.objects.create(account=account, kind="accept", tier=1, decided_at=moment)
    reach = reach_of(makers.person("account_manager", user=user))
    parameters = load_defaults()
    for today, listed in ((day + timedelta(days=6), [day]), (day + timedelta(days=7), [])):
        basis = Basis(today, told.calendar, "GBP", company.rates(), parameters)
        found = decisions_behind(reach, basis, part=Slice(0, 10))
        assert [row.on for row in found.rows] == listed


def test_an_opportunity_made_for_a_play_is_dated_by_the_company(
    moment: datetime, day: date
) -> None:
    play = Play(outcome="won", name="Forecasting")
    stage = makers.stage("Won", is_closed=True, is_won=True)
    values = following._ended(play, moment)
    assert values == {
        "stage_id": stage.pk,
        "is_closed": True,
        "is_won": True,
        "closed_on": day,
        "stage_since": day,
        "stage_since_inferred": False,
    }
