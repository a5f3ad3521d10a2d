"""Pages of a bulk read while others are stored: in order, each once, and none skipped where reading
ahead failed."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Generator
from typing import Any

import httpx
import pytest

from sightline.agreement.records import RemoteRecord
from sightline.crm.adapters.salesforce.bulk import bulk_pages
from sightline.crm.errors import CrmError
from tests.crm.test_client import client

LAST = 4
HELD = {"safe": "2026-11-22T00:00:00+00:00", "after": "", "job": "750", "locator": ""}
NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)


class Org:
    """A job of five pages of two rows. `refused` answers by page and how often it was asked."""

    def __init__(self, refused: dict[tuple[int, int], int] | None = None) -> None:
        self.asked: Counter[int] = Counter()
        self.refused = refused or {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("/results"):
            return httpx.Response(200, json={"state": "JobComplete"})
        page = int(request.url.params.get("locator", "0"))
        self.asked[page] += 1
        status = self.refused.get((page, self.asked[page]))
        if status is not None:
            return httpx.Response(status, json=[{"errorCode": "WORDS", "message": "Not now"}])
        locator = "null" if page == LAST else str(page + 1)
        text = f"Id,Name\n{page}a,\n{page}b,Ann\n"
        return httpx.Response(200, text=text, headers={"Sforce-Locator": locator})


def record(row: dict[str, Any]) -> RemoteRecord:
    """A row as it came."""
    return RemoteRecord("Account", row["Id"], row, NOW)


def read(org: Org, renewed: list[int] | None = None) -> tuple[list[str], list[str]]:
    """Ids and the locators of the marks."""
    pages = list(bulk_pages(client(org, renewed), "SELECT", dict(HELD), 10, record))
    assert [page.last for page in pages] == [False] * LAST + [True]
    marks = [json.loads(page.mark or "") for page in pages]
    assert "job" not in marks[-1]
    return [one.id for page in pages for one in page.rows], [
        one.get("locator", "") for one in marks
    ]


def test_every_page_comes_once_in_its_order_and_its_mark_asks_for_the_next() -> None:
    org = Org()
    ids, marks = read(org)
    assert ids == [f"{page}{row}" for page in range(LAST + 1) for row in "ab"]
    assert marks == ["1", "2", "3", "4", ""]
    assert set(org.asked.values()) == {1}


@pytest.mark.parametrize("status", [500, 401])
def test_a_page_that_could_not_be_read_ahead_is_asked_for_again(status: int) -> None:
    org, renewed = Org({(2, 1): status}), list[int]()
    ids, _ = read(org, renewed)
    assert ids == [f"{page}{row}" for page in range(LAST + 1) for row in "ab"]
    assert org.asked[2] == 2


def test_a_page_that_is_refused_again_is_an_error_after_the_pages_before_it() -> None:
    org, got = Org({(2, 1): 400, (2, 2): 400}), list[str]()
    with pytest.raises(CrmError, match="Not now"):
        for page in bulk_pages(client(org), "SELECT", dict(HELD), 10, record):
            got += [one.id for one in page.rows]
    assert got == ["0a", "0b", "1a", "1b"]


def test_a_read_that_is_stopped_asks_for_two_pages_more_at_most() -> None:
    org = Org()
    pages = bulk_pages(client(org), "SELECT", dict(HELD), 10, record)
    assert [one.id for one in next(pages).rows] == ["0a", "0b"]
    assert isinstance(pages, Generator)
    pages.close()
    assert set(org.asked) <= {0, 1, 2}
