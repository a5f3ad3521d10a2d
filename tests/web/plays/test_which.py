"""From anywhere: a competitor that was seen, or selected words, find their account."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from sightline.records.models import CellFact, Plan
from tests import makers
from tests.web.plays.test_plays import World, world

__all__ = ["world"]
pytestmark = pytest.mark.django_db
WHICH = "/plays/which"


@pytest.fixture
def planned(world: World) -> World:
    for account in (world.account, makers.account("Theirs")):
        Plan.objects.create(
            account=account,
            year=2026,
            starts_on=date(2000, 1, 1),
            ends_on=date(2100, 1, 1),
            currency="GBP",
        )
    return world


def test_every_page_leads_to_what_was_seen_and_to_an_action(client: Client, planned: World) -> None:
    client.force_login(planned.owner)
    anywhere = client.get("/").content.decode()
    assert f'href="{WHICH}?then=saw"' in anywhere
    assert f'data-at="{WHICH}?then=note"' in anywhere
    here = client.get(planned.url("show")).content.decode()
    seen = reverse("whitespace:sighting", args=[planned.account.pk])
    assert f'href="{seen}"' in here
    assert here.count("<said-action") == 1


def test_the_accounts_are_those_one_may_change(client: Client, planned: World) -> None:
    client.force_login(planned.owner)
    asked = {"then": "note", "subject": "Ask <them> & call"}
    body = client.get(WHICH, asked).content.decode()
    there = planned.url("from-note")
    assert f'href="{there}?subject=Ask+%3Cthem%3E+%26+call"' in body
    assert "Theirs" not in body
    assert "Helvion" not in client.get(WHICH, {"then": "saw", "account": "x"}).content.decode()
    assert client.get(WHICH, {"then": "elsewhere"}).status_code == 404
    assert client.post(WHICH).status_code == 405
    client.force_login(makers.sign_in("reader"))
    assert client.get(WHICH, asked).status_code == 403
    assert WHICH not in client.get("/").content.decode()


def test_a_sighting_asks_where_before_it_is_kept(client: Client, planned: World) -> None:
    client.force_login(planned.owner)
    url = reverse("whitespace:sighting", args=[planned.account.pk])
    assert client.post(url, {"name": "Tessera"}).status_code == 422
    unit, line = planned.cells[0].split("-")
    assert client.post(url, {"name": "Tessera", "unit": unit, "line": line}).status_code == 303


def test_one_line_from_anywhere_is_kept_with_the_second_tap(client: Client, planned: World) -> None:
    client.force_login(planned.owner)
    anywhere = client.get(WHICH, {"then": "saw"}).content.decode()
    saw = reverse("whitespace:saw")
    assert f'action="{saw}"' in anywhere and "autofocus" in anywhere
    assert "formnovalidate" in anywhere  # the lists below the line need not be chosen
    said = "Tessera <Ltd> at Helvion, Plant, Analytics, heard from Petra"
    answer = client.post(saw, {"said": said})
    unit, line = planned.cells[0].split("-")
    assert answer.status_code == 303
    assert answer["Location"] == reverse("whitespace:cell", args=[planned.account.pk, unit, line])
    fact = CellFact.objects.get(kind="holder", ended_at=None)
    assert fact.competitor is not None and fact.competitor.name == "Tessera <Ltd>"
    assert (fact.source, fact.reported, fact.confidence) == ("Petra", True, "low")


def test_what_a_line_leaves_open_is_asked_with_the_rest_kept(
    client: Client, planned: World
) -> None:
    client.force_login(planned.owner)
    here = reverse("whitespace:sighting", args=[planned.account.pk])
    page = client.post(here, {"said": "Tessera in Plant"})
    assert page.status_code == 422
    form = page.context["form"]
    assert (form["unit"].value(), form["line"].value()) == (planned.cells[0].split("-")[0], "")
    assert form["competitor"].value() == "Tessera"
    filled = client.get(here, {"said": "Tessera in Plant"})
    assert filled.context["form"]["competitor"].value() == "Tessera"
    assert not CellFact.objects.exists()


def test_an_account_that_a_line_does_not_name_is_asked_for(client: Client, planned: World) -> None:
    other = makers.account("Orbis", owner=planned.account.owner)
    Plan.objects.create(
        account=other,
        year=2026,
        starts_on=date(2000, 1, 1),
        ends_on=date(2100, 1, 1),
        currency="GBP",
    )
    client.force_login(planned.owner)
    answer = client.post(reverse("whitespace:saw"), {"said": "Tessera, Analytics"}, follow=True)
    shown = answer.content.decode()
    seen = reverse("whitespace:sighting", args=[planned.account.pk])
    assert f'href="{seen}?said=Tessera%2C+Analytics"' in shown
    reader = makers.sign_in("reader")
    client.force_login(reader)
    assert client.post(reverse("whitespace:saw"), {"said": "Tessera"}).status_code == 403
    assert not CellFact.objects.exists()
