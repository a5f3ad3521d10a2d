"""Renewals: milestones, chance, what a strategy lacks, and ending together."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.bridge.facts import Risk
from sightline.planning.errors import InvalidValue
from sightline.planning.money import Money
from sightline.planning.parameters import load_defaults
from sightline.planning.renewals import (
    MilestoneState,
    RenewalFacts,
    chance_of_renewal,
    co_terms,
    is_prepared,
    milestones,
    what_it_lacks,
    what_would_help,
)

DEFAULTS = load_defaults()
END = dt.date(2027, 3, 1)
RENEWAL = RenewalFacts("C1", "a", END, Money(1_200_000, "EUR"))


def states(on: dt.date) -> list[MilestoneState]:
    return [stone.state for stone in milestones(END, on=on, parameters=DEFAULTS)]


def test_milestones_stand_270_180_90_and_30_days_before_the_end() -> None:
    found = milestones(END, on=dt.date(2026, 11, 21), parameters=DEFAULTS)
    assert [(stone.days_before, stone.on) for stone in found] == [
        (270, dt.date(2026, 6, 4)),
        (180, dt.date(2026, 9, 2)),
        (90, dt.date(2026, 12, 1)),
        (30, dt.date(2027, 1, 30)),
    ]
    assert len({stone.text for stone in found}) == 4


def test_the_latest_milestone_reached_is_current() -> None:
    ahead, current, passed = MilestoneState.AHEAD, MilestoneState.CURRENT, MilestoneState.PASSED
    assert states(dt.date(2026, 6, 3)) == [ahead] * 4
    assert states(dt.date(2026, 6, 4)) == [current, ahead, ahead, ahead]
    assert states(dt.date(2026, 11, 21)) == [passed, current, ahead, ahead]
    assert states(END) == [passed, passed, passed, current]
    assert states(END + dt.timedelta(days=1)) == [passed] * 4


@given(st.integers(-400, 400))
def test_at_most_one_milestone_is_current(days: int) -> None:
    found = states(END + dt.timedelta(days=days))
    assert found.count(MilestoneState.CURRENT) <= 1


def test_milestones_are_a_setting() -> None:
    other = DEFAULTS.with_overrides({"renewals.milestone_days": [60, 120]})
    found = milestones(END, on=END, parameters=other)
    assert [stone.days_before for stone in found] == [120, 60]


def test_a_strategy_lacks_goal_owner_or_decider() -> None:
    assert [reason.code for reason in what_it_lacks(RENEWAL)] == [
        "renewal_no_goal",
        "renewal_no_owner",
        "renewal_no_decider",
    ]
    whole = replace(RENEWAL, goal="keep", owner="Lee", decider="P1")
    assert is_prepared(whole)
    assert not is_prepared(replace(whole, decider=""))


def test_what_would_help_goes_when_it_is_there() -> None:
    assert [reason.code for reason in what_would_help(RENEWAL)] == [
        "renewal_no_risk",
        "renewal_no_price",
        "renewal_threads_unknown",
    ]
    known = replace(RENEWAL, risk=Risk.LOW, price_position="list price", threads=1)
    assert [reason.code for reason in what_would_help(known)] == ["renewal_single_thread"]
    assert what_would_help(replace(known, threads=2)) == ()


def test_chance_goes_by_risk_until_enough_renewals_closed() -> None:
    found = {risk: chance_of_renewal(risk=risk, parameters=DEFAULTS).value for risk in Risk}
    assert sorted(found.values()) == [0.60, 0.85, 0.95]
    few = chance_of_renewal(risk=Risk.HIGH, renewed=29, closed=29, parameters=DEFAULTS)
    assert (few.value, few.calibrated) == (0.60, False)
    many = chance_of_renewal(risk=Risk.HIGH, renewed=27, closed=30, parameters=DEFAULTS)
    assert (many.value, many.calibrated, many.why.code) == (0.9, True, "renewal_rate")


def test_an_unjudged_risk_is_said_to_be_unjudged() -> None:
    found = chance_of_renewal(risk=None, parameters=DEFAULTS)
    assert (found.value, found.why.code) == (0.85, "renewal_unjudged")


def test_more_renewed_than_closed_is_refused() -> None:
    with pytest.raises(InvalidValue):
        chance_of_renewal(risk=None, renewed=2, closed=1, parameters=DEFAULTS)


def contract(key: str, days: int, *, account: str = "a", acv: int = 36_500) -> RenewalFacts:
    return RenewalFacts(key, account, END + dt.timedelta(days=days), Money(acv, "EUR"))


def test_contracts_that_end_close_together_could_end_as_one() -> None:
    found = co_terms(
        [contract("late", 100), contract("early", 0), contract("far", 400)],
        on=END,
        currency="EUR",
        parameters=DEFAULTS,
    )
    (group,) = found
    assert group.on == END + dt.timedelta(days=100)
    assert group.together == Money(73_000, "EUR")
    assert [(step.contract, step.added_days, step.price.minor) for step in group.steps] == [
        ("early", 100, 10_000),
        ("late", 0, 0),
    ]


def test_contracts_of_different_accounts_or_already_together_are_left_alone() -> None:
    apart = [contract("x", 0), contract("y", 10, account="b")]
    assert co_terms(apart, on=END, currency="EUR", parameters=DEFAULTS) == ()
    together = [contract("x", 0), contract("y", 0)]
    assert co_terms(together, on=END, currency="EUR", parameters=DEFAULTS) == ()
    ended = [contract("x", -1), contract("y", 10)]
    assert co_terms(ended, on=END, currency="EUR", parameters=DEFAULTS) == ()


@given(st.lists(st.integers(0, 900), max_size=12))
def test_no_contract_is_shortened_or_in_two_groups(days: list[int]) -> None:
    contracts = [contract(f"c{i}", day) for i, day in enumerate(days)]
    groups = co_terms(contracts, on=END, currency="EUR", parameters=DEFAULTS)
    steps = [step for group in groups for step in group.steps]
    assert all(step.added_days >= 0 and step.price.minor >= 0 for step in steps)
    assert len({step.contract for step in steps}) == len(steps)
    assert all(step.added_days <= 180 for step in steps)
