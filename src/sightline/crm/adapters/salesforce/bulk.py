"""First load of a large object by Bulk API 2.0: a query job, its results in pages of a locator.

The mark keeps job and locator, so a stopped load goes on; a job that is gone begins anew. While a
page is stored the next is fetched already, so that neither waits for the other.
"""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import httpx

from sightline.agreement.records import Page, RemoteRecord
from sightline.crm.adapters.salesforce.client import Client
from sightline.crm.errors import CrmError, Retry, StartOver

PAGE = 10_000
_POLL_SECONDS = 0.5
_LONGEST_POLL = 10.0
_PATIENCE = 4 * 3600.0


def bulk_pages(
    client: Client,
    soql: str,
    held: dict[str, Any],
    total: int,
    record: Callable[[dict[str, Any]], RemoteRecord],
    *,
    archived: bool = False,
) -> Iterator[Page]:
    """All rows of a query, page by page, `archived` ones too. Raises StartOver where the job is
    gone."""
    if not held.get("job"):
        body = {"operation": "queryAll" if archived else "query", "query": soql}
        made = client.call("POST", "/jobs/query", body=body).json()
        held = {"safe": held["safe"], "after": "", "job": made["id"], "locator": ""}
        yield Page([], json.dumps(held), False, total)
    try:
        _wait(client, str(held["job"]))
        yield from _results(client, held, total, record)
    except CrmError as problem:
        if problem.code in ("NOT_FOUND", "INVALIDJOB", "INVALID_QUERY_LOCATOR"):
            raise StartOver(f"The bulk job {held['job']} is gone.") from problem
        raise


def _wait(client: Client, job: str) -> None:
    pause, waited = _POLL_SECONDS, 0.0
    while True:
        state = str(client.get(f"/jobs/query/{job}")["state"])
        if state == "JobComplete":
            return
        if state in ("Failed", "Aborted"):
            raise StartOver(f"The bulk job {job} ended as {state}.")
        if waited > _PATIENCE:
            text = f"The bulk job {job} is still {state}."
            raise CrmError(text, retry_kind=Retry.TRANSIENT, code="BULK_SLOW")
        time.sleep(pause)
        waited += pause
        pause = min(_LONGEST_POLL, pause * 1.5)


def _results(
    client: Client,
    held: dict[str, Any],
    total: int,
    record: Callable[[dict[str, Any]], RemoteRecord],
) -> Iterator[Page]:
    coming: Future[httpx.Response | None] | None = None
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="bulk-page") as ahead:
        while True:
            answer = coming.result() if coming is not None else None
            if answer is None:
                answer = client.call("GET", *_page(held), headers=_CSV)
            locator = answer.headers.get("sforce-locator", "null")
            last = locator in ("null", "")
            held = {**held, "locator": "" if last else locator}
            coming = None if last else ahead.submit(client.glance, *_page(held), headers=_CSV)
            rows = csv.reader(io.StringIO(answer.text, newline=""))
            names = next(rows, [])
            records = [
                record(dict(zip(names, [one or None for one in row], strict=True)))
                for row in rows
                if row
            ]
            mark = {"safe": held["safe"]} if last else held
            yield Page(records, json.dumps(mark), last, total)
            if last:
                return


_CSV = {"Accept": "text/csv"}


def _page(held: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """Path and query of the page at a locator; without one, of the first."""
    query = {"maxRecords": str(PAGE)}
    if held["locator"]:
        query["locator"] = str(held["locator"])
    return f"/jobs/query/{held['job']}/results", query
