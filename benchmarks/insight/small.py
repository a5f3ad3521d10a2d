"""How many buyers does the comparison with others need? Small draws from the choosing cuts alone.

`python -m benchmarks.insight.small --data FOLDER`: mean gain of NDCG@5 over the popularity of the
draw, its standard error in brackets, for the order by peers and for the fall-back.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.insight.scores import Floats
from benchmarks.insight.whitespace import CUTS, _ndcg, holdings
from sightline.ledger.insight.whitespace import Bools, Market, rank_lines
from sightline.ledger.method import InsightParameters, shipped
from sightline.planning.periods import months_back

SIZES = (15, 20, 30, 40, 60, 80, 100, 150, 250)
DRAWS = 24


def market(
    name: str, cut: object, months: int, *, data: Path, scratch: Path
) -> tuple[Market, Bools]:
    """What stood at a cut, and what was bought for the first time after it."""
    now = holdings(name, cut, data=data, scratch=scratch)  # type: ignore[arg-type]
    later = holdings(name, months_back(cut, -months), data=data, scratch=scratch)  # type: ignore[arg-type]
    rows = {buyer: at for at, buyer in enumerate(later.buyers)}
    columns = {line: at for at, line in enumerate(later.lines)}
    after = later.market.owned[[rows[one] for one in now.buyers]]
    return now.market, after[:, [columns[one] for one in now.lines]] & ~now.market.owned


def gain(of: Market, bought: Bools, parameters: InsightParameters) -> float:
    """Mean gain over popularity, of buyers with a first purchase; NaN where there is none."""
    evidence = rank_lines(of, parameters=parameters)
    score: Floats = np.nan_to_num(evidence.score[evidence.kind], nan=-1.0)
    popular = np.broadcast_to(of.owned.mean(axis=0), of.owned.shape)
    found = _ndcg(score, of.owned, bought) - _ndcg(popular, of.owned, bought)
    return float(np.nanmean(found)) if (~np.isnan(found)).any() else float("nan")


def main() -> None:
    """Draw and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--data", type=Path, required=True)
    asked.add_argument("--scratch", type=Path, default=Path("/tmp/sightline-insight"))
    given = asked.parse_args()
    ways = {
        "peers": replace(shipped(), whitespace_min_buyers=0),
        "adoption": replace(shipped(), whitespace_min_buyers=10**9),
    }
    draw = np.random.default_rng(7)
    for name, months, choosing, _final in CUTS:
        worlds = [
            market(name, cut, months, data=given.data, scratch=given.scratch) for cut in choosing
        ]
        for size in SIZES:
            found: dict[str, list[float]] = {way: [] for way in ways}
            for held, bought in worlds:
                for _ in range(DRAWS if size < len(held.owned) else 0):
                    some = draw.permutation(len(held.owned))[:size]
                    drawn = Market(held.owned[some], held.recent[some], held.on_sale)
                    for way, parameters in ways.items():
                        found[way].append(gain(drawn, bought[some], parameters))
            if not found["peers"]:
                continue
            said = (
                f"{way} {np.nanmean(values):+.3f} ({np.nanstd(values) / len(values) ** 0.5:.3f})"
                for way, values in found.items()
            )
            print(name, size, *said, flush=True)


if __name__ == "__main__":
    main()
