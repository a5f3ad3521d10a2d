"""Quiet accounts: the formula, its recalibration on the past only, and the alarm for the few."""

from __future__ import annotations

import dataclasses
import itertools
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.ledger.insight.quiet import (
    Past,
    Rhythm,
    alarms,
    fit,
    log_odds,
    predict,
    sigmoid,
)
from sightline.ledger.insight.quiet_rows import QuietAnswer, in_words, quiet_rows
from sightline.ledger.method import shipped
from sightline.ledger.source import opened
from sightline.ledger.version import LedgerVersion
from tests.ledger.made import ledger, line

P = shipped()
AS_OF = date(2026, 6, 30)


def rhythm(n: int, seed: int = 0, **columns: Any) -> Rhythm:
    draw = np.random.default_rng(seed)
    days = draw.integers(4, 60, n).astype(float)
    given = {
        "silent": draw.integers(0, 180, n).astype(float),
        "days_12": np.minimum(days, draw.integers(1, 30, n)).astype(float),
        "days": days,
        "usual_gap": draw.integers(5, 120, n).astype(float),
        "r12": draw.integers(0, 10**7, n).astype(float),
        "r6": draw.integers(0, 10**6, n).astype(float),
        "r12_prior": draw.integers(0, 10**7, n).astype(float),
        "lines": draw.integers(1, 6, n).astype(float),
    }
    given["longest_gap"] = 1.2 * columns.get("usual_gap", given["usual_gap"])
    return Rhythm(**(given | columns))


@given(st.floats(0, 179), st.floats(0, 179), st.integers(1, 300))
def test_longer_silence_never_lowers_the_formula(a: float, b: float, days: int) -> None:
    both = rhythm(2, silent=np.array(sorted((a, b))), days_12=np.full(2, float(days)))
    odds = log_odds(both, horizon=180, parameters=P)
    assert odds[0] <= odds[1]


def test_a_longer_horizon_is_less_often_all_quiet() -> None:
    some = rhythm(50)
    chances = [sigmoid(log_odds(some, horizon=days, parameters=P)) for days in (30, 90, 180, 365)]
    for shorter, longer in itertools.pairwise(chances):
        assert (shorter > longer).all()


@given(st.integers(1, 200), st.integers(0, 5))
def test_at_most_a_tenth_is_alarmed_and_only_the_late(n: int, seed: int) -> None:
    some = rhythm(n, seed)
    alarm = alarms(some, parameters=P)
    assert alarm.sum() <= max(1, n * P.quiet_alarm_most)
    assert (some.silent[alarm] > P.gap_factor * some.usual_gap[alarm]).all()
    assert (some.silent[alarm] > some.longest_gap[alarm]).all()


def test_the_longest_silences_keep_their_alarm() -> None:
    some = rhythm(20, silent=np.arange(20) * 10.0, usual_gap=np.full(20, 2.0))
    assert list(np.flatnonzero(alarms(some, parameters=P))) == [18, 19]


def test_one_of_few_accounts_may_be_alarmed() -> None:
    some = rhythm(
        3,
        silent=np.array([5.0, 200.0, 90.0]),
        usual_gap=np.full(3, 20.0),
        longest_gap=np.full(3, 30.0),
    )
    assert list(alarms(some, parameters=P)) == [False, True, False]


def _past(level: float, cuts: int = 4, n: int = 400) -> list[Past]:
    """Outcomes drawn from the formula with its level moved."""
    found = []
    for cut in range(cuts):
        some = rhythm(n, seed=cut)
        chance = sigmoid(log_odds(some, horizon=180, parameters=P) + level)
        draw = np.random.default_rng(100 + cut).random(n)
        found.append(Past(some, draw < chance))
    return found


def test_few_outcomes_leave_the_formula_as_it_is() -> None:
    model = fit(_past(0.0, cuts=1, n=40), horizon=180, parameters=P)
    assert model.method == "formula"
    some = rhythm(10)
    np.testing.assert_allclose(
        predict(model, some, horizon=180, parameters=P),
        sigmoid(log_odds(some, horizon=180, parameters=P)),
    )


@pytest.mark.parametrize("level", [-1.0, 1.0])
def test_recalibration_moves_the_level_towards_what_happened(level: float) -> None:
    model = fit(_past(level, cuts=6), horizon=180, parameters=P)
    assert model.method == "recalibrated"
    some = rhythm(4000, seed=77)
    true = sigmoid(log_odds(some, horizon=180, parameters=P) + level).mean()
    before = sigmoid(log_odds(some, horizon=180, parameters=P)).mean()
    after = predict(model, some, horizon=180, parameters=P).mean()
    assert abs(after - true) < abs(before - true) / 3


def test_one_cut_is_believed_less_than_six() -> None:
    some = rhythm(2000, seed=77)
    formula = sigmoid(log_odds(some, horizon=180, parameters=P)).mean()
    one, six = (
        predict(
            fit(_past(1.0, cuts=cuts), horizon=180, parameters=P), some, horizon=180, parameters=P
        ).mean()
        for cuts in (1, 6)
    )
    assert formula < one < six


def test_words_are_of_kinds_a_person_says() -> None:
    assert in_words(0.001) == "hardly any"
    assert in_words(0.21) == "about 1 in 5"
    assert in_words(0.5) == "about 1 in 2"
    assert in_words(0.72) == "about 7 in 10"
    assert in_words(0.99) == "nearly all"


def _company(seed: int = 3) -> list[Any]:
    """Two hundred accounts over four years, each with its own pace, some stopping for good."""
    draw = np.random.default_rng(seed)
    rows = []
    for n in range(200):
        pace, day = draw.integers(5, 60), date(2022, 7, 1) + timedelta(days=int(draw.integers(90)))
        stop = date(2022, 7, 1) + timedelta(days=int(draw.integers(400, 2200)))
        while day < min(stop, date(2026, 12, 31)):
            rows.append(line(f"a{n:03}", "x", str(day), int(draw.integers(100, 9000))))
            day += timedelta(days=int(draw.exponential(pace)) + 1)
    return rows


def answer(folder: Path, version: LedgerVersion, horizon: int = 180) -> QuietAnswer:
    with opened(version, folder=folder, as_of=AS_OF) as source:
        return quiet_rows(source, as_of=AS_OF, horizon=horizon, parameters=P)


def test_nothing_after_the_day_reaches_the_answer(tmp_path: Path) -> None:
    known = [row for row in _company() if row[3] <= AS_OF]
    later = [row for row in _company() if row[3] > AS_OF]
    assert later
    before = answer(tmp_path, ledger(tmp_path, source="known", lines=known))
    after = answer(tmp_path, ledger(tmp_path, source="later", lines=later))
    assert before.rows == after.rows
    assert before.model.method == "recalibrated"


def test_the_past_is_used_only_where_its_outcome_is_known(tmp_path: Path) -> None:
    """A horizon so long that no earlier cut has an outcome leaves the formula."""
    version = ledger(tmp_path, lines=_company())
    assert answer(tmp_path, version, horizon=1500).model.method == "formula"


def test_rows_are_of_accounts_that_can_be_judged(tmp_path: Path) -> None:
    rows = [
        *[line("often", "x", str(AS_OF - timedelta(days=day)), 5) for day in (1, 20, 40, 60)],
        *[line("rarely", "x", str(AS_OF - timedelta(days=day)), 5) for day in (1, 20)],
        *[line("gone", "x", str(AS_OF - timedelta(days=day)), 5) for day in (300, 320, 340, 360)],
    ]
    found = answer(tmp_path, ledger(tmp_path, lines=rows))
    assert [row.account for row in found.rows] == ["often"]
    assert found.left_out == 2
    assert found.rows[0].days_silent == 1
    assert found.rows[0].alarm == "false"
    assert "uncalibrated until" in found.rows[0].text


def test_a_younger_ledger_is_scaled_to_twelve_months(tmp_path: Path) -> None:
    days = (1, 20, 40, 60)
    young = ledger(
        tmp_path, lines=[line("a", "x", str(AS_OF - timedelta(days=day)), 5) for day in days]
    )
    old = ledger(tmp_path, source="b", lines=[line("b", "x", "2024-01-01", 5)])
    chance = [answer(tmp_path, version).rows[0].probability for version in (young, old)]
    assert chance[0] < chance[1]


def test_the_shipped_coefficients_can_be_replaced() -> None:
    other = dataclasses.replace(P, quiet_intercept=0.0)
    some = rhythm(3)
    moved = log_odds(some, horizon=180, parameters=other) - log_odds(
        some, horizon=180, parameters=P
    )
    np.testing.assert_allclose(moved, 3.049)
