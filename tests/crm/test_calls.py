"""A call logged in two taps arrives in the CRM as a finished task, once, or not at all."""

from __future__ import annotations

import pytest

from sightline.actions.calls import log_call, undo_call
from sightline.planning.periods import Window
from sightline.records.models import Account, AccountAccess, Action, Contact, Job, LoggedCall
from sightline.records.queries.calls import calls_crossing
from sightline.records.queries.metrics.moving import actions_of
from sightline.records.scoping import Person, person_of
from tests import makers
from tests.crm.world import World

pytestmark = pytest.mark.django_db


def caller(world: World) -> tuple[Person, Contact]:
    """Somebody who may write the plan of the org's account, and one of theirs."""
    account = Account.objects.get(outside_id=world.account)
    user = makers.crm_user("Eoin")
    AccountAccess.objects.create(account=account, user=user, why="team", may_write=True)
    person = person_of(makers.sign_in("account_manager", user=user))
    return person, makers.contact(account, "Ann Lee")


def test_a_call_becomes_a_finished_task_there_once() -> None:
    world = World().connect()
    person, ann = caller(world)
    call = log_call(person, ann.pk, reached=True, on=world.now.date(), now=world.now)
    assert call.action_id is not None
    assert Job.objects.filter(name="sync", state="waiting").exists()
    assert calls_crossing([call.action_id])[call.action_id].state == "waiting"
    world.settle(2)
    (task,) = world.crm.rows_of["Task"].values()
    assert (task.values["Status"], task.values["Subject"]) == ("Completed", "Call: we spoke")
    assert task.values["ActivityDate"] == call.on.isoformat()
    assert task.values["WhatId"] == world.account
    crossed = calls_crossing([call.action_id])[call.action_id]
    assert (crossed.org, crossed.state) == ("Org", "saved")
    # taken back after it left: dropped here, and the task there no longer says completed
    undo_call(person, logged_at=call.logged_at, on=call.on)
    assert Action.objects.get(pk=call.action_id).state == "dropped"
    world.settle(2)
    (task,) = world.crm.rows_of["Task"].values()
    assert task.values["Status"] != "Completed"


def test_a_call_taken_back_before_it_left_never_arrives() -> None:
    world = World().connect()
    person, ann = caller(world)
    call = log_call(person, ann.pk, reached=False, on=world.now.date(), now=world.now)
    undo_call(person, logged_at=call.logged_at, on=call.on)
    world.settle(2)
    assert not world.crm.rows_of.get("Task") and not Action.objects.exists()
    assert LoggedCall.objects.get().undone_at is not None


def test_without_an_org_a_call_waits_for_nothing() -> None:
    makers.company(reporting_currency="GBP")
    user = makers.crm_user("Eoin")
    account = makers.account("Helvion", owner=user)
    person = person_of(makers.sign_in("account_manager", user=user))
    ann = makers.contact(account, "Ann Lee")
    world = World()
    call = log_call(person, ann.pk, reached=True, on=world.now.date(), now=world.now)
    assert call.action_id is not None and calls_crossing([call.action_id]) == {}
    # a record of what was, not a promise kept: no completion rate counts it
    quarter = Window(call.on.replace(day=1), call.on)
    assert actions_of([account.pk], window=quarter) == ()
    assert not Job.objects.filter(name="sync").exists()
