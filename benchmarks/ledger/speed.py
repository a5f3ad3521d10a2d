"""Full requalification beside hand-written SQL, in one run: time, peak memory, equal answers.

python -m benchmarks.ledger.speed --lines 1000000 7000000 --folder /tmp/ledger-speed
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import shutil
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from benchmarks.ledger.by_hand import STEPS
from benchmarks.ledger.generate import make_ledger
from sightline.ledger.catalogue import FileCatalogue
from sightline.ledger.duck import session, text
from sightline.ledger.windows import Cut

# Seconds, processor seconds, peak memory in GiB; accounts, sum of potential, tier 1 accounts.
Run = tuple[float, float, float, tuple[int, float, int]]
AS_OF = date(2026, 6, 30)
MEMORY = "3GiB"


def ours(folder: Path) -> tuple[int, float, int]:
    """Measure in buckets, then propose tiers; accounts, sum of potential, accounts in tier 1."""
    from dataclasses import replace

    from sightline.ledger.insight.tiers import potential_of, propose, totals_from
    from sightline.ledger.results import MeasureJob, measure
    from sightline.planning.parameters import load_defaults
    from sightline.planning.tiering.vulnerability import VulnerabilityArrays

    version = FileCatalogue(folder).current()
    result = measure(MeasureJob(version, folder, AS_OF, memory=MEMORY))
    parameters = load_defaults()
    with session(memory=MEMORY) as connection:
        totals = totals_from(connection, f"read_parquet({text(result.totals())})")
    exposed = replace(
        VulnerabilityArrays.unknown(len(totals.names)),
        gap_alarm=totals.alarm,
        r12_change=totals.trend,
    )
    tiering = propose(totals, exposed, parameters=parameters)
    potential = potential_of(totals, parameters)
    return len(totals.names), float(potential.sum()), int((tiering.proposed == 1).sum())


def by_hand(folder: Path) -> tuple[int, float, int]:
    """The hand-written steps; the same three numbers."""
    version = FileCatalogue(folder).current()
    cut = Cut.on(AS_OF)
    days = {name: getattr(cut, name) for name in ("as_of", "r12_first", "r24_first", "half_first")}
    with session(memory=MEMORY) as connection:
        connection.execute("SET preserve_insertion_order = false")
        paths = ", ".join(text(path) for path in version.paths(folder, "lines"))
        connection.execute(f"CREATE VIEW lines AS SELECT * FROM read_parquet([{paths}])")
        for name, query in STEPS:
            connection.execute(f"CREATE TABLE {name} AS {query.format(**days)}")
        row = connection.execute(
            "SELECT count(*), sum(potential), count(*) FILTER (tier = 1) FROM tiers"
        ).fetchone()
    assert row is not None
    return row[0], float(row[1]), row[2]


def timed(work: Callable[[Path], tuple[int, float, int]], folder: Path) -> Run:
    """Seconds, processor seconds, peak memory in GiB, and the answer, in a process of its own."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_inside, (work, folder))


def _inside(work: Callable[[Path], tuple[int, float, int]], folder: Path) -> Run:
    started = time.monotonic()
    answer = work(folder)
    seconds = time.monotonic() - started
    used = resource.getrusage(resource.RUSAGE_SELF)
    return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 2**20, answer


def main() -> None:
    """Print one table row per size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, nargs="+", default=[1_000_000])
    parser.add_argument("--folder", type=Path, default=Path("/tmp/ledger-speed"))
    parser.add_argument("--repeat", type=int, default=1)
    asked = parser.parse_args()
    print(
        "lines,accounts,ours_s,by_hand_s,ratio,ours_cpu_s,by_hand_cpu_s,cpu_ratio,"
        "ours_GiB,by_hand_GiB,same_accounts,same_potential,same_tier_1"
    )
    for lines in asked.lines:
        folder = asked.folder / str(lines)
        make_ledger(folder, lines=lines)
        best: dict[str, Run] = {}
        for _ in range(asked.repeat):
            for name, work in (("hand", by_hand), ("ours", ours)):
                shutil.rmtree(folder / "results", ignore_errors=True)
                run = timed(work, folder)
                best[name] = min(best.get(name, run), run, key=lambda each: each[1])
        (a, c, memory, mine), (b, d, other, theirs) = best["ours"], best["hand"]
        same = abs(mine[1] / theirs[1] - 1) < 1e-6
        print(
            f"{lines},{mine[0]},{a:.2f},{b:.2f},{a / b:.2f},"
            f"{c:.2f},{d:.2f},{c / d:.2f},{memory:.2f},"
            f"{other:.2f},{mine[0] == theirs[0]},{same},{mine[2] == theirs[2]}",
            flush=True,
        )


if __name__ == "__main__":
    main()
