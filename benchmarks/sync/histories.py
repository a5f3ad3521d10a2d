"""The long run of random histories: how often each fault fired and each invariant was asked.

Usage: ./run python benchmarks/sync/histories.py [--count 10000] [--seed 1] [--profile] [--tally FILE]
Histories are drawn in batches of 50, each from the next seed, so that a failure is drawn again by
its seed alone. A batch ends at the first history that fails; its seed is kept and the next batch
drawn. Fails where any did, and where a fault fired fewer than 100 times in 10,000 histories.
With a tally, counts are added to a file after each batch, so that runs of other seeds add up; with
`--count 0` it only says what the tally holds. `--add FILE ...` adds tallies of runs side by side.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.crm.histories.alone import prepare

BATCH = 50
WANTED = 100
# Seeds of batches in which a history failed.
FAILED: list[int] = []


def main() -> int:
    """Draw them, and say what they met."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--count", type=int, default=10_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--profile", action="store_true")
    asked.add_argument("--tally", type=Path)
    asked.add_argument("--add", type=Path, nargs="*", default=[])
    given = asked.parse_args()
    prepare()
    from tests.crm.histories.ground import kinds, report

    profile = cProfile.Profile()
    if given.profile:
        profile.enable()
    take_up([given.tally, *given.add])
    draw(given.count, given.seed, given.tally)
    profile.disable()
    print(report(), flush=True)
    if given.profile:
        pstats.Stats(profile).sort_stats("tottime").print_stats(40)
    rare = [name for name, fired in kinds().items() if fired < WANTED]
    if rare:
        print(f"fired fewer than {WANTED} times: {', '.join(rare)}")
    if FAILED:
        print(f"a history failed in the batches of seeds {', '.join(map(str, FAILED))}")
    return 1 if FAILED or (rare and given.count >= 10_000) else 0


def take_up(tallies: Sequence[Path | None]) -> None:
    """Go on from the counts of earlier runs."""
    from tests.crm.histories.ground import CHECKED, FIRED

    for tally in tallies:
        if tally is not None and tally.exists():
            held = json.loads(tally.read_text())
            FIRED.update(held["fired"])
            CHECKED.update(held["checked"])
            FAILED.extend(held.get("failed", ()))


def keep(tally: Path | None) -> None:
    """The counts so far."""
    from tests.crm.histories.ground import CHECKED, FIRED

    if tally is not None:
        held = {"fired": FIRED, "checked": CHECKED, "failed": FAILED}
        tally.write_text(json.dumps(held, indent=1))


def draw(count: int, seed: int, tally: Path | None) -> None:
    """Batch after batch, with what each took."""
    from tests.crm.histories.ground import CHECKED
    from tests.crm.histories.running import run_histories

    done, began, spent = 0, time.monotonic(), time.process_time()
    while done < count:
        part = min(BATCH, count - done)
        try:
            run_histories(part, seed=seed)
        except Exception:
            traceback.print_exc()
            print(f"A history of the batch with --seed {seed} failed.", flush=True)
            FAILED.append(seed)
        done, seed = done + part, seed + 1
        keep(tally)
        whole = CHECKED["I2 silence when nothing changes"]  # asked last: of whole histories only
        print(
            f"{whole:>6,} histories, {time.monotonic() - began:,.0f} s, "
            f"{time.process_time() - spent:,.0f} s of processor time",
            flush=True,
        )


if __name__ == "__main__":
    sys.exit(main())
