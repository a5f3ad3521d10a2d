"""Stage odds from history, time curves with open plays censored, and what slipping costs."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.bridge import (
    BridgeParameters,
    ClosedPlay,
    Outcome,
    Spell,
    StageRecord,
    Tally,
    earliest_close,
    slippage,
    stage_odds,
    stuck_after,
    tally_stage,
    time_curve,
)
from sightline.planning.errors import InvalidValue
from sightline.planning.parameters import load_defaults

PARAMETERS = load_defaults().section(BridgeParameters, "bridge")


def test_the_default_counts_for_ten_opportunities() -> None:
    odds = stage_odds(0.3, history=Tally(won=12, closed=40), parameters=PARAMETERS)
    assert odds.probability == pytest.approx((10 * 0.3 + 12) / 50)
    assert odds.calibrated


def test_under_thirty_closed_is_uncalibrated_and_says_so() -> None:
    odds = stage_odds(0.3, history=Tally(won=29, closed=29), parameters=PARAMETERS)
    assert not odds.calibrated
    assert "odds.uncalibrated" in [reason.code for reason in odds.reasons]


def test_a_split_is_used_only_with_thirty_closed_in_it() -> None:
    whole = Tally(won=20, closed=100)
    small, large = Tally(29, 29, "product: A"), Tally(30, 30, "size: large")
    odds = stage_odds(0.2, history=whole, splits=(small, large), parameters=PARAMETERS)
    assert odds.split == "size: large"
    assert stage_odds(0.2, history=whole, splits=(small,), parameters=PARAMETERS).split == ""


def test_a_stage_without_default_gives_no_probability() -> None:
    odds = stage_odds(None, history=Tally(5, 50), parameters=PARAMETERS)
    assert odds.probability is None


def test_history_counts_every_opportunity_that_ever_entered_the_stage() -> None:
    records = [
        StageRecord(frozenset({"Proposal"}), Outcome.WON, product="A"),
        StageRecord(frozenset({"Proposal", "Closing"}), Outcome.LOST, product="B"),
        StageRecord(frozenset({"Proposal"}), Outcome.OPEN, product="A"),
        StageRecord(frozenset({"Discovery"}), Outcome.WON, product="A"),
    ]
    assert tally_stage(records, stage="Proposal") == Tally(1, 2)
    assert tally_stage(records, stage="Proposal", product="A") == Tally(1, 1, "product: A")


def test_more_won_than_closed_is_refused() -> None:
    with pytest.raises(InvalidValue):
        Tally(won=2, closed=1)


@given(st.integers(0, 500), st.integers(0, 500), st.floats(0, 1))
def test_odds_stay_between_default_and_record(won: int, lost: int, default: float) -> None:
    odds = stage_odds(default, history=Tally(won, won + lost), parameters=PARAMETERS)
    assert odds.probability is not None
    rate = won / (won + lost) if won + lost else default
    assert min(default, rate) - 1e-9 <= odds.probability <= max(default, rate) + 1e-9


def test_open_plays_are_censored_not_counted_as_closed() -> None:
    # at risk 5, 4, 2: S = 4/5, then 3/5 x ... by hand
    spells = [Spell(10, True), Spell(20, True), Spell(20, False), Spell(30, True), Spell(40, False)]
    curve = time_curve(spells)
    assert curve.days == (10, 20, 30)
    assert curve.still == pytest.approx((0.8, 0.6, 0.3))
    assert curve.cases == 3
    assert curve.quantile(0.2) == 10
    assert curve.quantile(0.9) is None
    assert curve.ends_within(30, age=10) == pytest.approx((0.7 - 0.2) / 0.8)


@given(st.lists(st.builds(Spell, st.integers(0, 400), st.booleans()), max_size=60))
def test_a_time_curve_never_rises_and_without_censoring_is_the_plain_share(
    spells: list[Spell],
) -> None:
    curve = time_curve(spells)
    assert list(curve.still) == sorted(curve.still, reverse=True)
    whole = time_curve([Spell(spell.days, True) for spell in spells])
    for day in range(0, 401, 50):
        if spells:
            share = sum(spell.days <= day for spell in spells) / len(spells)
            assert whole.ended_by(day) == pytest.approx(share)


def test_the_earliest_close_is_measured_with_twenty_closings() -> None:
    curve = time_curve([Spell(day, True) for day in range(1, 21)])
    assert earliest_close(curve, stages_left=3, parameters=PARAMETERS).days == 4
    few = time_curve([Spell(day, True) for day in range(1, 20)])
    default = earliest_close(few, stages_left=3, parameters=PARAMETERS)
    assert (default.days, default.measured) == (90, False)


def test_stuck_is_the_third_quartile_or_forty_five_days() -> None:
    curve = time_curve([Spell(day, True) for day in range(1, 21)])
    assert stuck_after(curve, parameters=PARAMETERS).days == 15
    assert stuck_after(time_curve([]), parameters=PARAMETERS).days == 45


def test_slipping_costs_what_history_says_and_nothing_before_twenty_cases() -> None:
    day = dt.date(2026, 1, 1)
    on_time = [ClosedPlay(day, day, True)] * 20
    late = [
        ClosedPlay(day, day + dt.timedelta(days=30), won) for won in (True,) * 5 + (False,) * 15
    ]
    found = slippage([*on_time, *late], parameters=PARAMETERS)
    assert found.factor == pytest.approx(0.25 / 0.625)
    assert found.median_days == 30
    assert slippage([*on_time, *late[:19]], parameters=PARAMETERS).factor is None
