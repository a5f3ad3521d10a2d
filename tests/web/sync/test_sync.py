"""The sync page: what it shows, who may see it, and what its buttons do once."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sightline.actions import journal
from sightline.actions.sync.context import context_of
from sightline.agreement import telling
from sightline.agreement.values import FieldKind, FieldShape
from sightline.crm import compare, mirror, registry
from sightline.crm.errors import CrmError, Retry
from sightline.records.models import (
    Job,
    Opportunity,
    SyncComparison,
    SyncConflict,
    SyncConnection,
    SyncIntent,
    SyncLink,
    SyncMapping,
)
from sightline.records.queries.sync import CursorFacts
from sightline.web.pages.sync.present import object_lines
from tests import makers
from tests.crm.adapters_refusal import refuse_all
from tests.crm.world import World
from tests.web.laid_out import one_line

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
    assert decide(operations, conflict, "ours").status_code == 303
    conflict.refresh_from_db()
    assert conflict.decision == "ours"
    assert Job.objects.filter(name="sync").exists()
    decide(operations, conflict, "theirs")
    conflict.refresh_from_db()
    assert conflict.decision == "ours"


def test_a_choice_of_neither_settles_nothing(operations: Client, world: World) -> None:
    conflict = SyncConflict.objects.get(decision="")
    for choice in ("x", ""):
        decide(operations, conflict, choice)
        conflict.refresh_from_db()
        assert conflict.decision == ""


def decide(client: Client, conflict: SyncConflict, choice: str) -> Any:
    given = {"conflict": conflict.pk, f"choice-{conflict.pk}": choice}
    return client.post(reverse("sync:conflicts-decide", args=[conflict.link_id]), given)


@pytest.fixture
def twice_contested(world: World) -> list[SyncConflict]:
    """One record over two of whose fields both sides differ."""
    (deal,) = world.crm.rows_of["Opportunity"]
    world.edit(deal, close_date=dt.date(2027, 3, 14))
    world.crm.edit("Opportunity", deal, {"CloseDate": "2027-02-28"})
    world.settle(2)
    return list(SyncConflict.objects.filter(decision="").order_by("pk"))


def test_the_fields_of_one_record_stand_together(
    operations: Client, world: World, twice_contested: list[SyncConflict]
) -> None:
    text = one_line(operations.get(page(world)).content.decode())
    assert len(twice_contested) == 2
    assert text.count('<form class="card sync-conflict"') == 1
    for words in ("14 Mar 2027", "28 Feb 2027", "Ours", "Theirs"):
        assert words in text


def test_each_field_of_a_record_is_settled_as_chosen(
    operations: Client, world: World, twice_contested: list[SyncConflict]
) -> None:
    step, day = twice_contested
    given = {"conflict": [step.pk, day.pk], f"choice-{step.pk}": "ours"}
    address = reverse("sync:conflicts-decide", args=[step.link_id])
    operations.post(address, given)
    assert decisions(step, day) == ["ours", ""]  # what nobody chose stays
    operations.post(address, {"conflict": [day.pk], f"choice-{day.pk}": "theirs"})
    assert decisions(step, day) == ["ours", "theirs"]
    world.settle(2)
    (deal,) = Opportunity.objects.all()
    assert (deal.next_step, deal.close_date) == ("Ours", dt.date(2027, 2, 28))


def test_a_record_is_settled_for_one_side_in_what_was_shown(
    operations: Client, twice_contested: list[SyncConflict]
) -> None:
    step, day = twice_contested
    address = reverse("sync:conflicts-decide", args=[step.link_id])
    operations.post(address, {"conflict": [step.pk], "all": "theirs"})
    assert decisions(step, day) == ["theirs", ""]
    operations.post(address, {"conflict": [step.pk, day.pk], "all": "ours"})
    assert decisions(step, day) == ["theirs", ""], "one was settled already: none of them is"


def test_a_record_settles_no_conflict_of_another(operations: Client, two_contested: World) -> None:
    one, other = SyncConflict.objects.filter(decision="").order_by("pk")
    given = {"conflict": other.pk, f"choice-{other.pk}": "ours"}
    operations.post(reverse("sync:conflicts-decide", args=[one.link_id]), given)
    assert decisions(one, other) == ["", ""]


def decisions(*conflicts: SyncConflict) -> list[str]:
    return [SyncConflict.objects.get(pk=one.pk).decision for one in conflicts]


def test_a_refused_write_is_shown_in_its_words_and_tried_again(
    operations: Client, world: World
) -> None:
    world.crm.rules.append(refuse_all("Region is required"))
    deal = world.deal(Name="Other")
    world.edit(deal, amount=5)
    world.settle(2)
    intent = SyncIntent.objects.get(state="refused")
    text = operations.get(page(world)).content.decode()
    assert "Region is required" in text
    assert "Amount: £0.05" in text  # what was refused, not only where
    operations.post(reverse("sync:write-retry", args=[intent.pk]))
    intent.refresh_from_db()
    assert intent.state == "waiting"


def test_amounts_are_told_in_their_currency(operations: Client, world: World) -> None:
    deal = world.deal()
    world.settle(1)
    Opportunity.objects.filter(outside_id=deal).update(currency="EUR")
    world.edit(deal, amount=1_234_50)
    world.crm.edit("Opportunity", deal, {"Amount": "99"})
    world.settle(1)
    text = operations.get(page(world)).content.decode()
    assert "€1,234.50" in text
    assert "€99.00" in text
    conflict = SyncConflict.objects.get(field="amount")
    SyncConflict.objects.create(
        link=conflict.link, field="currency", base="EUR", ours="EUR", theirs="GBP",
        kind="field", found_at=conflict.found_at,
    )  # fmt: skip
    assert "£99.00" in operations.get(page(world)).content.decode()


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
    assert decide(client, conflict, "ours").status_code == 403


def test_unknown_rows_are_not_found(operations: Client, world: World) -> None:
    assert operations.get(reverse("sync:connection", args=[999])).status_code == 404
    assert operations.post(reverse("sync:conflicts-decide", args=[999])).status_code == 404
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


def mapping_of(world: World, client: Client, **given: str) -> Any:
    address = reverse("sync:mapping-edit", args=[world.session.connection_id])
    version = SyncMapping.objects.latest("version").version
    return client.post(address, {"version": version, **given})


def test_a_field_is_mapped_to_another_of_theirs_and_theirs_stands_at_first(
    operations: Client, world: World
) -> None:
    shape = world.crm.shapes["Opportunity"]
    shape.fields["Notes__c"] = FieldShape("Notes__c", FieldKind.TEXT, updateable=True)
    deal = world.deal(NextStep="From the old field", Notes__c="From the new one")
    mirror.refresh_shapes(world.session)
    world.settle(1)
    key = "Opportunity.next_step"
    answer = mapping_of(world, operations, **{f"{key}.theirs": "Notes__c"})
    assert answer.status_code == 303, answer.content
    world.settle(1)
    assert world.ours(deal).next_step == "From the new one"
    world.edit(deal, next_step="Said here")
    world.settle(1)
    there = [world.crm.value("Opportunity", deal, name) for name in ("NextStep", "Notes__c")]
    assert there == ["From the old field", "Said here"]


@pytest.mark.parametrize("theirs", ["Nowhere__c", "Amount"])
def test_a_field_that_is_not_shown_or_taken_is_refused_and_kept_on_the_page(
    operations: Client, world: World, theirs: str
) -> None:
    answer = mapping_of(world, operations, **{"Opportunity.next_step.theirs": theirs})
    assert answer.status_code == 422
    assert f'value="{theirs}"' in answer.content.decode()
    assert SyncMapping.objects.count() == 2


def test_a_field_is_set_at_creation_only_when_somebody_says_so(
    operations: Client, world: World
) -> None:
    key = "Opportunity.close_date"
    mapping_of(world, operations, **{f"{key}.theirs": "CloseDate", f"{key}.once": "1"})
    rules = SyncMapping.objects.latest("version").rules["two_way"]["Opportunity"]["fields"]
    assert [one["ours"] for one in rules if one["create_only"]] == [
        *("close_date", "account", "currency")
    ]


def test_what_is_set_at_creation_only_stays_so_while_the_org_does_not_show_it(
    operations: Client, world: World
) -> None:
    connection = world.session.connection_id
    world.crm.hidden.add(("Opportunity", "AccountId"))
    mirror.refresh_shapes(world.session)
    page = operations.get(reverse("sync:mapping-edit", args=[connection])).content.decode()
    assert 'type="hidden" name="Opportunity.account.once" value="1"' in one_line(page)
    assert "Opportunity.currency" not in page  # the org keeps one currency


def test_the_history_of_one_value_is_told_by_name(operations: Client, world: World) -> None:
    user = world.crm.insert("User", {"Name": "Ann Lee", "IsActive": True})
    deal = world.deal(Name="Fresh deal", NextStep="One")
    world.crm.edit("Opportunity", deal, {"NextStep": "Two"}, by=user)
    world.settle(1)
    link = SyncLink.objects.get(remote_id=deal)
    address = reverse("sync:history", args=[world.session.connection_id])
    text = operations.get(address, {"record": link.pk, "field": "next_step"}).content.decode()
    for words in ("Fresh deal", "Next step", "One", "Two", "Ann Lee", "came in"):
        assert words in text
    assert "Renewal FY27" not in text
    assert "Renewal FY27" not in operations.get(address, {"record": link.pk}).content.decode()


def test_drift_names_the_records_and_fields_that_differed(operations: Client, world: World) -> None:
    deal = world.deal(Name="Drifted deal", NextStep="One")
    world.settle(1)
    world.crm.rows_of["Opportunity"][deal].values["NextStep"] = "Restored"
    compare.compare(world.session, repair=False)
    text = one_line(operations.get(page(world)).content.decode())
    assert "Drifted deal" in text and "1 differ" in text
    assert "Opportunity, differs: Next step" in text


def test_a_conflict_says_who_here_and_there_and_when(operations: Client, world: World) -> None:
    deal = world.deal(Name="Both", NextStep="Old")
    person = makers.sign_in("account_manager")
    before = world.ours(deal).next_step
    world.edit(deal, next_step="Here")
    row = world.ours(deal)
    journal.record(
        "change", actor_id=person.pk, subject=row, changes={"next_step": (before, "Here")}
    )
    user = world.crm.insert("User", {"Name": "Ann Lee", "IsActive": True})
    world.round()
    SyncConflict.objects.all().delete()
    world.edit(deal, next_step="Here again")
    world.crm.edit("Opportunity", deal, {"NextStep": "There"}, by=user)
    world.settle(1)
    text = operations.get(page(world)).content.decode()
    assert person.name in text and "Ann Lee" in text


def test_a_comparison_of_nothing_does_not_say_that_nothing_differs(operations: Client) -> None:
    empty = World().connect()
    SyncComparison.objects.create(
        connection_id=empty.session.connection_id, started_at=empty.now, finished_at=empty.now
    )
    text = one_line(operations.get(page(empty)).content.decode())
    assert "nothing to compare" in text and "0 differences" not in text
    empty.pass_time(1)
    compare.compare(empty.session, repair=False)
    assert "0 differences" in one_line(operations.get(page(empty)).content.decode())


def test_a_switch_names_who_could_read_it_before_it_tells_anything(
    operations: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    pk = world.session.connection_id
    world.crm.shapes["Contact"].fields["Stance__c"] = FieldShape(
        "Stance__c", FieldKind.TEXT, createable=True, updateable=True, length=40
    )
    world.crm.profiles = {"Sales": set(), "Finance": {("Contact", "Stance__c")}}
    mirror.refresh_shapes(world.session)
    monkeypatch.setattr(registry, "open_crm", lambda *given, **named: world.crm)
    address = reverse("sync:mapping-edit", args=[pk])
    form = {"version": "2", "told.known": "1", "told.told_stance.on": "1"}
    answer = operations.post(address, form)
    assert answer.status_code == 422 and "name the field" in answer.content.decode()
    form["told.told_stance.theirs"] = "Stance__c"
    answer = operations.post(address, form)
    text = one_line(answer.content.decode())
    assert answer.status_code == 422
    assert "Who in the org could then read Stance__c" in text
    assert "<li>Sales</li>" in text and "Finance" not in text
    assert telling.told_of_people(context_of(pk).rules) == {}
    answer = operations.post(address, {**form, "told.told_stance.seen": "Stance__c"})
    assert answer.status_code == 303
    assert telling.told_of_people(context_of(pk).rules) == {"told_stance": "Stance__c"}
    operations.post(address, {"version": "3", "told.known": "1"})
    assert telling.told_of_people(context_of(pk).rules) == {}


def test_a_switch_stays_off_where_the_org_does_not_say_who_could_read_it(
    operations: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "open_crm", lambda *given, **named: world.crm)

    def silent(place: str) -> str | None:
        raise CrmError("No such table.", retry_kind=Retry.NEVER, code="INVALID_TYPE")

    world.crm.fault = silent
    form = {"version": "2", "told.known": "1", "told.told_stance.on": "1"}
    form |= {"told.told_stance.theirs": "LastName", "told.told_stance.seen": "LastName"}
    pk = world.session.connection_id
    answer = operations.post(reverse("sync:mapping-edit", args=[pk]), form)
    assert answer.status_code == 422
    assert "did not say who could read it" in answer.content.decode()
    assert telling.told_of_people(context_of(pk).rules) == {}


def test_whom_a_value_names_is_told_by_name(operations: Client, world: World) -> None:
    deal = world.deal(Name="Handed over")
    users = [world.crm.insert("User", {"Name": name}) for name in ("Ann Lee", "Bo Ek")]
    world.round()
    world.crm.edit("Opportunity", deal, {"OwnerId": users[0]})
    world.settle(1)
    link = SyncLink.objects.get(remote_id=deal)
    SyncConflict.objects.create(
        link=link, field="owner", base=users[0], ours=users[1], theirs=None, found_at=world.now
    )
    text = operations.get(page(world)).content.decode()
    assert "Ann Lee" in text and "Bo Ek" in text
    assert not set(users) & set(one_line(text).split())
    address = reverse("sync:history", args=[world.session.connection_id])
    text = operations.get(address, {"record": link.pk, "field": "owner"}).content.decode()
    assert "Ann Lee" in text and users[0] not in text


def test_an_object_that_is_read_and_told_apart_is_one_line() -> None:
    beginning = CursorFacts("", "", False, 3, None, None)
    names = ("Account", "Roles:AccountContactRelation", "Read:AccountContactRelation")
    rows = [replace(beginning, object=name) for name in names]
    lines = object_lines(rows, {"AccountContactRelation": {"refused": 2, "conflicts": 1}})
    said = [(one.name, one.words) for one in lines]
    assert said == [("Account", "in step"), ("AccountContactRelation", "1 conflict, 2 refused")]
