"""Generated companies whose truth is known: how close each insight comes to knowing it.

Real data never tell what the best possible answer was. Here the process is known, so beside the
obvious rules stands an oracle that was told it. Nothing was chosen on these data.
"""

from __future__ import annotations

import csv
import math
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.insight.quiet import HORIZON, at_cut
from benchmarks.insight.scores import Floats, Rows, auc, interval, ndcg, shown, skill
from sightline.ledger.catalogue import FileCatalogue
from sightline.ledger.insight.wallet import MarketFacts, estimate
from sightline.ledger.insight.whitespace import Bools, Market, rank_lines
from sightline.ledger.load import load_files
from sightline.ledger.load.cells import Format
from sightline.ledger.method import shipped
from sightline.ledger.version import LedgerVersion
from sightline.planning.parameters import load_defaults
from sightline.planning.tiering.attention import AttentionFacts, audit_attention

SEED = 20261122
FIRST, CUT = date(2022, 1, 1), date(2025, 6, 30)
ACCOUNTS, UNITS, LINES, CLASSES, CATEGORIES, PORTFOLIOS = 1_500, 600, 20, 5, 8, 400


def report(*, scratch: Path) -> None:
    """Print every comparison."""
    draw = np.random.default_rng(SEED)
    _quiet(draw, scratch)
    _whitespace(draw)
    _wallet(draw)
    _attention(draw)


def _quiet(draw: np.random.Generator, scratch: Path) -> None:
    """Accounts that buy at gaps of their own, some steady and some not, until they stop for good.

    The oracle knows who has stopped, and of the others the mean gap and how steady it is.
    """
    version, folder, oracle = _customers(draw, scratch)
    names, scores = at_cut(version, folder, CUT)
    scores["oracle"] = np.array([oracle[name] for name in names])
    truth, n = scores["quiet"] > 0, len(names)
    print(f"quiet: n = {n}, base {truth.mean():.3f}")

    def area(key: str, rows: Rows) -> float:
        return auc(scores[key][rows], truth[rows])

    for key in ("oracle", "shipped", "formula", "recency", "quarter drop"):
        print(f"  AUC {key:13} {shown(interval(n, partial(area, key)))}")
    for key in ("oracle", "shipped", "formula"):
        print(f"  Brier skill {key:8} {skill(scores[key], truth):.3f}")
    alarm = scores["alarm"] > 0
    print(f"  alarm: {alarm.mean():.3f} flagged, lift {truth[alarm].mean() / truth.mean():.2f}")


def _customers(
    draw: np.random.Generator, scratch: Path
) -> tuple[LedgerVersion, Path, dict[str, float]]:
    rows: list[tuple[str, str, str, str]] = []
    oracle: dict[str, float] = {}
    last = (CUT - FIRST).days
    for number in range(ACCOUNTS):
        gap, steady = draw.lognormal(math.log(35), 0.6), draw.choice([1.0, 4.0, 12.0])
        stops = draw.exponential(1_500)
        day, latest = draw.uniform(0, 400), -1.0
        while day < min(stops, last + HORIZON + 1):
            on = FIRST + timedelta(days=int(day))
            rows.append(
                (f"a{number:04}", f"line {number % 4}", str(on), f"{draw.lognormal(5, 1):.2f}")
            )
            latest = day if day <= last else latest
            day += max(1.0, draw.gamma(steady, gap / steady))
        oracle[f"a{number:04}"] = _still(draw, gap, steady, last - latest) if stops > last else 1.0
    folder = scratch / f"KNOWN-{SEED}-{ACCOUNTS}"
    catalogue = FileCatalogue(folder)
    if catalogue.current().number == 0:
        scratch.mkdir(parents=True, exist_ok=True)
        path = scratch / "known.csv"
        with path.open("w", newline="") as file:
            csv.writer(file).writerows([("account", "product_line", "date", "amount"), *rows])
        load_files([path], table="lines", folder=folder, catalogue=catalogue, form=Format())
        path.unlink()
    return catalogue.current(), folder, oracle


def _still(draw: np.random.Generator, gap: float, steady: float, silent: float) -> float:
    """Chance that a living account, silent for so long, buys nothing within the horizon."""
    gaps = draw.gamma(steady, gap / steady, 4_000)
    longer = gaps[gaps > silent]
    waits = longer - silent if len(longer) else np.array([gap])
    stops = draw.exponential(1_500, len(waits))
    return float((np.minimum(waits, HORIZON + 1) > np.minimum(stops, HORIZON)).mean())


def _whitespace(draw: np.random.Generator) -> None:
    """Units of five kinds, each kind adopting each line at a yearly rate of its own.

    The oracle knows the rates. Four years are seen, the fifth is the truth.
    """
    rate = draw.gamma(0.35, 0.5, (CLASSES, LINES))[draw.integers(0, CLASSES, UNITS)]
    began = draw.exponential(1 / np.maximum(rate, 1e-9))
    owned = began <= 4
    market = Market(owned, owned & (began > 3.5), np.ones(LINES, dtype=bool))
    evidence = rank_lines(market, parameters=shipped())
    bought = (began > 4) & (began <= 5)
    scores = {
        "oracle": rate,
        "shipped": np.nan_to_num(evidence.score[evidence.kind], nan=-1.0),
        "popularity": np.broadcast_to(evidence.adoption, owned.shape),
        "random": draw.random(owned.shape),
    }
    gained = {key: _ndcg(score, owned, bought) for key, score in scores.items()}
    asked = ~np.isnan(gained["popularity"])
    print(f"whitespace: NDCG@5, n = {int(asked.sum())}")
    for key, values in gained.items():
        mine = values[asked]
        print(f"  {key:13} {shown(interval(len(mine), partial(_mean, mine)))}")


def _mean(values: Floats, rows: Rows) -> float:
    return float(values[rows].mean())


def _ndcg(score: Floats, owned: Bools, bought: Bools) -> Floats:
    order = np.argsort(-np.where(owned, -np.inf, score), axis=1, kind="stable")[:, :5]
    return ndcg(np.take_along_axis(bought, order, axis=1), bought.sum(axis=1).astype(float))


def _wallet(draw: np.random.Generator) -> None:
    """Units whose spend in a category is size × intensity × noise, and our share of it uneven.

    The oracle knows size, intensity and the noise's spread, not the noise itself.
    """
    size = draw.lognormal(3, 1.2, UNITS)
    intensity = draw.lognormal(7, 0.8, CATEGORIES)
    wallet = size[:, None] * intensity * draw.lognormal(0, 0.8, (UNITS, CATEGORIES))
    share = draw.beta(0.8, 2.5, wallet.shape) * (draw.random(wallet.shape) < 0.6)
    own = wallet * share
    table = []
    for category in range(CATEGORIES):
        facts = MarketFacts(wallet[:, category].sum(), own[:, category].sum(), size.sum())
        for unit in range(UNITS):
            found = estimate(
                ours=own[unit, category], size=size[unit], market=facts, parameters=shipped()
            )
            if found is not None:
                known = size[unit] * intensity[category]
                truth = wallet[unit, category]
                table.append(
                    (own[unit, category], truth, found.low, found.likely, found.high, known)
                )
    rows = np.array(table)
    for label, held in (("we sell to", rows[:, 0] > 0), ("we do not", rows[:, 0] == 0)):
        mine, truth, low, likely, high, known = rows[held].T
        print(f"wallet, units {label}: n = {len(truth)}")
        for key, view in (("oracle", known), ("shipped", likely), ("own sales", mine)):
            error = np.exp(np.median(np.abs(np.log(np.maximum(view, 1.0) / truth))))
            print(f"  median error factor {key:10} {error:.2f}")
        print(f"  80 % intervals cover {((low <= truth * 1.0001) & (truth <= high)).mean():.3f}")


def _attention(draw: np.random.Generator) -> None:
    """Portfolios of fifteen accounts and 420 touches in bursts: contact in proportion to potential,
    and with the largest account at three tenths of its due."""
    for label, due in (("in proportion (false alarms)", 1.0), ("largest neglected (found)", 0.3)):
        named = 0
        for _ in range(PORTFOLIOS):
            potential = draw.lognormal(0, 1.1, 15)
            wanted = potential * np.where(potential == potential.max(), due, 1.0)
            bursts = draw.multinomial(168, wanted / wanted.sum())
            touches = np.array(
                [draw.negative_binomial(max(n, 0), 0.4) + n if n else 0 for n in bursts]
            )
            nothing = np.full(15, np.nan)
            facts = AttentionFacts(
                touches.astype(float), touches, potential * 1e6, nothing, nothing, nothing, 2.5
            )
            audit = audit_attention(facts, parameters=load_defaults())
            named += bool(audit and audit.neglected)
        print(f"attention, {label}: {named / PORTFOLIOS:.3f} of {PORTFOLIOS} portfolios")


if __name__ == "__main__":
    report(scratch=Path("/tmp/insight-sets"))
