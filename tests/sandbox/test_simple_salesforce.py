"""simple-salesforce, unchanged, against the sandbox over TLS."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import requests
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import (
    SalesforceExpiredSession,
    SalesforceMalformedRequest,
    SalesforceResourceNotFound,
)
from simple_salesforce.format import format_soql

from tests.sandbox.conftest import Served

ADDRESS = "127.0.0.1"


@pytest.fixture(scope="module")
def salesforce(shared: Served) -> Any:
    session = requests.Session()
    session.trust_env = False
    session.verify = str(shared.certificate)
    return Salesforce(instance=f"{ADDRESS}:{shared.port}", session_id=shared.token, session=session)


def test_a_row_is_created_read_changed_and_deleted(salesforce: Any) -> None:
    made: Any = salesforce.Account.create({"Name": "Round trip", "AnnualRevenue": 1200.5})
    assert made == {"id": made["id"], "success": True, "errors": []}
    assert salesforce.Account.update(made["id"], {"Industry": "Energy"}) == 204
    row = salesforce.Account.get(made["id"])
    assert (row["Name"], row["Industry"], row["AnnualRevenue"]) == ("Round trip", "Energy", 1201.0)
    assert salesforce.Account.delete(made["id"]) == 204
    with pytest.raises(SalesforceResourceNotFound) as refused:
        salesforce.Account.get(made["id"])
    error: Any = refused.value
    assert error.content[0]["errorCode"] == "ENTITY_IS_DELETED"


def test_describe_and_metadata_answer(salesforce: Any) -> None:
    assert salesforce.describe()["maxBatchSize"] == 200
    assert salesforce.Contact.describe()["keyPrefix"] == "003"
    assert salesforce.Contact.metadata()["objectDescribe"]["name"] == "Contact"
    assert salesforce.limits()["DailyApiRequests"]["Max"] == 100_000


def test_query_all_iter_walks_every_page(salesforce: Any) -> None:
    rows = [{"LastName": f"Pager {n:04d}"} for n in range(2301)]
    done = salesforce.bulk2.Contact.insert(records=rows)
    assert done[0]["numberRecordsProcessed"] == 2301 and done[0]["numberRecordsFailed"] == 0
    soql = format_soql(
        "SELECT LastName FROM Contact WHERE LastName LIKE '{:like}%' ORDER BY LastName", "Pager"
    )
    first = salesforce.query(soql)
    assert (first["totalSize"], first["done"], len(first["records"])) == (2301, False, 2000)
    names = [r["LastName"] for r in salesforce.query_all_iter(soql)]
    assert names == [r["LastName"] for r in rows]


def test_quotes_and_dates_survive_format_soql(salesforce: Any) -> None:
    name = 'O\'Neil \\ Sons "Ltd"'
    salesforce.Account.create({"Name": name})
    found = salesforce.query(format_soql("SELECT Name FROM Account WHERE Name = {}", name))
    assert [r["Name"] for r in found["records"]] == [name]
    since = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    recent = salesforce.query(
        format_soql("SELECT COUNT() FROM Account WHERE CreatedDate > {}", since)
    )
    assert recent["totalSize"] >= 1


def test_upsert_by_external_id_creates_then_updates(shared: Served, salesforce: Any) -> None:
    shared.control(
        "POST",
        "fields/add",
        {
            "object": "Account",
            "name": "Ext__c",
            "type": "Text",
            "length": 36,
            "externalId": True,
            "unique": True,
        },
    )
    assert salesforce.Account.upsert("Ext__c/a-1", {"Name": "One"}) == 201
    assert salesforce.Account.upsert("Ext__c/a-1", {"Name": "Uno"}) == 200
    assert salesforce.Account.get_by_custom_id("Ext__c", "a-1")["Name"] == "Uno"


def test_updated_and_deleted_name_the_rows(salesforce: Any) -> None:
    kept = salesforce.Account.create({"Name": "Kept"})["id"]
    gone = salesforce.Account.create({"Name": "Gone"})["id"]
    salesforce.Account.delete(gone)
    end = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=5)
    begin = end - dt.timedelta(days=1)
    updated = salesforce.Account.updated(begin, end)
    deleted = salesforce.Account.deleted(begin, end)
    assert kept in updated["ids"] and gone not in updated["ids"]
    assert gone in [r["id"] for r in deleted["deletedRecords"]]
    assert set(deleted) == {"deletedRecords", "earliestDateAvailable", "latestDateCovered"}


def test_bulk_v1_inserts_queries_and_reports_failures(salesforce: Any) -> None:
    outcomes = salesforce.bulk.Account.insert([{"Name": "Bulk one"}, {"Phone": "1"}])
    assert [o["success"] for o in outcomes] == [True, False]
    assert outcomes[1]["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
    rows = salesforce.bulk.Account.query("SELECT Id, Name FROM Account WHERE Name = 'Bulk one'")
    assert [r["Name"] for r in rows] == ["Bulk one"]


def test_bulk_v2_queries_by_page_and_reports_failed_rows(salesforce: Any) -> None:
    salesforce.bulk2.Lead.insert(records=[{"LastName": f"L{n}", "Company": "C"} for n in range(25)])
    pages = list(salesforce.bulk2.Lead.query("SELECT Id, LastName FROM Lead", max_records=10))
    assert [page.count("\n") - 1 for page in pages] == [10, 10, 5]
    done: Any = salesforce.bulk2.Lead.insert(records=[{"LastName": "no company", "Company": ""}])
    assert done[0]["numberRecordsFailed"] == 1
    failed = salesforce.bulk2.Lead.get_failed_records(done[0]["job_id"])
    assert "REQUIRED_FIELD_MISSING" in failed


def test_composite_and_search_go_through_restful(salesforce: Any) -> None:
    salesforce.Account.create({"Name": "Searchable Works"})
    found = salesforce.quick_search("Searchable")
    assert [r["attributes"]["type"] for r in found["searchRecords"]] == ["Account"]
    answer = salesforce.restful(
        "composite/sobjects",
        method="POST",
        json={"records": [{"attributes": {"type": "Account"}, "Name": "C"}]},
    )
    assert answer[0]["success"] is True


def test_errors_arrive_as_the_service_words_them(salesforce: Any, shared: Served) -> None:
    with pytest.raises(SalesforceMalformedRequest) as refused:
        salesforce.query("SELECT Nope FROM Account")
    error: Any = refused.value
    assert error.content[0]["errorCode"] == "INVALID_FIELD"
    session = requests.Session()
    session.trust_env = False
    session.verify = str(shared.certificate)
    dead = Salesforce(instance=f"{ADDRESS}:{shared.port}", session_id="00Dx!dead", session=session)
    with pytest.raises(SalesforceExpiredSession):
        dead.query("SELECT Id FROM Account")
