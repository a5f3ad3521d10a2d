"""The engine over services that work otherwise: a hundred rows a call, delta links, seconds only,
no trace of a deletion."""

from __future__ import annotations

import pytest

from sightline.crm import compare, mirror, push
from sightline.crm.adapters.memory import MemoryCrm
from sightline.records.models import Job, Opportunity, SyncIntent
from tests.crm.other_services import DeltaCrm, TracelessCrm
from tests.crm.world import World, shapes

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[DeltaCrm, TracelessCrm], ids=lambda one: one.__name__)
def world(request: pytest.FixtureRequest) -> World:
    world = World()
    kind: type[MemoryCrm] = request.param
    world.crm = kind(shapes(), clock=lambda: world.now)
    return world.connect()


def test_a_deal_moves_both_ways(world: World) -> None:
    deal = world.deal(NextStep="One")
    world.crm.edit("Opportunity", deal, {"NextStep": "Two"})
    world.edit(deal, amount=77_00)
    world.settle(2)
    assert world.ours(deal).next_step == "Two"
    assert world.crm.value("Opportunity", deal, "Amount") == 77
    assert compare.compare(world.session, repair=False).drift == 0


def test_more_rows_than_a_call_takes_go_out_in_parts(world: World) -> None:
    for number in range(130):
        values = {"Name": f"Deal {number}", "AccountId": world.account, "NextStep": "Old"}
        world.crm.insert("Opportunity", {**values, "StageName": "Prospecting"})
    world.round()
    rows = Opportunity.objects.filter(removed_at=None)
    for row in rows:
        row.next_step, row.version = "New", row.version + 1
    Opportunity.objects.bulk_update(rows, ["next_step", "version"])
    assert push.push(world.session).sent == 130
    assert {row.values["NextStep"] for row in world.crm.live("Opportunity").values()} == {"New"}
    assert not SyncIntent.objects.exists()


def test_a_deletion_is_found_told_or_not(world: World) -> None:
    deal, kept = world.deal(), world.deal(Name="Kept")
    world.crm.delete("Opportunity", deal)
    world.settle(2)
    if not world.session.crm.traits.tells_deletions:
        assert world.ours(deal).removed_at is None
        compare.sweep(world.session)
    assert world.ours(deal).removed_at is not None
    assert world.ours(kept).removed_at is None
    assert mirror.pull(world.session).created == 0


def test_a_link_that_is_not_known_any_more_loses_nothing() -> None:
    world = World()
    delta = DeltaCrm(shapes(), clock=lambda: world.now)
    world.crm = delta
    world.connect()
    deal, gone = world.deal(NextStep="Old"), world.deal()
    world.edit(deal, amount=77_00)
    delta._links().clear()
    world.crm.edit("Opportunity", deal, {"NextStep": "New"})
    world.crm.delete("Opportunity", gone)
    world.settle(2)
    assert world.ours(deal).next_step == "New"
    assert world.crm.value("Opportunity", deal, "Amount") == 77
    assert Job.objects.filter(name="sync.compare").exists()  # a whole read tells no deletion
    compare.compare(world.session, repair=True)
    assert world.ours(gone).removed_at is not None
    assert Opportunity.objects.count() == 2
