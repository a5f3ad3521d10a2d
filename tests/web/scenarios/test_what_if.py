"""What if: landing and chance move at once, by address alone, and the plan stays as it is."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from sightline.records.models import JournalEntry, Opportunity
from tests import makers
from tests.web.account import world as worlds
from tests.web.account.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def helvion(db: None, client: Client) -> World:
    made = worlds.world()
    client.force_login(made.seller)
    return made


def landing(client: Client, of: World, query: str = "") -> int:
    answer = client.get(reverse("scenarios:show", args=[of.account.pk]) + query)
    assert answer.status_code == 200
    return int(answer.context["page"].answer.landing.minor)


def test_a_play_switched_off_takes_its_expected_value_away(client: Client, helvion: World) -> None:
    before = landing(client, helvion)
    off = landing(client, helvion, f"?off=opportunity:{helvion.deal.pk}")
    assert off < before
    assert landing(client, helvion, "?off=opportunity:999999&off=x") == before
    assert landing(client, helvion, f"?date-opportunity:{helvion.deal.pk}=2199-01-01") == off


def test_a_lost_renewal_takes_what_is_up(client: Client, helvion: World) -> None:
    lost = landing(client, helvion, f"?lose=contract:{helvion.contract.pk}")
    assert lost <= landing(client, helvion)


def test_downside_is_never_above_base_nor_base_above_stretch(
    client: Client, helvion: World
) -> None:
    readings = [
        landing(client, helvion, f"?scenario={one}") for one in ("downside", "base", "stretch")
    ]
    assert readings == sorted(readings)


def test_nothing_is_written_and_a_fragment_is_the_answer_alone(
    client: Client, helvion: World
) -> None:
    before = (JournalEntry.objects.count(), Opportunity.objects.values_list("close_date").get())
    url = reverse("scenarios:show", args=[helvion.account.pk])
    partial = {"HX-Request": "true", "HX-Request-Type": "partial"}
    body = client.get(url + "?scenario=downside", headers=partial).content.decode()
    assert "As it stands" in body and "<html" not in body
    assert "What if is not scored" in body
    after = (JournalEntry.objects.count(), Opportunity.objects.values_list("close_date").get())
    assert before == after


def test_who_may_try(client: Client, helvion: World) -> None:
    url = reverse("scenarios:show", args=[helvion.account.pk])
    for person, status in (
        (worlds.granted_reader(helvion), 200),
        (makers.sign_in("marketing"), 403),
        (makers.sign_in("account_manager"), 404),
    ):
        client.force_login(person)
        assert client.get(url).status_code == status
    client.force_login(helvion.seller)
    assert client.post(url).status_code == 405


def test_coverage_and_one_more_play_are_said_beside_the_chance(
    client: Client, helvion: World
) -> None:
    client.force_login(helvion.seller)
    body = client.get(reverse("scenarios:show", args=[helvion.account.pk])).content.decode()
    assert "One more play like the others" in body
    assert "Coverage" in body and "At a win rate of" in body and "uncalibrated" in body
