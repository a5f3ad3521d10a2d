"""The first load against reading the same rows and throwing them away.

Usage: ./run python benchmarks/sync/first_load.py [--accounts 5000] [--pause] [--profile]
Three contacts and two opportunities for each account, in a sandbox org of its own, read by Bulk API
2.0 into a database file. Each object is read and thrown away, and then loaded. Target: twice the time
of reading alone at most. A whole run is 100,000
accounts. With `--pause` the load is stopped halfway and taken up again.
"""

from __future__ import annotations

import argparse
import cProfile
import csv
import logging
import os
import pstats
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.crm.histories.alone import prepare

OBJECTS = ("Account", "Contact", "Opportunity")


def main() -> int:
    """Fill, read and throw away, load; say how the two compare."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--accounts", type=int, default=5_000)
    asked.add_argument("--pause", action="store_true")
    asked.add_argument("--profile", action="store_true")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(str(folder / "ours.sqlite3"))
        logging.disable(logging.INFO)
        from tests.crm.orgs import sandbox_org

        written = fill(folder / "export", given.accounts)
        with sandbox_org(folder, load=folder / "export") as org:
            slower = compared(org, written, pause=given.pause, profile=given.profile)
    return 0 if slower <= 2.0 else 1


def fill(folder: Path, accounts: int) -> int:
    """The export that the org begins with; answers its rows."""
    from sightline.agreement.identity import check_characters

    def key(prefix: str, n: int) -> str:
        short = f"{prefix}Dm{n:010d}"
        return short + check_characters(short)

    folder.mkdir()
    own = range(accounts)
    rows: dict[str, tuple[Sequence[str], Iterator[tuple[str, ...]]]] = {
        "Account": (
            ("Id", "Name", "Industry", "BillingCountry"),
            ((key("001", n), f"Company {n}", "Utilities", "Sweden") for n in own),
        ),
        "Contact": (
            ("Id", "AccountId", "FirstName", "LastName", "Title"),
            (
                (key("003", n * 3 + k), key("001", n), "Ann", f"Lee {n} {k}", "Director")
                for n in own
                for k in range(3)
            ),
        ),
        "Opportunity": (
            ("Id", "AccountId", "Name", "StageName", "CloseDate", "Amount"),
            (
                (
                    *(key("006", n * 2 + k), key("001", n), f"Deal {n} {k}", "Prospecting"),
                    *("2027-03-31", str(1000 + n)),
                )
                for n in own
                for k in range(2)
            ),
        ),
    }
    for name, (columns, lines) in rows.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows(lines)
    return accounts * 6


def compared(org: Any, written: int, *, pause: bool, profile: bool) -> float:
    """How many times as long as reading alone the load takes."""
    from sightline.actions.sync import connections
    from sightline.crm import mirror
    from sightline.jobs.garbage import look_for_garbage_seldom
    from sightline.jobs.sync import rounds
    from tests import makers

    look_for_garbage_seldom()  # as a worker and `sightline sync` do
    makers.company(reporting_currency="USD")
    pk = connections.connect(
        "Org",
        brand="salesforce",
        settings={"login": org.address, "client_id": org.said["client id"], "bulk_from": 1},
        secrets={"client_secret": org.said["client secret"]},
        actor_id=None,
    )
    with rounds.at_work(pk) as session:
        mirror.refresh_shapes(session)
        context, rows = session.context(), 0
        mirror.pull(session, due=lambda cursor: cursor.object not in OBJECTS)  # users, stages
        read, loaded = Spent(), Spent()
        profiled = cProfile.Profile()
        # object by object, so that a machine that others use is the same for both
        for part in [OBJECTS] if pause else [(name,) for name in OBJECTS]:
            with read.timed(f"{', '.join(part)} read and thrown away"):
                for name in part:
                    for page in session.crm.everything(name, session.fields(context, name), ""):
                        rows += len(page.rows)
            with loaded.timed(f"{', '.join(part)} loaded"):
                if profile:
                    profiled.enable()
                load(session, part, halfway=written // 2 if pause else None)
                profiled.disable()
        assert rows >= written, rows
    if profile:
        pstats.Stats(profiled).sort_stats("tottime").print_stats(30)
    for words, spent in (("read", read), ("loaded", loaded)):
        print(
            f"{rows:,} rows {words}: {spent.wall:.1f} s, {rows / spent.wall:,.0f} a second; "
            f"{spent.processor:.1f} s of processor time, {spent.processor / rows * 1e6:.0f} us a row"
        )
    times = loaded.wall / read.wall
    print(f"loading takes {times:.1f} times as long as reading; target 2")
    return times


def load(session: Any, part: Sequence[str], *, halfway: int | None) -> None:
    """The load of some objects, stopped once and taken up again where `halfway` says after how many rows."""
    from sightline.crm import mirror
    from sightline.records.models import SyncLink

    seen, began = [0], time.monotonic()

    def progress(done: int, total: int | None, note: str) -> None:
        seen[0] = done
        print(f"{note} {done:,}, {time.monotonic() - began:,.0f} s", flush=True)

    def stopped() -> bool:
        return halfway is not None and seen[0] >= halfway

    first = mirror.pull(
        session, due=lambda cursor: cursor.object in part, progress=progress, stopped=stopped
    )
    if halfway is None:
        return
    print(
        f"paused after {first.rows:,} rows, {SyncLink.objects.count():,} of them kept", flush=True
    )
    halfway = None
    # rows as young as these all lie within the overlap of the changes, so only what is left is read
    left = OBJECTS[OBJECTS.index("Contact") :]
    rest = mirror.pull(session, due=lambda cursor: cursor.object in left, progress=progress)
    print(f"taken up again: {rest.rows:,} more, {SyncLink.objects.count():,} rows kept", flush=True)


@dataclass
class Spent:
    """Seconds by the clock, and of this process's processor time."""

    wall: float = 0.0
    processor: float = 0.0

    @contextmanager
    def timed(self, words: str) -> Iterator[None]:
        """Both times of what is done, added and said."""
        wall, processor = time.monotonic(), time.process_time()
        yield
        wall, processor = time.monotonic() - wall, time.process_time() - processor
        self.wall, self.processor = self.wall + wall, self.processor + processor
        load = os.getloadavg()[0]
        print(f"{words}: {wall:.1f} s, {processor:.1f} s of processor time, load {load:.1f}")


if __name__ == "__main__":
    sys.exit(main())
