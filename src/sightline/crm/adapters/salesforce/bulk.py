"""First load of a large object by Bulk API 2.0: a query job, its results in pages of a locator.

The mark keeps job and locator, so a stopped load goes on; a job that is gone begins anew. While a
page is stored the next is brought into form and the one after it fetched, so that none waits for
another.
"""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx

from sightline.agreement.records import Page, RemoteRecord
from sightline.crm.adapters.salesforce.client import Client
from sightline.crm.errors import CrmError, Retry, StartOver

PAGE = 10_000
# Of a small page the first rows are soon there to be stored, and each next is twice as large.
FIRST_PAGE = 2_000
_POLL_SECONDS = 0.5
_LONGEST_POLL = 10.0
_PATIENCE = 4 * 3600.0
# Records of a page's rows, under the page's header.
Records = Callable[[Sequence[str], Sequence[Sequence[str]]], list[RemoteRecord]]


def bulk_pages(
    client: Client,
    soql: str,
    held: dict[str, Any],
    total: int,
    records: Records,
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
        yield from _results(client, held, total, records)
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


def _results(client: Client, held: dict[str, Any], total: int, records: Records) -> Iterator[Page]:
    # one thread fetches, one brings rows into form; neither is more than a page ahead
    with ThreadPoolExecutor(max_workers=2, thread_name_prefix="bulk-page") as ahead:
        results = _Results(client, records, ahead)
        coming: Future[_Rows | None] | None = None
        while True:
            rows = coming.result() if coming is not None else None
            if rows is None:  # the first page, or one that could not be read ahead
                rows = results.asked(held)
            held, last = rows.held, rows.following is None
            if rows.following is not None:
                coming = ahead.submit(results.came, held, rows.following)
            mark = {"safe": held["safe"]} if last else held
            yield Page(rows.records, json.dumps(mark), last, total)
            if last:
                return


@dataclass(frozen=True, slots=True)
class _Rows:
    """A page's records, the mark after it, and the answer that follows; None: it was the last."""

    records: list[RemoteRecord]
    held: dict[str, Any]
    following: Future[httpx.Response | None] | None


_CSV = {"Accept": "text/csv"}


@dataclass(slots=True)
class _Results:
    """A job's pages, asked for one after the other, small ones first."""

    client: Client
    records: Records
    ahead: ThreadPoolExecutor
    most: int = FIRST_PAGE

    def asked(self, held: dict[str, Any]) -> _Rows:
        """The page at a mark. Raises CrmError."""
        return self._formed(held, self.client.call("GET", *self._page(held), headers=_CSV))

    def came(self, held: dict[str, Any], coming: Future[httpx.Response | None]) -> _Rows | None:
        """The page that was asked for ahead; None where it could not be read."""
        answer = coming.result()
        return self._formed(held, answer) if answer is not None else None

    def _formed(self, held: dict[str, Any], answer: httpx.Response) -> _Rows:
        """The records of an answer; the next is asked for before they are looked at."""
        locator = answer.headers.get("sforce-locator", "null")
        last = locator in ("null", "")
        held = {**held, "locator": "" if last else locator}
        following = None
        if not last:
            page = self._page(held)
            following = self.ahead.submit(self.client.glance, *page, headers=_CSV)
        rows = csv.reader(io.StringIO(answer.text, newline=""))
        header = next(rows, [])
        return _Rows(self.records(header, [row for row in rows if row]), held, following)

    def _page(self, held: dict[str, Any]) -> tuple[str, dict[str, str]]:
        """Path and query of the page at a locator; without one, of the first."""
        query = {"maxRecords": str(self.most)}
        self.most = min(PAGE, self.most * 2)
        if held["locator"]:
            query["locator"] = str(held["locator"])
        return f"/jobs/query/{held['job']}/results", query
