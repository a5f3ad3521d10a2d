"""Quiet accounts in rows: probability, alarm and the sentence, from one version at one cut."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from sightline.ledger.errors import NothingToJudge
from sightline.ledger.insight.quiet import (
    Floats,
    Model,
    Past,
    Rhythm,
    alarms,
    fit,
    predict,
)
from sightline.ledger.insight.words import plural
from sightline.ledger.method import InsightParameters
from sightline.ledger.source import Source

_YEAR = 365


class QuietRow(NamedTuple):
    """One account. `probability` of no purchase within the horizon; days are whole days."""

    account: str
    probability: float
    alarm: str
    days_silent: int
    usual_gap: int
    text: str


class QuietAnswer(NamedTuple):
    """The rows, the model they come from, and how many accounts are outside its population."""

    rows: list[QuietRow]
    model: Model
    left_out: int


def quiet_rows(
    source: Source, *, as_of: date, horizon: int, parameters: InsightParameters
) -> QuietAnswer:
    """Every account with enough purchase days and one in the last six months, likeliest first."""
    first = _first_day(source)
    past = _past(source, as_of=as_of, first=first, horizon=horizon, parameters=parameters)
    source.at(as_of)
    names, rhythm, left_out = _rhythm(source, as_of, first)
    model = fit(past, horizon=horizon, parameters=parameters)
    chance = predict(model, rhythm, horizon=horizon, parameters=parameters)
    alarm = alarms(rhythm, parameters=parameters)
    order = np.lexsort((np.array(names), -chance))
    rows = [
        QuietRow(
            names[i],
            round(float(chance[i]), 6),
            "true" if alarm[i] else "false",
            int(rhythm.silent[i]),
            int(rhythm.usual_gap[i]),
            _words(rhythm, i, float(chance[i]), model, horizon),
        )
        for i in order
    ]
    return QuietAnswer(rows, model, left_out)


def population(source: Source, cut: date) -> tuple[list[str], Rhythm, int]:
    """Names and rhythm of the accounts judged at the bound cut, and how many are not judged."""
    return _rhythm(source, cut, _first_day(source))


def _first_day(source: Source) -> date:
    source.make("spans")
    row = source.connection.execute("SELECT min(first_day) FROM spans").fetchone()
    if row is None or row[0] is None:
        raise NothingToJudge("the ledger holds no revenue lines")
    first: date = row[0]
    return first


def _past(
    source: Source, *, as_of: date, first: date, horizon: int, parameters: InsightParameters
) -> list[Past]:
    """Earlier cuts whose outcome is known by `as_of`, oldest first, each with enough history."""
    found: list[Past] = []
    cut = as_of - timedelta(days=horizon)
    earliest = first + timedelta(days=parameters.quiet_min_history_days)
    while cut >= earliest and len(found) < parameters.quiet_cuts:
        source.progress(f"learning from what followed {cut}")
        source.at(cut, outcome_last=cut + timedelta(days=horizon))
        names, rhythm, _ = _rhythm(source, cut, first)
        bought = {row[0] for row in source.rows("outcomes")}
        if names:
            found.append(Past(rhythm, np.array([name not in bought for name in names])))
        cut -= timedelta(days=parameters.quiet_cut_step_days)
    return found[::-1]


def _rhythm(source: Source, cut: date, first: date) -> tuple[list[str], Rhythm, int]:
    """The accounts of the formula's population at the bound cut, and how many are outside it.

    Where the ledger itself is younger than a year, purchase days are scaled to twelve months.
    """
    source.make("rhythm")
    source.make("rhythm_facts")
    columns = source.connection.execute(
        "SELECT account, days_silent, purchase_days_12, purchase_days, usual_gap, longest_gap, "
        "r12, r6, r12_prior, lines_12 "
        "FROM rhythm JOIN rhythm_facts USING (account) WHERE in_population ORDER BY account"
    ).fetchnumpy()
    outside = source.connection.execute("SELECT count(*) FROM rhythm WHERE NOT in_population")
    row = outside.fetchone()

    def floats(name: str) -> Floats:
        return np.asarray(columns[name], dtype=np.float64)

    rhythm = Rhythm(
        silent=floats("days_silent"),
        days_12=floats("purchase_days_12") * max(1.0, _YEAR / ((cut - first).days + 1)),
        days=floats("purchase_days"),
        usual_gap=floats("usual_gap"),
        longest_gap=floats("longest_gap"),
        r12=floats("r12"),
        r6=floats("r6"),
        r12_prior=floats("r12_prior"),
        lines=floats("lines_12"),
    )
    return [str(name) for name in columns["account"]], rhythm, row[0] if row else 0


def _words(rhythm: Rhythm, i: int, chance: float, model: Model, horizon: int) -> str:
    silent, gap = int(rhythm.silent[i]), int(rhythm.usual_gap[i])
    said = (
        f"No purchase for {plural(silent, 'day', 'days')}; "
        f"9 in 10 of its gaps are {plural(gap, 'day', 'days')} or shorter. "
    )
    if model.method == "formula":
        return (
            f"{said}Chance of nothing in {horizon} days about {chance:.0%}, "
            "uncalibrated until enough of your own outcomes are known."
        )
    place = int(np.searchsorted(model.edges, chance, side="right"))
    share, seen = float(model.observed[place]), int(model.seen[place])
    return (
        f"{said}Of your accounts that looked like this before, {in_words(share)} bought nothing "
        f"in the next {horizon} days (n = {seen})."
    )


def in_words(share: float) -> str:
    """A share as "about 1 in 5"; none and all are said as such."""
    if share <= 0.005:
        return "hardly any"
    if share > 0.5:
        tenths = round(share * 10)
        return "nearly all" if tenths >= 10 else f"about {tenths} in 10"
    return f"about 1 in {round(1 / share)}"
