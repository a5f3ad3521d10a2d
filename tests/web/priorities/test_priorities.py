"""The customer's priorities: one sentence and who said it is whole; unanswered ones stand out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from sightline.records.models import Job, JournalEntry, Priority, PriorityAnswer
from tests import makers
from tests.web.account import world as worlds
from tests.web.account.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def helvion(db: None, client: Client) -> World:
    made = worlds.world()
    client.force_login(made.seller)
    return made


def at(name: str, of: World, *rest: int) -> str:
    return reverse(f"priorities:{name}", args=[of.account.pk, *rest])


def sentence(of: World, **values: object) -> dict[str, object]:
    return {
        "words": "15% less downtime",
        "said_by": of.champion.pk,
        "said_on": worlds.today().isoformat(),
        **values,
    }


def test_one_sentence_and_who_said_it_is_whole(client: Client, helvion: World) -> None:
    answer = client.post(at("add", helvion), sentence(helvion), follow=True)
    body = answer.content.decode()
    row = Priority.objects.get()
    assert (row.link, row.standing, row.said_by_id) == ("goal", "unconfirmed", helvion.champion.pk)
    assert "No play answers this yet." in body and "data-unanswered" in body
    entry = JournalEntry.objects.get(verb="add_priority")
    assert "downtime" not in str(entry.changes) + entry.note
    assert Job.objects.filter(name="refresh_plan").exists()


def test_a_play_answers_it_and_it_no_longer_stands_out(client: Client, helvion: World) -> None:
    client.post(at("add", helvion), sentence(helvion))
    row = Priority.objects.get()
    key = f"opportunity:{helvion.deal.pk}"
    client.post(at("answers", helvion, row.pk), {"plays": key, "version": 1})
    assert PriorityAnswer.objects.get().opportunity_id == helvion.deal.pk
    assert "data-unanswered" not in client.get(at("show", helvion)).content.decode()
    other = makers.opportunity(makers.account())
    refused = client.post(at("answers", helvion, row.pk), {"plays": f"opportunity:{other.pk}"})
    assert refused.status_code == 422


def test_a_chain_grows_below_its_goal_and_never_upwards(client: Client, helvion: World) -> None:
    client.post(at("add", helvion), sentence(helvion))
    goal = Priority.objects.get()
    under = sentence(helvion, words="Fines", link="pressure", under=goal.pk)
    assert client.post(at("add", helvion), under).status_code == 303
    pressure = Priority.objects.get(link="pressure")
    wrong = sentence(helvion, words="Again", link="pressure", under=pressure.pk)
    assert client.post(at("add", helvion), wrong).status_code == 422
    orphan = sentence(helvion, words="Again", link="obstacle")
    assert client.post(at("add", helvion), orphan).status_code == 422


def test_what_is_missing_is_said_and_what_was_typed_is_kept(client: Client, helvion: World) -> None:
    nobody = client.post(at("add", helvion), sentence(helvion, said_by=""))
    assert nobody.status_code == 422 and "Who said it?" in nobody.content.decode()
    tomorrow = (worlds.today() + timedelta(days=1)).isoformat()
    late = client.post(at("add", helvion), sentence(helvion, said_on=tomorrow))
    assert late.status_code == 422 and "15% less downtime" in late.content.decode()
    assert not Priority.objects.exists()


def test_confirming_a_stale_one_is_refused(client: Client, helvion: World) -> None:
    client.post(at("add", helvion), sentence(helvion))
    row = Priority.objects.get()
    sent = {"standing": "confirmed", "version": 1}
    assert client.post(at("standing", helvion, row.pk), sent).status_code == 303
    sent = {"standing": "achieved", "version": 1}
    both = client.post(at("standing", helvion, row.pk), sent)
    body = both.content.decode()
    assert both.status_code == 409 and "Achieved" in body and "Confirmed by the customer" in body
    assert Priority.objects.get().standing == "confirmed"
    on_top = {"standing": "achieved", "version": 2}
    assert client.post(at("standing", helvion, row.pk), on_top).status_code == 303


def test_two_who_say_what_answers_it_see_both_and_lose_no_tick(
    client: Client, helvion: World
) -> None:
    client.post(at("add", helvion), sentence(helvion))
    row, deal = Priority.objects.get(), f"opportunity:{helvion.deal.pk}"
    assert (
        client.post(at("answers", helvion, row.pk), {"plays": [deal], "version": 1}).status_code
        == 303
    )
    both = client.post(at("answers", helvion, row.pk), {"plays": [], "version": 1})
    body = both.content.decode()
    assert both.status_code == 409 and "Your ticks are kept" in body
    assert f'value="{deal}">' in body and f'value="{deal}" checked' not in body
    assert row.answers.count() == 1
    assert client.post(at("answers", helvion, row.pk), {"version": 2}).status_code == 303
    assert row.answers.count() == 0


def test_taking_one_away_is_undone(client: Client, helvion: World) -> None:
    client.post(at("add", helvion), sentence(helvion))
    row = Priority.objects.get()
    client.post(at("remove", helvion, row.pk))
    assert "15% less downtime" not in client.get(at("show", helvion)).content.decode()
    client.post(at("restore", helvion, row.pk))
    assert "15% less downtime" in client.get(at("show", helvion)).content.decode()


def test_who_may_write_priorities(client: Client, helvion: World) -> None:
    for person, status in (
        (worlds.granted_reader(helvion), 403),
        (makers.sign_in("marketing"), 403),
        (makers.sign_in("account_manager"), 404),
    ):
        client.force_login(person)
        assert client.post(at("add", helvion), sentence(helvion)).status_code == status
    client.force_login(helvion.seller)
    assert client.get(at("add", helvion)).status_code == 405
    assert client.post(at("remove", helvion, 9999)).status_code == 404
