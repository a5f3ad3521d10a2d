"""What-ifs change one thing; stretch is never below base, nor base below downside."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.bridge import (
    BarCode,
    BaseLine,
    BridgeFacts,
    LoseRenewal,
    MoveDate,
    Outcome,
    PlayFacts,
    RenewalFacts,
    RenewalRecord,
    Risk,
    Scenario,
    SetProbability,
    SetValue,
    SwitchOff,
    ValueRange,
    build_bridge,
    in_scenario,
    with_changes,
)
from sightline.planning.errors import InvalidValue
from sightline.planning.money import Money
from tests.planning.bridge.test_landing import PARAMETERS, YEAR, eur

TODAY = dt.date(2027, 3, 1)
PLAY = PlayFacts("p", "P", eur(100_000), probability=0.5, closes=dt.date(2027, 6, 1))
RENEWAL = RenewalFacts("r", "R", dt.date(2027, 9, 1), eur(200_000), risk=Risk.LOW)
FACTS = BridgeFacts(
    currency="EUR",
    year=YEAR,
    base=(BaseLine("b", "B", eur(200_000)),),
    renewals=(RENEWAL,),
    plays=(PLAY,),
)


def landing(facts: BridgeFacts) -> Money:
    return build_bridge(facts, today=TODAY, parameters=PARAMETERS).landing


def test_switching_a_play_off_takes_exactly_its_part_away() -> None:
    assert landing(FACTS) - landing(with_changes(FACTS, [SwitchOff("p")])) == eur(50_000)


def test_moving_a_date_past_the_year_takes_it_out_and_within_it_moves_the_quarter() -> None:
    assert landing(with_changes(FACTS, [MoveDate("p", dt.date(2028, 1, 1))])) == eur(190_000)
    moved = with_changes(FACTS, [MoveDate("p", dt.date(2027, 12, 1))])
    bridge = build_bridge(moved, today=TODAY, parameters=PARAMETERS)
    assert bridge.landing == landing(FACTS)
    assert bridge.bar(BarCode.PLAYS).parts[0].quarter == 4


def test_losing_a_renewal_loses_all_that_was_up() -> None:
    assert landing(with_changes(FACTS, [LoseRenewal("r")])) == eur(50_000)


def test_value_and_probability_can_be_tried() -> None:
    tried = with_changes(FACTS, [SetValue("p", eur(80_000)), SetProbability("p", 0.25)])
    assert landing(tried) == eur(190_000 + 20_000)


@pytest.mark.parametrize("change", [SwitchOff("x"), MoveDate("x", TODAY), LoseRenewal("x")])
def test_an_unknown_key_is_refused(change: SwitchOff | MoveDate | LoseRenewal) -> None:
    with pytest.raises(InvalidValue):
        with_changes(FACTS, [change])


amounts = st.integers(0, 10**7).map(lambda minor: Money(minor, "EUR"))
ranged = st.tuples(amounts, amounts, amounts).map(lambda three: ValueRange(*sorted(three)))
plays = st.builds(
    PlayFacts,
    key=st.just("p"),
    label=st.just("P"),
    recurring=amounts,
    range=st.none() | ranged,
    probability=st.floats(0, 1),
    closes=st.dates(dt.date(2026, 10, 1), dt.date(2028, 1, 31)),
    outcome=st.sampled_from(Outcome),
    past_date_factor=st.none() | st.floats(0, 1),
)
renewals = st.builds(
    RenewalFacts,
    key=st.just("r"),
    label=st.just("R"),
    due=st.dates(dt.date(2027, 1, 1), dt.date(2027, 12, 31)),
    acv_up=st.just(eur(200_000)),
    risk=st.none() | st.sampled_from(Risk),
    uplift_rate=st.none() | st.floats(0, 0.2),
)
records = st.none() | st.integers(0, 40).map(lambda won: RenewalRecord(won, 40))


@given(plays, renewals, records)
def test_stretch_lands_at_or_above_base_and_downside_at_or_below(
    play: PlayFacts, renewal: RenewalFacts, record: RenewalRecord | None
) -> None:
    facts = BridgeFacts(
        currency="EUR",
        year=YEAR,
        base=FACTS.base,
        renewals=(renewal,),
        plays=(play,),
        renewal_record=record,
    )
    landings = {
        scenario: landing(in_scenario(facts, scenario, today=TODAY, parameters=PARAMETERS)).minor
        for scenario in Scenario
    }
    # one minor unit for each rounded part
    assert landings[Scenario.STRETCH] >= landings[Scenario.BASE] - 2
    assert landings[Scenario.DOWNSIDE] <= landings[Scenario.BASE] + 2
