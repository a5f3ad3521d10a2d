"""Many rows in one call: Collections, trees, Composite, Graph, Batch, Bulk 2.0."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.conftest import Served

DATA = "/services/data/v60.0"


def account(name: str | None, **more: Any) -> dict[str, Any]:
    given = {} if name is None else {"Name": name}
    return {"attributes": {"type": "Account"}, **given, **more}


def total(served: Served, name: str = "Account") -> int:
    return int(served.query(f"SELECT COUNT() FROM {name}")["totalSize"])


def test_a_composite_takes_25_parts_and_five_queries(served: Served) -> None:
    def asked(url: str, times: int) -> Any:
        part = {"method": "GET", "url": f"/services/data/v60.0/{url}"}
        parts = [{**part, "referenceId": f"r{n}"} for n in range(times)]
        return served.post("composite", {"compositeRequest": parts}).json()["compositeResponse"]

    for url, most in (("limits", 25), ("query?q=SELECT+Id+FROM+Account", 5)):
        assert [one["httpStatusCode"] for one in asked(url, most)] == [200] * most
        refused = asked(url, most + 1)
        assert refused[0]["body"][0]["errorCode"] == "LIMIT_EXCEEDED"
        assert (len(refused), refused[0]["referenceId"]) == (1, None)


def test_collections_keep_order_and_partial_results(served: Served) -> None:
    rows = [account("A"), account(None), account("C")]
    answer = served.post("composite/sobjects", {"records": rows})
    assert answer.status_code == 200
    assert [r["success"] for r in answer.json()] == [True, False, True]
    error = answer.json()[1]["errors"][0]
    assert set(error) == {"statusCode", "message", "fields"}
    assert total(served) == 2


def test_all_or_none_undoes_the_good_rows(served: Served) -> None:
    rows = [account("A"), account(None)]
    answer = served.post("composite/sobjects", {"records": rows, "allOrNone": True}).json()
    codes = [r["errors"][0]["statusCode"] for r in answer]
    assert codes == ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "REQUIRED_FIELD_MISSING"]
    assert total(served) == 0


def test_collections_have_limits(served: Served) -> None:
    many = served.post("composite/sobjects", {"records": [account("A")] * 201})
    assert (many.status_code, many.json()[0]["errorCode"]) == (400, "INVALID_BATCH_SIZE")
    contact = {"attributes": {"type": "Contact"}, "LastName": "C"}
    mixed = served.post("composite/sobjects", {"records": [account("A"), contact] * 6})
    assert mixed.status_code == 400 and "chunks" in mixed.json()[0]["message"]


def test_collections_update_read_and_delete(served: Served) -> None:
    ids = [served.create("Account", Name=f"A{n}") for n in range(3)]
    missing = "001000000000001AAA"
    rows = [account(None, Id=i, Phone="1") for i in [*ids[:2], missing]]
    answer = served.patch("composite/sobjects", {"records": rows}).json()
    assert [r["success"] for r in answer] == [True, True, False]
    assert answer[2]["errors"][0]["statusCode"] == "INVALID_CROSS_REFERENCE_KEY"
    read = served.get(f"composite/sobjects/Account?ids={ids[1]},{missing}&fields=Phone").json()
    assert read[0]["Phone"] == "1" and read[1] is None
    posted = served.post("composite/sobjects/Account", {"ids": ids, "fields": ["Id", "Name"]})
    assert [r["Name"] for r in posted.json()] == ["A0", "A1", "A2"]
    gone = served.delete(f"composite/sobjects?ids={','.join(ids)}&allOrNone=true").json()
    assert all(r["success"] for r in gone) and total(served) == 0


def test_collections_upsert_by_key(served: Served) -> None:
    served.control(
        "POST",
        "fields/add",
        {
            "object": "Account",
            "name": "Key__c",
            "type": "Text",
            "length": 36,
            "externalId": True,
            "unique": True,
        },
    )
    rows = [account("A", Key__c="k1"), account("B", Key__c="k2"), account("C")]
    first = served.patch("composite/sobjects/Account/Key__c", {"records": rows}).json()
    assert [(r["success"], r["created"]) for r in first] == [
        (True, True),
        (True, True),
        (False, False),
    ]
    again = served.patch("composite/sobjects/Account/Key__c", {"records": rows[:2]}).json()
    assert [(r["id"], r["created"]) for r in again] == [(r["id"], False) for r in first[:2]]
    assert total(served) == 2


def sub(method: str, path: str, name: str, body: Any = None) -> dict[str, Any]:
    part = {"method": method, "url": f"{DATA}/{path}", "referenceId": name}
    return part if body is None else {**part, "body": body}


def test_composite_passes_answers_on(served: Served) -> None:
    parts = [
        sub("POST", "sobjects/Account", "acct", {"Name": "Parent"}),
        sub("POST", "sobjects/Contact", "person", {"LastName": "C", "AccountId": "@{acct.id}"}),
        sub("GET", "query?q=SELECT Id, Name FROM Account WHERE Id = '@{acct.id}'", "found"),
        sub(
            "PATCH",
            "sobjects/Contact/@{person.id}",
            "named",
            {"Title": "of @{found.records[0].Name}"},
        ),
        sub("GET", "sobjects/Contact/@{person.id}?fields=Title", "read"),
    ]
    answer = served.post("composite", {"compositeRequest": parts}).json()["compositeResponse"]
    assert [a["httpStatusCode"] for a in answer] == [201, 201, 200, 204, 200]
    assert answer[4]["body"]["Title"] == "of Parent"
    assert answer[0]["httpHeaders"]["Location"].startswith(f"{DATA}/sobjects/Account/001")


def test_composite_goes_on_after_a_failure_unless_all_must_succeed(served: Served) -> None:
    parts = [
        sub("POST", "sobjects/Account", "good", {"Name": "A"}),
        sub("POST", "sobjects/Account", "bad", {}),
        sub("POST", "sobjects/Contact", "after", {"LastName": "C", "AccountId": "@{bad.id}"}),
        sub("POST", "sobjects/Account", "last", {"Name": "B"}),
    ]
    loose = served.post("composite", {"compositeRequest": parts}).json()["compositeResponse"]
    assert [a["httpStatusCode"] for a in loose] == [201, 400, 400, 201]
    assert loose[2]["body"][0]["errorCode"] == "PROCESSING_HALTED"
    strict = served.post("composite", {"compositeRequest": parts, "allOrNone": True}).json()
    codes = [a["body"][0]["errorCode"] for a in strict["compositeResponse"]]
    assert codes == [
        "PROCESSING_HALTED",
        "REQUIRED_FIELD_MISSING",
        "PROCESSING_HALTED",
        "PROCESSING_HALTED",
    ]
    assert total(served) == 2


def test_composite_has_limits(served: Served) -> None:
    parts = [sub("GET", "limits", f"r{n}") for n in range(26)]
    assert served.post("composite", {"compositeRequest": parts}).status_code == 400
    twice = [sub("GET", "limits", "same")] * 2
    assert served.post("composite", {"compositeRequest": twice}).status_code == 400


def test_a_read_only_composite_waits_for_no_writer(served: Served) -> None:
    made = served.create("Account", Name="A")
    with served.org.database.writing():
        answer = served.post(
            "composite", {"compositeRequest": [sub("GET", f"sobjects/Account/{made}", "a")]}
        )
    assert answer.json()["compositeResponse"][0]["httpStatusCode"] == 200


def test_graphs_succeed_and_fail_apart(served: Served) -> None:
    good = [
        sub("POST", "sobjects/Account", "a", {"Name": "G"}),
        sub("POST", "sobjects/Contact", "c", {"LastName": "C", "AccountId": "@{a.id}"}),
    ]
    bad = [good[0], sub("POST", "sobjects/Contact", "c", {"AccountId": "@{a.id}"})]
    answer = served.post(
        "composite/graph",
        {
            "graphs": [
                {"graphId": "1", "compositeRequest": good},
                {"graphId": "2", "compositeRequest": bad},
            ]
        },
    ).json()["graphs"]
    assert [(g["graphId"], g["isSuccessful"]) for g in answer] == [("1", True), ("2", False)]
    failed = answer[1]["graphResponse"]["compositeResponse"]
    assert failed[0]["body"][0]["errorCode"] == "PROCESSING_HALTED"
    assert (total(served), total(served, "Contact")) == (1, 1)


def test_after_fourteen_failed_graphs_the_rest_is_halted(served: Served) -> None:
    bad = [sub("POST", "sobjects/Account", "a", {})]
    good = [sub("POST", "sobjects/Account", "a", {"Name": "G"})]
    graphs = [{"graphId": str(n), "compositeRequest": bad} for n in range(14)]
    graphs.append({"graphId": "last", "compositeRequest": good})
    answer = served.post("composite/graph", {"graphs": graphs}).json()["graphs"]
    assert answer[-1]["isSuccessful"] is False and total(served) == 0


def test_batch_runs_apart_and_can_halt(served: Served) -> None:
    parts = [
        {"method": "GET", "url": "v60.0/sobjects/Nope"},
        {"method": "POST", "url": "v60.0/sobjects/Account", "richInput": {"Name": "A"}},
    ]
    loose = served.post("composite/batch", {"batchRequests": parts}).json()
    assert (loose["hasErrors"], [r["statusCode"] for r in loose["results"]]) == (True, [404, 201])
    strict = served.post("composite/batch", {"batchRequests": parts, "haltOnError": True}).json()
    assert [r["statusCode"] for r in strict["results"]] == [404, 412] and total(served) == 1


def test_trees_are_all_or_nothing(served: Served) -> None:
    tree = {
        "records": [
            {
                "attributes": {"type": "Account", "referenceId": "r1"},
                "Name": "T",
                "Contacts": {
                    "records": [
                        {"attributes": {"type": "Contact", "referenceId": "r2"}, "LastName": "L"}
                    ]
                },
            }
        ]
    }
    answer = served.post("composite/tree/Account", tree)
    assert (answer.status_code, answer.json()["hasErrors"]) == (201, False)
    assert [r["referenceId"] for r in answer.json()["results"]] == ["r1", "r2"]
    del tree["records"][0]["Contacts"]["records"][0]["LastName"]  # type: ignore[index]
    failed = served.post("composite/tree/Account", tree)
    assert (failed.status_code, failed.json()["hasErrors"]) == (400, True)
    assert failed.json()["results"][0]["referenceId"] == "r2" and total(served) == 1


class Job:
    """A Bulk 2.0 ingest job driven by hand."""

    def __init__(self, served: Served, **body: Any) -> None:
        self.served = served
        made = served.post("jobs/ingest", {"contentType": "CSV", **body})
        assert made.status_code == 200, made.text
        self.shown = made.json()
        self.path = f"jobs/ingest/{self.shown['id']}"

    def upload(self, text: str) -> None:
        def chunks() -> Iterator[bytes]:
            yield from (text[n : n + 40].encode() for n in range(0, len(text), 40))

        answer = self.served.client.put(
            f"/{self.shown['contentUrl']}", content=chunks(), headers={"Content-Type": "text/csv"}
        )
        assert answer.status_code == 201

    def run(self, text: str) -> dict[str, Any]:
        self.upload(text)
        assert self.served.patch(self.path, {"state": "UploadComplete"}).status_code == 200
        deadline = time.monotonic() + 20
        while True:
            info: dict[str, Any] = self.served.get(self.path).json()
            if info["state"] in ("JobComplete", "Failed"):
                return info
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def rows(self, name: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.served.get(f"{self.path}/{name}").text)))


def test_a_bulk_job_tells_good_rows_from_bad(served: Served) -> None:
    job = Job(served, object="Account", operation="insert")
    assert job.shown["state"] == "Open" and job.shown["apiVersion"] == 60.0
    info = job.run("Name,Phone,IsPartner\nA,1,\n,2,\nC,3,maybe\n")
    assert (info["state"], info["numberRecordsProcessed"], info["numberRecordsFailed"]) == (
        "JobComplete",
        3,
        2,
    )
    good = job.rows("successfulResults")
    assert [(r["sf__Created"], r["Name"]) for r in good] == [("true", "A")]
    errors = [r["sf__Error"] for r in job.rows("failedResults")]
    assert errors[0] == "REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --"
    assert job.rows("unprocessedrecords") == []


def test_bulk_upserts_updates_nulls_and_deletes(served: Served) -> None:
    served.control(
        "POST",
        "fields/add",
        {
            "object": "Account",
            "name": "Key__c",
            "type": "Text",
            "length": 36,
            "externalId": True,
            "unique": True,
        },
    )
    text = "Key__c|Name|Phone\nk1|A|1\nk2|B|2\n"
    Job(
        served,
        object="Account",
        operation="upsert",
        externalIdFieldName="Key__c",
        columnDelimiter="PIPE",
    ).run(text)
    again = Job(served, object="Account", operation="upsert", externalIdFieldName="Key__c")
    again.run("Key__c,Name,Phone\nk1,Uno,#N/A\n")
    assert [r["sf__Created"] for r in again.rows("successfulResults")] == ["false"]
    rows = served.query("SELECT Id, Name, Phone FROM Account ORDER BY Key__c")["records"]
    assert [(r["Name"], r["Phone"]) for r in rows] == [("Uno", None), ("B", "2")]
    people = Job(served, object="Contact", operation="insert")
    people.run("LastName,Account.Key__c\nC,k2\nD,none\n")
    assert served.query("SELECT Account.Name FROM Contact")["records"][0]["Account"] == {
        "attributes": {"type": "Account", "url": f"{DATA}/sobjects/Account/{rows[1]['Id']}"},
        "Name": "B",
    }
    assert len(people.rows("failedResults")) == 1
    Job(served, object="Account", operation="delete").run(f"Id\n{rows[0]['Id']}\n")
    assert total(served) == 1


def test_a_bulk_job_with_an_unknown_column_fails_whole(served: Served) -> None:
    job = Job(served, object="Account", operation="insert")
    info = job.run("Name,Nope\nA,1\n")
    assert (info["state"], info["errorMessage"]) == (
        "Failed",
        "InvalidBatch : Field name not found : Nope",
    )
    assert [r["Name"] for r in job.rows("unprocessedrecords")] == ["A"]
    assert total(served) == 0


def test_bulk_jobs_abort_list_and_go(served: Served) -> None:
    job = Job(served, object="Account", operation="insert")
    job.upload("Name\nA\n")
    assert served.patch(job.path, {"state": "Aborted"}).json()["state"] == "Aborted"
    assert [j["id"] for j in served.get("jobs/ingest").json()["records"]] == [job.shown["id"]]
    assert served.delete(job.path).status_code == 204
    assert served.get(job.path).status_code == 404
    wrong = served.post("jobs/ingest", {"object": "Nope", "operation": "insert"})
    assert wrong.status_code == 400


def test_a_bulk_job_cut_short_is_taken_up_again(served: Served) -> None:
    from sightline_sandbox.bulk.jobs import Runner

    job = Job(served, object="Account", operation="insert")
    job.upload("Name\nA\nB\n")
    with served.org.database.writing() as db:
        db.execute(
            "UPDATE _job SET body = json_set(body, '$.state', 'InProgress', "
            "'$.numberRecordsProcessed', 1) WHERE id = ?",
            (job.shown["id"],),
        )
    Runner(served.org).resume()
    deadline = time.monotonic() + 10
    while served.get(job.path).json()["state"] != "JobComplete":
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert [r["Name"] for r in served.query("SELECT Name FROM Account")["records"]] == ["B"]


def test_bulk_queries_page_by_locator_and_print_values(served: Served) -> None:
    served.control("POST", "clock", {"freeze": "2026-05-01T07:25:37Z"})
    parent = served.create("Account", Name="P")
    for n in range(5):
        served.create("Contact", LastName=f"C{n}", AccountId=parent)
    made = served.post(
        "jobs/query",
        {
            "operation": "query",
            "query": "SELECT LastName, Account.Name, CreatedDate, IsDeleted, Phone FROM Contact "
            "ORDER BY LastName",
        },
    ).json()
    assert (made["object"], made["state"], made["contentType"]) == (
        "Contact",
        "UploadComplete",
        "CSV",
    )
    path = f"jobs/query/{made['id']}"
    deadline = time.monotonic() + 10
    while served.get(path).json()["state"] != "JobComplete":
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert served.get(path).json()["numberRecordsProcessed"] == 5
    first = served.get(f"{path}/results?maxRecords=3")
    assert first.headers["Sforce-NumberOfRecords"] == "3"
    assert first.text.splitlines()[:2] == [
        '"LastName","Account.Name","CreatedDate","IsDeleted","Phone"',
        '"C0","P","2026-05-01T07:25:37.000Z","false",""',
    ]
    locator = first.headers["Sforce-Locator"]
    last = served.get(f"{path}/results?maxRecords=3&locator={locator}")
    assert (last.headers["Sforce-Locator"], last.headers["Sforce-NumberOfRecords"]) == ("null", "2")


@pytest.mark.parametrize(
    "soql",
    [
        "SELECT COUNT() FROM Account",
        "SELECT BillingAddress FROM Account",
        "SELECT (SELECT Id FROM Contacts) FROM Account",
    ],
)
def test_bulk_queries_refuse_what_they_cannot_do(served: Served, soql: str) -> None:
    answer = served.post("jobs/query", {"operation": "query", "query": soql})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("composite/sobjects", {"records": [{"attributes": "Account", "Name": "x"}]}),
        ("composite/tree/Account", {"records": [{"attributes": [1], "Name": "x"}]}),
        ("composite/batch", {"batchRequests": [True]}),
        ("composite/graph", {"graphs": "x"}),
        ("jobs/ingest", {"object": "Account", "operation": ["insert"]}),
        ("jobs/query", {"operation": "query", "query": {"a": 1}}),
        ("parameterizedSearch", {"q": "xyz", "sobjects": ["Account"]}),
    ],
)
def test_values_of_the_wrong_shape_are_refused(shared: Served, path: str, body: Any) -> None:
    answer = shared.post(path, body)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")
