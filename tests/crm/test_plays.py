"""Plays and people made here: their rows there, made once, and what follows from then on."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from sightline.actions import play_actions, plays
from sightline.actions.access import refresh_access
from sightline.actions.play_actions import NewAction
from sightline.actions.plays import InCrm, NewPlay
from sightline.actions.sync import connections
from sightline.actions.sync import plays as following
from sightline.agreement.rules import default_rules
from sightline.crm import mirror
from sightline.planning.plays import Serves
from sightline.records.models import (
    Account,
    Action,
    Contact,
    CrmUser,
    Job,
    Opportunity,
    Play,
    Stage,
    SyncCrossing,
    SyncLink,
)
from sightline.records.scoping import Person, person_of
from tests import makers
from tests.crm.world import World, shapes

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def world() -> World:
    made = World().connect()
    Stage.objects.update_or_create(name="Prospecting", defaults={"position": 1})
    Stage.objects.update_or_create(
        name="Closed Won", defaults={"position": 9, "is_closed": True, "is_won": True}
    )
    return made


def manager(account: Account) -> Person:
    user = CrmUser.objects.filter(name="Owner").first() or makers.crm_user("Owner")
    Account.objects.filter(pk=account.pk).update(owner=user, planning_account=account)
    refresh_access()
    user.refresh_from_db()
    if user.sign_in is not None:
        return person_of(user.sign_in)
    return makers.person("account_manager", user=user)


def asked(world: World, **values: Any) -> int:
    account = Account.objects.get(outside_id=world.account)
    person = manager(account)
    line = makers.line("Platform")
    new = NewPlay(
        name="Widen the platform",
        cells=((None, line.pk),),
        value=90_000_00,
        currency="GBP",
        target_close=dt.date(2027, 6, 30),
        **values,
    )
    return plays.start_play(
        person, account.pk, new, crm=InCrm(create=True), now=world.now, on=TODAY
    )


def run_jobs(world: World) -> None:
    for job in Job.objects.filter(name__startswith="crm.", state="waiting"):
        verb = following.open_deal if "create" in job.name else following.follow_play
        verb(job.payload["play"], asked_by=job.requested_by_id, now=world.now)
        job.delete()


def test_a_play_that_asks_gets_one_opportunity_on_both_sides(world: World) -> None:
    play = asked(world)
    run_jobs(world)
    assert following.open_deal(play, asked_by=None, now=world.now) is None
    world.settle(3)
    deal = Play.objects.get(pk=play).opportunity
    assert deal is not None
    there = world.crm.live("Opportunity")
    assert set(there) == {deal.outside_id}
    said = there[deal.outside_id].values
    assert (said["Name"], said["Amount"], said["CloseDate"], said["StageName"]) == (
        "Widen the platform",
        90000,
        "2027-06-30",
        "Prospecting",
    )
    assert said["AccountId"] == world.account


def test_a_play_that_asked_before_its_org_was_connected_gets_one_later(world: World) -> None:
    play = asked(world)
    Job.objects.all().delete()
    assert following.open_deals(world.session.connection_id, now=world.now) == 1
    assert Play.objects.get(pk=play).opportunity is not None
    assert following.open_deals(world.session.connection_id, now=world.now) == 0


def test_what_a_person_changes_of_a_play_reaches_the_opportunity_there(world: World) -> None:
    play = asked(world)
    run_jobs(world)
    world.settle(2)
    person = manager(Account.objects.get(outside_id=world.account))
    version = Play.objects.get(pk=play).version
    plays.change_play(person, play, {"value": 50_000_00}, seen_version=version, now=world.now)
    plays.settle_play(person, play, "won", now=world.now, on=TODAY)  # folded into the same request
    run_jobs(world)
    world.settle(2)
    said = next(iter(world.crm.live("Opportunity").values())).values
    assert (said["Amount"], said["StageName"]) == (50000, "Closed Won")


def test_the_opportunity_moved_there_moves_here_and_is_not_moved_back(world: World) -> None:
    play = asked(world)
    run_jobs(world)
    world.settle(2)
    deal = Play.objects.get(pk=play).opportunity
    assert deal is not None
    world.crm.edit("Opportunity", deal.outside_id, {"Amount": 70000})
    world.settle(2)
    following.follow_play(play, asked_by=None, now=world.now)
    world.settle(2)
    assert Opportunity.objects.get(pk=deal.pk).amount == 70_000_00
    assert world.crm.value("Opportunity", deal.outside_id, "Amount") == 70000


def test_a_person_added_here_is_made_there_once_and_kept_in_no_history(world: World) -> None:
    fields = shapes()["Opportunity"].fields
    contact = world.crm.shapes["Contact"].fields
    contact["Acctplan_Id__c"] = fields["Acctplan_Id__c"]
    for name in ("FirstName", "Email"):
        contact[name] = replace(contact["LastName"], name=name)
    connections.save_rules(
        world.session.connection_id, default_rules("salesforce"), seen=2, actor_id=None
    )
    mirror.refresh_shapes(world.session)
    account = Account.objects.get(outside_id=world.account)
    made = Contact.objects.create(
        account=account, name="Ann de Vries", sort_name="vries ann de", email="ann@example.com"
    )
    Contact.objects.create(account=account, name="Unknown buyer", is_placeholder=True)
    world.settle(3)
    (row,) = world.crm.live("Contact").values()
    assert (row.values["FirstName"], row.values["LastName"]) == ("Ann de", "Vries")
    assert row.values["Email"] == "ann@example.com"
    made.refresh_from_db()
    assert made.outside_id == row.id
    link = SyncLink.objects.get(target="Contact")
    assert "email" not in link.base
    assert not SyncCrossing.objects.filter(field="email").exists()


def test_an_action_of_a_play_is_a_task_of_its_opportunity_and_done_on_either_side_is_done(
    world: World,
) -> None:
    play = asked(world, first_action="Call the buyer", action_due=TODAY)
    run_jobs(world)
    world.settle(3)
    account = Account.objects.get(outside_id=world.account)
    person = manager(account)
    made = Action.objects.get(play=play)
    task = world.crm.live("Task")[made.outside_id]
    assert (task.values["Subject"], task.values["Status"]) == ("Call the buyer", "Not Started")
    world.crm.edit("Task", task.id, {"Status": "Completed", "IsClosed": True})
    world.settle(2)
    made.refresh_from_db()
    assert (made.state, made.play_id) == ("done", play)  # finished there, and still of its play
    later = play_actions.add_action(
        person,
        account.pk,
        NewAction("Send the offer", due_on=TODAY, serves=Serves.PLAY, target_id=play),
    )
    world.settle(2)
    other = Action.objects.get(pk=later)
    play_actions.finish_action(person, later, seen_version=other.version, now=world.now, on=TODAY)
    world.settle(2)
    assert world.crm.value("Task", other.outside_id, "Status") == "Completed"
    assert len(world.crm.live("Task")) == 2
