"""The chance of the target: published figures, exactness, and the properties that define it."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sightline.planning.bridge import (
    BaseLine,
    Basis,
    BridgeFacts,
    BridgeParameters,
    CellShare,
    Draw,
    PlayFacts,
    TargetFacts,
    TargetKind,
    build_bridge,
    chance_of,
    chance_of_target,
    chance_with,
    coverage_needed,
    coverage_of,
    in_words,
    what_moves_it,
)
from sightline.planning.bridge.chance import outlook_of
from sightline.planning.bridge.coverage import chance_at_coverage
from sightline.planning.errors import InvalidValue
from sightline.planning.fiscal import MonthCalendar
from sightline.planning.money import Money
from sightline.planning.parameters import load_defaults
from tests.planning.worked import worked

PARAMETERS = load_defaults().section(BridgeParameters, "bridge")
ON_GRID = replace(PARAMETERS, exact_draws=0)
BOTH = pytest.mark.parametrize("parameters", [PARAMETERS, ON_GRID], ids=["exact", "grid"])


def draw(value: int, probability: float, *, key: str = "") -> Draw:
    return Draw(key, key, probability, value, value, value)


def draws_of(case: dict[str, Any]) -> list[Draw]:
    pairs = zip(case["values"], case["probabilities"], strict=True)
    return [draw(value * 100_000, p, key=str(n)) for n, (value, p) in enumerate(pairs)]


@BOTH
@pytest.mark.parametrize("case", worked("bridge", "chance"))
def test_published_chances_are_met_to_two_thousandths(
    case: dict[str, Any], parameters: BridgeParameters
) -> None:
    draws = draws_of(case)
    need = case["target"] * 100_000
    chance = chance_of(draws, need=need, rho=case["rho"], parameters=parameters)
    assert chance == pytest.approx(case["chance"], abs=0.002)
    mean = outlook_of(draws, rho=case["rho"], parameters=parameters).mean
    assert mean == pytest.approx(case["mean"] * 100_000)


draw_values = st.builds(
    draw, st.integers(0, 500_000), st.integers(0, 100).map(lambda hundredths: hundredths / 100)
)
ranges = st.tuples(*[st.integers(0, 500_000)] * 3).map(sorted)
spread_draws = st.builds(
    lambda r, p: Draw("", "", p, *r), ranges, st.integers(1, 99).map(lambda h: h / 100)
)
correlations = st.sampled_from([0.0, 0.1, 0.2, 0.3, 0.5, 0.8, 0.95])


@given(st.lists(draw_values, max_size=6), st.integers(1, 1_500_000))
def test_without_a_shared_factor_it_is_the_sum_over_all_outcomes(
    draws: list[Draw], need: int
) -> None:
    exact = 0.0
    for wins in itertools.product((False, True), repeat=len(draws)):
        landed = sum(d.likely for d, win in zip(draws, wins, strict=True) if win)
        if landed >= need:
            exact += math.prod(
                d.probability if win else 1 - d.probability
                for d, win in zip(draws, wins, strict=True)
            )
    chance = chance_of(draws, need=need, rho=0.0, parameters=PARAMETERS)
    assert chance == pytest.approx(exact, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(draw_values | spread_draws, min_size=1, max_size=8),
    st.integers(1, 2_000_000),
    st.integers(0, 300_000),
    correlations,
    st.sampled_from([PARAMETERS, ON_GRID]),
)
def test_a_higher_value_never_lowers_the_chance(
    draws: list[Draw], need: int, more: int, rho: float, parameters: BridgeParameters
) -> None:
    first = draws[0]
    raised = replace(
        first, low=first.low + more, likely=first.likely + more, high=first.high + more
    )
    before = chance_of(draws, need=need, rho=rho, parameters=parameters)
    after = chance_of([raised, *draws[1:]], need=need, rho=rho, parameters=parameters)
    assert after >= before - 1e-9


@settings(max_examples=60, deadline=None)
@given(
    st.lists(draw_values | spread_draws, min_size=1, max_size=8),
    st.integers(1, 2_000_000),
    st.floats(0, 1),
    correlations,
    st.sampled_from([PARAMETERS, ON_GRID]),
)
def test_a_higher_probability_never_lowers_the_chance(
    draws: list[Draw], need: int, share: float, rho: float, parameters: BridgeParameters
) -> None:
    first = draws[0]
    raised = replace(first, probability=first.probability + (1 - first.probability) * share)
    before = chance_of(draws, need=need, rho=rho, parameters=parameters)
    after = chance_of([raised, *draws[1:]], need=need, rho=rho, parameters=parameters)
    assert after >= before - 1e-9


@settings(max_examples=80, deadline=None)
@given(
    st.lists(draw_values | spread_draws, min_size=1, max_size=8),
    st.tuples(correlations, correlations).map(sorted),
)
def test_a_higher_rho_keeps_the_mean_and_never_lowers_the_variance(
    draws: list[Draw], rhos: list[float]
) -> None:
    low = outlook_of(draws, rho=rhos[0], parameters=PARAMETERS)
    high = outlook_of(draws, rho=rhos[1], parameters=PARAMETERS)
    assert high.mean == pytest.approx(low.mean, rel=1e-9, abs=1e-6)
    assert high.spread >= low.spread * (1 - 1e-9) - 1e-6


@settings(max_examples=40, deadline=None)
@given(st.lists(draw_values, min_size=1, max_size=10), st.integers(1, 2_000_000), correlations)
def test_a_higher_target_is_never_likelier(draws: list[Draw], need: int, rho: float) -> None:
    lower = chance_of(draws, need=need, rho=rho, parameters=PARAMETERS)
    higher = chance_of(draws, need=need + 1_000, rho=rho, parameters=PARAMETERS)
    assert 0 <= higher <= lower + 1e-12 <= 1 + 2e-12


round_draws = st.builds(
    lambda value, p: draw(value * 10**6, p / 100), st.integers(0, 50), st.integers(0, 100)
)


@settings(max_examples=40, deadline=None)
@given(st.lists(round_draws, min_size=1, max_size=9), st.integers(1, 90), correlations)
def test_grid_and_exact_counting_agree_where_values_are_round(
    draws: list[Draw], need: int, rho: float
) -> None:
    exact = chance_of(draws, need=need * 10**6, rho=rho, parameters=PARAMETERS)
    grid = chance_of(draws, need=need * 10**6, rho=rho, parameters=ON_GRID)
    assert grid == pytest.approx(exact, abs=1e-9)


def test_the_same_input_gives_the_same_figure() -> None:
    draws = [Draw(str(n), "", 0.3, n * 997, n * 1_009, n * 2_003) for n in range(1, 40)]
    chances = {chance_of(draws, need=9_000, rho=0.3, parameters=PARAMETERS) for _ in range(3)}
    assert len(chances) == 1


def test_a_target_already_met_is_certain_and_one_out_of_reach_has_no_chance() -> None:
    assert chance_of([], need=0, rho=0.2, parameters=PARAMETERS) == 1.0
    assert chance_of([draw(10, 0.9)], need=11, rho=0.2, parameters=PARAMETERS) == 0.0
    assert chance_of([draw(10, 1.0)], need=10, rho=0.2, parameters=PARAMETERS) == 1.0


def test_a_correlation_of_one_is_refused() -> None:
    with pytest.raises(InvalidValue):
        chance_of([draw(10, 0.5)], need=5, rho=1.0, parameters=PARAMETERS)


PLAYS = tuple(
    PlayFacts(
        key=f"p{n}",
        label=f"Play {n}",
        recurring=Money(value * 100, "EUR"),
        probability=p,
        closes=dt.date(2027, 6, 1),
    )
    for n, (value, p) in enumerate([(400_000, 0.6), (250_000, 0.3), (250_000, 0.4), (40_000, 0.3)])
)
FACTS = BridgeFacts(
    currency="EUR",
    year=MonthCalendar().year(2027),
    base=(BaseLine("b", "Base", Money(100_000_00, "EUR")),),
    plays=PLAYS,
    target=TargetFacts(((TargetKind.EXPAND, Money(600_000_00, "EUR")),)),
)
BRIDGE = build_bridge(FACTS, today=dt.date(2027, 1, 10), parameters=PARAMETERS)


def test_the_play_whose_loss_costs_most_is_named_first() -> None:
    movers = what_moves_it(BRIDGE, parameters=PARAMETERS)
    assert movers[0].key == "p0"
    assert all(mover.change <= 0 for mover in movers)
    without = replace(FACTS, plays=PLAYS[1:])
    bridge = build_bridge(without, today=dt.date(2027, 1, 10), parameters=PARAMETERS)
    fresh = chance_of_target(bridge, parameters=PARAMETERS).probability
    assert movers[0].chance == pytest.approx(fresh)


def test_one_more_play_raises_the_chance() -> None:
    added = chance_with(BRIDGE, draw(150_000_00, 0.4, key="new"), parameters=PARAMETERS)
    assert added is not None and added.change > 0


def test_the_range_holds_the_mean_and_is_shown_with_its_chance() -> None:
    chance = chance_of_target(BRIDGE, parameters=PARAMETERS)
    assert chance.low <= chance.mean <= chance.high
    assert chance.mean == BRIDGE.landing
    assert not chance.calibrated
    assert [reason.code for reason in chance.reasons] == ["chance.said", "chance.uncalibrated"]


def test_without_a_target_there_is_no_chance_but_a_range() -> None:
    bridge = build_bridge(
        replace(FACTS, target=None), today=dt.date(2027, 1, 10), parameters=PARAMETERS
    )
    chance = chance_of_target(bridge, parameters=PARAMETERS)
    assert chance.probability is None
    assert chance.high > chance.low


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (0.5155, "about 1 in 2"),
        (0.31, "about 1 in 3"),
        (0.01, "almost none"),
        (0.99, "almost certain"),
    ],
)
def test_a_chance_is_said_as_people_say_it(chance: float, words: str) -> None:
    assert in_words(chance) == words


@pytest.mark.parametrize(
    ("win_rate", "multiple", "published"),
    [(0.25, 3.0, 0.31), (0.25, 4.0, 0.40), (0.2, 3.0, 0.23), (0.33, 3.0, 0.43), (0.5, 3.0, 0.68)],
)
def test_coverage_of_ten_plays_is_near_the_published_table(
    win_rate: float, multiple: float, published: float
) -> None:
    chance = chance_at_coverage(multiple, win_rate=win_rate, plays=10, parameters=PARAMETERS)
    assert chance == pytest.approx(published, abs=0.04)


def test_three_times_is_not_enough_at_a_quarter_win_rate() -> None:
    needed = coverage_needed(0.25, plays=10, parameters=PARAMETERS)
    assert needed is not None and needed > 4


def test_coverage_compares_open_plays_with_what_they_must_bring() -> None:
    coverage = coverage_of(BRIDGE, PLAYS, win_rate=0.4, parameters=PARAMETERS)
    assert coverage.now == pytest.approx(940 / 500)
    assert coverage.plays == 4


def test_coverage_counts_open_plays_as_the_bridge_does() -> None:
    """Half of the first stands on a cell that nobody reaches; of the year half is left."""
    half = replace(PLAYS[0], cells=(CellShare("a", None), CellShare("b", None, fantasy=True)))
    for basis, money in ((Basis.EXIT_ACV, 200 + 540), (Basis.REVENUE_IN_YEAR, 740 * 214 / 365)):
        facts = replace(FACTS, plays=(half, *PLAYS[1:]), basis=basis)
        bridge = build_bridge(facts, today=dt.date(2027, 1, 10), parameters=PARAMETERS)
        coverage = coverage_of(bridge, facts.plays, win_rate=0.4, parameters=PARAMETERS)
        assert coverage.now == pytest.approx(money / 500)
        assert coverage.plays == 4
