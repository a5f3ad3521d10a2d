"""Two workers at one connection at once, without the lease that keeps them apart: nothing is written
twice, nothing is lost. Run on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from django.db import OperationalError, connection

from sightline.actions.sync import inbox
from sightline.crm import mirror, push
from sightline.records.models import Opportunity, SyncConflict, SyncIntent, SyncLink
from tests import makers
from tests.crm.world import World

pytestmark = pytest.mark.django_db(transaction=True)
EDITS = 6


def at_once(world: World, workers: int = 2) -> None:
    """Every worker does a round of its own; SQLite's busy database is tried again, as a job is."""
    failed: list[BaseException] = []
    start = threading.Barrier(workers)

    def work() -> None:
        session = world.sessions()
        try:
            start.wait()
            for _ in range(5):
                try:
                    mirror.pull(session)
                    push.push(session)
                    break
                except OperationalError:
                    continue
        except BaseException as problem:  # a thread's failure fails nothing by itself
            failed.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not failed, failed


def test_two_workers_write_once_what_one_would(world: World) -> None:
    deals = [world.deal(Name=f"Deal {n}", NextStep="Old") for n in range(EDITS)]
    for n, deal in enumerate(deals):
        if n % 2:
            world.edit(deal, next_step=f"Here {n}")
        else:
            world.crm.edit("Opportunity", deal, {"NextStep": f"There {n}"})
    account = world.ours(deals[0]).account
    for n in range(3):
        makers.opportunity(account, name=f"Made {n}", next_step="New")
    at_once(world)
    world.settle(3)
    made = Counter(row.values["Name"] for row in world.crm.live("Opportunity").values())
    assert all(made[f"Made {n}"] == 1 for n in range(3)), made
    for n, deal in enumerate(deals):
        wanted = f"Here {n}" if n % 2 else f"There {n}"
        assert world.ours(deal).next_step == wanted
        assert world.crm.value("Opportunity", deal, "NextStep") == wanted
    twice = Counter((one.id, one.values["NextStep"]) for one in world.crm.written if one.id)
    assert set(twice.values()) == {1}, twice
    assert Opportunity.objects.exclude(outside_id="").count() == EDITS + 3
    assert not SyncIntent.objects.exists() and not SyncConflict.objects.exists()


def test_two_workers_at_one_first_load_make_each_row_once(world: World) -> None:
    world.crm.page = 4
    usual = {"AccountId": world.account, "StageName": "Prospecting", "CloseDate": "2027-03-31"}
    for n in range(2 * EDITS):
        world.crm.insert("Opportunity", {"Name": f"Deal {n}", **usual})
    inbox.begin_again(world.session.connection_id, "Opportunity")
    at_once(world)
    names = Counter(Opportunity.objects.values_list("name", flat=True))
    assert names == {f"Deal {n}": 1 for n in range(2 * EDITS)}
    assert SyncLink.objects.filter(target="Opportunity").count() == 2 * EDITS


@pytest.fixture
def world() -> World:
    return World().connect()
