"""Can the machine of histories fail? Each seeded bug is put in, and random histories look for it.

Usage: ./run python benchmarks/sync/seeded_bugs.py [--histories 200] [--seed 1] [NAME ...]
The bugs are the patches in tests/crm/seeded_bugs, applied to the running program (the same lines in
tests/crm/seeded.py; a test holds the two to each other). Says after how many histories each was
noticed, and by what. Exit 1 where one was not.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.crm.histories.alone import prepare


def main() -> int:
    """Try every bug, and then the code as it is."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--histories", type=int, default=200)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("names", nargs="*")
    given = asked.parse_args()
    prepare()
    from tests.crm.seeded import BUGS, seeded

    missed = 0
    for bug in BUGS:
        if given.names and bug.name.replace(" ", "_") not in given.names:
            continue
        with seeded(bug):
            said = hunted(given.histories, given.seed)
        missed += said.startswith("NOT")
        print(f"{bug.name:32} {said}", flush=True)
    return 1 if missed else 0


def hunted(histories: int, seed: int) -> str:
    """After how many histories it was noticed, and by what."""
    from tests.crm.histories.ground import CHECKED
    from tests.crm.histories.running import run_batches

    spent, before = time.process_time(), CHECKED["histories"]
    try:
        run_batches(histories, seed=seed)
    except Exception as noticed:  # a promise that is broken, or a round that breaks
        drawn = CHECKED["histories"] - before
        words = (str(noticed).splitlines() or [""])[0][:70] or "an assertion"
        return f"{drawn:>4} histories, {time.process_time() - spent:>4.0f} s: {words}"
    return f"NOT NOTICED in {histories} histories"


if __name__ == "__main__":
    sys.exit(main())
