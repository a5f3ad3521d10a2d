"""Random histories of what hangs together: an opportunity with its products and the parts people play
in it, their roles in the account, and a plan with its objectives and measures.

Usage: ./run python benchmarks/sync/bundles.py [--count 300] [--seed 1] [--steps 6] [--shrink]
Histories are drawn in batches of 25, each from the next seed. Says how often each fault fired and of
what each promise was asked. Stops at the first history that fails, made small with `--shrink`.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.crm.histories.alone import prepare

BATCH = 25


def main() -> int:
    """Draw them, and say what they met."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--count", type=int, default=300)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--steps", type=int, default=6)
    asked.add_argument("--shrink", action="store_true")
    given = asked.parse_args()
    prepare()
    from tests.crm.bundles.ground import CHECKED, FIRED
    from tests.crm.bundles.running import run_bundles

    spent = time.process_time()
    try:
        for first in range(0, given.count, BATCH):
            own, count = given.seed + first // BATCH, min(BATCH, given.count - first)
            run_bundles(count, seed=own, steps=given.steps, shrink=given.shrink)
            print(f"seed {own}: {CHECKED['histories']} histories so far", flush=True)
    finally:
        spent = time.process_time() - spent
        for title, counted in (("faults", FIRED), ("promises", CHECKED)):
            print(
                title,
                *(f"{count:>9,}  {name}" for name, count in sorted(counted.items())),
                sep="\n",
            )
        print(
            f"{spent:,.0f} s of processor time, {spent / max(1, CHECKED['histories']):.2f} s each"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
