"""Bulk jobs as some clients ask for them: split at primary keys (v1), sent whole in parts (2.0)."""

from __future__ import annotations

import json
import re
import time

from tests.sandbox.conftest import Served


def test_bulk_v1_splits_a_query_by_primary_key(served: Served) -> None:
    made = sorted(served.create("Contact", LastName=f"C{n}") for n in range(5))
    served.delete(f"sobjects/Contact/{made[1]}")
    headers = {
        "X-SFDC-Session": served.token,
        "Content-Type": "application/json",
        "Sforce-Enable-PKChunking": "chunkSize=2;",
    }
    job = served.post(
        "/services/async/60.0/job",
        {"operation": "query", "object": "Contact", "contentType": "CSV"},
        headers=headers,
    )
    assert job.headers["Content-Type"] == "application/json"
    path = f"/services/async/60.0/job/{job.json()['id']}/batch"
    soql = "SELECT Id FROM Contact WHERE LastName LIKE 'C%'"
    added = served.client.post(path, content=soql, headers={**headers, "Content-Type": "text/csv"})
    assert added.headers["Content-Type"] == "application/xml"
    listed = served.get(path, headers=headers).text
    assert re.findall(r"<state>(\w+)", listed) == [*["Completed"] * 3, "NotProcessed"]
    found = []
    for batch in re.findall(r"<id>(\w+)", listed)[:3]:
        (result,) = re.findall(r"<result>(\w+)", served.get(f"{path}/{batch}/result").text)
        found.append(served.get(f"{path}/{batch}/result/{result}").text.split()[1:])
    live = [f'"{made[n]}"' for n in (0, 2, 3, 4)]
    assert found == [live[:1], live[1:3], live[3:]]
    first = re.findall(r"<id>(\w+)", listed)[0]
    bounds = f"WHERE (LastName LIKE 'C%') AND Id >= '{made[0]}' AND Id < '{made[2]}'"
    assert served.get(f"{path}/{first}/request").text.endswith(bounds)


def test_a_job_sent_in_parts_with_its_rows_runs_at_once(served: Served) -> None:
    job = {"object": "Contact", "contentType": "CSV", "operation": "insert"}
    made = served.client.post(
        "/services/data/v60.0/jobs/ingest",
        files={
            "job": (None, json.dumps(job), "application/json"),
            "content": ("content", "LastName\nFirst\nSecond\n", "text/csv"),
        },
    ).json()
    assert made["state"] == "UploadComplete"
    deadline = time.monotonic() + 10
    while served.get(f"jobs/ingest/{made['id']}").json()["state"] != "JobComplete":
        assert time.monotonic() < deadline
        time.sleep(0.02)
    names = served.query("SELECT LastName FROM Contact ORDER BY LastName")["records"]
    assert [n["LastName"] for n in names] == ["First", "Second"]
