"""The same question put to the sandbox and to a real org once: the same keys, the same types.

The bodies are recordings of real orgs, lists cut to one item; `sources` in the file names whose.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.conftest import Served, serve

RECORDED = json.loads(Path(__file__).with_name("recorded_bodies.json").read_text("utf-8"))
BULK = "/services/async/62.0/job"
TYPEOF = (
    "SELECT Id, TYPEOF Who WHEN Contact THEN LastName, Email WHEN Lead THEN LastName, Company "
    "ELSE Id END, TYPEOF What WHEN Account THEN Name, Description, Phone, AccountNumber ELSE Id "
    "END, Subject, DurationInMinutes, ActivityDateTime FROM Event"
)
Ask = Callable[[Served], Any]


@pytest.fixture(scope="module")
def org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    for served in serve(tmp_path_factory.mktemp("recorded")):
        account = served.create("Account", Name="Tom Cruise", Phone="1")
        contact = served.create("Contact", LastName="Contact", AccountId=account)
        served.create(
            "Event",
            Subject="Test",
            DurationInMinutes=60,
            ActivityDateTime="2026-11-07T07:00:00Z",
            WhoId=contact,
        )
        served.create("Contact", LastName="Gone")
        served.delete(f"sobjects/Account/{served.create('Account', Name='Gone')}")
        yield served


def alike(recorded: Any, answered: Any, place: str = "") -> None:
    """The recorded keys and types, all the way down; null says nothing of a type."""
    if recorded is None or answered is None:
        return
    assert type(recorded) is type(answered) or {type(recorded), type(answered)} == {int, float}, (
        f"{place}: {recorded!r} was recorded, {answered!r} answered"
    )
    if isinstance(recorded, dict):
        assert set(recorded) <= set(answered), (place, set(recorded) - set(answered))
        for key, value in recorded.items():
            alike(value, answered[key], f"{place}.{key}")
    elif isinstance(recorded, list) and recorded and answered:
        alike(recorded[0], answered[0], f"{place}[0]")
    elif isinstance(recorded, str) and re.match(r"\d{4}-\d\d-\d\dT", recorded):
        assert re.sub(r"\d", "0", recorded) == re.sub(r"\d", "0", answered), place


def got(path: str, **parameters: str) -> Ask:
    return lambda org: org.get(path, params=parameters or None).json()


def sent(path: str, body: Any) -> Ask:
    return lambda org: org.post(path, body).json()


def collections(method: str, path: str, **record: Any) -> Ask:
    body = {"allOrNone": False, "records": [record]}
    return lambda org: org.client.request(method, org._path(path), json=body).json()


def changed(org: Served) -> Any:
    row = org.query("SELECT Id FROM Account LIMIT 1")["records"][0]
    given = {"Id": row["Id"], "attributes": {"type": "Account"}, "NumberOfEmployees": "10"}
    return collections("PATCH", "composite/sobjects", **given)(org)


def bulk_v1(org: Served) -> dict[str, Any]:
    headers = {"X-SFDC-Session": org.token, "Content-Type": "application/xml"}
    space = 'xmlns="http://www.force.com/2009/06/asyncapi/dataload"'
    made = org.client.post(
        BULK,
        content=f"<jobInfo {space}><operation>query</operation><object>Event</object>"
        "<concurrencyMode>Parallel</concurrencyMode><contentType>JSON</contentType></jobInfo>",
        headers=headers,
    ).text
    path = f"{BULK}/{made.split('<id>')[1].split('</id>')[0]}/batch"
    batch = org.client.post(path, content=TYPEOF, headers=headers).json()
    results = org.client.get(f"{path}/{batch['id']}/result", headers=headers).json()
    rows = org.client.get(f"{path}/{batch['id']}/result/{results[0]}", headers=headers).json()
    return {"job": made, "batch": batch, "results": results, "rows": rows}


def token(org: Served, **form: str) -> Any:
    client = org.control("POST", "apps", {"id": "recorded", "secret": "s", "run_as": None})
    given = {"client_id": client["id"], "client_secret": client["secret"], **form}
    return org.client.post("/services/oauth2/token", data=given).json()


def view_results(org: Served) -> Any:
    view = org.get("sobjects/Account/listviews").json()["listviews"][0]
    return org.get(view["resultsUrl"]).json()


def composite(name: str, url: str) -> Ask:
    part = {"referenceId": name, "method": "GET", "url": f"/services/data/v60.0/{url}"}
    return sent("composite", {"compositeRequest": [part]})


def key_field(org: Served) -> None:
    field = {"object": "Account", "name": "Many__c", "type": "Text", "length": 9}
    org.control("POST", "fields/add", {**field, "externalId": True})


def several(org: Served) -> Any:
    key_field(org)
    for name in ("One", "Two"):
        org.create("Account", Name=name, Many__c="m")
    return org.get("sobjects/Account/Many__c/m").json()


def keyed(org: Served) -> Any:
    key_field(org)
    return org.patch("sobjects/Account/Many__c/new", {"Name": "New"}).json()


def dead(org: Served) -> Any:
    headers = {"Authorization": "Bearer dead"}
    return org.client.get("/services/data/v60.0/limits", headers=headers).json()


QUESTIONS: dict[str, Ask] = {
    "record counts": got("limits/recordCount", sObjects="Account"),
    "query": got("query/", q="SELECT Id,Name FROM Account"),
    "count of a field": got("query/", q="select count(Id) from Account"),
    "query of users": got("query/", q="SELECT FirstName,LastName FROM User LIMIT 1"),
    "typeof": got("query/", q=TYPEOF),
    "organization": lambda org: org.get(f"sobjects/Organization/{org.org.id}").json(),
    "create": sent("sobjects/Account/", {"Name": "Smith Corp."}),
    "composite": composite("CCI__RefId__0__", "query?q=SELECT Id FROM Account LIMIT 1"),
    "composite error": composite("CCI__RefId__0__", "sobjects/Foo"),
    "collections create": collections(
        "POST", "composite/sobjects", attributes={"type": "Contact"}, LastName="C"
    ),
    "collections upsert": collections(
        "PATCH", "composite/sobjects/Contact/Id", attributes={"type": "Contact"}, LastName="C"
    ),
    "collections update": changed,
    "children of contacts": got(
        "query/", q="select FirstName,(select Name from Opportunities) from Contact"
    ),
    "describe global": got("sobjects"),
    "bulk v1 batch": lambda org: bulk_v1(org)["batch"],
    "bulk v1 results": lambda org: bulk_v1(org)["results"],
    "bulk v1 rows": lambda org: bulk_v1(org)["rows"],
    "list view results": view_results,
    "query error": got("query", q="SELECT Nope FROM Account"),
    "write error": sent("sobjects/Account", {"foo": 1}),
    "search error": got("search", q="FIND nothing"),
    "find error": got("sobjects/Account/23foo"),
    "expired session": dead,
    "recent": got("recent"),
    "several rows": several,
    "upsert created": keyed,
    "token": lambda org: token(
        org, grant_type="password", username="admin@sandbox.example", password="sandbox"
    ),
    "token error": lambda org: token(
        org, grant_type="password", username="admin@sandbox.example", password="x"
    ),
    "refresh error": lambda org: token(org, grant_type="refresh_token", refresh_token="x"),
}
BODIES: dict[str, Any] = {**RECORDED["cumulusci"], **RECORDED["restforce"]}


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_keys_and_types_are_those_recorded(org: Served, name: str) -> None:
    alike(BODIES[name], QUESTIONS[name](org), name)


def test_updated_and_deleted_answer_as_recorded(org: Served) -> None:
    now = org.org.now().strftime("%Y-%m-%dT00:00:00Z")
    span = {"start": now, "end": "2099-01-01T00:00:00Z"}
    alike(BODIES["updated"], org.get("sobjects/Account/updated", params=span).json())
    alike(BODIES["deleted"], org.get("sobjects/Account/deleted", params=span).json())


def test_a_bulk_v1_job_has_the_recorded_elements(org: Served) -> None:
    recorded = re.findall(r"<(\w+)", BODIES["bulk v1 job (xml)"])
    assert re.findall(r"<(\w+)", bulk_v1(org)["job"]) == recorded


def test_a_first_page_names_the_next_as_recorded(org: Served) -> None:
    rows = [{"attributes": {"type": "Contact"}, "LastName": f"P{n}"} for n in range(200)]
    org.post("composite/sobjects", {"records": rows})
    small = {"Sforce-Query-Options": "batchSize=200"}
    first = org.query("SELECT LastName FROM Contact", headers=small)
    assert set(first) == set(BODIES["first page"]) and first["done"] is False
