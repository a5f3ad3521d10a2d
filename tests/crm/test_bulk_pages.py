"""Pages of a bulk read while others are stored: in order, each once, and none skipped where reading
ahead failed."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Generator, Sequence

import httpx
import pytest

from sightline.agreement.records import RemoteRecord
from sightline.crm.adapters.salesforce.bulk import bulk_pages
from sightline.crm.adapters.salesforce.records import record_of, records_of
from sightline.crm.errors import CrmError
from tests.crm.test_client import client

LAST = 4
HELD = {"safe": "2026-11-22T00:00:00+00:00", "after": "", "job": "750", "locator": ""}
NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)


class Org:
    """A job of five pages of two rows. `refused` answers by page and how often it was asked."""

    def __init__(self, refused: dict[tuple[int, int], int] | None = None) -> None:
        self.asked: Counter[int] = Counter()
        self.most: list[int] = []
        self.refused = refused or {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("/results"):
            return httpx.Response(200, json={"state": "JobComplete"})
        page = int(request.url.params.get("locator", "0"))
        self.asked[page] += 1
        self.most.append(int(request.url.params["maxRecords"]))
        status = self.refused.get((page, self.asked[page]))
        if status is not None:
            return httpx.Response(status, json=[{"errorCode": "WORDS", "message": "Not now"}])
        locator = "null" if page == LAST else str(page + 1)
        text = f"Id,Name\n{page}a,\n{page}b,Ann\n"
        return httpx.Response(200, text=text, headers={"Sforce-Locator": locator})


def records(header: Sequence[str], cells: Sequence[Sequence[str]]) -> list[RemoteRecord]:
    """Rows as they came."""
    return records_of("Account", header, cells, clock=lambda: NOW)


def read(org: Org, renewed: list[int] | None = None) -> tuple[list[str], list[str]]:
    """Ids and the locators of the marks."""
    pages = list(bulk_pages(client(org, renewed), "SELECT", dict(HELD), 10, records))
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
    assert org.most == [2_000, 4_000, 8_000, 10_000, 10_000]


@pytest.mark.parametrize("status", [500, 401])
def test_a_page_that_could_not_be_read_ahead_is_asked_for_again(status: int) -> None:
    org, renewed = Org({(2, 1): status}), list[int]()
    ids, _ = read(org, renewed)
    assert ids == [f"{page}{row}" for page in range(LAST + 1) for row in "ab"]
    assert org.asked[2] == 2


def test_a_page_that_is_refused_again_is_an_error_after_the_pages_before_it() -> None:
    org, got = Org({(2, 1): 400, (2, 2): 400}), list[str]()
    with pytest.raises(CrmError, match="Not now"):
        for page in bulk_pages(client(org), "SELECT", dict(HELD), 10, records):
            got += [one.id for one in page.rows]
    assert got == ["0a", "0b", "1a", "1b"]


def test_a_read_that_is_stopped_asks_for_two_pages_more_at_most() -> None:
    org = Org()
    pages = bulk_pages(client(org), "SELECT", dict(HELD), 10, records)
    assert [one.id for one in next(pages).rows] == ["0a", "0b"]
    assert isinstance(pages, Generator)
    pages.close()
    assert set(org.asked) <= {0, 1, 2}


# What an org may say: an id of fifteen characters, a row that lost a merge, one without a stamp of
# its own, one without any, cells that say nothing, and what only CSV has to quote.
HEADER = (
    *("Id", "IsDeleted", "MasterRecordId", "LastModifiedById", "LastModifiedDate"),
    *("SystemModstamp", "CreatedDate", "Name", "NextStep"),
)
ROWS = (
    *(("001000000000001AAA", "false", "", "005000000000001AAA", "2026-11-20T10:00:00.000Z"),),
    *(("001000000000002", "true", "001000000000001AAA", "", "2026-11-20T10:00:00.000Z"),),
    *(("001000000000003AAA", "false", "", "", ""),),
    *(("001000000000004AAA", "", "", "", ""),),
    *(("Elsewhere-7", "false", "", "", "2026-11-20T10:00:01.000Z"),),
)
REST = (
    *(("2026-11-20T10:00:05.000Z", "2026-01-01T00:00:00.000Z", 'Zo\u00eb, "Z"\nLtd', ""),),
    *(("2026-11-20T10:00:05.000Z", "2026-01-01T00:00:00.000Z", " Lee ", "x" * 300),),
    *(("", "2026-01-01T00:00:00.000Z", "No stamp", ""),),
    *(("", "", "No moment", ""),),
    *(("", "", "=1+1", "7"),),
)


@pytest.mark.parametrize("shown", [HEADER, ("Id", "Name"), ("Id", "CreatedDate", "IsDeleted")])
def test_a_page_comes_to_what_its_rows_come_to_one_by_one(shown: tuple[str, ...]) -> None:
    places = [HEADER.index(one) for one in shown]
    cells = [[(*row, *rest)[n] for n in places] for row, rest in zip(ROWS, REST, strict=True)]
    alone = [
        record_of("Account", {k: v or None for k, v in zip(shown, row, strict=True)}, clock=clock)
        for row in cells
    ]
    assert records_of("Account", shown, cells, clock=clock) == alone
    assert [records_of("Account", shown, [row], clock=clock)[0] for row in cells] == alone
    assert alone[1].id == "001000000000002AAA"


def clock() -> dt.datetime:
    """Of what bears no stamp."""
    return NOW


def test_a_row_that_does_not_fit_its_header_is_no_row() -> None:
    for cells in ([["1"]], [["1", "Ann"], ["2"]], [["1", "Ann", "Lee"]]):
        with pytest.raises(ValueError, match="zip"):
            records_of("Account", ("Id", "Name"), cells, clock=clock)
    assert records_of("Account", (), [], clock=clock) == []
