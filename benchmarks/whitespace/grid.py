"""How long scoring and summing a large grid takes: 60 lines × 120 units with 5,000 facts.

Run: python benchmarks/whitespace/grid.py
Prints the median and the 95th percentile in milliseconds over twenty runs.
"""

from __future__ import annotations

import datetime as dt
import random
import statistics
import time

from sightline.planning.money import Money
from sightline.planning.parameters import load_defaults
from sightline.planning.reasons import because
from sightline.planning.stakeholders import CellPath, Found
from sightline.planning.whitespace import (
    CellFacts,
    Footprint,
    Holder,
    HolderKind,
    Method,
    Need,
    Order,
    Origin,
    ValueEstimate,
    WhitespaceParameters,
    order_cells,
    roll_up,
    score_cells,
)

ON = dt.date(2026, 11, 21)


def some_cells(facts: int, chance: random.Random) -> list[CellFacts]:
    """7,200 cells, `facts` of which have something said about them."""
    said, read = Origin("call", ON), Origin("ledger", ON, live=True)
    keys = [(f"u{unit}", f"l{line}") for unit in range(120) for line in range(60)]
    known = set(chance.sample(keys, facts))
    cells = []
    for unit, line in keys:
        if (unit, line) not in known:
            cells.append(CellFacts(unit, line))
            continue
        value = Money(chance.randrange(10**8), "EUR")
        estimate = ValueEstimate(value, value, value, Method.HAND, said)
        sold = Footprint(read, value) if chance.random() < 0.3 else None
        holder = Holder(chance.choice((HolderKind.NOBODY, HolderKind.IN_HOUSE)), said)
        need = Need(chance.randrange(4), said)
        cells.append(CellFacts(unit, line, sold, holder, need=need, estimates=(estimate,)))
    return cells


def main() -> None:
    """Measure and print."""
    chance = random.Random(7)
    parameters = load_defaults().section(WhitespaceParameters, "whitespace")
    cells = some_cells(5000, chance)
    levels = [Found(level, because("x", "x")) for level in range(4)]
    paths = {
        cell.key: CellPath(chance.choice(levels), chance.choice(levels), True) for cell in cells
    }
    parents = {f"u{place}": f"u{place // 4}" if place else None for place in range(120)}
    parts: dict[str, list[float]] = {"score": [], "roll up": [], "order": []}
    for _ in range(20):
        start = time.perf_counter()
        scores = score_cells(cells, paths=paths, on=ON, parameters=parameters)
        scored = time.perf_counter()
        roll_up(scores, parents=parents, currency="EUR")
        rolled = time.perf_counter()
        order_cells(scores, by=Order.RANK, names={}, on=ON, parameters=parameters)
        for name, took in (
            ("score", scored - start),
            ("roll up", rolled - scored),
            ("order", time.perf_counter() - rolled),
        ):
            parts[name].append(1000 * took)
    for name, found in parts.items():
        high = statistics.quantiles(found, n=20)[-1]
        print(f"{name}: {statistics.median(found):.0f} ms, p95 {high:.0f} ms")


if __name__ == "__main__":
    main()
