"""Quiet risk against recency, the quarter-drop rule and the formula as shipped; and the alarm.

Truth: no purchase day in the 180 days after the cut. Population: as the command lists.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.insight.scores import Floats, Rows, auc, interval, shown, skill
from benchmarks.insight.sets import open_set
from sightline.ledger.insight.quiet import log_odds, sigmoid
from sightline.ledger.insight.quiet_rows import population, quiet_rows
from sightline.ledger.method import shipped
from sightline.ledger.source import Source, opened
from sightline.ledger.version import LedgerVersion

HORIZON = 180
CUTS: tuple[tuple[str, tuple[date, ...], date], ...] = (
    (
        "OX_SUPPLIERS",
        (date(2015, 9, 30), date(2016, 3, 31), date(2016, 9, 30)),
        date(2017, 6, 30),
    ),
    ("AW", (date(2012, 12, 31), date(2013, 6, 30)), date(2013, 10, 31)),
)


def quarter_drop(source: Source, names: list[str], day: date) -> Floats:
    """1 − last 91 days' revenue ÷ that of the 91 days before; 0 without revenue before."""
    rows = source.connection.execute(
        "SELECT account, coalesce(sum(amount) FILTER (date > $a), 0)::DOUBLE, "
        "coalesce(sum(amount) FILTER (date <= $a AND date > $b), 0)::DOUBLE FROM flows "
        "WHERE date <= $day GROUP BY account",
        {"day": day, "a": day - timedelta(days=91), "b": day - timedelta(days=182)},
    ).fetchall()
    found = {name: 1 - last / before if before > 0 else 0.0 for name, last, before in rows}
    return np.array([found.get(name, 0.0) for name in names])


def one_cut(name: str, cut: date, *, data: Path, scratch: Path) -> dict[str, Floats]:
    """Every score and the truth, one entry per account of a set."""
    version, folder = open_set(name, data=data, scratch=scratch)
    return at_cut(version, folder, cut)[1]


def at_cut(version: LedgerVersion, folder: Path, cut: date) -> tuple[list[str], dict[str, Floats]]:
    """The accounts judged, and every score and the truth in their order."""
    numbers = shipped()
    with opened(version, folder=folder, as_of=cut) as source:
        answer = quiet_rows(source, as_of=cut, horizon=HORIZON, parameters=numbers)
        source.at(cut, outcome_last=cut + timedelta(days=HORIZON))
        names, rhythm, _ = population(source, cut)
        bought = {str(row[0]) for row in source.rows("outcomes")}
        drop = quarter_drop(source, names, cut)
    rows = {row.account: row for row in answer.rows}
    return names, {
        "shipped": np.array([rows[account].probability for account in names]),
        "formula": sigmoid(log_odds(rhythm, horizon=HORIZON, parameters=numbers)),
        "recency": rhythm.silent,
        "quarter drop": drop,
        "alarm": np.array([rows[account].alarm == "true" for account in names], dtype=float),
        "quiet": np.array([account not in bought for account in names], dtype=float),
    }


def report(*, data: Path, scratch: Path) -> None:
    """Print one block per set and cut group."""
    for name, choosing, final in CUTS:
        for label, cuts in (("choosing", choosing), ("final", (final,))):
            each = [one_cut(name, cut, data=data, scratch=scratch) for cut in cuts]
            scores = {key: np.concatenate([one[key] for one in each]) for key in each[0]}
            _print(f"{name} {label} ({', '.join(map(str, cuts))}", scores)


def _print(title: str, scores: dict[str, Floats]) -> None:
    truth = scores["quiet"] > 0
    n = len(truth)
    print(f"{title}; n = {n}; base {truth.mean():.3f})")

    def area(key: str, rows: Rows) -> float:
        return auc(scores[key][rows], truth[rows])

    def better(other: str, rows: Rows) -> float:
        return area("shipped", rows) - area(other, rows)

    def skilled(key: str, rows: Rows) -> float:
        return skill(scores[key][rows], truth[rows])

    alarm = scores["alarm"] > 0

    def lift(rows: Rows) -> float:
        hit = truth[rows][alarm[rows]]
        return float(hit.mean() / truth[rows].mean()) if len(hit) else float("nan")

    for key in ("shipped", "formula", "recency", "quarter drop"):
        print(f"  AUC {key:13} {shown(interval(n, partial(area, key)))}")
    for key in ("recency", "quarter drop"):
        print(f"  AUC gain over {key:13} {shown(interval(n, partial(better, key)))}")
    for key in ("shipped", "formula"):
        print(f"  Brier skill {key:8} {shown(interval(n, partial(skilled, key)))}")
    print(f"  alarm: {alarm.mean():.3f} flagged, lift {shown(interval(n, lift))}")
