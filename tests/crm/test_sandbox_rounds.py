"""The whole engine against a sandbox org that runs as a process of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from sightline.actions.ledger import DatabaseCatalogue
from sightline.actions.sync import connections, gathering
from sightline.actions.sync.context import context_of
from sightline.agreement.records import Deed, Sibling, Write
from sightline.crm import mirror
from sightline.crm.adapters.salesforce import bulk
from sightline.crm.errors import CrmError
from sightline.crm.push import Pushed
from sightline.exchange.imports.activities import ACTIVITIES
from sightline.exchange.imports.ledger_parts import ledger_folder
from sightline.jobs.sync import rounds
from sightline.records.models import (
    Account,
    Action,
    Objective,
    Opportunity,
    Plan,
    Play,
    Stage,
    SyncConflict,
    SyncConnection,
    SyncCursor,
    SyncIntent,
    SyncLink,
)
from tests import makers
from tests.crm.orgs import SandboxOrg, sandbox_org

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxOrg]:
    with sandbox_org(tmp_path_factory.mktemp("sandbox")) as served:
        yield served


@pytest.fixture
def connection(org: SandboxOrg) -> Iterator[int]:
    makers.company(reporting_currency="USD")
    yield connections.connect(
        "Org",
        brand="salesforce",
        settings={"login": org.address, "client_id": org.said["client id"]},
        secrets={"client_secret": org.said["client secret"]},
        actor_id=None,
    )
    org.control("DELETE", "faults")


def go(connection: int) -> None:
    with rounds.at_work(connection) as session:
        rounds.round_of(session)


def drift(connection: int) -> int:
    with rounds.at_work(connection) as session:
        return rounds.compare_all(session, repair=False).drift


def some_deal(org: SandboxOrg) -> str:
    row = org.rows(
        "SELECT Id FROM Opportunity WHERE IsClosed = false AND HasOpportunityLineItem = false LIMIT 1"
    )[0]
    return str(row["Id"])


def edit(deal: str, **values: object) -> None:
    row = Opportunity.objects.get(outside_id=deal)
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.save()


def test_everything_comes_over_and_nothing_differs(org: SandboxOrg, connection: int) -> None:
    go(connection)
    count = org.call("GET", "/query", q="SELECT COUNT() FROM Account")["totalSize"]
    assert Account.objects.filter(removed_at=None).count() == count
    assert drift(connection) == 0
    assert SyncConnection.objects.get().budget_used
    with rounds.at_work(connection) as session:  # what nobody touched is not gone through again
        assert gathering.gather(session.context(), now=session.clock()) == 0


def test_a_deal_moves_both_ways(org: SandboxOrg, connection: int) -> None:
    go(connection)
    deal = some_deal(org)
    stage, _ = Stage.objects.get_or_create(name="Negotiation/Review")
    edit(deal, stage=stage, amount=12_345_00, next_step="Send offer")
    go(connection)
    row = org.one(f"SELECT StageName, Amount, NextStep FROM Opportunity WHERE Id = '{deal}'")
    assert (row["StageName"], row["Amount"], row["NextStep"]) == (
        "Negotiation/Review",
        12345.0,
        "Send offer",
    )
    org.call("PATCH", f"/sobjects/Opportunity/{deal}", {"CloseDate": "2027-08-31"})
    go(connection)
    assert str(Opportunity.objects.get(outside_id=deal).close_date) == "2027-08-31"
    assert drift(connection) == 0


def test_a_row_made_here_is_made_there_once_when_the_answer_is_lost(
    org: SandboxOrg, connection: int
) -> None:
    go(connection)
    account = Account.objects.exclude(outside_id="").order_by("pk")[0]
    Action.objects.create(account=account, subject="Call about renewal", state="open")
    org.control(
        "POST", "faults", {"kind": "lost_response", "method": "PATCH", "path": "composite/sobjects"}
    )
    go(connection)
    SyncIntent.objects.update(next_at="2020-01-01T00:00:00Z")
    go(connection)
    go(connection)
    rows = org.rows("SELECT Id, WhatId FROM Task WHERE Subject = 'Call about renewal'")
    assert [row["WhatId"] for row in rows] == [account.outside_id]
    assert Action.objects.get(subject="Call about renewal").outside_id == rows[0]["Id"]
    assert not SyncIntent.objects.exists()


def test_a_conflict_keeps_both_values_until_somebody_decides(
    org: SandboxOrg, connection: int
) -> None:
    go(connection)
    deal = some_deal(org)
    edit(deal, next_step="From here")
    org.call("PATCH", f"/sobjects/Opportunity/{deal}", {"NextStep": "From there"})
    go(connection)
    conflict = SyncConflict.objects.get(decision="")
    assert (conflict.ours, conflict.theirs) == ("From here", "From there")
    row = org.one(f"SELECT NextStep FROM Opportunity WHERE Id = '{deal}'")
    assert row["NextStep"] == "From there"


def test_a_validation_rule_is_shown_in_its_own_words(org: SandboxOrg, connection: int) -> None:
    go(connection)
    deal = some_deal(org)
    org.control(
        "POST",
        "faults",
        {
            "kind": "row_failure",
            "object": "Opportunity",
            "code": "FIELD_CUSTOM_VALIDATION_EXCEPTION",
            "message": "Talk to finance first",
        },
    )
    edit(deal, amount=99_00)
    go(connection)
    intent = SyncIntent.objects.get()
    assert (intent.state, intent.message) == ("refused", "Talk to finance first")


def test_a_dead_session_is_renewed_once(org: SandboxOrg, connection: int) -> None:
    go(connection)
    before = SyncConnection.objects.get().grant_version
    org.control("POST", "faults", {"kind": "session_expired", "path": "queryAll"})
    go(connection)
    assert SyncConnection.objects.get().grant_version == before + 1


def test_a_limit_parks_the_connection(org: SandboxOrg, connection: int) -> None:
    go(connection)
    org.control("POST", "faults", {"kind": "request_limit", "path": "queryAll"})
    with pytest.raises(CrmError):
        go(connection)
    row = SyncConnection.objects.get()
    assert row.parked_until is not None
    assert "Limit" in row.state_note


def test_a_wrong_secret_asks_for_a_person(org: SandboxOrg, connection: int) -> None:
    connections.reconnect(connection, secrets={"client_secret": "wrong"}, actor_id=None)
    with pytest.raises(CrmError):
        go(connection)
    assert SyncConnection.objects.get().state == "needs_reconnect"


def test_a_large_first_load_goes_by_bulk_and_says_the_same(
    org: SandboxOrg, connection: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "PAGE", 40)  # several pages, each fetched while one is stored
    settings = {"login": org.address, "client_id": org.said["client id"], "bulk_from": 1}
    SyncConnection.objects.update(settings=settings)
    go(connection)
    SyncConnection.objects.update(settings={**settings, "bulk_from": 20_000})
    assert drift(connection) == 0


def test_what_is_deleted_and_merged_there_is_so_here(
    org: SandboxOrg, connection: int, tmp_path: Path
) -> None:
    made = [org.call("POST", "/sobjects/Account", {"Name": f"Double {n}"})["id"] for n in (1, 2)]
    deal = org.call(
        "POST",
        "/sobjects/Opportunity",
        {
            "Name": "Of the loser",
            "AccountId": made[1],
            "StageName": "Prospecting",
            "CloseDate": "2027-01-31",
        },
    )["id"]
    go(connection)
    org.control(
        "POST", "records/merge", {"object": "Account", "master": made[0], "losers": [made[1]]}
    )
    go(connection)
    assert Opportunity.objects.get(outside_id=deal).account.outside_id == made[0]
    assert Account.objects.get(outside_id=made[1]).removed_at is not None
    org.call("DELETE", f"/sobjects/Opportunity/{deal}")
    go(connection)
    assert Opportunity.objects.get(outside_id=deal).removed_at is not None
    assert drift(connection) == 0


def test_what_a_profile_may_not_read_there_is_not_read_here(
    org: SandboxOrg, connection: int
) -> None:
    org.control(
        "POST",
        "fields/hide",
        {"object": "Opportunity", "field": "Amount", "profile": "Standard User"},
    )
    rules = replace(context_of(connection).rules, profile="Standard User")
    connections.save_rules(connection, rules, seen=1, actor_id=None)
    go(connection)
    fields = context_of(connection).shapes["Opportunity"].fields
    assert "Amount" not in fields
    assert {"NextStep", "StageName", "CloseDate", "Acctplan_Id__c"} <= fields.keys()
    assert "BillingCity" in context_of(connection).shapes["Account"].fields
    assert not Opportunity.objects.exclude(amount=None).exists()
    org.control(
        "POST",
        "fields/show",
        {"object": "Opportunity", "field": "Amount", "profile": "Standard User"},
    )


def test_who_could_read_a_field_of_a_person_is_told_by_profile_with_its_people(
    org: SandboxOrg, connection: int
) -> None:
    with rounds.at_work(connection) as session:
        found = session.crm.readers("Contact", "Acctplan_Id__c")
        assert session.crm.readers("Contact", "LastName") is None  # nobody can hide it
    assert found
    people = {one.name: one.people for one in found}
    assert people["System Administrator"], people
    org.control(
        "POST",
        "fields/hide",
        {"object": "Contact", "field": "Acctplan_Id__c", "profile": "System Administrator"},
    )
    with rounds.at_work(connection) as session:
        names = {one.name for one in session.crm.readers("Contact", "Acctplan_Id__c") or ()}
    org.control(
        "POST",
        "fields/show",
        {"object": "Contact", "field": "Acctplan_Id__c", "profile": "System Administrator"},
    )
    assert "System Administrator" not in names


def graphs_asked(org: SandboxOrg) -> int:
    """How many graphs the org was ever asked for; its tests share it, in any order."""
    counts = org.control("GET", "requests")["counts"]
    return sum(many for kind, many in counts.items() if "composite/graph" in kind)


def test_a_plan_is_kept_in_the_standard_objects(org: SandboxOrg, connection: int) -> None:
    go(connection)
    account = Account.objects.exclude(outside_id="").order_by("pk")[0]
    plan = Plan.objects.create(
        account=account,
        year=2027,
        starts_on=dt.date(2027, 1, 1),
        ends_on=dt.date(2027, 12, 31),
        state="active",
        currency="USD",
        target=2_000_000_00,
        thesis="One platform",
    )
    Objective.objects.create(plan=plan, words="Renew early", due_on=dt.date(2027, 6, 30))
    deal = Opportunity.objects.filter(account=account).exclude(outside_id="").order_by("pk")[0]
    Play.objects.create(
        account=account, name="Renewal", opportunity=deal, created_on=dt.date(2026, 11, 1)
    )
    before = graphs_asked(org)
    with rounds.at_work(connection) as session:
        rounds.write_plans(session, Pushed())
    assert graphs_asked(org) - before == 1  # plan, objectives and measure
    go(connection)
    there = org.one(
        "SELECT Id, AccountId, Status, AccountVision, StartDate, "
        "(SELECT Name, EndDate FROM AccountPlanObjectives) FROM AccountPlan"
    )
    assert (there["AccountId"], there["Status"]) == (account.outside_id, "Active")
    assert (there["AccountVision"], there["StartDate"]) == ("One platform", "2027-01-01")
    names = {one["Name"] for one in there["AccountPlanObjectives"]["records"]}
    assert names == {"Renew early", "Targets of the plan"}
    measure = org.one("SELECT ValueType, TargetCurrencyValue FROM AccountPlanObjectiveMeasure")
    assert (measure["ValueType"], measure["TargetCurrencyValue"]) == ("Currency", 2_000_000)
    tie = org.one("SELECT ReferenceRecordId FROM AccountPlanObjMeasRela")
    assert tie["ReferenceRecordId"] == deal.outside_id
    assert drift(connection) == 0


def test_calls_and_meetings_become_activities_archived_ones_too(
    org: SandboxOrg, connection: int, settings: Any, tmp_path: Path
) -> None:
    settings.SIGHTLINE_LEDGER = str(tmp_path)
    account = org.call("POST", "/sobjects/Account", {"Name": "Spoken with"})["id"]
    person = org.call(
        "POST",
        "/sobjects/Contact",
        {"LastName": "Steiner", "AccountId": account, "Email": "steiner@spoken.example"},
    )["id"]
    about = {"WhoId": person, "WhatId": account}
    call = {**about, "Subject": "Call", "TaskSubtype": "Call", "ActivityDate": "2026-03-01"}
    org.call("POST", "/sobjects/Task", {**call, "Status": "Completed"})
    org.call("POST", "/sobjects/Task", {**call, "Status": "Not Started"})
    for day in ("2024-03-01", "2026-05-04"):
        start = {"StartDateTime": f"{day}T09:00:00Z", "DurationInMinutes": 60}
        org.call("POST", "/sobjects/Event", {**about, **start, "Subject": "Meet"})
    org.control("POST", "activities/archive", {})
    assert len(org.rows(f"SELECT Id FROM Event WHERE WhatId = '{account}'")) == 1
    go(connection)
    assert [kind for kind, _ in spoken()] == ["call", "meeting", "meeting"]
    assert spoken()[1:] == [("meeting", dt.date(2024, 3, 1)), ("meeting", dt.date(2026, 5, 4))]
    SyncCursor.objects.filter(object__startswith="Activity:").update(read_at=None)
    go(connection)  # once more: nothing twice
    assert len(spoken()) == 3


def spoken() -> list[tuple[str, dt.date]]:
    """Kind and day of every line of the activity ledger about the account."""
    key = str(Account.objects.get(name="Spoken with").pk)
    paths = DatabaseCatalogue().current().paths(ledger_folder(), ACTIVITIES)
    rows = [row for path in paths for row in pq.read_table(path).to_pylist()]
    return sorted((row["kind"], row["at"]) for row in rows if row["account"] == key)


def test_a_quiet_round_is_one_call_for_five_objects_and_leaves_out_nothing(
    org: SandboxOrg, connection: int
) -> None:
    go(connection)
    deal = some_deal(org)
    with rounds.at_work(connection) as session:
        mirror.pull(session)  # the first after a load asks for deletions
        before = session.crm.spent().used or 0
        mirror.pull(session, due=lambda one: one.object in rounds.QUICK)
        assert (session.crm.spent().used or 0) - before == 1
        org.call("PATCH", f"/sobjects/Opportunity/{deal}", {"NextStep": "Asked in one call"})
        mirror.pull(session, due=lambda one: one.object in rounds.QUICK)
        assert Opportunity.objects.get(outside_id=deal).next_step == "Asked in one call"


def test_a_plan_of_which_a_part_is_refused_or_the_answer_lost_is_made_once(
    org: SandboxOrg, connection: int
) -> None:
    go(connection)
    account = Account.objects.exclude(outside_id="").order_by("pk")[0]
    days = {"starts_on": dt.date(2028, 1, 1), "ends_on": dt.date(2028, 12, 31)}
    plan = Plan.objects.create(  # keys that no other test's plan has had in this org
        pk=2028, account=account, year=2028, state="active", currency="USD", target=1_00, **days
    )
    for key, words in enumerate(("Refused by a rule", "Fine"), start=2028):
        Objective.objects.create(pk=key, plan=plan, words=words)
    rule = {"object": "AccountPlanObjective", "name": "no", "formula": 'CONTAINS(Name, "Refused")'}
    org.control("POST", "rules/validation", {**rule, "message": "Not so", "active": True})
    counted = "SELECT COUNT() FROM AccountPlanObjective WHERE AccountPlan.StartDate = 2028-01-01"

    def there() -> int:
        return int(org.call("GET", "/query", q=counted)["totalSize"])

    with rounds.at_work(connection) as session:
        group = [
            Write(Deed.CREATE, "AccountPlan", {"Name": "Whole"}),
            Write(
                Deed.CREATE,
                "AccountPlanObjective",
                {"Name": "Refused", "AccountPlanId": Sibling(0)},
            ),
        ]
        assert session.crm.together([group]) == [None]  # none of it was done
        assert not org.rows("SELECT Id FROM AccountPlan WHERE Name = 'Whole'")
        rounds.write_plans(session, Pushed())  # so it is written row by row
        assert there() == 2  # "Fine", and the targets of the plan
        assert SyncIntent.objects.get().message == "Not so"
        SyncLink.objects.filter(target__startswith="Plan").delete()
        SyncIntent.objects.all().delete()
        org.control("POST", "rules/validation", {**rule, "message": "Not so", "active": False})
        org.control("POST", "faults", {"kind": "lost_response", "path": "composite/graph"})
        before = int(org.call("GET", "/query", q="SELECT COUNT() FROM AccountPlan")["totalSize"])
        for _ in range(2):
            rounds.write_plans(session, Pushed())
        after = int(org.call("GET", "/query", q="SELECT COUNT() FROM AccountPlan")["totalSize"])
        assert after == before + 1  # under new keys a new plan, and that once
        assert there() == 2 + 3
    for row in org.rows("SELECT Id FROM AccountPlan WHERE StartDate = 2028-01-01"):
        org.call("DELETE", f"/sobjects/AccountPlan/{row['Id']}")  # others count what is there
