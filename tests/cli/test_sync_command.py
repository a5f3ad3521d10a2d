"""`sightline sync`: rounds, dry runs, comparison and repair, with exit codes a script can use."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner
from django.utils import timezone

from sightline.agreement import telling
from sightline.agreement.records import Deed, Write
from sightline.crm import registry
from sightline.crm.errors import CrmError, Retry
from sightline.jobs.sync.command import sync
from sightline.records.models import SyncComparison, SyncIntent
from tests.crm.world import START, World, rules

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(now=timezone.now()).connect()
    monkeypatch.setattr(registry, "open_crm", lambda *given, **named: world.crm)
    return world


def run(*arguments: str) -> Any:
    result = CliRunner().invoke(sync, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


def test_once_reads_and_sends_and_says_how_much(world: World) -> None:
    deal = world.deal()
    world.edit(deal, next_step="Send offer")
    world.crm.edit("Opportunity", deal, {"Amount": 5})
    answer = json.loads(run("Org", "--once", "--json").stdout)
    assert answer["sent"]["sent"] == 1 and answer["read"]["changed"] >= 1
    assert world.crm.value("Opportunity", deal, "NextStep") == "Send offer"


def test_a_dry_run_says_what_would_be_written_and_writes_nothing(world: World) -> None:
    deal = world.deal()
    world.edit(deal, next_step="Send offer")
    lines = run("Org", "--dry-run", "--json").stdout.splitlines()
    assert [json.loads(one) for one in lines] == [
        {"do": "update", "object": "Opportunity", "id": deal, "NextStep": "Send offer"}
    ]
    assert world.crm.value("Opportunity", deal, "NextStep") is None
    assert not SyncIntent.objects.exists()


def test_a_dry_run_names_the_rows_for_people(world: World) -> None:
    deal = world.deal(Name="Depot rollout")
    world.edit(deal, next_step="Send offer", amount=None)
    told = run("Org", "--dry-run")
    assert told.stdout.startswith("update Opportunity Depot rollout")
    assert "NextStep = Send offer" in told.stdout
    assert "1 to write. Nothing was written." in told.output


def test_a_dry_run_hides_what_is_thought_of_people() -> None:
    mapped = telling.telling(rules(), {"told_stance": "Stance__c"})
    said = {"LastName": "Lee", "Stance__c": "champion"}
    write = Write(Deed.UPDATE, "Contact", said, id="003")
    assert telling.shown(mapped, write, instead="-") == {"LastName": "Lee", "Stance__c": "-"}
    assert telling.shown(mapped, replace(write, object="Lead"), instead="-") == said


def test_a_dry_run_since_a_moment_reads_first_and_keeps_nothing_of_it(world: World) -> None:
    deal = world.deal(NextStep="Old")
    world.edit(deal, next_step="Ours")
    world.crm.edit("Opportunity", deal, {"NextStep": "Ours", "Amount": 7})
    version = world.ours(deal).version
    since = world.now.strftime("%Y-%m-%d")
    assert run("Org", "--dry-run", "--since", since, "--json").stdout == ""  # both say the same
    assert world.ours(deal).version == version
    assert not SyncIntent.objects.exists()


def test_since_reads_again_what_was_read_before(world: World) -> None:
    deal = world.deal(NextStep="Old")
    world.settle()
    world.crm.rows_of["Opportunity"][deal].values["NextStep"] = "Restored without a stamp"
    run("Org", "--once")
    assert world.ours(deal).next_step == "Old"
    since = START.replace(year=START.year - 1).strftime("%Y-%m-%dT%H:%M:%S")
    assert "read" in run("Org", "--once", "--since", since).stdout
    assert world.ours(deal).next_step == "Restored without a stamp"


def test_verify_fails_where_the_sides_differ_and_repair_mends_it(world: World) -> None:
    deal = world.deal(NextStep="There")
    world.settle()
    assert run("verify", "Org").exit_code == 0
    world.crm.rows_of["Opportunity"][deal].values["NextStep"] = "Restored without a stamp"
    told = run("verify", "Org", "--json")
    assert (told.exit_code, json.loads(told.stdout)["differing"]) == (1, 1)
    assert world.ours(deal).next_step == "There"
    assert "repaired: 1" in run("repair", "Org").stdout
    assert world.ours(deal).next_step == "Restored without a stamp"
    assert run("verify", "Org").exit_code == 0
    assert SyncComparison.objects.count() == 4


def test_a_refusal_is_words_and_one(world: World) -> None:
    def lost(place: str) -> str | None:
        raise CrmError("The grant was revoked.", retry_kind=Retry.PERSON, code="invalid_grant")

    world.crm.fault = lost
    told = run("Org", "--once")
    assert (told.exit_code, "refused: The grant was revoked." in told.stderr) == (1, True)


def test_an_unknown_connection_and_wrong_use_are_told_apart(world: World) -> None:
    assert run("verify", "Nowhere").exit_code == 1
    assert run("Org", "--since", "yesterday").exit_code == 2


@pytest.mark.parametrize("words", [(), ("run",), ("verify",), ("repair",), ("connect",)])
def test_every_command_explains_itself(words: tuple[str, ...]) -> None:
    told = run(*words, "--help")
    assert told.exit_code == 0 and len(told.stdout.splitlines()) > 4
