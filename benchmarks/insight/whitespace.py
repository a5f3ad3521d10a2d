"""Whitespace ranking against popularity, recent adoption, peers alone, and a random order.

Truth: first purchases in the months after the cut. NDCG@5 over buyers that made one.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np

from benchmarks.insight.scores import Floats, interval, ndcg, shown
from benchmarks.insight.sets import open_set
from sightline.ledger.insight.holdings import Holdings, read_holdings
from sightline.ledger.insight.whitespace import Bools, rank_lines
from sightline.ledger.method import shipped
from sightline.ledger.source import opened
from sightline.planning.periods import months_back

# (set, months of outcome, cuts used for choosing, the final cut that was not)
CUTS: tuple[tuple[str, int, tuple[date, ...], date], ...] = (
    ("AW", 5, (date(2012, 5, 31), date(2012, 11, 30), date(2013, 5, 31)), date(2013, 11, 30)),
    ("OX_AREAS", 12, (date(2015, 3, 31), date(2016, 3, 31)), date(2017, 3, 31)),
    ("OX_SUPPLIERS", 12, (date(2015, 3, 31), date(2016, 3, 31)), date(2017, 3, 31)),
    ("NW", 6, (date(1997, 3, 31),), date(1997, 10, 31)),
)


def holdings(name: str, day: date, *, data: Path, scratch: Path) -> Holdings:
    """The market of a set on a day."""
    version, folder = open_set(name, data=data, scratch=scratch)
    with opened(version, folder=folder, as_of=day) as source:
        return read_holdings(source, as_of=day, parameters=shipped())


def gains(name: str, cut: date, months: int, *, data: Path, scratch: Path) -> dict[str, Floats]:
    """NDCG@5 per buyer and method on one cut."""
    now = holdings(name, cut, data=data, scratch=scratch)
    later = holdings(name, months_back(cut, -months), data=data, scratch=scratch)
    rows = [later.buyers.index(buyer) for buyer in now.buyers]
    columns = [later.lines.index(line) for line in now.lines]
    owned = now.market.owned
    bought = later.market.owned[rows][:, columns] & ~owned
    evidence = rank_lines(now.market, parameters=shipped())
    new = (now.market.recent & owned).sum(axis=0)
    recent = (new + 0.5) / ((~owned).sum(axis=0) + new + 1)
    scores = {
        "shipped": np.nan_to_num(evidence.score[evidence.kind], nan=-1.0),
        "popularity": np.broadcast_to(evidence.adoption, owned.shape),
        "recent adoption": np.broadcast_to(recent, owned.shape),
        "nearest peers": (evidence.peers_owning / np.maximum(evidence.peers[:, None], 1))[
            evidence.kind
        ],
        "random": np.random.default_rng(0).random(owned.shape),
    }
    return {method: _ndcg(score, owned, bought) for method, score in scores.items()}


def _ndcg(score: Floats, owned: Bools, bought: Bools) -> Floats:
    masked = np.where(owned, -np.inf, np.round(score, 12))
    order = np.argsort(-masked, axis=1, kind="stable")[:, :5]
    hit = np.take_along_axis(bought, order, axis=1)
    return ndcg(hit, bought.sum(axis=1).astype(float))


def report(*, data: Path, scratch: Path) -> None:
    """Print one block per set: choosing cuts pooled, and the final cut."""
    for name, months, choosing, final in CUTS:
        for label, cuts in (("choosing", choosing), ("final", (final,))):
            each = [gains(name, cut, months, data=data, scratch=scratch) for cut in cuts]
            pooled = {key: np.concatenate([one[key] for one in each]) for key in each[0]}
            asked = ~np.isnan(pooled["popularity"])
            n = int(asked.sum())
            print(f"{name} {label} ({', '.join(map(str, cuts))}; {months} months; n = {n})")
            base = pooled["popularity"][asked]
            for method, values in pooled.items():
                mine = values[asked]
                gain = interval(n, lambda rows, a=mine, b=base: float((a - b)[rows].mean()))
                print(f"  {method:16} {mine.mean():.3f}  gain over popularity {shown(gain)}")
