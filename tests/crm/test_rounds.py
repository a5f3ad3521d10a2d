"""Whole rounds over the CRM in memory: what is read, merged, sent and left alone."""

from __future__ import annotations

import datetime as dt

import pytest

from sightline.actions.sync import connections, deciding, inbox, merging
from sightline.agreement.records import Deed
from sightline.crm import compare, mirror, push
from sightline.crm.adapters.memory import Refusal
from sightline.crm.errors import BudgetUsedUp
from sightline.records.models import (
    Account,
    Action,
    Contact,
    Opportunity,
    Stage,
    SyncConflict,
    SyncCrossing,
    SyncIntent,
    SyncLink,
)
from tests import makers
from tests.crm.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World().connect()


def test_a_deal_there_becomes_a_deal_here(world: World) -> None:
    row = world.ours(world.deal(NextStep="Call Ann", Amount=1250.5))
    assert (row.account.name, row.next_step, row.amount) == ("Hartmann", "Call Ann", 125050)
    assert row.stage is not None
    assert row.stage.name == "Prospecting"


def test_a_change_there_comes_here_and_is_kept_in_the_history(world: World) -> None:
    deal = world.deal()
    world.crm.edit("Opportunity", deal, {"StageName": "Negotiation/Review"}, by="Ann")
    world.round()
    stage = world.ours(deal).stage
    assert stage is not None
    assert stage.name == "Negotiation/Review"
    crossing = SyncCrossing.objects.get(field="stage")
    assert (crossing.way, crossing.before, crossing.after, crossing.who) == (
        "in",
        "Prospecting",
        "Negotiation/Review",
        "Ann",
    )


def test_a_change_here_goes_there_and_only_that_field(world: World) -> None:
    deal = world.deal()
    won, _ = Stage.objects.get_or_create(name="Closed Won", defaults={"is_won": True})
    world.edit(deal, stage=won, amount=200_000, close_date=dt.date(2027, 1, 31))
    world.round()
    row = world.crm.rows_of["Opportunity"][deal].values
    assert (row["StageName"], row["Amount"], row["CloseDate"]) == ("Closed Won", 2000, "2027-01-31")
    assert set(world.crm.written[-1].values) == {"StageName", "Amount", "CloseDate"}


def test_what_was_sent_does_not_come_back_as_a_change(world: World) -> None:
    deal = world.deal()
    world.edit(deal, next_step="Send offer")
    world.round()
    writes, version = len(world.crm.written), world.ours(deal).version
    world.settle()
    assert (len(world.crm.written), world.ours(deal).version) == (writes, version)


def test_two_different_changes_wait_and_neither_is_lost(world: World) -> None:
    deal = world.deal()
    world.edit(deal, next_step="Ours")
    world.crm.edit("Opportunity", deal, {"NextStep": "Theirs"}, by="Ann")
    world.settle()
    conflict = SyncConflict.objects.get(decision="")
    assert (conflict.base, conflict.ours, conflict.theirs) == (None, "Ours", "Theirs")
    assert world.ours(deal).next_step == "Ours"
    assert world.crm.value("Opportunity", deal, "NextStep") == "Theirs"


@pytest.mark.parametrize(("choice", "expected"), [("ours", "Ours"), ("theirs", "Theirs")])
def test_a_decided_conflict_ends_in_equality(world: World, choice: str, expected: str) -> None:
    deal = world.deal()
    world.edit(deal, next_step="Ours")
    world.crm.edit("Opportunity", deal, {"NextStep": "Theirs"})
    world.settle()
    conflict = SyncConflict.objects.get(decision="")
    deciding.decide_conflict(conflict.pk, choice=choice, actor_id=None, now=world.now)
    world.settle()
    assert world.ours(deal).next_step == expected
    assert world.crm.value("Opportunity", deal, "NextStep") == expected
    assert not SyncConflict.objects.filter(decision="").exists()


def test_a_conflict_is_decided_once(world: World) -> None:
    deal = world.deal()
    world.edit(deal, next_step="Ours")
    world.crm.edit("Opportunity", deal, {"NextStep": "Theirs"})
    world.settle()
    conflict = SyncConflict.objects.get(decision="")
    deciding.decide_conflict(conflict.pk, choice="ours", actor_id=None, now=world.now)
    with pytest.raises(deciding.SyncProblem):
        deciding.decide_conflict(conflict.pk, choice="theirs", actor_id=None, now=world.now)


def test_an_owned_field_follows_its_owner_and_the_loser_is_kept() -> None:
    world = World().connect(next_step="crm")
    deal = world.deal()
    world.edit(deal, next_step="Ours")
    world.crm.edit("Opportunity", deal, {"NextStep": "Theirs"})
    world.settle()
    assert world.ours(deal).next_step == "Theirs"
    assert SyncCrossing.objects.filter(field="next_step", way="lost", before="Ours").exists()


def test_a_hidden_field_is_neither_emptied_here_nor_there(world: World) -> None:
    deal = world.deal(NextStep="Kept")
    world.crm.hidden.add(("Opportunity", "NextStep"))
    mirror.refresh_shapes(world.session)
    world.crm.edit("Opportunity", deal, {"Amount": 5})
    world.edit(deal, next_step="Ours")
    world.settle()
    assert world.ours(deal).next_step == "Ours"
    assert world.crm.value("Opportunity", deal, "NextStep") == "Kept"
    world.crm.hidden.clear()
    mirror.refresh_shapes(world.session)
    world.settle()
    assert world.crm.value("Opportunity", deal, "NextStep") == "Ours"


def test_a_refused_value_waits_in_the_services_own_words(world: World) -> None:
    def no_round_amounts(name: str, values: object) -> None:
        if name == "Opportunity":
            raise Refusal("FIELD_CUSTOM_VALIDATION_EXCEPTION", "Amounts end in 7", ["Amount"])

    deal = world.deal()
    world.crm.rules.append(no_round_amounts)
    world.edit(deal, amount=200_000)
    world.settle()
    intent = SyncIntent.objects.get()
    assert (intent.state, intent.message, intent.fields) == (
        "refused",
        "Amounts end in 7",
        ["Amount"],
    )
    tried = len(world.crm.written)
    world.settle()
    assert len(world.crm.written) == tried
    world.crm.rules.clear()
    world.edit(deal, amount=300_000)
    world.settle()
    assert world.crm.value("Opportunity", deal, "Amount") == 3000


def test_a_long_text_is_cut_there_and_whole_here(world: World) -> None:
    deal = world.deal()
    world.edit(deal, next_step="A text that is longer than twenty characters")
    world.settle()
    assert world.crm.value("Opportunity", deal, "NextStep") == "A text that is longe"
    assert world.ours(deal).next_step == "A text that is longer than twenty characters"
    assert not SyncIntent.objects.exists()


def test_a_row_deleted_there_is_marked_and_not_made_again(world: World) -> None:
    deal = world.deal()
    world.crm.delete("Opportunity", deal)
    world.settle()
    assert world.ours(deal).removed_at is not None
    world.edit(deal, next_step="Too late")
    world.settle()
    assert world.crm.live("Opportunity") == {}


def test_an_undeleted_row_is_linked_again(world: World) -> None:
    deal = world.deal()
    world.crm.delete("Opportunity", deal)
    world.settle()
    world.crm.undelete("Opportunity", deal)
    world.crm.edit("Opportunity", deal, {"NextStep": "Back"})
    world.settle()
    row = world.ours(deal)
    assert (row.removed_at, row.next_step) == (None, "Back")


def test_a_row_deleted_there_and_edited_here_waits_for_a_person(world: World) -> None:
    deal = world.deal()
    world.edit(deal, next_step="Mine")
    world.crm.delete("Opportunity", deal)
    world.settle()
    assert world.ours(deal).removed_at is None
    conflict = SyncConflict.objects.get(kind="deleted", decision="")
    assert compare.compare(world.session, repair=False).drift == 0  # it waits, and is no drift
    assert compare.compare(world.session, repair=True).repaired == 0
    deciding.decide_conflict(conflict.pk, choice="ours", actor_id=None, now=world.now)
    world.settle()
    (made,) = world.crm.live("Opportunity").values()
    assert made.values["NextStep"] == "Mine"
    assert Opportunity.objects.count() == 1


def test_the_rows_of_a_merged_record_go_to_the_winner(world: World) -> None:
    deal = world.deal()
    winner = world.crm.insert("Account", {"Name": "Hartmann SE"})
    world.round()
    loser_row = Account.objects.get(outside_id=world.account)
    mine = Contact.objects.create(account=loser_row, last_name="Own", name="Own", sort_name="own")
    world.crm.merge("Account", world.account, winner)
    world.settle()
    assert world.ours(deal).account.outside_id == winner
    mine.refresh_from_db()
    assert mine.account.outside_id == winner
    assert Account.objects.get(outside_id=world.account).removed_at is not None


def test_a_row_made_here_is_made_there_once_even_when_the_answer_is_lost(world: World) -> None:
    account = Account.objects.get(outside_id=world.account)
    lost = iter(["lost"])
    world.crm.fault = lambda place: next(lost, None) if place == "item" else None
    stage, _ = Stage.objects.get_or_create(name="Prospecting")
    row = makers.opportunity(account, stage=stage, name="New play", amount=5000, currency="GBP")
    world.settle()
    assert [one.values["Name"] for one in world.crm.live("Opportunity").values()] == ["New play"]
    row.refresh_from_db()
    assert row.outside_id in world.crm.live("Opportunity")
    assert sum(one.deed is Deed.CREATE for one in world.crm.written) == 1
    crossed = SyncCrossing.objects.filter(way="out", link__target="Opportunity", before=None)
    assert crossed.get(field="name").after == "New play"  # the history tells of it all the same


def test_an_action_done_here_is_completed_there(world: World) -> None:
    account = Account.objects.get(outside_id=world.account)
    action = Action.objects.create(
        account=account, subject="Call", due_on=dt.date(2026, 12, 1), state="open"
    )
    world.settle()
    (task,) = world.crm.live("Task").values()
    assert (task.values["Status"], task.values["WhatId"]) == ("Not Started", world.account)
    Action.objects.filter(pk=action.pk).update(state="done", version=2)
    world.settle()
    assert world.crm.value("Task", task.id, "Status") == "Completed"


def test_a_task_completed_there_is_done_here(world: World) -> None:
    task = world.crm.insert(
        "Task", {"Subject": "Call", "Status": "Waiting", "WhatId": world.account, "IsClosed": False}
    )
    world.settle()
    assert Action.objects.get(outside_id=task).state == "open"
    world.crm.edit("Task", task, {"Status": "Completed", "IsClosed": True})
    world.settle()
    assert Action.objects.get(outside_id=task).state == "done"
    assert world.crm.written == []


def test_a_reference_to_a_row_that_comes_later_is_set_when_it_is_there(world: World) -> None:
    boss = "003000000000999AAA"
    report = world.crm.insert(
        "Contact", {"LastName": "Low", "AccountId": world.account, "ReportsToId": boss}
    )
    world.round()
    assert Contact.objects.get(outside_id=report).reports_to is None
    world.crm.rows_of["Contact"][boss] = world.crm._put(
        "Contact", boss, {"LastName": "High", "AccountId": world.account}, by="them"
    )
    world.settle()
    found = Contact.objects.get(outside_id=report).reports_to
    assert found is not None
    assert found.outside_id == boss
    assert world.crm.written == []


def test_an_owner_nobody_here_knows_is_not_emptied_there(world: World) -> None:
    deal = world.deal(OwnerId="005000000000042AAA")
    world.edit(deal, next_step="x")
    world.settle()
    assert world.crm.value("Opportunity", deal, "OwnerId") == "005000000000042AAA"


def test_a_late_commit_under_an_early_stamp_is_seen(world: World) -> None:
    deal = world.deal()
    world.crm.edit("Opportunity", deal, {"NextStep": "Late"}, late=dt.timedelta(minutes=30))
    for _ in range(40):
        world.round()
    assert world.ours(deal).next_step == "Late"


def test_rows_that_came_by_an_import_are_met_and_not_doubled(world: World) -> None:
    deal = world.deal(NextStep="Old")
    SyncLink.objects.all().delete()
    world.crm.edit("Opportunity", deal, {"NextStep": "New"})
    world.settle()
    assert world.ours(deal).next_step == "New"
    assert not SyncConflict.objects.exists()
    assert Opportunity.objects.count() == 1


def test_a_field_that_turns_too_often_is_frozen_for_a_person(world: World) -> None:
    deal = world.deal()
    world.crm.automation.append(
        lambda name, values: values.update(NextStep="Robot") if name == "Opportunity" else None
    )
    for number in range(6):
        world.edit(deal, next_step=f"Person {number}")
        world.round()
        world.round()
    assert SyncConflict.objects.filter(kind="turning", decision="").exists()
    before = len(world.crm.written)
    world.settle()
    assert len(world.crm.written) == before


def test_a_question_says_what_was_typed_here_after_it_was_asked(world: World) -> None:
    deal = world.deal(NextStep="Old")
    world.edit(deal, next_step="First")
    world.crm.edit("Opportunity", deal, {"NextStep": "Theirs"})
    world.round()
    world.pass_time(3600)
    world.round()  # the row is older than what is read once more
    world.edit(deal, next_step="Second")
    world.round()
    world.round()
    asked = SyncConflict.objects.get(decision="")
    assert (asked.ours, asked.theirs) == ("Second", "Theirs")


def test_our_share_of_the_days_calls_is_kept(world: World) -> None:
    world.crm.limit = world.crm.used + 10
    with pytest.raises(BudgetUsedUp):
        for _ in range(10):
            mirror.pull(world.session)
    assert world.crm.used / world.crm.limit <= 0.85


def test_a_dry_run_says_what_would_be_written_and_writes_nothing(world: World) -> None:
    deal = world.deal()
    world.edit(deal, next_step="Soon")
    before = len(world.crm.written)
    planned = push.planned(world.session.context(), now=world.now)
    assert [(one.id, dict(one.values)) for one in planned] == [(deal, {"NextStep": "Soon"})]
    assert (len(world.crm.written), SyncIntent.objects.count()) == (before, 0)


def test_a_row_deleted_here_is_left_there_and_does_not_come_back(world: World) -> None:
    deal = world.deal()
    Opportunity.objects.filter(outside_id=deal).delete()
    world.settle()
    world.crm.edit("Opportunity", deal, {"NextStep": "Still here"})
    world.settle()
    assert deal in world.crm.live("Opportunity")
    assert not Opportunity.objects.filter(outside_id=deal).exists()


def test_a_change_here_after_one_there_goes_there(world: World) -> None:
    deal = world.deal()
    world.crm.edit("Opportunity", deal, {"NextStep": "Theirs"})
    world.round()
    world.edit(deal, next_step="Ours")
    world.round()
    assert world.crm.value("Opportunity", deal, "NextStep") == "Ours"
    assert not SyncConflict.objects.exists()


def test_a_field_hidden_between_describe_and_read_keeps_our_value(world: World) -> None:
    deal = world.deal(NextStep="Kept")
    world.crm.hidden.add(("Opportunity", "NextStep"))
    world.crm.edit("Opportunity", deal, {"Amount": 7})
    world.round()
    assert (world.ours(deal).next_step, world.ours(deal).amount) == ("Kept", 700)
    assert not SyncCrossing.objects.filter(field="next_step").exists()
    world.edit(deal, next_step="Mine")
    world.round()
    assert not SyncConflict.objects.exists()


def test_a_commit_that_comes_late_within_the_overlap_is_seen(world: World) -> None:
    world.crm.reports_open = False
    deal = world.deal()
    world.crm.edit("Opportunity", deal, {"NextStep": "Late"}, late=dt.timedelta(minutes=5))
    for _ in range(8):
        world.round()
    assert world.ours(deal).next_step == "Late"


def test_a_commit_later_than_the_overlap_is_found_by_the_comparison(world: World) -> None:
    world.crm.reports_open = False
    deal = world.deal()
    world.crm.edit("Opportunity", deal, {"NextStep": "Late"}, late=dt.timedelta(minutes=30))
    for _ in range(40):
        world.round()
    assert world.ours(deal).next_step == ""
    assert compare.compare(world.session, repair=False).differing == 1
    assert world.ours(deal).next_step == ""
    assert compare.compare(world.session, repair=True).repaired == 1
    assert world.ours(deal).next_step == "Late"
    assert compare.compare(world.session, repair=False).drift == 0


def test_an_older_delivery_after_a_newer_one_changes_nothing(world: World) -> None:
    deal = world.deal(NextStep="Old")
    context = world.session.context()
    fields = world.session.fields(context, "Opportunity")
    old = world.crm.rows("Opportunity", [deal], fields)
    world.crm.edit("Opportunity", deal, {"NextStep": "New"})
    world.round()
    read = world.session.read(context, "Opportunity")
    merging.merge_records(context, old, read=read, now=world.now)
    assert world.ours(deal).next_step == "New"


def test_a_refresh_token_is_sent_once_by_two_who_saw_the_same_grant(world: World) -> None:
    pk, sent = world.session.connection_id, []

    def renew(held: dict[str, str]) -> dict[str, str]:
        sent.append(held.get("refresh_token"))
        return {"access_token": f"a{len(sent)}", "refresh_token": f"r{len(sent)}"}

    _, seen = connections.secrets_of(pk)
    first = connections.refresh_grant(pk, seen=seen, renew=renew)
    second = connections.refresh_grant(pk, seen=seen, renew=renew)
    assert sent == [None]
    assert first == second == ({"access_token": "a1", "refresh_token": "r1"}, seen + 1)


def test_a_connection_is_held_to_its_org(world: World) -> None:
    world.crm.org_id = "00D000000000002EAA"
    with pytest.raises(deciding.SyncProblem):
        mirror.refresh_shapes(world.session)
    assert world.state().state == "needs_reconnect"


def test_secrets_are_not_kept_in_the_clear(world: World) -> None:
    connections.reconnect(
        world.session.connection_id, secrets={"client_secret": "hunter2"}, actor_id=None
    )
    assert "hunter2" not in world.state().sealed
    assert connections.secrets_of(world.session.connection_id)[0]["client_secret"] == "hunter2"


def test_an_action_dropped_here_stays_dropped_when_its_task_is_touched_there(world: World) -> None:
    account = Account.objects.get(outside_id=world.account)
    action = Action.objects.create(account=account, subject="Call", state="open")
    world.settle(2)
    Action.objects.filter(pk=action.pk).update(state="dropped", version=action.version + 5)
    world.settle(2)
    (task,) = world.crm.live("Task")
    assert world.crm.value("Task", task, "Status") == "Deferred"
    world.crm.edit("Task", task, {"Subject": "Call them"})
    world.settle(2)
    action.refresh_from_db()
    assert (action.subject, action.state) == ("Call them", "dropped")


def test_a_load_whose_worker_dies_after_the_last_page_is_done(world: World) -> None:
    deal = world.deal(NextStep="Old")
    session = world.session
    inbox.begin_again(session.connection_id, "Opportunity")
    context = session.context()
    read, fields = session.read(context, "Opportunity"), session.fields(context, "Opportunity")
    for page in session.crm.everything("Opportunity", fields, ""):
        inbox.load_page(context, "Opportunity", page, fields=fields, read=read, now=world.now)
    world.crm.edit("Opportunity", deal, {"NextStep": "New"})  # and nothing else was done
    world.round()
    assert world.ours(deal).next_step == "New"
