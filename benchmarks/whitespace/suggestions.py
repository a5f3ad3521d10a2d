"""How long ranking every open line for every buyer takes, up to 100,000 accounts × 40 lines.

Run: python -m benchmarks.whitespace.suggestions
Holdings come from four hidden tastes. Prints the seconds by the clock and of the processor, the peak of
the process's memory, and the exponent with which time grew: 1 is in proportion to accounts.
"""

from __future__ import annotations

import math
import resource
import time

import numpy as np

from sightline.ledger.insight.whitespace import Market, rank_lines, top
from sightline.ledger.method import shipped

LINES, TASTES, SIZES, SHOWN = 40, 4, (12_500, 25_000, 50_000, 100_000), 5


def market(accounts: int, chance: np.random.Generator) -> Market:
    """Buyers with one of four tastes each; a tenth of what they own began lately."""
    taste = chance.integers(0, TASTES, accounts)
    liking = np.where(np.arange(LINES)[None, :] % TASTES == np.arange(TASTES)[:, None], 0.35, 0.02)
    owned = chance.random((accounts, LINES)) < liking[taste]
    recent = owned & (chance.random((accounts, LINES)) < 0.1)
    return Market(owned=owned, recent=recent, on_sale=np.ones(LINES, dtype=bool))


def main() -> None:
    """Measure and print."""
    chance = np.random.default_rng(7)
    parameters, took = shipped(), []
    for accounts in SIZES:
        held = market(accounts, chance)
        clock, processor = time.perf_counter(), time.process_time()
        evidence = rank_lines(held, parameters=parameters)
        for buyer in range(accounts):
            top(evidence, buyer, count=SHOWN)
        spent = (time.perf_counter() - clock, time.process_time() - processor)
        took.append(spent[1])
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        kinds = len(evidence.score)
        print(
            f"{accounts:,} accounts, {kinds:,} patterns: {spent[0]:.1f} s, "
            f"{spent[1]:.1f} s of the processor, at most {peak:,.0f} MiB"
        )
    grew = math.log(took[-1] / took[0]) / math.log(SIZES[-1] / SIZES[0])
    print(f"time grew with accounts to the power of {grew:.2f}")


if __name__ == "__main__":
    main()
