"""Saying that an account is looked at: what is answered, to whom, and what is asked for once."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from sightline.records.models import (
    Account,
    AccountAccess,
    Job,
    SyncConflict,
    SyncConnection,
    SyncWatch,
)
from tests import makers
from tests.crm.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def operations(client: Client) -> Client:
    client.force_login(makers.sign_in("operations"))
    return client


@pytest.fixture
def account() -> Account:
    world = World().connect()
    deal = world.deal()
    world.edit(deal, next_step="Ours")
    world.crm.edit("Opportunity", deal, {"NextStep": "Theirs"})
    world.settle(1)
    row = Account.objects.get(outside_id=world.account)
    Account.objects.filter(pk=row.pk).update(planning_account=row)
    return row


def address(account: Account) -> str:
    return reverse("sync:account-watch", args=[account.pk])


def test_a_page_learns_where_its_fields_stand(operations: Client, account: Account) -> None:
    told = operations.post(address(account)).json()
    (field,) = told["fields"]
    assert (field["field"], field["state"]) == ("next_step", "conflict")
    assert "to look at" in told["said"]
    assert "Opportunity:amount" in told["crosses"]
    assert "Account:decided_tier" not in told["crosses"]  # the org has no such field
    assert SyncWatch.objects.get().account_id == account.pk


def test_where_the_sync_stands_still_no_field_is_said_to_be_saved_there(
    operations: Client, account: Account
) -> None:
    for state, words in (("paused", "is paused"), ("needs_reconnect", "connected again")):
        SyncConnection.objects.update(state=state)
        told = operations.post(address(account)).json()
        assert (told["stopped"], told["crosses"]) == (True, [])
        assert words in told["said"]
        assert "kept here" in told["said"]
    assert not SyncWatch.objects.exists()


def test_the_sync_page_is_offered_to_those_who_may_open_it(
    operations: Client, client: Client, account: Account
) -> None:
    sync = SyncConnection.objects.get()
    there = reverse("sync:connection", args=[sync.pk])
    assert operations.post(address(account)).json()["look"] == there
    SyncConflict.objects.update(decision="ours")
    assert operations.post(address(account)).json()["look"] == ""  # nothing to look at
    SyncConnection.objects.update(state="paused")
    user = makers.crm_user("Ann")
    AccountAccess.objects.create(account=account, user=user, why="owner", may_write=True)
    client.force_login(makers.sign_in("account_manager", user=user))
    assert client.post(address(account)).json()["look"] == ""


def test_two_screens_ask_for_one_live_read(operations: Client, account: Account) -> None:
    for _ in range(2):
        operations.post(address(account))
    assert Job.objects.filter(name="sync.live", state="waiting").count() == 1


def test_an_account_of_no_org_answers_that_nothing_is_read(operations: Client) -> None:
    told = operations.post(address(makers.account("Alone"))).json()
    assert told == {"connected": False}
    assert not Job.objects.filter(name="sync.live").exists()


def test_who_may_not_see_the_account_learns_nothing(client: Client, account: Account) -> None:
    client.force_login(makers.sign_in("account_manager"))
    assert client.post(address(account)).status_code == 404
    assert not SyncWatch.objects.exists()


def test_an_account_that_is_not_there_is_not_found(operations: Client) -> None:
    makers.company()
    assert operations.post(reverse("sync:account-watch", args=[999_999])).status_code == 404


def test_looking_is_a_post(operations: Client, account: Account) -> None:
    assert operations.get(address(account)).status_code == 405


def test_the_pages_of_an_account_say_that_they_are_looked_at(
    operations: Client, account: Account
) -> None:
    text = operations.get(reverse("account:show", args=[account.pk])).content.decode()
    assert f'data-at="{address(account)}"' in text
