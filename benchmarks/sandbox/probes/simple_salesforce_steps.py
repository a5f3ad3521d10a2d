"""The clauses simple-salesforce exercises, over TLS: it insists on it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import jwt
import requests
from cryptography.hazmat.primitives import serialization
from simple_salesforce.api import Salesforce
from simple_salesforce.bulk2 import ColumnDelimiter
from simple_salesforce.exceptions import (
    SalesforceExpiredSession,
    SalesforceGeneralError,
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceResourceNotFound,
)
from simple_salesforce.format import format_soql

from tests.sandbox.test_oauth import key_and_certificate

if TYPE_CHECKING:
    from run import Target

Step = Callable[[], None]
_HOUR = dt.timedelta(hours=1)


def clauses(target: Target) -> Iterator[dict[str, object]]:
    """One entry per clause: ok, or what differed."""
    probe = Probe(target)
    for name, step in probe.steps().items():
        try:
            step()
        except Exception as error:
            detail = f"{type(error).__name__}: {error}"[:500]
            yield {"clause": name, "ok": False, "detail": detail}
        else:
            yield {"clause": name, "ok": True}


class Probe:
    """A connected client and the clauses it goes through."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.address = target.https.removeprefix("https://")
        self.key = json.loads((target.data / "control.json").read_text())["key"]
        self.sf = self.connect(target.token)

    def connect(self, token: str) -> Any:
        session = requests.Session()
        session.trust_env = False
        session.verify = self.target.certificate
        return Salesforce(instance=self.address, session_id=token, session=session, version="66.0")

    def control(self, path: str, body: dict[str, Any], method: str = "POST") -> Any:
        answer = httpx.request(
            method,
            f"{self.target.http}/__sandbox/{path}",
            json=body,
            headers={"Authorization": f"Bearer {self.key}"},
        )
        assert answer.is_success, answer.text
        return answer.json()

    def steps(self) -> dict[str, Step]:
        return {
            "rows: create, get, update, delete, describe, metadata": self.rows,
            "JWT bearer signs in": self.jwt_bearer,
            "a dead session is an expired session": self.dead_session,
            "upsert by external id: 201, 200, several rows": self.upsert,
            "parents by external id": self.parents,
            "query_all, query_all_iter, include_deleted, format_soql": self.pages,
            "search and quick search": self.search,
            "updated and deleted": self.changes,
            "Bulk v1: insert, update, upsert, delete, query, queryAll": self.bulk1,
            "Bulk 2.0: insert, upsert, delete, hard delete, results, delimiters": self.bulk2,
            "Bulk 2.0 query by locator": self.bulk2_query,
            "field security per user": self.field_security,
            "custom objects and fields from metadata": self.metadata,
            "validation rules, duplicate rules, locks": self.rules,
            "faults: lost answer, 401, 403, 503, partial failure": self.faults,
            "restful and limits": self.restful,
        }

    def rows(self) -> None:
        made = self.sf.Account.create({"Name": "Simple", "AnnualRevenue": 10})
        assert made["success"] and made["errors"] == []
        assert self.sf.Account.update(made["id"], {"Phone": "1"}) == 204
        row = self.sf.Account.get(made["id"])
        assert (row["Phone"], row["attributes"]["type"]) == ("1", "Account")
        assert row["CreatedDate"].endswith(".000+0000")
        assert self.sf.Account.describe()["fields"]
        assert self.sf.Account.metadata()["objectDescribe"]["name"] == "Account"
        assert self.sf.Account.describe_layout("012000000000000AAA")["detailLayoutSections"]
        assert self.sf.Account.delete(made["id"]) == 204
        _refused(SalesforceResourceNotFound, lambda: self.sf.Account.get(made["id"]))

    def jwt_bearer(self) -> None:
        key, certificate = key_and_certificate()
        app = {"id": "probe-jwt", "certificate": certificate, "flows": ["jwt_bearer"]}
        self.control("apps", app)
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        claims = {
            "iss": "probe-jwt",
            "sub": "integration@sandbox.example",
            "aud": self.target.http,
            "exp": int(time.time()) + 180,
        }
        answer = httpx.post(
            f"{self.target.http}/services/oauth2/token",
            data={
                "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
                "assertion": jwt.encode(claims, pem, algorithm="RS256"),
            },
        ).json()
        assert self.connect(answer["access_token"]).query("SELECT Id FROM User LIMIT 1")["done"]

    def dead_session(self) -> None:
        dead = self.connect("00Dx!dead")
        _refused(SalesforceExpiredSession, lambda: dead.query("SELECT Id FROM Account"))

    def upsert(self) -> None:
        field = {"object": "Account", "name": "Key__c", "type": "Text", "length": 40}
        self.control("fields/add", {**field, "externalId": True})
        assert self.sf.Account.upsert("Key__c/a-b", {"Name": "One"}) == 201
        assert self.sf.Account.upsert("Key__c/a-b", {"Name": "Two"}) in (200, 204)
        assert self.sf.Account.get_by_custom_id("Key__c", "a-b")["Name"] == "Two"
        self.sf.Account.create({"Name": "Three", "Key__c": "a-b"})
        _refused(
            SalesforceMoreThanOneRecord,
            lambda: self.sf.Account.upsert("Key__c/a-b", {"Name": "Four"}),
        )

    def parents(self) -> None:
        self.sf.Account.upsert("Key__c/parent", {"Name": "Parent"})
        made = self.sf.Contact.create({"LastName": "Child", "Account": {"Key__c": "parent"}})
        row = self.sf.query(f"SELECT Account.Key__c FROM Contact WHERE Id = '{made['id']}'")
        assert row["records"][0]["Account"]["Key__c"] == "parent"

    def pages(self) -> None:
        rows = [{"LastName": f"Pager {n:04d}"} for n in range(2100)]
        self.sf.bulk2.Contact.insert(records=rows)
        soql = format_soql("SELECT Id FROM Contact WHERE LastName LIKE '{:like}%'", "Pager")
        assert len(list(self.sf.query_all_iter(soql))) == 2100
        assert self.sf.query_all(soql)["totalSize"] == 2100
        first = self.sf.query(soql)["records"][0]["Id"]
        self.sf.Contact.delete(first)
        gone = self.sf.query_all(f"{soql} AND IsDeleted = true", include_deleted=True)
        assert [r["Id"] for r in gone["records"]] == [first]
        name = 'O\'Neil \\ "Sons" 100%_'
        self.sf.Account.create({"Name": name})
        assert self.sf.query(format_soql("SELECT Id FROM Account WHERE Name = {}", name))[
            "totalSize"
        ]

    def search(self) -> None:
        self.sf.Account.create({"Name": "Findable Works"})
        assert self.sf.quick_search("Findable")["searchRecords"]
        found = self.sf.search("FIND {Findable AND Works} RETURNING Account(Name)")
        assert [r["Name"] for r in found["searchRecords"]] == ["Findable Works"]

    def changes(self) -> None:
        end = dt.datetime.now(dt.UTC) + _HOUR
        changed = self.sf.Account.updated(end - 2 * _HOUR, end)
        assert changed["ids"] and changed["latestDateCovered"]
        gone = self.sf.Account.deleted(end - 2 * _HOUR, end)
        assert gone["deletedRecords"] and gone["earliestDateAvailable"]

    def bulk1(self) -> None:
        leads = self.sf.bulk.Lead
        made = leads.insert([{"LastName": "B1", "Company": "C"}, {"LastName": "B1"}])
        assert [r["success"] for r in made] == [True, False]
        assert made[1]["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
        lead = made[0]["id"]
        assert leads.update([{"Id": lead, "Title": "T"}])[0]["success"]
        assert leads.upsert([{"Id": lead, "Title": "U"}], "Id")[0]["created"] is False
        found = leads.query("SELECT Id, Title FROM Lead WHERE LastName = 'B1'")
        assert [r["Title"] for r in found] == ["U"]
        assert leads.delete([{"Id": lead}])[0]["success"]
        gone = leads.query_all("SELECT Id FROM Lead WHERE LastName = 'B1' AND IsDeleted = true")
        assert len(list(gone)) == 1

    def bulk2(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "accounts.csv"
            path.write_text('Name|Phone\n"Bulk; two"|1\nBulk three|#N/A\n')
            done = self.sf.bulk2.Account.insert(str(path), column_delimiter=ColumnDelimiter.PIPE)
        assert done[0]["numberRecordsProcessed"] == 2 and done[0]["numberRecordsFailed"] == 0
        text = self.sf.bulk2.Account.get_successful_records(done[0]["job_id"])
        good = list(csv.DictReader(io.StringIO(text), delimiter="|"))
        assert [r["sf__Created"] for r in good] == ["true", "true"]
        rows = [{"Key__c": "b2", "Name": "Upserted"}, {"Key__c": "", "Name": "No key"}]
        mixed = self.sf.bulk2.Account.upsert(records=rows, external_id_field="Key__c")
        assert mixed[0]["numberRecordsFailed"] == 1
        ids = [{"Id": r["sf__Id"]} for r in good]
        assert self.sf.bulk2.Account.delete(records=ids[:1])[0]["numberRecordsFailed"] == 0
        assert self.sf.bulk2.Account.hard_delete(records=ids[1:])[0]["numberRecordsFailed"] == 0

    def bulk2_query(self) -> None:
        pages = self.sf.bulk2.Contact.query(
            "SELECT Id, Account.Name FROM Contact WHERE LastName LIKE 'Pager%'", max_records=900
        )
        assert [page.count("\n") - 1 for page in pages] == [900, 900, 299]

    def field_security(self) -> None:
        self.control(
            "fields/hide", {"object": "Account", "field": "Fax", "profile": "Standard User"}
        )
        answer = httpx.post(
            f"{self.target.http}/services/oauth2/token",
            data={
                "grant_type": "password",
                "username": "standard@sandbox.example",
                "password": "sandbox",
                "client_id": self.target.client_id,
                "client_secret": self.target.client_secret,
            },
        ).json()
        theirs = self.connect(answer["access_token"])
        assert "Fax" not in {f["name"] for f in theirs.Account.describe()["fields"]}
        _refused(SalesforceMalformedRequest, lambda: theirs.query("SELECT Fax FROM Account"))
        assert self.sf.query("SELECT Fax FROM Account LIMIT 1")["done"]

    def metadata(self) -> None:
        folder = Path(__file__).parents[3] / "salesforce" / "force-app"
        self.control("metadata", {"folder": str(folder)})
        made = self.sf.Acctplan_Plan__c.create({"Name": "Plan", "Acctplan_Id__c": "p1"})
        objective = {"Name": "O", "Plan__r": {"Acctplan_Id__c": "p1"}, "Acctplan_Id__c": "o1"}
        assert self.sf.Acctplan_Objective__c.create(objective)["success"]
        row = self.sf.query(
            f"SELECT (SELECT Name FROM Objectives__r) FROM Acctplan_Plan__c WHERE Id = '{made['id']}'"
        )["records"][0]
        assert row["Objectives__r"]["totalSize"] == 1
        second = {"Name": "Again", "Acctplan_Id__c": "p1"}
        _refused(SalesforceMalformedRequest, lambda: self.sf.Acctplan_Plan__c.create(second))

    def rules(self) -> None:
        rule = {
            "object": "Lead",
            "name": "Probe",
            "formula": 'Company = "Forbidden"',
            "message": "Not them.",
            "field": "Company",
        }
        self.control("rules/validation", rule)
        lead = {"LastName": "L", "Company": "Forbidden"}
        error = _refused(SalesforceMalformedRequest, lambda: self.sf.Lead.create(lead))
        assert error.content[0]["errorCode"] == "FIELD_CUSTOM_VALIDATION_EXCEPTION"
        assert error.content[0]["fields"] == ["Company"]
        self.control("rules/validation", {**rule, "active": False})
        self.control("rules/duplicate", {"object": "Lead", "fields": ["Email"], "name": "D"})
        twin = {"LastName": "L", "Company": "C", "Email": "twin@example.org"}
        self.sf.Lead.create(twin)
        error = _refused(SalesforceMalformedRequest, lambda: self.sf.Lead.create(twin))
        assert error.content[0]["errorCode"] == "DUPLICATES_DETECTED"
        header = {"Sforce-Duplicate-Rule-Header": "allowSave=true"}
        assert self.sf.Lead.create(twin, headers=header)["success"]
        self.control(
            "rules/duplicate", {"object": "Lead", "fields": ["Email"], "name": "D", "active": False}
        )
        self.control("faults", {"kind": "lock_row", "object": "Lead"})
        error = _refused(
            SalesforceMalformedRequest,
            lambda: self.sf.Lead.create({"LastName": "L", "Company": "C"}),
        )
        assert error.content[0]["errorCode"] == "UNABLE_TO_LOCK_ROW"

    def faults(self) -> None:
        create = {"Name": "Faulty"}
        self.control(
            "faults", {"kind": "lost_response", "method": "POST", "path": "/sobjects/Account"}
        )
        _refused(requests.ConnectionError, lambda: self.sf.Account.create(create))
        assert self.sf.query("SELECT Id FROM Account WHERE Name = 'Faulty'")["totalSize"] == 1
        kinds: dict[str, type[Exception]] = {
            "session_expired": SalesforceExpiredSession,
            "request_limit": SalesforceGeneralError,
            "server_error": SalesforceGeneralError,
        }
        for kind, error in kinds.items():
            self.control("faults", {"kind": kind, "path": "/query"})
            found = _refused(Exception, lambda: self.sf.query("SELECT Id FROM Account LIMIT 1"))
            assert isinstance(found, error) or kind == "request_limit", (kind, found)
        self.control("faults", {"kind": "row_failure", "object": "Account", "skip": 1})
        records = [{"attributes": {"type": "Account"}, "Name": f"P{n}"} for n in range(3)]
        answer = self.sf.restful("composite/sobjects", method="POST", json={"records": records})
        assert [r["success"] for r in answer] == [True, False, True]
        self.control("faults", {}, method="DELETE")

    def restful(self) -> None:
        assert self.sf.restful("limits/recordCount", params={"sObjects": "Account"})["sObjects"]
        assert self.sf.limits()["DailyApiRequests"]["Max"]
        assert self.sf.api_usage["api-usage"].used > 0


def _refused(kind: type[Exception], run: Callable[[], object]) -> Any:
    try:
        run()
    except kind as error:
        return error
    raise AssertionError(f"nothing was refused; {kind.__name__} was wanted")
