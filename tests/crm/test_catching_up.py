"""Rows that were read without a field are read once more when it is shown, mapped, or computed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sightline.actions.sync import connections
from sightline.actions.sync.context import context_of
from sightline.agreement.values import FieldKind, FieldShape
from sightline.crm import mirror
from sightline.crm.errors import CrmError, Retry
from sightline.records.models import SyncConflict, SyncCursor
from tests.crm.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World().connect()


def test_an_edit_of_a_hidden_field_is_read_once_the_field_is_shown_again(world: World) -> None:
    deal = world.deal(NextStep="Call Ann")
    world.crm.hidden.add(("Opportunity", "NextStep"))
    mirror.refresh_shapes(world.session)
    world.crm.edit("Opportunity", deal, {"NextStep": "Send offer"})
    world.settle()
    assert world.ours(deal).next_step == "Call Ann"
    world.crm.hidden.clear()
    mirror.refresh_shapes(world.session)
    world.round()
    assert world.ours(deal).next_step == "Send offer"


def test_an_edit_here_of_what_was_edited_there_while_hidden_waits_for_a_person(
    world: World,
) -> None:
    deal = world.deal(NextStep="Call Ann")
    world.crm.hidden.add(("Opportunity", "NextStep"))
    mirror.refresh_shapes(world.session)
    world.crm.edit("Opportunity", deal, {"NextStep": "Theirs"})
    world.edit(deal, next_step="Ours")
    world.settle()
    world.crm.hidden.clear()
    mirror.refresh_shapes(world.session)
    world.round()
    conflict = SyncConflict.objects.get(decision="")
    assert (conflict.ours, conflict.theirs) == ("Ours", "Theirs")


def test_what_nobody_touched_while_a_field_was_hidden_is_not_read_once_more(world: World) -> None:
    world.deal()
    world.settle()
    world.crm.hidden.add(("Opportunity", "NextStep"))
    mirror.refresh_shapes(world.session)
    world.round()
    world.crm.hidden.clear()
    mirror.refresh_shapes(world.session)
    assert mirror.pull(world.session).rows == 0


def test_catching_up_goes_on_where_it_was_stopped(world: World) -> None:
    for number in range(5):
        world.deal(Name=f"Deal {number}", NextStep="Old")
    world.settle(2)
    world.crm.page = 2
    cursor = SyncCursor.objects.filter(object="Opportunity")
    cursor.update(whole=["Name"])
    first = mirror.pull(world.session, stopped=lambda: bool(cursor.get().catch_mark))
    assert (first.rows, cursor.get().whole) == (2, ["Name"])
    assert mirror.pull(world.session).rows == 3
    assert "NextStep" in (cursor.get().whole or ())
    assert mirror.pull(world.session).rows == 0


def test_a_column_that_is_mapped_later_is_read_of_every_row(world: World) -> None:
    world.crm.shapes["Opportunity"] = replace(
        world.crm.shapes["Opportunity"],
        fields={
            **world.crm.shapes["Opportunity"].fields,
            "Campaign_Notes__c": FieldShape("Campaign_Notes__c", FieldKind.TEXT),
        },
    )
    mirror.refresh_shapes(world.session)
    deal = world.deal(Campaign_Notes__c="From the fair")
    world.settle()
    rules = context_of(world.session.connection_id).rules
    columns = {"Opportunity": {"next_step": "Campaign_Notes__c"}}
    kept = replace(rules.two_way["Opportunity"], fields=())
    connections.save_rules(
        world.session.connection_id,
        replace(rules, columns=columns, two_way={**rules.two_way, "Opportunity": kept}),
        seen=2,
        actor_id=None,
    )
    world.round()
    assert world.ours(deal).next_step == "From the fair"


def test_a_formula_is_read_once_a_day_though_it_moves_no_stamp(world: World) -> None:
    shape = world.crm.shapes["Opportunity"]
    shape.fields["NextStep"] = replace(shape.fields["NextStep"], formula=True)
    mirror.refresh_shapes(world.session)
    deal = world.deal(NextStep="One")
    world.settle()
    world.crm.rows_of["Opportunity"][deal].values["NextStep"] = "Two"  # computed anew, unstamped
    world.round()
    assert world.ours(deal).next_step == "One"
    world.pass_time(25 * 3600)
    world.round()
    assert world.ours(deal).next_step == "Two"


def test_a_field_hidden_after_the_describe_is_described_anew_and_the_rest_read(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    deal = world.deal(NextStep="Kept")
    asked = world.crm.changes

    def refusing(name: str, fields: list[str], mark: str) -> object:
        if name == "Opportunity" and "NextStep" in fields:
            raise CrmError("No such column", retry_kind=Retry.NEVER, code="INVALID_FIELD")
        return asked(name, fields, mark)

    monkeypatch.setattr(type(world.crm), "changes", lambda self, *given: refusing(*given))
    world.crm.hidden.add(("Opportunity", "NextStep"))
    world.crm.edit("Opportunity", deal, {"Name": "Told all the same"})
    world.round()
    assert (world.ours(deal).name, world.ours(deal).next_step) == ("Told all the same", "Kept")


def test_a_field_hidden_from_the_profile_of_the_mapping_is_never_read(world: World) -> None:
    pk = world.session.connection_id
    world.crm.profiles["Sales"] = {("Opportunity", "Amount"), ("Account", "Name")}
    rules = replace(context_of(pk).rules, profile="Sales")
    connections.save_rules(pk, rules, seen=2, actor_id=None)
    session = world.sessions()
    mirror.refresh_shapes(session)
    deal = world.deal(Amount=5000, NextStep="Shown")
    assert (world.ours(deal).amount, world.ours(deal).next_step) == (None, "Shown")
    world.edit(deal, amount=100)
    world.settle(1)
    assert world.crm.value("Opportunity", deal, "Amount") == 5000


def test_a_profile_that_is_not_there_stops_the_round_in_words(world: World) -> None:
    pk = world.session.connection_id
    rules = replace(context_of(pk).rules, profile="Nobody")
    connections.save_rules(pk, rules, seen=2, actor_id=None)
    with pytest.raises(CrmError, match="no profile"):
        mirror.refresh_shapes(world.sessions())
