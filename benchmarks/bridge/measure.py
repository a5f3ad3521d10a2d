"""How long a bridge with 200 plays and its chance take. Budget: 50 ms of processor at the median.

Run: python benchmarks/bridge/measure.py  (ends with status 1 above the budget)
"""

from __future__ import annotations

import datetime as dt
import random
import statistics
import sys
import time
from collections.abc import Callable

from sightline.planning.bridge import (
    BaseLine,
    BridgeFacts,
    BridgeParameters,
    PlayFacts,
    RenewalFacts,
    Risk,
    TargetFacts,
    TargetKind,
    ValueRange,
    build_bridge,
    chance_of_target,
)
from sightline.planning.fiscal import MonthCalendar
from sightline.planning.money import Money
from sightline.planning.parameters import load_defaults

PARAMETERS = load_defaults().section(BridgeParameters, "bridge")
BUDGET_MS = 50.0
TODAY = dt.date(2027, 1, 15)


def plan(plays: int, *, ranges: bool, seed: int) -> BridgeFacts:
    dice = random.Random(seed)

    def euros(low: int, high: int) -> Money:
        return Money(dice.randint(low * 100, high * 100), "EUR")

    def play(number: int) -> PlayFacts:
        three = sorted((euros(1_000, 900_000) for _ in range(3)), key=lambda m: m.minor)
        return PlayFacts(
            key=f"p{number}",
            label=f"Play {number}",
            recurring=three[1],
            range=ValueRange(*three) if ranges else None,
            probability=round(dice.uniform(0.05, 0.9), 3),
            closes=dt.date(2027, 2, 1) + dt.timedelta(days=dice.randint(0, 300)),
        )

    renewals = tuple(
        RenewalFacts(f"r{n}", f"Renewal {n}", dt.date(2027, 3, 1), euros(1_000, 90_000), Risk.LOW)
        for n in range(10)
    )
    return BridgeFacts(
        currency="EUR",
        year=MonthCalendar().year(2027),
        base=tuple(BaseLine(f"b{n}", f"Line {n}", euros(10_000, 500_000)) for n in range(30)),
        renewals=renewals,
        plays=tuple(play(number) for number in range(plays)),
        target=TargetFacts(((TargetKind.EXPAND, Money(plays * 30_000_000, "EUR")),)),
    )


def milliseconds(work: Callable[[], object], *, times: int) -> tuple[float, float]:
    """Median of processor and of clock: the clock also counts what else the machine does."""
    busy, taken = [], []
    for _ in range(times):
        start, began = time.perf_counter(), time.process_time()
        work()
        busy.append((time.process_time() - began) * 1000)
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(busy), statistics.median(taken)


def main() -> int:
    worst = 0.0
    for ranges in (False, True):
        facts = plan(200, ranges=ranges, seed=7)

        def whole(facts: BridgeFacts = facts) -> object:
            bridge = build_bridge(facts, today=TODAY, parameters=PARAMETERS)
            return chance_of_target(bridge, parameters=PARAMETERS)

        first, _ = milliseconds(whole, times=1)
        busy, clock = milliseconds(whole, times=15)
        worst = max(worst, busy)
        kind = "ranges" if ranges else "point values"
        print(
            f"200 plays, {kind}: {busy:.1f} ms of processor (first {first:.1f}), {clock:.1f} by clock"
        )
    return 0 if worst <= BUDGET_MS else 1


if __name__ == "__main__":
    sys.exit(main())
