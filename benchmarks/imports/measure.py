"""How fast imports are, and how long a person who saves meanwhile waits.

    .venv/bin/python benchmarks/imports/measure.py --accounts 50000 --lines 2000000

Makes its own files and its own database in a folder to throw away (or uses DATABASE_URL), loads
accounts, contacts and revenue lines by the path that customers use, and prints one JSON object.
Rows a second count everything: reading, validating, staging, comparing and storing.
"""

from __future__ import annotations

import argparse
import csv
import json
import multiprocessing
import os
import random
import resource
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any


def identifier(prefix: str, number: int) -> str:
    """A Salesforce id of 15 characters."""
    return f"{prefix}5g{number:010d}"


def write_files(folder: Path, *, accounts: int, lines: int) -> None:
    """Account.csv, Contact.csv (two an account) and revenue-lines.csv, the same every time."""
    chance = random.Random(1)
    folder.mkdir(parents=True)
    with (folder / "Account.csv").open("w", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        names = "Id Name ParentId Type Industry BillingCountry BillingCity Website AnnualRevenue"
        writer.writerow([*names.split(), "NumberOfEmployees", "CurrencyIsoCode", "CreatedDate"])
        for n in range(accounts):
            parent = identifier("001", n - 1) if n % 10 == 5 else ""
            row = [identifier("001", n), f"Account {n}", parent, "Customer", "Energy", "Norway"]
            row += ["Oslo", f"www.a{n}.example", f"{n * 1000}.50", str(n % 9000), "EUR"]
            writer.writerow([*row, "2024-05-01T10:00:00.000Z"])
    with (folder / "Contact.csv").open("w", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(
            ["Id", "AccountId", "FirstName", "LastName", "Title", "Email", "Phone", "ReportsToId"]
        )
        for n in range(accounts * 2):
            manager = identifier("003", n - 1) if n % 2 else ""
            row = [identifier("003", n), identifier("001", n // 2), "Mara", f"Holt {n}", "Buyer"]
            writer.writerow([*row, f"p{n}@a.example", "+44 20 7946 0958", manager])
    with (folder / "revenue-lines.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["account", "unit", "product_line", "date", "amount", "currency"])
        days = [(date(2023, 1, 1) + timedelta(days=n)).isoformat() for n in range(1000)]
        for _ in range(lines):
            account = identifier("001", chance.randrange(accounts))
            line = f"Line {chance.randrange(14)}"
            amount = f"{chance.randrange(1, 900000) / 100:.2f}"
            writer.writerow([account, "", line, chance.choice(days), amount, "EUR"])


def main() -> None:
    """Run and print."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--accounts", type=int, default=20_000)
    wanted.add_argument("--lines", type=int, default=1_000_000)
    options = wanted.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="sightline-bench-"))
    os.environ["SIGHTLINE_DATA"] = str(folder / "data")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sightline.config.settings")
    try:
        write_files(folder / "files", accounts=options.accounts, lines=options.lines)
        answer = run(folder / "files", options)
        json.dump(answer, sys.stdout, indent=2)
        sys.stdout.write("\n")
    finally:
        shutil.rmtree(folder)


def run(files: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Load the files and answer the figures."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    export = files / "export"
    export.mkdir()
    for name in ("Account", "Contact"):
        shutil.move(files / f"{name}.csv", export / f"{name}.csv")
    # A fork would share the pool of database connections.
    fresh = multiprocessing.get_context("spawn")
    stop, waits = fresh.Event(), fresh.Queue()
    connection.close()
    saver = fresh.Process(target=save_meanwhile, args=(stop, waits))
    saver.start()
    records = load("salesforce-export", export)
    stop.set()
    found = sorted(waits.get(timeout=30))
    saver.join()
    again = load("salesforce-export", export)
    lines = load("revenue-lines", files / "revenue-lines.csv")
    raw = raw_limit(files / "revenue-lines.csv", files / "raw.parquet")
    rows = options.accounts * 3
    return {
        "database": connection.vendor,
        "load_average": os.getloadavg()[0],
        "rows": {"accounts": options.accounts, "contacts": options.accounts * 2},
        "accounts_and_contacts_rows_per_second": round(rows / records.wall),
        "accounts_and_contacts_rows_per_second_of_processor": round(rows / records.busy),
        "preview_seconds": round(records.preview, 2),
        "store_seconds": round(records.store, 2),
        "processor_seconds": round(records.busy, 2),
        "server_processor_seconds": round(records.served, 2),
        "microseconds_a_row_of_processor": round(1e6 * records.busy / rows),
        "microseconds_a_row_of_server": round(1e6 * records.served / rows),
        "again_rows_per_second": round(rows / again.wall),
        "longest_write_milliseconds": round(1000 * records.longest),
        "save_milliseconds": {
            "count": len(found),
            "median": round(1000 * found[len(found) // 2], 1),
            "p95": round(1000 * found[int(len(found) * 0.95)], 1),
            "longest": round(1000 * found[-1], 1),
        },
        "lines": options.lines,
        "lines_rows_per_second": round(options.lines / lines.wall),
        "lines_store_seconds": round(lines.store, 2),
        "lines_processor_seconds": round(lines.busy, 2),
        "raw_limit_seconds": round(raw[0], 2),
        "raw_limit_processor_seconds": round(raw[1], 2),
        "store_share_of_raw_limit": round(raw[0] / lines.store, 2),
        "store_share_of_raw_limit_of_processor": round(raw[1] / lines.store_busy, 2),
        "peak_memory_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


@dataclass(frozen=True)
class Taken:
    """Seconds by the clock, of the processor (this process) and of the database server's processes,
    and the longest single write."""

    preview: float
    store: float
    preview_busy: float
    store_busy: float
    longest: float
    served: float = 0.0

    @property
    def wall(self) -> float:
        """Both steps by the clock."""
        return self.preview + self.store

    @property
    def busy(self) -> float:
        """Both steps of the processor."""
        return self.preview_busy + self.store_busy


def load(kind: str, path: Path) -> Taken:
    """Preview and store."""
    from sightline.exchange.imports import service
    from sightline.exchange.imports.mapping import Chosen

    asked = service.Asked(kind, (path,), Chosen({}, {}, {}), {})
    run = service.begin(asked, actor_id=None)
    held = writes_timed()
    served = server_processor()
    marks = [(time.monotonic(), time.process_time())]
    for step in (service.preview_run, service.apply_run):
        step(run.pk)
        marks.append((time.monotonic(), time.process_time()))
    (wall0, busy0), (wall1, busy1), (wall2, busy2) = marks
    return Taken(
        wall1 - wall0,
        wall2 - wall1,
        busy1 - busy0,
        busy2 - busy1,
        max(held, default=0.0),
        server_processor() - served,
    )


def server_processor() -> float:
    """Processor seconds so far of a PostgreSQL server on this machine, with all its processes that
    are and were; 0 for SQLite, and for a server elsewhere."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    listed = [path.name for path in Path("/proc").iterdir() if path.name.isdigit()]
    told = {pid: stat for pid in listed if (stat := stat_of(pid))}
    if str(backend) not in told:
        return 0.0
    parent = told[str(backend)][1]
    # After the name: state, parent, …; 11 to 14 are own and gone children's ticks.
    ticks = sum(
        sum(map(int, stat[11 : 15 if pid == parent else 13]))
        for pid, stat in told.items()
        if pid == parent or stat[1] == parent
    )
    return float(ticks) / os.sysconf("SC_CLK_TCK")


def stat_of(pid: str) -> list[str]:
    """The words after the name of a process in /proc/PID/stat; nothing where it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def writes_timed() -> list[float]:
    """A list to which each chunk adds how long it held the database, in seconds."""
    from sightline.exchange.imports.apply import Apply

    held: list[float] = []
    inner = getattr(Apply, "_inner", Apply._store)

    def timed(self: Apply, *given: Any) -> None:
        started = time.monotonic()
        inner(self, *given)
        held.append(time.monotonic() - started)

    Apply._inner, Apply._store = inner, timed  # type: ignore[attr-defined,method-assign,assignment]
    return held


def raw_limit(path: Path, target: Path) -> tuple[float, float]:
    """The same file read, typed and written by DuckDB alone, with nothing checked."""
    import duckdb

    started, busy = time.monotonic(), time.process_time()
    with duckdb.connect() as duck:
        duck.execute("SET memory_limit = '512MiB'")
        duck.execute(
            f"COPY (SELECT account, unit, product_line, CAST(date AS DATE) AS date, "
            f"CAST(round(CAST(amount AS DECIMAL(18,4)) * 100) AS BIGINT) AS amount, currency "
            f"FROM read_csv('{path}', all_varchar=true)) TO '{target}' (FORMAT parquet)"
        )
    return time.monotonic() - started, time.process_time() - busy


def save_meanwhile(stop: Any, waits: Any) -> None:
    """What a web process does: a small change with its journal, ten times a second."""
    import django

    django.setup()
    from django.db import transaction

    from sightline.actions import journal

    found: list[float] = []
    while not stop.is_set():
        started = time.monotonic()
        with transaction.atomic():
            journal.record("bench_save", actor_id=None, note="a person saves")
        found.append(time.monotonic() - started)
        time.sleep(0.1)
    waits.put(found)


if __name__ == "__main__":
    main()
