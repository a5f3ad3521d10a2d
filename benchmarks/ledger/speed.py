"""Full requalification beside hand-written SQL and pandas, in one run: time, memory, equal answers.

python -m benchmarks.ledger.speed --lines 740000 7400000 --pandas --folder /tmp/ledger-speed

Each way runs in a process of its own and writes one row per account with every measure; the rows
are compared column by column.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from benchmarks.ledger.generate import make_ledger
from sightline.ledger.catalogue import FileCatalogue
from sightline.ledger.duck import session, text
from sightline.ledger.windows import Cut

AS_OF = date(2026, 6, 30)
MEMORY = "3GiB"
# What a requalification answers, account by account; each way's file has these columns.
MEASURES = (
    "r12",
    "r12_prior",
    "r24",
    "trend",
    "opening_recurring",
    "kept_recurring",
    "closing_recurring",
    "opening_repeat",
    "kept_repeat",
    "closing_repeat",
    "first_purchase",
    "last_purchase",
    "units",
    "owned_cells",
    "lapsed_cells",
    "penetration",
    "purchase_days",
    "purchase_days_12",
    "days_silent",
    "usual_gap",
    "alarm",
    "quiet_score",
    "own",
    "headroom",
    "potential",
    "potential_index",
    "vulnerability",
    "rank",
    "tier",
)


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds passed, processor seconds, peak memory in GiB; or why there is no answer."""

    passed: float
    processor: float
    memory: float
    failed: str = ""


def ours(folder: Path, out: Path) -> None:
    """Measure the ledger, then propose tiers over all accounts."""
    import numpy as np

    from sightline.ledger.insight.tiers import potential_of, propose, totals_from
    from sightline.ledger.results import MeasureJob, measure
    from sightline.planning.parameters import load_defaults
    from sightline.planning.tiering.vulnerability import VulnerabilityArrays

    result = measure(MeasureJob(FileCatalogue(folder).current(), folder, AS_OF, memory=MEMORY))
    parameters = load_defaults()
    measured = f"read_parquet({text(result.totals())})"
    with session(memory=MEMORY) as connection:
        totals = totals_from(connection, measured)
        exposed = replace(
            VulnerabilityArrays.unknown(len(totals.names)),
            gap_alarm=totals.alarm,
            r12_change=totals.trend,
        )
        tiering = propose(totals, exposed, parameters=parameters)
        potential = potential_of(totals, parameters)
        rank = np.empty(len(potential), dtype=np.int64)
        rank[np.argsort(-potential, kind="stable")] = np.arange(1, len(potential) + 1)
        columns = {
            "potential": potential,
            "potential_index": tiering.axes.potential,
            "vulnerability": tiering.axes.vulnerability,
            "rank": rank,
            "tier": tiering.proposed,
        }
        connection.register("proposed", columns)
        connection.execute(
            "COPY (SELECT m.*, p.* REPLACE (nullif(p.vulnerability, 'nan'::DOUBLE) AS vulnerability) "
            f"FROM (FROM {measured}) m POSITIONAL JOIN proposed p) TO {text(out)} (FORMAT parquet)"
        )


def by_hand(folder: Path, out: Path) -> None:
    """The hand-written steps."""
    from benchmarks.ledger.by_hand import STEPS, inputs
    from sightline.planning.parameters import load_defaults
    from sightline.planning.tiering import parameters as numbers_of

    version = FileCatalogue(folder).current()
    numbers = numbers_of.potential(load_defaults())
    words = _days() | {
        "inputs": inputs(),
        "size_bands": 4,
        "kept": repr(sum(numbers.retention**year for year in range(1, numbers.years + 1))),
        "gain": repr(sum(numbers.ramp) * numbers.conversion_prior),
    }
    with session(memory=MEMORY) as connection:
        connection.execute("SET preserve_insertion_order = false")
        paths = ", ".join(text(path) for path in version.paths(folder, "lines"))
        connection.execute(f"CREATE VIEW lines AS SELECT * FROM read_parquet([{paths}])")
        connection.execute(f"CREATE TABLE kinds AS {_kinds_sql(folder)}")
        for name, query in STEPS:
            connection.execute(f"CREATE TABLE {name} AS {query.format(**words)}")
        connection.execute(
            "COPY (SELECT * EXCLUDE (vulnerability, vulnerability_shown), vulnerability_shown AS "
            f"vulnerability FROM requalified) TO {text(out)} (FORMAT parquet)"
        )


def by_pandas(folder: Path, out: Path) -> None:
    """The same in pandas, which knows no memory cap of its own: 12 GiB of address space."""
    from benchmarks.ledger.by_pandas import requalify

    resource.setrlimit(resource.RLIMIT_AS, (12 * 2**30, 12 * 2**30))
    version = FileCatalogue(folder).current()
    rows = duckdb.connect().execute(_kinds_sql(folder)).fetchall()
    days = {name: getattr(Cut.on(AS_OF), name) for name in _days()}
    frame = requalify(version.paths(folder, "lines"), dict(rows), days)
    frame.to_parquet(out, index=False)


WAYS: dict[str, Callable[[Path, Path], None]] = {
    "hand": by_hand,
    "ours": ours,
    "pandas": by_pandas,
}


def _days() -> dict[str, object]:
    cut = Cut.on(AS_OF)
    return {name: getattr(cut, name) for name in ("as_of", "r12_first", "r24_first", "half_first")}


def _kinds_sql(folder: Path) -> str:
    paths = FileCatalogue(folder).current().paths(folder, "kinds")
    if not paths:
        return "SELECT '' AS product_line, '' AS kind WHERE FALSE"
    return f"SELECT product_line, kind FROM read_parquet([{', '.join(map(text, paths))}])"


def timed(way: str, folder: Path) -> Run:
    """One way in a process of its own."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_inside, (way, folder))


def _inside(way: str, folder: Path) -> Run:
    started = time.monotonic()
    failed = ""
    try:
        WAYS[way](folder, folder / f"{way}.parquet")
    except (MemoryError, duckdb.OutOfMemoryException) as error:
        failed = f"out of memory: {error}"[:80]
    except Exception as error:  # Arrow and pandas say the same with errors of their own
        if "alloc" not in str(error).lower() and "memory" not in str(error).lower():
            raise
        failed = f"out of memory: {error}"[:80]
    seconds = time.monotonic() - started
    used = resource.getrusage(resource.RUSAGE_SELF)
    return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 2**20, failed)


def differing(folder: Path, way: str) -> list[str]:
    """The measures in which a way's rows are not ours, floats to a billionth; empty when equal."""
    mine, theirs = folder / "ours.parquet", folder / f"{way}.parquet"
    if not theirs.is_file():
        return ["no answer"]
    checks = ", ".join(
        f"count(*) FILTER (NOT ((a.{name} IS NULL AND b.{name} IS NULL) OR coalesce({_same(name)}, "
        "false)))"
        for name in MEASURES
    )
    row = (
        duckdb.connect()
        .execute(
            f"SELECT {checks}, count(*) FILTER (a.account IS NULL OR b.account IS NULL) "
            f"FROM '{mine}' a FULL JOIN '{theirs}' b USING (account)"
        )
        .fetchone()
    )
    assert row is not None
    names = (*MEASURES, "account")
    return [f"{name} ({count})" for name, count in zip(names, row, strict=True) if count]


def _same(name: str) -> str:
    if name in ("first_purchase", "last_purchase"):
        return f"a.{name}::DATE = b.{name}::DATE"
    return f"abs(a.{name}::DOUBLE - b.{name}::DOUBLE) <= 1e-9 * greatest(1, abs(a.{name}::DOUBLE))"


def main() -> None:
    """Print one table row per size and way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, nargs="+", default=[740_000])
    parser.add_argument("--folder", type=Path, default=Path("/tmp/ledger-speed"))
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--pandas", action="store_true", help="Also in pandas.")
    asked = parser.parse_args()
    ways = [way for way in WAYS if way != "pandas" or asked.pandas]
    print("lines,way,processor_s,passed_s,processor_to_hand,peak_GiB,differs_from_ours")
    for lines in asked.lines:
        folder = asked.folder / str(lines)
        make_ledger(folder, lines=lines)
        best: dict[str, Run] = {}
        for _ in range(asked.repeat):
            for way in ways:
                shutil.rmtree(folder / "results", ignore_errors=True)
                (folder / f"{way}.parquet").unlink(missing_ok=True)
                run = timed(way, folder)
                best[way] = min(best.get(way, run), run, key=lambda each: each.processor)
        for way, run in best.items():
            told = run.failed or "; ".join(differing(folder, way)) or "in nothing"
            print(
                f"{lines},{way},{run.processor:.2f},{run.passed:.2f},"
                f"{run.processor / best['hand'].processor:.2f},{run.memory:.2f},{told}",
                flush=True,
            )


if __name__ == "__main__":
    main()
