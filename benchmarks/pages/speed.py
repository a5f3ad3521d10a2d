"""Server time of every page that a day is spent on: `./run python -m benchmarks.pages.speed`.

Asks each page as Django's test client does (middleware, queries, drawing; no network), as people who
see few accounts and very many, on the database that `benchmarks.pages.fill` filled. Prints median and
95th percentile in milliseconds, of time passed and of processor time, what a PostgreSQL beside it works for
an answer in the mean (`db`), queries, and kilobytes as sent and compressed. Garbage is searched between two answers and not timed, as a web process does it once an
answer has left.
"""

from __future__ import annotations

import argparse
import gzip
import os
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HEAD = (
    f"{'page':34}{'who':11}{'first':>7}{'median':>8}{'p95':>7}"
    f"{'cpu':>7}{'cpu p95':>8}{'db':>6}{'queries':>8}{'kB':>6}{'gzip':>6}"
)
WORDS = ("hel", "orrin ind", "ustries", "julia", "zzzzz")


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=20)
    asked.add_argument("--only", default="", help="pages whose name holds this")
    asked.add_argument("--profile", action="store_true", help="print where processor time goes")
    given = asked.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sightline.config.settings")
    import django

    django.setup()
    from sightline.cli.layout import lay_out_static_files
    from sightline.config import reading, warming

    lay_out_static_files()
    reading.alone()
    warming.load_all()  # as a server does after its first answer: pages loaded, garbage searched seldom
    load = os.getloadavg()[0]
    print(HEAD)
    for name, path, who in pages():
        if given.only in name:
            print(row(name, path, who, rounds=given.rounds, profile=given.profile))
    print(f"load average before {load:.1f}, after {os.getloadavg()[0]:.1f}")


def pages() -> Iterator[tuple[str, str, str]]:
    """(name, address, who) of what is measured."""
    from sightline.records.models import Account, TierResult

    seller = Account.objects.filter(owner__name="Bench Seller")
    planned = TierResult.objects.filter(account__in=seller)
    full = planned.filter(proposed_tier=1).order_by("-potential", "account_id")
    light = planned.filter(proposed_tier=2).order_by("-potential", "account_id")
    tier_1, tier_2 = full[0].account_id, light[0].account_id
    yield "monday", "/", "seller"
    yield "monday, account opened", f"/?open={tier_2}", "seller"
    for who in ("seller", "head"):
        yield "plan, tier 1", f"/accounts/{tier_1}/plan", who
    yield "plan, tier 2", f"/accounts/{tier_2}/plan", "seller"
    for part in ("", "/people", "/renewals", "/figures", "/history", "/plan/signals"):
        yield f"account {part or 'itself'}", f"/accounts/{tier_1}{part}", "seller"
    for who in ("seller", "manager", "head", "operations", "marketing"):
        yield "portfolio", "/portfolio/", who
    industry = Account.objects.exclude(industry="").values_list("industry", flat=True)[0]
    for query in (
        "sort=name",
        "sort=-gap",
        "sort=tier",
        "view=to_decide",
        "view=no_path",
        "q=health",
        f"industry={industry}",
    ):
        for who in ("seller", "head"):
            yield f"portfolio {query}"[:33], f"/portfolio/?{query}", who
    yield "portfolio, charts", "/portfolio/where", "head"
    yield from analytics()
    for words in WORDS:
        for who in ("seller", "head"):
            yield f"search {words}", f"/search?q={words.replace(' ', '+')}", who


def analytics() -> Iterator[tuple[str, str, str]]:
    """The leaders' pages; those of many accounts read what the job `portfolio_sums` kept."""
    for address in ("", "plans", "plans?only=no_path", "signals", "signals?kind=off_trend&tier=1"):
        for who in ("seller", "head"):
            yield f"analytics {address}"[:33], f"/analytics/{address}", who


def row(name: str, path: str, who: str, *, rounds: int, profile: bool) -> str:
    """One line of the table."""
    from django.core.signals import request_finished
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from sightline.config import garbage
    from sightline.records.models import SignIn

    request_finished.disconnect(dispatch_uid=garbage.NAME)
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(SignIn.objects.get(email=f"{who}@bench.example"))
    passed: list[float] = []
    worked: list[float] = []
    database = 0.0
    for turn in range(rounds + 1):
        if turn == 1:
            database = of_database()
        began, work = time.perf_counter(), time.process_time()
        answer: Any = client.get(path, follow=False)
        passed.append(1000 * (time.perf_counter() - began))
        worked.append(1000 * (time.process_time() - work))
        garbage.between_answers()
        if answer.status_code != 200:
            return f"{name:34}{who:11} {answer.status_code} {answer.headers.get('Location', '')}"
    database = 1000 * (of_database() - database) / rounds
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    if profile:
        _profile(client, path, queries)
    body = answer.content
    return (
        f"{name:34}{who:11}{passed[0]:7.0f}{statistics.median(passed[1:]):8.1f}{p95(passed[1:]):7.1f}"
        f"{statistics.median(worked[1:]):7.1f}{p95(worked[1:]):8.1f}{database:6.1f}"
        f"{len(queries):8}{len(body) / 1000:6.0f}{len(gzip.compress(body)) / 1000:6.0f}"
    )


def of_database() -> float:
    """Seconds of processor that the process of PostgreSQL behind our connection has worked; 0 for
    SQLite, which works in ours, and for a server elsewhere."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        place = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if not place.exists():
        return 0.0
    user, system = place.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def p95(values: list[float]) -> float:
    """The 95th percentile."""
    return sorted(values)[min(len(values) - 1, int(0.95 * len(values)))]


def _profile(client: Any, path: str, queries: Any) -> None:
    import cProfile
    import pstats

    slow = sorted(queries.captured_queries, key=lambda one: -float(one["time"]))
    for one in slow[:8]:
        print(f"   {1000 * float(one['time']):.0f} ms  {one['sql'][:600]}")
    work = cProfile.Profile(time.process_time)
    work.runcall(client.get, path)
    pstats.Stats(work).sort_stats("cumulative").print_stats(60)


if __name__ == "__main__":
    main()
