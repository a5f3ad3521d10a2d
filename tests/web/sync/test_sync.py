"""The sync page: what it shows, who may see it, and what its buttons do once."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from sightline.records.models import (
    Job,
    Opportunity,
    SyncConflict,
    SyncConnection,
    SyncIntent,
    SyncMapping,
)
from tests import makers
from tests.crm.adapters_refusal import refuse_all
from tests.crm.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = World().connect()
    deal = world.deal(Name="Renewal FY27")
    world.edit(deal, next_step="Ours")
    world.crm.edit("Opportunity", deal, {"NextStep": "Theirs"}, by="Ann")
    world.settle(2)
    return world


@pytest.fixture
def operations(client: Client) -> Client:
    client.force_login(makers.sign_in("operations"))
    return client


def page(world: World) -> str:
    return reverse("sync:connection", args=[world.session.connection_id])


def test_without_a_connection_the_page_says_how_to_make_one(operations: Client) -> None:
    makers.company()
    assert "sightline sync connect" in operations.get(reverse("sync:show")).content.decode()


def test_one_connection_is_shown_at_once(operations: Client, world: World) -> None:
    answer = operations.get(reverse("sync:show"))
    assert (answer.status_code, answer["Location"]) == (303, page(world))


def test_a_conflict_stands_side_by_side(operations: Client, world: World) -> None:
    text = operations.get(page(world)).content.decode()
    for words in ("Renewal FY27", "Next step", "Ours", "Theirs", "Ann"):
        assert words in text


def test_a_conflict_is_settled_and_the_round_asked_for(operations: Client, world: World) -> None:
    conflict = SyncConflict.objects.get(decision="")
    address = reverse("sync:conflict-decide", args=[conflict.pk])
    assert operations.post(address, {"choice": "ours"}).status_code == 303
    conflict.refresh_from_db()
    assert conflict.decision == "ours"
    assert Job.objects.filter(name="sync").exists()
    operations.post(address, {"choice": "theirs"})
    conflict.refresh_from_db()
    assert conflict.decision == "ours"


def test_a_choice_of_neither_settles_nothing(operations: Client, world: World) -> None:
    conflict = SyncConflict.objects.get(decision="")
    operations.post(reverse("sync:conflict-decide", args=[conflict.pk]), {"choice": "x"})
    conflict.refresh_from_db()
    assert conflict.decision == ""


def test_a_refused_write_is_shown_in_its_words_and_tried_again(
    operations: Client, world: World
) -> None:
    world.crm.rules.append(refuse_all("Region is required"))
    deal = world.deal(Name="Other")
    world.edit(deal, amount=5)
    world.settle(2)
    intent = SyncIntent.objects.get(state="refused")
    assert "Region is required" in operations.get(page(world)).content.decode()
    operations.post(reverse("sync:write-retry", args=[intent.pk]))
    intent.refresh_from_db()
    assert intent.state == "waiting"


def test_pausing_and_going_on(operations: Client, world: World) -> None:
    address = reverse("sync:connection-pause", args=[world.session.connection_id])
    operations.post(address, {"paused": "1"})
    assert SyncConnection.objects.get().state == "paused"
    operations.post(address, {"paused": "0"})
    assert SyncConnection.objects.get().state == "ready"


@pytest.mark.parametrize("verb", ["connection-pull", "connection-compare"])
def test_work_is_asked_for_once(operations: Client, world: World, verb: str) -> None:
    address = reverse(f"sync:{verb}", args=[world.session.connection_id])
    operations.post(address)
    operations.post(address)
    assert Job.objects.filter(name__startswith="sync").count() == 1


def test_a_mapping_is_saved_as_a_new_version_and_not_over_a_newer_one(
    operations: Client, world: World
) -> None:
    address = reverse("sync:mapping-edit", args=[world.session.connection_id])
    assert "NextStep" in operations.get(address).content.decode()
    given = {"version": "2", "Opportunity.next_step.owner": "plan"}
    assert operations.post(address, given).status_code == 303
    assert operations.post(address, given).status_code == 409
    newest = SyncMapping.objects.order_by("-version")[0]
    fields = newest.rules["two_way"]["Opportunity"]["fields"]
    assert {one["ours"]: one["owner"] for one in fields}["next_step"] == "plan"
    assert newest.version == 3


@pytest.mark.parametrize("role", ["account_manager", "leader", "reader", "marketing"])
def test_others_are_refused(client: Client, world: World, role: str) -> None:
    client.force_login(makers.sign_in(role))
    assert client.get(page(world)).status_code == 403
    conflict = SyncConflict.objects.get(decision="")
    address = reverse("sync:conflict-decide", args=[conflict.pk])
    assert client.post(address, {"choice": "ours"}).status_code == 403


def test_unknown_rows_are_not_found(operations: Client, world: World) -> None:
    assert operations.get(reverse("sync:connection", args=[999])).status_code == 404
    assert operations.post(reverse("sync:conflict-decide", args=[999])).status_code == 404
    assert operations.post(reverse("sync:write-retry", args=[999])).status_code == 404


def test_verbs_are_posts(operations: Client, world: World) -> None:
    for verb in ("connection-pull", "connection-compare", "connection-pause"):
        address = reverse(f"sync:{verb}", args=[world.session.connection_id])
        assert operations.get(address).status_code == 405


@pytest.fixture
def two_contested(world: World) -> World:
    deal = world.deal(Name="Other")
    world.edit(deal, next_step="Ours too")
    world.crm.edit("Opportunity", deal, {"NextStep": "Theirs too"})
    world.settle(2)
    return world


def alike(world: World) -> str:
    return reverse("sync:conflicts-alike", args=[world.session.connection_id])


def test_conflicts_over_one_field_are_settled_by_one_rule(
    operations: Client, two_contested: World
) -> None:
    assert (
        "Opportunity, Next step: 2 conflicts"
        in operations.get(page(two_contested)).content.decode()
    )
    said = {"target": "Opportunity", "field": "next_step", "choice": "theirs", "always": "1"}
    assert operations.post(alike(two_contested), said).status_code == 303
    assert not SyncConflict.objects.filter(decision="").exists()
    two_contested.settle(2)
    steps = set(Opportunity.objects.values_list("next_step", flat=True))
    assert steps == {"Theirs", "Theirs too"}
    newest = SyncMapping.objects.order_by("-version")[0].rules
    rule = next(
        one for one in newest["two_way"]["Opportunity"]["fields"] if one["ours"] == "next_step"
    )
    assert rule["owner"] == "crm"


def test_a_rule_for_a_field_that_nobody_contests_settles_nothing(
    operations: Client, two_contested: World
) -> None:
    said = {"target": "Opportunity", "field": "amount", "choice": "theirs", "always": "1"}
    versions = SyncMapping.objects.count()
    operations.post(alike(two_contested), said)
    assert SyncConflict.objects.filter(decision="").count() == 2
    assert SyncMapping.objects.count() == versions


def test_a_reader_settles_nothing_by_rule(client: Client, two_contested: World) -> None:
    client.force_login(makers.sign_in("reader"))
    said = {"target": "Opportunity", "field": "next_step", "choice": "theirs"}
    assert client.post(alike(two_contested), said).status_code == 403
    assert SyncConflict.objects.filter(decision="").count() == 2


def test_a_dry_run_says_what_a_mapping_would_write_and_keeps_nothing(
    operations: Client, world: World
) -> None:
    address = reverse("sync:mapping-edit", args=[world.session.connection_id])
    deal = world.deal(Name="Quiet", NextStep="Call")
    world.settle(1)
    world.edit(deal, next_step="Send the offer")
    before = (SyncMapping.objects.count(), world.intents(), len(world.crm.written))
    tried = {"version": "1", "try": "1", "Opportunity.next_step.owner": "plan"}
    text = operations.post(address, tried).content.decode()
    assert "Quiet" in text and "Send the offer" in text and "NextStep" in text
    # what is contested already goes on waiting for a person, whoever has the word from now on
    assert "<dd>Ours</dd>" not in text
    after = (SyncMapping.objects.count(), world.intents(), len(world.crm.written))
    assert after == before
    kept_in = {**tried, "Opportunity.next_step.way": "in"}
    assert "Send the offer" not in operations.post(address, kept_in).content.decode()
