"""Searches and what surrounds them: terms, layouts, suggestions, list views."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.conftest import Served, serve


@pytest.fixture(scope="module")
def org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    for served in serve(tmp_path_factory.mktemp("search")):
        for name in ("United Oil & Gas, UK", "United Oil & Gas, Singapore", "Edge Works"):
            served.create("Account", Name=name, Type="Prospect")
        yield served


def found(org: Served, term: str) -> list[str]:
    text = f"FIND {{{term}}} IN NAME FIELDS RETURNING Account(Name ORDER BY Name)"
    answer = org.get("search", params={"q": text})
    assert answer.status_code == 200, answer.text
    return [row["Name"].split()[-1] for row in answer.json()["searchRecords"]]


@pytest.mark.parametrize(
    ("term", "names"),
    [
        ("United", ["Singapore", "UK"]),
        ("United AND NOT UK", ["Singapore"]),
        ('"Oil & Gas" AND (UK OR Edge)', ["UK"]),
        ("Sing* OR Works", ["Works", "Singapore"]),
        ("E?ge", ["Works"]),
    ],
)
def test_terms_are_words_phrases_and_operators(org: Served, term: str, names: list[str]) -> None:
    assert found(org, term) == names


def test_layouts_scopes_and_suggestions_answer(org: Served) -> None:
    layout = org.get("search/layout", params={"q": "Account"}).json()[0]
    assert layout["objectType"] == "Account"
    assert layout["searchColumns"][0]["name"] == "Name"
    assert "Account" in {entry["type"] for entry in org.get("search/scopeOrder").json()}
    suggested = org.get("search/suggestions", params={"q": "Edg", "sobject": "Account"}).json()
    assert [row["Name"] for row in suggested["autoSuggestResults"]] == ["Edge Works"]


def test_a_list_view_describes_and_shows_its_rows(org: Served) -> None:
    view = org.get("sobjects/Account/listviews").json()["listviews"][0]
    assert view["developerName"] == "AllAccounts"
    described = org.get(view["describeUrl"]).json()
    assert org.query(described["query"])["totalSize"] == 3
    explained = org.get("query", params={"explain": view["id"]}).json()
    assert explained["sourceQuery"] == described["query"]
    assert explained["plans"][0]["sobjectType"] == "Account"
    results = org.get(view["resultsUrl"], params={"limit": 1}).json()
    first = {c["fieldNameOrPath"]: c["value"] for c in results["records"][0]["columns"]}
    assert (first["Name"], first["Type"], results["size"]) == ("Edge Works", "Prospect", 1)
    assert set(results["columns"][0]) == {
        *["ascendingLabel", "descendingLabel", "fieldNameOrPath", "hidden", "label"],
        *["selectListItem", "sortDirection", "sortIndex", "sortable", "type"],
    }


def test_bulk_v1_tells_in_xml_why_a_row_failed(org: Served) -> None:
    headers = {"X-SFDC-Session": org.token, "Content-Type": "application/xml"}
    space = 'xmlns="http://www.force.com/2009/06/asyncapi/dataload"'
    job = org.client.post(
        "/services/async/60.0/job",
        content=f"<jobInfo {space}><operation>insert</operation><object>Contact</object>"
        "<contentType>XML</contentType></jobInfo>",
        headers=headers,
    ).text
    path = f"/services/async/60.0/job/{job.split('<id>')[1].split('</id>')[0]}/batch"
    rows = (
        f"<sObjects {space}><sObject><LastName>Good</LastName></sObject>"
        "<sObject><FirstName>Bad</FirstName></sObject></sObjects>"
    )
    batch = org.client.post(path, content=rows, headers=headers).text
    made = batch.split("<id>")[1].split("</id>")[0]
    result = org.client.get(f"{path}/{made}/result", headers=headers).text
    assert result.count("<success>true</success>") == 1
    assert "<fields>LastName</fields>" in result
    assert "<statusCode>REQUIRED_FIELD_MISSING</statusCode>" in result


def test_bulk_lines_must_end_as_the_job_says(org: Served) -> None:
    body = {"object": "Account", "operation": "insert", "contentType": "CSV", "lineEnding": "LF"}
    job = org.post("jobs/ingest", body).json()["id"]
    upload = org.client.put(
        f"/services/data/v60.0/jobs/ingest/{job}/batches",
        content="Name\r\nA\r\n",
        headers={"Content-Type": "text/csv"},
    )
    assert upload.status_code == 201
    org.patch(f"jobs/ingest/{job}", {"state": "UploadComplete"})
    state: dict[str, str] = {}
    while state.get("state") not in ("Failed", "JobComplete"):
        state = org.get(f"jobs/ingest/{job}").json()
    assert state["errorMessage"] == (
        "ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is LF"
    )
