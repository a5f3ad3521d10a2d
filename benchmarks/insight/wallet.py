"""Wallet estimates with other suppliers hidden, against the true spend of a unit in a category.

Every supplier that sells to at least three units in a category takes a turn as "us".
"""

from __future__ import annotations

import math
from collections import defaultdict
from functools import partial
from pathlib import Path

import duckdb
import numpy as np

from benchmarks.insight.scores import Floats, Rows, interval, shown
from sightline.ledger.insight.wallet import MarketFacts, estimate
from sightline.ledger.method import shipped

CHOOSING, FINAL = (2014, 2015), (2016, 2017)
_UNITS = 3
_ROUNDING = 1.0001


def cases(year: int, *, data: Path) -> list[tuple[float, float, float, float, float, float]]:
    """(own, truth, low, likely, high, size view alone) of every judged unit and category."""
    rows = (
        duckdb.connect()
        .execute(
            "SELECT unit, category, coalesce(supplier, ''), sum(amount) * 100 FROM "
            f"'{data}/oxford_spend/oxford_city_council_spend_2014Q1_2018Q1.parquet' "
            f"WHERE quarter LIKE '{year}%' AND unit IS NOT NULL AND category IS NOT NULL GROUP BY ALL"
        )
        .fetchall()
    )
    cell: dict[tuple[str, str], float] = defaultdict(float)
    market: dict[str, float] = defaultdict(float)
    whole: dict[str, float] = defaultdict(float)
    seller: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for unit, category, supplier, amount in rows:
        cell[unit, category] += amount
        market[category] += amount
        whole[unit] += amount
        if amount > 0 and supplier:
            seller[supplier, category][unit] = amount
    found = []
    for (_, category), own in seller.items():
        buyers = [unit for (unit, kind), spent in cell.items() if kind == category and spent > 0]
        if len(own) < _UNITS or len(buyers) <= _UNITS or market[category] <= 0:
            continue
        size = {unit: max(whole[unit] - cell.get((unit, category), 0.0), 0.0) for unit in whole}
        facts = MarketFacts(market[category], sum(own.values()), sum(size.values()))
        for unit in buyers:
            mine = own.get(unit, 0.0)
            wallet = estimate(ours=mine, size=size[unit], market=facts, parameters=shipped())
            alone = estimate(ours=0.0, size=size[unit], market=facts, parameters=shipped())
            if wallet is not None and alone is not None:
                truth = cell[unit, category]
                found.append((mine, truth, wallet.low, wallet.likely, wallet.high, alone.likely))
    return found


def report(*, data: Path) -> None:
    """Print error factors and coverage for the choosing and the final years."""
    for label, years in (("choosing", CHOOSING), ("final", FINAL)):
        table = np.array([case for year in years for case in cases(year, data=data)])
        sold = table[:, 0] > 0
        _print(f"Oxford {label} {years}, units we sell to", table[sold])
        _print(f"Oxford {label} {years}, others", table[~sold])


def _print(title: str, table: Floats) -> None:
    own, truth, low, likely, high, alone = table.T
    n = len(truth)

    def factor(view: Floats, rows: Rows) -> float:
        error = np.abs(np.log(np.maximum(view, 1.0) / truth))
        return math.exp(float(np.median(error[rows])))

    def cover(rows: Rows) -> float:
        held = (low <= truth * _ROUNDING) & (truth <= high * _ROUNDING)
        return float(held[rows].mean())

    print(f"{title}: n = {n}")
    for name, view in (("shipped", likely), ("size alone", alone), ("own sales", own)):
        print(f"  median error factor {name:10} {shown(interval(n, partial(factor, view)))}")
    print(f"  80 % intervals cover {shown(interval(n, cover))}")
