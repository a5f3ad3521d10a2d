"""Acts: value, urgency, and one act for several reasons."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.errors import InvalidValue, MixedCurrencies
from sightline.planning.money import Money
from sightline.planning.parameters import load_defaults
from sightline.planning.reasons import because
from sightline.planning.weekly import (
    ActKind,
    Candidate,
    Ground,
    ground_value,
    items,
    urgency,
    weekly_parameters,
)
from tests.planning.weekly.makers import candidate, ground
from tests.planning.worked import worked

DEFAULTS = load_defaults()


@pytest.mark.parametrize("case", worked("monday", "week"))
def test_value_is_as_defined(case: dict[str, Any]) -> None:
    lift = weekly_parameters(DEFAULTS).lifts[case["lift"]]
    money = Money.of(Decimal(case["money"]), "EUR")
    found = Ground("s", money, lift, case["days"], because("r", "r"))
    assert ground_value(found, parameters=DEFAULTS) / 100 == pytest.approx(case["value"], abs=0.01)


@given(st.integers(-100, 1000), st.integers(0, 100))
def test_a_nearer_deadline_is_never_less_urgent(days: int, later: int) -> None:
    near = urgency(days, parameters=DEFAULTS)
    assert 0 < urgency(days + later, parameters=DEFAULTS) <= near <= 1


def test_one_act_for_several_reasons_appears_once_with_reasons_joined() -> None:
    first = candidate("call", ground("contract", money=1000, text="renewal in sight"))
    second = candidate("call", ground("play", money=500, text="step overdue"))
    (item,) = items([second, first], parameters=DEFAULTS)
    assert item.reason == "renewal in sight; step overdue"
    assert item.value == pytest.approx(
        sum(ground_value(g, parameters=DEFAULTS) for c in (first, second) for g in c.grounds)
    )


def test_the_same_money_counts_once_for_two_reasons() -> None:
    small, large = (
        ground("contract", lift=0.05, text="quiet"),
        ground("contract", text="unprepared"),
    )
    (item,) = items([candidate("call", small, large)], parameters=DEFAULTS)
    assert item.value == pytest.approx(ground_value(large, parameters=DEFAULTS))
    assert item.reason == "unprepared; quiet"


def test_an_act_named_by_two_kinds_takes_the_longer() -> None:
    both = [candidate("x", kind=ActKind.CALL), candidate("x", kind=ActKind.MEETING)]
    for order in (both, both[::-1]):
        assert items(order, parameters=DEFAULTS)[0].minutes == 90


def test_minutes_go_by_kind() -> None:
    found = {
        kind: items([candidate("x", kind=kind)], parameters=DEFAULTS)[0].minutes for kind in ActKind
    }
    assert found == {
        ActKind.CALL: 30,
        ActKind.MEETING: 90,
        ActKind.FACT: 5,
        ActKind.DECISION: 20,
    }


def test_a_week_is_ranked_in_one_currency() -> None:
    dollar = Ground("s", Money(1, "USD"), 0.1, None, because("r", "r"))
    with pytest.raises(MixedCurrencies):
        items([candidate("x"), candidate("y", dollar)], parameters=DEFAULTS)


def test_one_act_belongs_to_one_account() -> None:
    with pytest.raises(InvalidValue):
        items([candidate("x", account="a"), candidate("x", account="b")], parameters=DEFAULTS)


def test_an_act_needs_a_reason_and_a_sane_lift() -> None:
    with pytest.raises(InvalidValue):
        Candidate("x", "a", ActKind.CALL, "Do", ())
    with pytest.raises(InvalidValue):
        ground(lift=1.5)
    with pytest.raises(InvalidValue):
        ground(money=-1)
