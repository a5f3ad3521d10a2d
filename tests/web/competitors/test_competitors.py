"""Where competitors sit: in one account, and only in those a person may see."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from sightline.actions.whitespace import Place, Saying, say_holder
from sightline.records.models import (
    Account,
    Competitor,
    OpportunityCompetitor,
    OpportunityLine,
    SignIn,
)
from sightline.records.queries.competitors import Met, met_in_deals, seats
from sightline.records.scoping import person_of
from tests import makers

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


def seen(owner: SignIn, name: str, *, ends: date = date(2027, 9, 30)) -> Account:
    account = makers.account(owner=owner.crm_user)
    unit, line = makers.unit(account, "Service"), makers.line()
    saying = Saying(person_of(owner), NOW, NOW.date(), 0)
    place = Place(account.pk, unit.pk, line.pk)
    say_holder(place, "competitor", saying=saying, competitor=name, ends=ends)
    return account


def test_each_competitor_is_shown_with_what_it_holds_and_until_when(client: Client) -> None:
    makers.company()
    owner = makers.sign_in("account_manager", user=makers.crm_user())
    account = seen(owner, "Tessera & Sons")
    client.force_login(owner)
    body = client.get(reverse("competitors:show", args=[account.pk])).content.decode()
    assert "Tessera &amp; Sons" in body
    assert "30 Sept 2027" in body


def test_contract_ends_ahead_stand_on_a_time_line(client: Client) -> None:
    makers.company()
    owner = makers.sign_in("account_manager", user=makers.crm_user())
    account = seen(owner, "Tessera", ends=timezone.now().date() + timedelta(days=90))
    client.force_login(owner)
    for page in (reverse("competitors:show", args=[account.pk]), reverse("competitors:all")):
        body = client.get(page).content.decode()
        assert 'id="windows"' in body and "<svg" in body[body.index('id="windows"') :]


def test_competitors_of_accounts_that_are_not_ones_own_are_not_named(client: Client) -> None:
    makers.company()
    owner = makers.sign_in("account_manager", user=makers.crm_user())
    other = makers.sign_in("account_manager", user=makers.crm_user())
    account = seen(owner, "Tessera")
    seen(other, "Fieldly")
    client.force_login(other)
    body = client.get(reverse("competitors:all")).content.decode()
    assert "Fieldly" in body
    assert "Tessera" not in body
    assert client.get(reverse("competitors:show", args=[account.pk])).status_code == 404


def test_marketing_sees_no_competitors_page(client: Client) -> None:
    makers.company()
    owner = makers.sign_in("account_manager", user=makers.crm_user())
    account = seen(owner, "Tessera")
    makers.tier_result(account, decided_tier=1)
    client.force_login(makers.sign_in("marketing", user=makers.crm_user()))
    assert client.get(reverse("competitors:show", args=[account.pk])).status_code == 403
    assert "Tessera" not in client.get(reverse("competitors:all")).content.decode()


def test_who_won_a_lost_deal_holds_its_cell_until_somebody_says_otherwise(client: Client) -> None:
    makers.company()
    owner = makers.sign_in("account_manager", user=makers.crm_user())
    account = makers.account(owner=owner.crm_user)
    unit, line = makers.unit(account, "Service"), makers.line("Robotics")
    lost = makers.opportunity(
        account, unit=unit, is_closed=True, is_won=False, close_date=date(2026, 9, 1)
    )
    OpportunityLine.objects.create(opportunity=lost, product_line=line)
    rival = Competitor.objects.create(key="fieldly", name="Fieldly")
    OpportunityCompetitor.objects.create(opportunity=lost, competitor=rival)
    person = person_of(owner)
    (seat,) = seats(person)
    assert (seat.competitor, seat.line, seat.unit, seat.reported) == (
        "Fieldly",
        "Robotics",
        "Service",
        True,
    )
    client.force_login(owner)
    body = client.get(reverse("competitors:all")).content.decode()
    assert "Robotics" in body
    assert "1 cell" in body
    cell = reverse("whitespace:cell", args=[account.pk, seat.unit_key, seat.line_key])
    assert "Fieldly" in client.get(cell).content.decode()
    place = Place(account.pk, unit.pk, line.pk)
    say_holder(place, "in_house", saying=Saying(person, NOW, NOW.date(), 0))
    assert seats(person) == ()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL chooses by its statistics")
def test_deals_of_few_accounts_are_found_by_these_and_not_by_competitor() -> None:
    makers.company()
    owner = makers.sign_in("account_manager", user=makers.crm_user())
    rival = Competitor.objects.create(key="fieldly", name="Fieldly")
    Competitor.objects.create(key="unmet", name="Unmet")
    for of, closed in ((makers.account(owner=owner.crm_user), True), (makers.account(), False)):
        deal = makers.opportunity(of, is_closed=closed)
        OpportunityCompetitor.objects.create(opportunity=deal, competitor=rival)
    with CaptureQueriesContext(connection) as asked:
        assert met_in_deals(person_of(owner)) == (Met("Fieldly", 0, 0, 1),)
    (counted,) = [one["sql"] for one in asked if "GROUP BY" in one["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + counted)
        told = str(cursor.fetchall())
    assert "opportunitycompetitor_opportunity" in told
    assert "opportunitycompetitor_competitor" not in told
