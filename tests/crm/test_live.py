"""What somebody looks at crosses at once, with one call; and nobody writes what they may not."""

from __future__ import annotations

import datetime as dt

import pytest

from sightline.actions import journal
from sightline.actions.sync import connections, watching
from sightline.crm import live, push, rights
from sightline.records.models import (
    Account,
    CrmUser,
    Job,
    Opportunity,
    SyncIntent,
    SyncLink,
    SyncWatch,
)
from sightline.records.queries import sync_live
from sightline.web.pages.sync.watch import said
from tests import makers
from tests.crm.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    made = World().connect()
    rights.forget()
    return made


def account(world: World) -> Account:
    return Account.objects.get(outside_id=world.account)


def test_one_call_brings_what_moved_in_the_accounts_on_screens(world: World) -> None:
    deal = world.deal()
    other = world.crm.insert("Account", {"Name": "Elsewhere"})
    world.round()
    unseen = world.deal(AccountId=other)
    world.crm.edit("Opportunity", deal, {"NextStep": "Now"})
    world.crm.edit("Opportunity", unseen, {"NextStep": "Later"})
    used = world.crm.used
    live.read_watched(world.session, [world.account])
    assert world.crm.used == used + 1
    assert (world.ours(deal).next_step, world.ours(unseen).next_step) == ("Now", "")
    world.settle(1)
    assert world.ours(unseen).next_step == "Later"


def test_an_account_is_looked_at_only_while_somebody_says_so(world: World) -> None:
    here = account(world)
    assert watching.watch(here.pk, now=world.now)
    assert Job.objects.filter(name="sync.live", state="waiting").count() == 1
    known = sync_live.watched_accounts(world.session.connection_id, now=world.now)
    assert known == {world.account: here.pk}
    later = world.now + watching.LOOKED_AT + dt.timedelta(seconds=1)
    assert sync_live.watched_accounts(world.session.connection_id, now=later) == {}


def test_an_account_of_no_connected_org_is_not_read(world: World) -> None:
    alone = makers.account("Alone")
    assert not watching.watch(alone.pk, now=world.now)
    assert not SyncWatch.objects.exists()
    assert sync_live.account_state(alone.pk) is None


def test_a_page_is_told_where_each_field_stands(world: World) -> None:
    deal = world.deal()
    world.edit(deal, next_step="Call Ann")
    world.crm.fault = lambda place: "lock" if place == "item" else None
    push.push(world.session)
    Account.objects.update(planning_account=account(world))
    state = sync_live.account_state(account(world).pk)
    assert state is not None
    assert [(one.target, one.field, one.state) for one in state.fields] == [
        ("Opportunity", "next_step", "waiting")
    ]


def test_agreement_is_said_only_of_what_was_read(world: World) -> None:
    world.deal()
    world.round()
    connections.note_read(world.session.connection_id, now=world.now)
    Account.objects.update(planning_account=account(world))
    state = sync_live.account_state(account(world).pk)
    assert state is not None and state.read_at is not None
    soon, late = state.read_at + dt.timedelta(minutes=2), state.read_at + dt.timedelta(hours=3)
    assert "In step" in said(state, now=soon) and "2 minutes ago" in said(state, now=soon)
    assert "In step" not in said(state, now=late) and "3 hours ago" in said(state, now=late)
    SyncLink.objects.all().delete()
    unlinked = sync_live.account_state(account(world).pk)
    assert unlinked is not None and unlinked.read_at is None
    assert "Not read" in said(unlinked, now=soon)


def changed_by(world: World, deal: str, *, user: str) -> Opportunity:
    """Somebody here with a user there changes a deal, as the journal says."""
    person = CrmUser.objects.get(outside_id=user)
    who = makers.sign_in("account_manager", user=person)
    world.edit(deal, next_step="Ours")
    row = world.ours(deal)
    journal.record("change", actor_id=who.pk, subject=row)
    return row


def test_who_may_not_edit_there_does_not_edit_through_us(world: World) -> None:
    user = world.crm.insert("User", {"Name": "Ann", "IsActive": True})
    deal = world.deal()
    changed_by(world, deal, user=user)
    world.crm.refused_to.add((user, deal))
    world.settle(1)
    assert world.crm.value("Opportunity", deal, "NextStep") is None
    intent = SyncIntent.objects.get()
    assert (intent.state, intent.code) == ("refused", rights.CODE)
    assert "Ann" in intent.message
    assert world.ours(deal).next_step == "Ours"  # the typing is kept


def test_who_may_edit_there_does_and_is_asked_about_once_in_fifteen_minutes(world: World) -> None:
    user = world.crm.insert("User", {"Name": "Ann", "IsActive": True})
    deal = world.deal()
    asked: list[str] = []

    def note(place: str) -> None:
        asked.append(place)

    world.crm.fault = note
    for step in ("One", "Two"):
        changed = changed_by(world, deal, user=user) if step == "One" else world.ours(deal)
        world.edit(changed.outside_id, next_step=step)
        push.push(world.session)
        world.pass_time(60)
    assert world.crm.value("Opportunity", deal, "NextStep") == "Two"
    assert asked.count("rights") == 1
    assert SyncLink.objects.get(target="Opportunity").base["next_step"] == ["Two", "Two"]


def test_a_screen_is_read_a_little_slower_at_night(world: World) -> None:
    noon = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
    assert watching.every(noon).total_seconds() == 3
    assert 3 < watching.every(noon.replace(hour=23)).total_seconds() < 5
