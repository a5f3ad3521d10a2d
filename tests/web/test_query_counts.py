"""How many queries each page of a day asks, at 10 and at 1,000 accounts: recorded and reviewed.

`SIGHTLINE_RECORD=1 ./run test tests/web/test_query_counts.py` writes `tests/query_counts.json`: read
the difference. A page asks the same at a thousand accounts as at ten, but for what its list says.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sightline.records.models import Account, AccountAccess, CrmUser, TierResult
from tests.web.account import world as customer

pytestmark = pytest.mark.django_db
RECORDED = Path(__file__).parents[1] / "query_counts.json"
SIZES = (10, 1_000)
# Pages of lists read a bounded list more or less by what is on it, never one query a row.
MOST_MORE = 2


def fill(owner: CrmUser, accounts: int) -> None:
    """Further accounts of the same owner, each with a tier to decide."""
    rows = Account.objects.bulk_create(
        Account(name=f"Further {n:04}", sort_name=f"further {n:04}", owner=owner)
        for n in range(accounts - 1)
    )
    for row in rows:
        row.planning_account = row
    Account.objects.bulk_update(rows, ["planning_account"], batch_size=200)
    AccountAccess.objects.bulk_create(
        AccountAccess(account=row, user=owner, why="owner", may_write=True) for row in rows
    )
    TierResult.objects.bulk_create(
        TierResult(
            account=row,
            owner=owner,
            sort_name=row.sort_name,
            proposed_tier=2,
            computed_tier=2,
            potential=1_000_00 + n,
            currency="GBP",
            to_decide=True,
            as_of=customer.today(),
        )
        for n, row in enumerate(rows)
    )


def pages(account: int) -> Mapping[str, str]:
    """What a day is spent on."""
    parts = ("people", "renewals", "figures", "history", "plan", "plan/signals", "whitespace")
    return {
        "monday": "/",
        "portfolio": "/portfolio/",
        "portfolio by name": "/portfolio/?sort=name",
        # The index of names is the database's own: each asks its own number of queries.
        "search"
        if connection.vendor == "sqlite"
        else f"search on {connection.vendor}": "/search?q=hel",
        "account": f"/accounts/{account}",
        **{part: f"/accounts/{account}/{part}" for part in parts},
    }


def counted(accounts: int) -> dict[str, int]:
    """Queries of each page, asked a second time: the first may fill what is kept."""
    world = customer.world()
    fill(world.owner, accounts)
    client = Client()
    client.force_login(world.seller)
    found = {}
    for name, path in pages(world.account.pk).items():
        assert client.get(path, follow=True).status_code == 200, path
        with CaptureQueriesContext(connection) as queries:
            client.get(path, follow=True)
        found[name] = len(queries)
    return found


@pytest.mark.parametrize("accounts", SIZES)
def test_a_page_asks_as_often_as_is_recorded(accounts: int) -> None:
    found = counted(accounts)
    known = json.loads(RECORDED.read_text(encoding="utf-8")) if RECORDED.exists() else {}
    if os.environ.get("SIGHTLINE_RECORD"):
        known[str(accounts)] = {**known.get(str(accounts), {}), **found}
        RECORDED.write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")
    here = {page: known[str(accounts)].get(page) for page in found}
    assert here == found, "Queries changed: read the difference, then record it"


def test_no_page_asks_more_because_there_are_more_accounts() -> None:
    known = json.loads(RECORDED.read_text(encoding="utf-8"))
    few, many = (known[str(size)] for size in SIZES)
    assert few.keys() == many.keys()
    assert {*pages(0)} <= few.keys()
    assert {
        page: many[page] - few[page] for page in few if many[page] > few[page] + MOST_MORE
    } == {}
