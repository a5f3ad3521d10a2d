"""Moving plays over the board, and everything an action may be: ticked, blocked, coming again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from sightline.records.models import Action, Job, Opportunity, Play, PlayPerson, StageColumn
from tests import makers
from tests.web.plays.test_plays import World, world

__all__ = ["world"]
pytestmark = pytest.mark.django_db


def linked(client: Client, world: World) -> tuple[Play, Opportunity]:
    first = makers.stage("Discovery", position=1)
    makers.stage("Proposal", position=2)
    makers.stage("Negotiation", position=3)
    deal = makers.opportunity(world.account, "Deal", unit=world.unit, stage=first)
    return world.make(client, crm=f"link:{deal.pk}"), deal


def move(client: Client, world: World, play: Play, column: str) -> Any:
    return client.post(world.url("move", play.pk), {"column": column})


def test_a_column_is_the_first_of_the_orgs_own_stages_that_stand_there(
    client: Client, world: World
) -> None:
    play, deal = linked(client, world)
    assert move(client, world, play, "in_motion").status_code == 303
    deal.refresh_from_db()
    assert deal.stage is not None and deal.stage.name == "Proposal"
    assert deal.version == 2  # a sync finds what changed here by its version
    move(client, world, play, "in_motion")
    deal.refresh_from_db()
    assert deal.version == 2
    StageColumn.objects.create(stage=deal.stage, column="qualified")
    move(client, world, play, "in_motion")
    deal.refresh_from_db()
    assert deal.stage is not None and deal.stage.name == "Negotiation"


def test_an_idea_asks_the_crm_for_its_opportunity_once(client: Client, world: World) -> None:
    play = world.make(client)
    for _time in range(2):
        assert move(client, world, play, "qualified").status_code == 303
    assert Job.objects.filter(name="crm.create_opportunity").count() == 1


def test_parked_taken_up_won_and_open_again(client: Client, world: World) -> None:
    play = world.make(client)
    for column, parked, outcome in (
        ("parked", True, ""),
        ("idea", False, ""),
        ("landed", False, "won"),
        ("idea", False, ""),
    ):
        assert move(client, world, play, column).status_code == 303
        play.refresh_from_db()
        assert (play.parked, play.outcome) == (parked, outcome)
    assert move(client, world, play, "lost").status_code == 422
    assert move(client, world, play, "nowhere").status_code == 404


def test_the_people_a_play_needs_are_of_this_account(client: Client, world: World) -> None:
    play = world.make(client)
    person = makers.contact(world.account, "Ines")
    stranger = makers.contact(makers.account("Other"), "Sato")
    url = world.url("people", play.pk)
    assert client.post(url, {"people": [str(person.pk)]}).status_code == 303
    assert client.post(url, {"people": [str(stranger.pk)]}).status_code == 422
    assert client.post(url, {"people": ["x"]}).status_code == 422
    assert PlayPerson.objects.get().contact == person


def test_name_owner_and_answer_are_changed_in_place(client: Client, world: World) -> None:
    play = world.make(client)
    other = makers.crm_user("Robin")
    form = {"version": play.version, "name": "Better", "owner": other.pk, "answers": "less scrap"}
    assert client.post(world.url("change", play.pk), form).status_code == 303
    play.refresh_from_db()
    assert (play.name, play.owner, play.answers) == ("Better", other, "less scrap")
    form = {"version": play.version, "owner": "999999"}
    assert client.post(world.url("change", play.pk), form).status_code == 422


def test_a_checklist_is_ticked_and_unticked(client: Client, world: World) -> None:
    play = world.make(client)
    form = {"play": play.pk, "subject": "Visit", "checklist": "Book\n\nBrief", "repeat": "14"}
    client.post(world.url("action-add"), form)
    action = Action.objects.get(subject="Visit")
    assert action.checklist == [["Book", False], ["Brief", False]]
    url = world.url("action-settle", action.pk)
    for done in (True, False):
        assert client.post(url, {"act": "tick", "item": "1"}).status_code == 303
        action.refresh_from_db()
        assert action.checklist[1] == ["Brief", done]
    assert client.post(url, {"act": "tick", "item": "9"}).status_code == 422
    client.post(url, {"act": "done", "version": action.version})
    following = Action.objects.exclude(pk=action.pk).get(subject="Visit")
    assert (following.repeat_days, following.play) == (14, play)


def test_what_is_blocked_goes_to_a_named_person(client: Client, world: World) -> None:
    play = world.make(client)
    client.post(world.url("action-add"), {"play": play.pk, "subject": "Visit"})
    action = Action.objects.get(subject="Visit")
    boss = makers.crm_user("Robin Hale")
    url = world.url("action-settle", action.pk)
    form = {"act": "block", "reason": "no badge", "escalate": boss.pk}
    assert client.post(url, form).status_code == 303
    action.refresh_from_db()
    assert (action.blocked_by, action.escalated_to) == ("no badge", boss)
    client.get(world.url("show"))
    assert "Robin Hale is asked to clear it" in client.get(world.url("show")).content.decode()
    client.post(url, {"act": "block", "reason": ""})
    action.refresh_from_db()
    assert (action.blocked_by, action.escalated_to) == ("", None)


def test_a_note_becomes_actions_all_or_none(client: Client, world: World) -> None:
    play = world.make(client)
    url = world.url("from-note")
    form = {"play": play.pk, "subject": ["Send <paper>", "", "Call"], "due": ["2027-01-05", "", ""]}
    assert client.post(url, form).status_code == 303
    assert Action.objects.filter(play=play, subject__in=["Send <paper>", "Call"]).count() == 2
    bad = {"note": "kept text", "subject": ["One", "Two"], "due": ["", "never"]}
    answer = client.post(url, bad)
    assert answer.status_code == 422 and "kept text" in answer.content.decode()
    assert client.post(url, {"subject": ""}).status_code == 422
    assert not Action.objects.filter(subject="One").exists()
    client.force_login(makers.sign_in("account_manager", user=makers.crm_user()))
    assert client.get(url).status_code == 404
    assert client.post(world.url("people", play.pk)).status_code == 404


def test_a_play_that_is_worked_on_and_does_not_move_says_so(client: Client, world: World) -> None:
    today = timezone.now().date()
    deal = makers.opportunity(
        world.account,
        "Rollout",
        stage=makers.stage("Qualify"),
        stage_since=today - timedelta(days=120),
        created_on=today - timedelta(days=200),
        close_date=today + timedelta(days=5),
    )
    play = world.make(client, crm=f"link:{deal.pk}")
    for number in range(3):
        Action.objects.create(
            account=world.account,
            play=play,
            subject=f"Call {number}",
            state=Action.State.DONE,
            done_on=today - timedelta(days=10),
        )
    board = client.get(world.url("show")).content.decode()
    assert "Busy, not moving: 3 actions done and 120 days in Qualify" in board
