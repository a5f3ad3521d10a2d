"""The bridge adds up to the cent, holds every opportunity once, and counts nothing unknown."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.bridge import (
    BarCode,
    BaseLine,
    Basis,
    Bridge,
    BridgeFacts,
    BridgeParameters,
    CellShare,
    HeldAmount,
    Outcome,
    PlayFacts,
    RenewalFacts,
    RenewalRecord,
    Risk,
    TargetFacts,
    TargetKind,
    build_bridge,
    exchange_effects,
)
from sightline.planning.bridge.year import share_left
from sightline.planning.errors import InvalidValue, MissingRate, MissingValue, MixedCurrencies
from sightline.planning.fiscal import MonthCalendar
from sightline.planning.money import DatedRate, Money, Rates, total
from sightline.planning.parameters import load_defaults
from tests.planning.plain_values import build, money
from tests.planning.worked import worked

PARAMETERS = load_defaults().section(BridgeParameters, "bridge")
YEAR = MonthCalendar().year(2027)
TODAY = dt.date(2026, 11, 15)


def eur(amount: int) -> Money:
    return Money(amount * 100, "EUR")


def bridge_of(facts: BridgeFacts, *, today: dt.date = TODAY) -> Bridge:
    return build_bridge(facts, today=today, parameters=PARAMETERS)


def facts_of(**more: Any) -> BridgeFacts:
    base = (BaseLine("core", "Core", eur(1_000_000)),)
    return BridgeFacts(currency="EUR", year=YEAR, base=base, **more)


@pytest.mark.parametrize("case", worked("bridge", "landing"))
def test_worked_examples_land_to_the_cent(case: dict[str, Any]) -> None:
    bridge = bridge_of(build(BridgeFacts, case["facts"] | {"year": YEAR}))
    found: dict[str, Money | None] = {bar.code.value: bar.amount for bar in bridge.bars}
    found |= {"landing": bridge.landing, "one_off": bridge.one_off_expected}
    found |= {"certain": bridge.certain}
    found |= {"gap": bridge.gap, "target": bridge.target} if bridge.target else {}
    expected = dict(case["expect"])
    left_out, quarters = expected.pop("left_out", None), expected.pop("quarters", None)
    assert {name: found[name] for name in expected} == {n: money(m) for n, m in expected.items()}
    if left_out is not None:
        codes = [reason.code for reason in bridge.left_out]
        assert [code for code in codes if "unknown" not in code] == left_out
    if quarters is not None:
        assert [step.landing for step in bridge.quarters] == [money(m) for m in quarters]


dates = st.dates(dt.date(2026, 6, 1), dt.date(2028, 6, 1))
plays = st.builds(
    PlayFacts,
    key=st.uuids().map(str),
    label=st.just("A play"),
    recurring=st.none() | st.integers(0, 10**9).map(lambda m: Money(m, "EUR")),
    one_off=st.none() | st.integers(0, 10**8).map(lambda m: Money(m, "EUR")),
    probability=st.none() | st.floats(0, 1),
    closes=st.none() | dates,
    outcome=st.sampled_from(Outcome),
    renewal_type=st.booleans(),
    renewal=st.none() | st.just("r"),
)
renewals = st.builds(
    RenewalFacts,
    key=st.uuids().map(str),
    label=st.just("A renewal"),
    due=dates,
    acv_up=st.integers(0, 10**9).map(lambda m: Money(m, "EUR")),
    risk=st.none() | st.sampled_from(Risk),
    uplift_rate=st.none() | st.floats(0, 0.3),
)
plans = st.builds(
    facts_of,
    plays=st.lists(plays, max_size=6).map(tuple),
    renewals=st.lists(renewals, max_size=4).map(tuple),
    basis=st.sampled_from(Basis),
    target=st.none() | st.just(TargetFacts(((TargetKind.RETAIN, eur(1_000_000)),))),
)


@given(plans)
def test_every_bar_is_the_sum_of_its_parts_and_the_landing_of_its_bars(facts: BridgeFacts) -> None:
    bridge = bridge_of(facts)
    for bar in bridge.bars:
        assert bar.amount == total((part.amount for part in bar.parts), currency="EUR")
    assert bridge.landing == total((bar.amount for bar in bridge.bars), currency="EUR")
    if bridge.target is not None:
        assert bridge.gap == bridge.target - bridge.landing


@given(plans)
def test_the_last_quarter_stands_at_the_landing(facts: BridgeFacts) -> None:
    bridge = bridge_of(facts)
    assert bridge.quarters[-1].landing == bridge.landing


@given(plans)
def test_every_opportunity_sits_in_exactly_one_place(facts: BridgeFacts) -> None:
    bridge = bridge_of(facts)
    named = [part.key for bar in bridge.bars for part in bar.parts]
    silent = {reason.inputs.get("play") for reason in bridge.left_out}
    for play in facts.plays:
        in_base = play.renewal_type or play.renewal is not None
        once_off = any(part.key == play.key for part in bridge.one_off)
        assert named.count(play.key) <= 1
        assert named.count(play.key) == 1 or once_off or play.key in silent
        if in_base:
            assert play.key in [part.key for part in bridge.bar(BarCode.BASELINE).parts]


@given(plans)
def test_draws_and_certain_money_expect_the_landing_within_rounding(facts: BridgeFacts) -> None:
    bridge = bridge_of(facts)
    expected = bridge.certain.minor + sum(d.probability * d.mean for d in bridge.draws)
    assert abs(expected - bridge.landing.minor) <= 4 * (len(facts.plays) + len(facts.renewals)) + 1


@given(plans)
def test_a_renewal_never_loses_more_than_is_up(facts: BridgeFacts) -> None:
    bridge = bridge_of(facts)
    for renewal in facts.renewals:
        parts = [p for b in bridge.bars for p in b.parts if p.key == renewal.key]
        assert sum(part.amount.minor for part in parts) >= -renewal.acv_up.minor - 2


def test_the_companys_own_renewal_rate_counts_once_thirty_are_settled() -> None:
    renewal = RenewalFacts("r", "R", dt.date(2027, 4, 1), eur(100_000), risk=Risk.HIGH)
    few = bridge_of(facts_of(renewals=(renewal,), renewal_record=RenewalRecord(29, 29)))
    enough = bridge_of(facts_of(renewals=(renewal,), renewal_record=RenewalRecord(27, 30)))
    assert few.bar(BarCode.CHURN).amount == eur(-40_000)
    assert enough.bar(BarCode.CHURN).amount == eur(-10_000)
    assert enough.draws[0].calibrated and not few.draws[0].calibrated


def test_a_renewal_nobody_judged_says_so() -> None:
    renewal = RenewalFacts("r", "R", dt.date(2027, 4, 1), eur(100_000))
    bridge = bridge_of(facts_of(renewals=(renewal,)))
    (part,) = bridge.bar(BarCode.CHURN).parts
    assert part.amount == eur(-15_000)
    assert part.reasons[0].code == "bridge.renewal_unjudged"


def test_a_play_past_its_date_counts_from_today_with_less() -> None:
    play = PlayFacts(
        "p", "P", eur(100_000), probability=0.5, closes=dt.date(2027, 1, 10), past_date_factor=0.4
    )
    bridge = bridge_of(facts_of(plays=(play,)), today=dt.date(2027, 5, 2))
    (part,) = bridge.bar(BarCode.PLAYS).parts
    assert (part.amount, part.on, part.quarter) == (eur(20_000), dt.date(2027, 5, 2), 2)


def test_a_won_renewal_without_its_new_value_is_refused() -> None:
    renewal = RenewalFacts("r", "R", dt.date(2027, 4, 1), eur(1), outcome=Outcome.WON)
    with pytest.raises(MissingValue):
        bridge_of(facts_of(renewals=(renewal,)))


def test_another_currency_is_refused() -> None:
    play = PlayFacts("p", "P", Money(100, "USD"), probability=0.5, closes=dt.date(2027, 4, 1))
    with pytest.raises(MixedCurrencies):
        bridge_of(facts_of(plays=(play,)))


def test_a_contraction_larger_than_what_is_up_is_refused() -> None:
    with pytest.raises(InvalidValue):
        RenewalFacts("r", "R", dt.date(2027, 4, 1), eur(10), contraction=eur(11))


def test_share_of_the_year_runs_from_one_to_nothing() -> None:
    assert share_left(dt.date(2027, 1, 1), year=YEAR) == 1
    assert share_left(dt.date(2027, 12, 31), year=YEAR) == Fraction(1, 365)
    assert share_left(dt.date(2028, 1, 1), year=YEAR) == 0


@pytest.mark.parametrize(
    ("reached", "unreached", "counted"),
    [(eur(30), eur(10), 300), (eur(10), eur(30), 100), (eur(30), None, 200), (eur(0), eur(0), 200)],
)
def test_of_a_play_with_a_fantasy_cell_the_part_counts_that_the_others_are_worth(
    reached: Money, unreached: Money | None, counted: int
) -> None:
    """By what each cell is said to be worth; equal parts where one is not known, or all are 0."""
    cells = (CellShare("a", reached), CellShare("b", unreached, fantasy=True))
    play = PlayFacts(
        "p", "P", recurring=eur(400), probability=1.0, closes=dt.date(2027, 3, 1), cells=cells
    )
    bridge = bridge_of(facts_of(plays=(play,)))
    assert bridge.landing == eur(1_000_000 + counted)
    (named,) = [one for one in bridge.left_out if one.code == "bridge.play_fantasy"]
    assert f"fantasy, no path, {eur(400 - counted)} a year" in named.text
    won = replace(play, outcome=Outcome.WON)
    assert bridge_of(facts_of(plays=(won,))).landing == eur(1_000_400)


def test_exchange_is_todays_rate_less_the_rate_of_the_first_day() -> None:
    since, today = dt.date(2027, 1, 1), dt.date(2027, 6, 1)
    rates = Rates(
        "EUR",
        (
            DatedRate("USD", "EUR", since, rate=Decimal("0.90")),
            DatedRate("USD", "EUR", today, rate=Decimal("0.85")),
        ),
    )
    held = (HeldAmount("a", "A", Money(100_000, "USD")), HeldAmount("b", "B", Money(500, "EUR")))
    (effect,) = exchange_effects(held, currency="EUR", rates=rates, since=since, today=today)
    assert effect.amount == Money(-5_000, "EUR")
    with pytest.raises(MissingRate):
        exchange_effects(
            (HeldAmount("c", "C", Money(1, "GBP")),),
            currency="EUR",
            rates=rates,
            since=since,
            today=today,
        )
