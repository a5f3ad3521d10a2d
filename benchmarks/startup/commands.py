"""How soon the commands that need no database answer from a ledger of a few lines.

    ./run python benchmarks/startup/commands.py [--rounds N]

Processor time and time passed of each command, least and middle of the rounds, beside Python alone.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

LINES = "account,unit,product_line,date,amount\n" + "".join(
    f"a{n // 6},u,line {n % 3},202{5 + n % 2}-0{n % 6 + 1}-10,{n}.50\n" for n in range(12)
)
SPEND = "buyer,unit,category,supplier,date,amount\ncity,u,roads,us,2026-05-01,10\ncity,u,roads,them,2026-05-02,30\n"
ACTIVITIES = "account,contact,our_person,kind,direction,at\na0,c,p,meeting,in,2026-05-01\n"
ON = ["--as-of", "2026-06-30"]
INSIGHTS = {
    "whitespace": ON,
    "quiet": ON,
    "wallet": ["--us", "us", *ON],
    "retention": ["--from", "2025-12-31", "--to", "2026-12-31"],
    "concentration": ON,
    "tiers": ["--capacity", "1", *ON],
    "attention": ON,
}


def taken(words: Sequence[str]) -> tuple[float, float]:
    """Processor seconds and seconds passed of one run; a failing one stops the measurement."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(words, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return used, time.perf_counter() - start


def report(name: str, words: Sequence[str], rounds: int) -> None:
    """One line: processor least and middle, time passed least and middle."""
    used, passed = zip(*(taken(words) for _ in range(rounds)), strict=True)
    print(
        f"{name:<24}{min(used):6.2f}{statistics.median(used):6.2f}"
        f"{min(passed):8.2f}{statistics.median(passed):6.2f}"
    )


def main() -> None:
    """Load three small files, then ask each insight."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    ours = [sys.executable, "-m", "sightline.cli"]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for kind, text in (("lines", LINES), ("spend", SPEND), ("activities", ACTIVITIES)):
            file = place / f"{kind}.csv"
            file.write_text(text)
            into = ["--ledger", str(place / "ledger")]
            load = [*ours, "ledger", "load", kind, str(file), *into, "--again"]
            report(f"ledger load {kind}", load, rounds)
        report("Python alone", [sys.executable, "-c", "pass"], rounds)
        report("insight --help", [*ours, "insight", "--help"], rounds)
        for name, asked in INSIGHTS.items():
            report(f"insight {name}", [*ours, "insight", name, *into, *asked], rounds)


if __name__ == "__main__":
    main()
