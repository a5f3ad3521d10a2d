"""Target and thesis: saved, refused, stale."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from sightline.records.models import Job, JournalEntry, Plan
from tests import makers
from tests.web.account import world as worlds
from tests.web.account.world import World

pytestmark = pytest.mark.django_db
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


def target(of: World) -> str:
    return reverse("plan:target-set", args=[of.account.pk])


def thesis(of: World) -> str:
    return reverse("plan:thesis-set", args=[of.account.pk])


def test_a_target_is_agreed_journalled_and_asks_for_figures(client: Client, helvion: World) -> None:
    client.force_login(helvion.seller)
    answer = client.post(target(helvion), {"target": "36000.50", "version": 1}, follow=True)
    plan = Plan.objects.get()
    assert (plan.target, plan.target_source, plan.version) == (36_000_50, "person", 2)
    assert "The target is saved." in answer.content.decode()
    assert JournalEntry.objects.get(verb="set_target").changes["target"] == [50_000_00, 36_000_50]
    assert Job.objects.filter(name="refresh_plan", key=str(plan.pk)).exists()


def test_an_empty_target_takes_it_away(client: Client, helvion: World) -> None:
    client.force_login(helvion.seller)
    client.post(target(helvion), {"target": "", "version": 1})
    assert Plan.objects.get().target is None
    body = client.get(reverse("plan:show", args=[helvion.account.pk])).content.decode()
    assert "No target yet." in body


@pytest.mark.parametrize("value", ["-1", "lots", "1e99", "NaN"])
def test_a_target_that_is_no_amount_is_refused_and_kept_in_the_field(
    client: Client, helvion: World, value: str
) -> None:
    client.force_login(helvion.seller)
    answer = client.post(target(helvion), {"target": value, "version": 1})
    assert answer.status_code == 422
    assert f'value="{value}"' in answer.content.decode()
    assert Plan.objects.get().target == 50_000_00


def test_two_targets_at_once_are_shown_side_by_side(client: Client, helvion: World) -> None:
    Plan.objects.update(target=40_000_00, version=2)
    client.force_login(helvion.seller)
    answer = client.post(target(helvion), {"target": "36000", "version": 1})
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "£36,000.00" in body and "£40,000.00" in body
    assert 'name="version" value="2"' in body
    assert Plan.objects.get().target == 40_000_00
    chosen = client.post(target(helvion), {"target": "36000.00", "version": 2})
    assert chosen.status_code == 303 and Plan.objects.get().target == 36_000_00


def test_the_thesis_saves_itself_and_says_its_version(client: Client, helvion: World) -> None:
    client.force_login(helvion.seller)
    answer = client.post(thesis(helvion), {"thesis": "Two plants", "version": 1}, headers=PARTIAL)
    assert (answer.status_code, answer["X-Sightline-Version"]) == (204, "2")
    assert Plan.objects.get().thesis == "Two plants"


def test_the_thesis_saves_without_script(client: Client, helvion: World) -> None:
    client.force_login(helvion.seller)
    answer = client.post(thesis(helvion), {"thesis": "Two plants", "version": 1}, follow=True)
    assert "The growth thesis is saved." in answer.content.decode()


def test_a_stale_thesis_keeps_both(client: Client, helvion: World) -> None:
    Plan.objects.update(thesis="Theirs", version=5)
    client.force_login(helvion.seller)
    answer = client.post(thesis(helvion), {"thesis": "Mine", "version": 1}, headers=PARTIAL)
    body = answer.content.decode()
    assert answer.status_code == 409 and "Mine" in body and "Theirs" in body


def test_a_thesis_too_long_says_so_in_plain_text(client: Client, helvion: World) -> None:
    client.force_login(helvion.seller)
    sent = {"thesis": "x" * 4001, "version": 1}
    answer = client.post(thesis(helvion), sent, headers=PARTIAL)
    assert answer.status_code == 422 and answer["Content-Type"].startswith("text/plain")
    assert client.post(thesis(helvion), sent).status_code == 422


@pytest.mark.parametrize("verb", ["target-set", "thesis-set"])
def test_who_may_write_a_plan(client: Client, helvion: World, verb: str) -> None:
    url = reverse(f"plan:{verb}", args=[helvion.account.pk])
    sent = {"target": "1", "thesis": "x", "version": 1}
    for person, status in (
        (worlds.granted_reader(helvion), 403),
        (worlds.sponsor(helvion), 403),
        (makers.sign_in("marketing"), 403),
        (makers.sign_in("account_manager"), 404),
    ):
        client.force_login(person)
        assert client.post(url, sent).status_code == status
    client.force_login(helvion.seller)
    assert client.get(url).status_code == 405
    assert client.post(reverse(f"plan:{verb}", args=[9999]), sent).status_code == 404
    assert Plan.objects.get().version == 1
