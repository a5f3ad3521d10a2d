"""The long run of random histories: how often each fault fired and each invariant was asked.

Usage: ./run python benchmarks/sync/histories.py [--count 10000] [--seed 1] [--log FILE]
       ./run python benchmarks/sync/histories.py --read FILE ...
Histories are drawn in batches of 25, each from the next seed, so that a failure is drawn again by
its seed alone (`--count 25 --seed N`). A batch ends at the first history that fails; what failed is
kept and the next batch drawn. With a log, each batch leaves a line of JSON there, and a run that was
stopped goes on after the batches it holds: two processes with seeds of their own share the work.
`--read` adds logs up and draws nothing. Fails where a history did, and where, of 10,000, a fault
fired fewer than 100 times.
"""

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.crm.histories.alone import prepare

ROOT = Path(__file__).resolve().parents[2]
WANTED = 100
Line = dict[str, Any]


def main() -> int:
    """Draw them, and say what they met."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--count", type=int, default=10_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--log", type=Path)
    asked.add_argument("--read", type=Path, nargs="*", default=[])
    given = asked.parse_args()
    prepare()
    if given.read:
        return told([line for log in given.read for line in lines_of(log)])
    held = lines_of(given.log) if given.log else []
    return told([*held, *draw(given.count, given.seed, given.log, {one["seed"] for one in held})])


def lines_of(log: Path) -> list[Line]:
    """The batches that a log holds."""
    text = log.read_text() if log.exists() else ""
    return [json.loads(line) for line in text.splitlines()]


def draw(count: int, seed: int, log: Path | None, held: set[int]) -> Iterable[Line]:
    """Batch after batch, but for those that are held."""
    from tests.crm.histories.running import BATCH

    gc.collect()
    gc.freeze()  # what was imported stays: no look through all of it every few thousand objects
    gc.set_threshold(50_000, 20, 50)
    for first in range(0, count, BATCH):
        own = seed + first // BATCH
        if own not in held:
            line = one_batch(min(BATCH, count - first), own)
            if log is not None:
                with log.open("a") as file:
                    file.write(json.dumps(line) + "\n")
            yield line


def one_batch(count: int, seed: int) -> Line:
    """What the histories of one seed met."""
    from tests.crm.histories.ground import CHECKED, FIRED
    from tests.crm.histories.running import STEPS, run_histories

    FIRED.clear()
    CHECKED.clear()
    failed, began, spent = "", time.monotonic(), time.process_time()
    try:
        run_histories(count, seed=seed, steps=STEPS[seed % len(STEPS)])
    except Exception as problem:
        failed = "".join(traceback.format_exception(problem))[-6000:]
        print(f"A history of seed {seed} failed.\n{failed}", flush=True)
    line = {
        "seed": seed,
        # asked last, so of whole histories only
        "histories": CHECKED["I2 silence when nothing changes"],
        "failed": failed,
        "seconds": round(time.monotonic() - began, 1),
        "processor": round(time.process_time() - spent, 1),
        "code": code(),
        "fired": dict(FIRED),
        "checked": dict(CHECKED),
    }
    said = f"seed {seed}: {line['histories']} histories, {line['processor']} s of processor time"
    print(said, flush=True)
    return line


def code() -> str:
    """The commit the code is of."""
    asked = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True
    )
    return asked.stdout.strip()


def told(lines: Iterable[Line]) -> int:
    """The tables of all batches, and what is missing."""
    from tests.crm.histories.ground import CHECKED, FIRED, deaths, kinds, report

    whole, processor, failed = 0, 0.0, []
    fired, checked = Counter[str](), Counter[str]()
    for line in lines:
        whole, processor = whole + line["histories"], processor + line["processor"]
        fired.update(line["fired"])
        checked.update(line["checked"])
        failed += [line["seed"]] if line["failed"] else []
    FIRED.clear()
    CHECKED.clear()
    FIRED.update(fired)
    CHECKED.update(checked)
    print(report(), flush=True)
    each = processor / max(1, whole)
    print(f"\n{whole:,} histories, {processor:,.0f} s of processor time, {each:.2f} s each")
    rare = [name for name, times in {**kinds(), **deaths()}.items() if times < WANTED]
    if rare:
        print(f"fired fewer than {WANTED} times: {', '.join(rare)}")
    if failed:
        print(f"a history failed of the seeds {', '.join(map(str, failed))}")
    return 1 if failed or (rare and whole >= 10_000) else 0


if __name__ == "__main__":
    sys.exit(main())
