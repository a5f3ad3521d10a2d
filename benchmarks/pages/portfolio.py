"""Server time of the portfolio and the search at many accounts, for people who see few and many.

    .venv/bin/python benchmarks/pages/portfolio.py [--accounts 100000] [--rounds 30]

Fills a database of its own in a temporary folder (or the empty one that DATABASE_URL names) with
generated rows, then asks each page as Django's test client does: middleware, queries and drawing,
without the network. Prints median and p95 in milliseconds, queries and size.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))
SELLERS_EACH = 300
PARTS = [
    {"code": "vulnerable_single_thread", "text": "access hangs on one person (25%)", "p": 0.25},
    {"code": "vulnerable_off_trend", "text": "revenue off its trend (25%)", "p": 0.25},
    {"code": "vulnerable_missing", "text": "not known: usage", "p": None},
]
REASONS = [{"code": "potential_high", "text": "potential 93, high (cut 80)", "p": None}]
FIRST = (
    "North",
    "South",
    "Kova",
    "Helv",
    "Orrin",
    "Quill",
    "Dunmore",
    "Castell",
    "Varley",
    "Brill",
)
LAST = ("Industries", "Health", "Retail", "Group", "Bank", "Logistics", "Energy", "Foods", "Media")
INDUSTRIES = ("Machinery", "Hospitals", "Retail", "Construction", "Banking", "Freight")


def main() -> None:
    """Fill, measure, print."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--accounts", type=int, default=100_000)
    given.add_argument("--rounds", type=int, default=30)
    given.add_argument("--folder", help="keep the database here, and use it again")
    asked = given.parse_args()
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as throwaway:
        os.environ["SIGHTLINE_TEST_DATA"] = asked.folder or throwaway
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        began = time.perf_counter()
        people = known() or fill(asked.accounts)
        print(f"{asked.accounts:,} accounts filled in {time.perf_counter() - began:.0f} s")
        measure(people, rounds=asked.rounds)


def known() -> dict[str, Any]:
    """The sign-ins of a database that was filled before; empty for a new one."""
    from sightline.records.models import SignIn

    return {row.name: row for row in SignIn.objects.all()}


def fill(accounts: int) -> dict[str, Any]:
    """Rows of every table the pages read; answers the sign-ins by what they see."""
    from sightline.records.models import CrmUser
    from tests import makers

    makers.company()
    top = makers.crm_role("VP")
    managers = [makers.crm_role(f"Manager {n}", parent=top) for n in range(10)]
    roles = [makers.crm_role(f"Sellers {n}", parent=manager) for n, manager in enumerate(managers)]
    sellers = max(10, accounts // SELLERS_EACH)
    CrmUser.objects.bulk_create(
        CrmUser(name=f"Seller {n}", role=roles[n % 10]) for n in range(sellers)
    )
    users = list(CrmUser.objects.order_by("pk"))
    _fill_accounts(accounts, users)
    return {
        "seller": makers.sign_in("account_manager", user=users[3], name="seller"),
        "manager": makers.sign_in("leader", user=makers.crm_user(role=managers[3]), name="manager"),
        "head": makers.sign_in("leader", user=makers.crm_user(role=top), name="head"),
        "operations": makers.sign_in("operations", name="operations"),
        "marketing": makers.sign_in("marketing", name="marketing"),
    }


def _fill_accounts(accounts: int, users: list[Any]) -> None:
    from django.db import connection, transaction

    from sightline.records.models import (
        Account,
        AccountAccess,
        Contact,
        Opportunity,
        Plan,
        PlanResult,
        TierResult,
    )

    rng = random.Random(7)
    today = date.today()
    names = [f"{rng.choice(FIRST)} {rng.choice(LAST)} {n:06}" for n in range(accounts)]

    def chunked(make: Callable[[int], Any], model: Any, count: int) -> None:
        for start in range(0, count, 5000):
            with transaction.atomic():
                model.objects.bulk_create(
                    [make(n) for n in range(start, min(start + 5000, count))], batch_size=500
                )

    def owner(n: int) -> Any:
        return users[n % len(users)]

    chunked(
        lambda n: Account(
            id=n + 1,
            name=names[n],
            sort_name=names[n].casefold(),
            owner=owner(n),
            planning_account_id=n + 1,
            industry=rng.choice(INDUSTRIES),
        ),
        Account,
        accounts,
    )
    chunked(
        lambda n: AccountAccess(account_id=n + 1, user=owner(n), why="owner", may_write=True),
        AccountAccess,
        accounts,
    )
    chunked(lambda n: _result(n, names[n], owner(n), rng, today), TierResult, accounts)
    chunked(
        lambda n: Contact(
            account_id=n // 2 + 1, name=f"Julia Stein {n}", sort_name=f"julia stein {n}"
        ),
        Contact,
        2 * accounts,
    )
    chunked(
        lambda n: Opportunity(account_id=n + 1, name=f"{names[n]} rollout", currency="GBP"),
        Opportunity,
        accounts,
    )
    planned = min(17 * len(users), accounts)
    chunked(
        lambda n: Plan(
            id=n + 1,
            account_id=n + 1,
            year=today.year,
            currency="GBP",
            target=90_000_000,
            starts_on=date(today.year, 1, 1),
            ends_on=date(today.year, 12, 31),
        ),
        Plan,
        planned,
    )
    chunked(
        lambda n: PlanResult(plan_id=n + 1, landing=rng.randint(50, 110) * 10**6, input_version=""),
        PlanResult,
        planned,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _result(n: int, name: str, owner: Any, rng: random.Random, today: date) -> Any:
    from sightline.records.models import TierResult

    potential = int(10**9 * rng.paretovariate(1.2) / 100)
    return TierResult(
        account_id=n + 1,
        sort_name=name.casefold(),
        owner=owner,
        computed_tier=3 - n % 3,
        proposed_tier=3 - n % 3,
        to_decide=n % 40 == 0,
        single_threaded=n % 25 == 0,
        potential=potential,
        potential_low=potential // 2,
        potential_high=potential * 2,
        potential_kept=potential // 3,
        potential_rank=n + 1,
        vulnerability=n % 100,
        parts=PARTS,
        reasons=REASONS,
        acv=potential // 9,
        acv_source="asset",
        attention_share=0.00001,
        next_renewal_on=today + timedelta(days=n % 900),
        as_of=today,
        currency="GBP",
    )


def measure(people: dict[str, Any], *, rounds: int) -> None:
    """Each page as each person; the first request, which fills caches, is shown apart."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    print(f"{'page':46}{'who':12}{'first':>8}{'median':>8}{'p95':>8}{'queries':>9}{'kB':>7}")
    for path, who in _asked(people):
        client = Client()
        client.force_login(people[who])
        taken: list[float] = []
        for _ in range(rounds):
            began = time.perf_counter()
            answer = client.get(path)
            taken.append(1000 * (time.perf_counter() - began))
            assert answer.status_code == 200, (path, who, answer.status_code)
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        later = sorted(taken[1:])
        p95 = later[min(len(later) - 1, int(0.95 * len(later)))]
        size = len(answer.content) / 1000
        print(
            f"{path:46}{who:12}{taken[0]:8.0f}{statistics.median(later):8.1f}{p95:8.1f}"
            f"{len(queries):9}{size:7.0f}"
        )


def _asked(people: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for who in people:
        yield "/portfolio/", who
    for query in (
        "?sort=name",
        "?view=to_decide",
        "?view=no_path",
        "?q=orrin",
        "?industry=Banking",
    ):
        yield f"/portfolio/{query}", "seller"
        yield f"/portfolio/{query}", "head"
    for words in ("hel", "orrin ind", "dustries 0000", "julia", "000123", "zzzzz"):
        yield f"/search?q={words.replace(' ', '+')}", "seller"
        yield f"/search?q={words.replace(' ', '+')}", "head"
    yield "/portfolio/12", "head"


if __name__ == "__main__":
    main()
