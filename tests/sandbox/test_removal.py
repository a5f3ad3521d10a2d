"""Deleting, undeleting, purging, merging; and what `/updated` and `/deleted` tell of it."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

from tests.sandbox.conftest import Served


def span() -> dict[str, str]:
    now = datetime.now(UTC)
    return {
        "start": (now - timedelta(hours=1)).isoformat(),
        "end": (now + timedelta(minutes=5)).isoformat(),
    }


def test_deleting_an_account_takes_contacts_and_deals_along(shared: Served) -> None:
    account = shared.create("Account", Name="A")
    contact = shared.create("Contact", LastName="C", AccountId=account)
    deal = shared.create(
        "Opportunity", Name="D", StageName="Prospecting", CloseDate="2026-01-01", AccountId=account
    )
    role = shared.create("OpportunityContactRole", OpportunityId=deal, ContactId=contact)
    assert shared.delete(f"sobjects/Account/{account}").status_code == 204
    for name, record_id in (
        ("Contact", contact),
        ("Opportunity", deal),
        ("OpportunityContactRole", role),
    ):
        soql = f"SELECT Id, IsDeleted FROM {name} WHERE Id = '{record_id}'"
        assert shared.query(soql)["totalSize"] == 0
        assert shared.query(soql, "queryAll")["records"][0]["IsDeleted"] is True
        deleted = shared.get(f"sobjects/{name}/deleted", params=span()).json()
        assert record_id in [r["id"] for r in deleted["deletedRecords"]]


def test_undelete_brings_all_back_under_the_same_ids(shared: Served) -> None:
    account = shared.create("Account", Name="A")
    contact = shared.create("Contact", LastName="C", AccountId=account)
    shared.delete(f"sobjects/Account/{account}")
    shared.control("POST", "records/undelete", {"id": account})
    assert shared.get(f"sobjects/Contact/{contact}").json()["AccountId"] == account
    deleted = shared.get("sobjects/Account/deleted", params=span()).json()
    assert account not in [r["id"] for r in deleted["deletedRecords"]]


def test_deleting_a_looked_up_row_empties_the_lookup(shared: Served) -> None:
    boss = shared.create("Contact", LastName="Boss")
    report = shared.create("Contact", LastName="Report", ReportsToId=boss)
    shared.delete(f"sobjects/Contact/{boss}")
    assert shared.get(f"sobjects/Contact/{report}").json()["ReportsToId"] is None


def test_a_purged_row_leaves_only_its_trace_in_deleted(shared: Served) -> None:
    account = shared.create("Account", Name="A")
    shared.delete(f"sobjects/Account/{account}")
    shared.control("POST", "records/purge", {"id": account})
    soql = f"SELECT Id FROM Account WHERE Id = '{account}'"
    assert shared.query(soql, "queryAll")["totalSize"] == 0
    deleted = shared.get("sobjects/Account/deleted", params=span()).json()
    assert account in [r["id"] for r in deleted["deletedRecords"]]


def test_a_merge_moves_children_and_leaves_a_pointer(served: Served) -> None:
    served.control("POST", "clock", {"freeze": "2026-05-01T07:25:37Z"})
    winner = served.create("Account", Name="Winner")
    loser = served.create("Account", Name="Loser")
    contact = served.create("Contact", LastName="C", AccountId=loser)
    served.control("POST", "clock", {"freeze": "2026-05-01T08:00:00Z"})
    done = served.control("POST", "records/merge", {"master": winner, "losers": [loser]})
    assert contact in done["moved"]
    row = served.get(f"sobjects/Contact/{contact}").json()
    assert (row["AccountId"], row["SystemModstamp"]) == (winner, "2026-05-01T08:00:00.000+0000")
    gone = served.query(
        f"SELECT IsDeleted, MasterRecordId FROM Account WHERE Id = '{loser}'", "queryAll"
    )["records"][0]
    assert (gone["IsDeleted"], gone["MasterRecordId"]) == (True, winner)


def test_a_late_commit_holds_the_safe_mark_back(served: Served) -> None:
    account = served.create("Account", Name="A")
    time.sleep(1.1)
    early = datetime.now(UTC) - timedelta(minutes=3)
    served.control(
        "POST",
        "records/edit",
        {
            "id": account,
            "fields": {"Phone": "1"},
            "stamp": early.isoformat(),
            "commit_after": 1.0,
        },
    )
    held = served.get("sobjects/Account/updated", params=span()).json()["latestDateCovered"]
    assert held <= early.strftime("%Y-%m-%dT%H:%M:00.000+0000")
    assert served.get(f"sobjects/Account/{account}").json()["Phone"] is None
    deadline = time.monotonic() + 5
    while served.get(f"sobjects/Account/{account}").json()["Phone"] is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    row = served.get(f"sobjects/Account/{account}").json()
    assert row["SystemModstamp"][:19] == early.strftime("%Y-%m-%dT%H:%M:%S")
    time.sleep(0.1)
    free = served.get("sobjects/Account/updated", params=span()).json()["latestDateCovered"]
    assert free > held


def test_a_late_commit_fault_stamps_early_and_commits_late(served: Served) -> None:
    served.control("POST", "faults", {"kind": "late_commit", "method": "POST", "seconds": 1.2})
    answers: list[str] = []
    writer = threading.Thread(target=lambda: answers.append(served.create("Account", Name="L")))
    begun = datetime.now(UTC)
    writer.start()
    time.sleep(0.4)
    assert served.query("SELECT COUNT() FROM Account")["totalSize"] == 0
    writer.join(10)
    row = served.get(f"sobjects/Account/{answers[0]}").json()
    stamped = datetime.fromisoformat(row["SystemModstamp"].replace("+0000", "+00:00"))
    assert stamped <= begun + timedelta(seconds=0.4)


def test_bounds_of_updated_are_checked(shared: Served) -> None:
    now = datetime.now(UTC)
    old = {"start": (now - timedelta(days=31)).isoformat(), "end": now.isoformat()}
    answer = shared.get("sobjects/Account/updated", params=old)
    assert answer.json()[0]["errorCode"] == "INVALID_REPLICATION_DATE"
    same = {"start": now.isoformat(), "end": now.isoformat()}
    answer = shared.get("sobjects/Account/updated", params=same)
    assert answer.json()[0]["errorCode"] == "INVALID_REPLICATION_DATE"


def test_old_activities_leave_plain_queries_but_are_not_deleted(served: Served) -> None:
    old = (datetime.now(UTC) - timedelta(days=400)).date().isoformat()
    task = served.create("Task", Subject="Old", Status="Completed", ActivityDate=old)
    before = served.get(f"sobjects/Task/{task}").json()["SystemModstamp"]
    assert served.control("POST", "activities/archive", {})["Task"] == 1
    soql = f"SELECT IsArchived, IsDeleted, SystemModstamp FROM Task WHERE Id = '{task}'"
    assert served.query(soql)["totalSize"] == 0
    row = served.query(soql, "queryAll")["records"][0]
    assert (row["IsArchived"], row["IsDeleted"], row["SystemModstamp"]) == (True, False, before)
