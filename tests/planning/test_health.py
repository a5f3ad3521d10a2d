"""Health: visible parts, no figure under two of them, an override with reason and end."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.errors import InvalidValue, MissingValue
from sightline.planning.health import HealthFacts, HealthOverride, HealthParameters, health_of
from sightline.planning.parameters import load_defaults
from tests.planning.plain_values import build
from tests.planning.worked import worked

PARAMETERS = load_defaults().section(HealthParameters, "health")
TODAY = dt.date(2027, 3, 1)


@pytest.mark.parametrize("case", worked("health", "health"))
def test_worked_examples(case: dict[str, Any]) -> None:
    found = health_of(build(HealthFacts, case["facts"]), today=TODAY, parameters=PARAMETERS)
    assert (found.computed, found.known) == (case["health"], case["known"])


facts = st.builds(
    HealthFacts,
    revenue_change=st.none() | st.floats(-1, 2),
    deciding_people=st.none() | st.integers(0, 9),
    quiet_people=st.none() | st.integers(0, 9),
    two_way_days=st.none() | st.integers(0, 30),
    usage_change=st.none() | st.floats(-1, 2),
    serious_cases=st.none() | st.integers(0, 9),
    single_threaded=st.none() | st.booleans(),
    next_renewal=st.none() | st.dates(dt.date(2027, 1, 1), dt.date(2029, 1, 1)),
    renewal_ready=st.none() | st.booleans(),
)


@given(facts)
def test_it_stays_on_its_scale_and_needs_two_known_parts(given_facts: HealthFacts) -> None:
    found = health_of(given_facts, today=TODAY, parameters=PARAMETERS)
    assert (found.computed is None) is (found.known < 2)
    if found.computed is not None:
        assert 0 <= found.computed <= 100
    assert len(found.parts) == found.of == 5


@given(facts, st.integers(0, 5))
def test_more_serious_cases_never_raise_it(given_facts: HealthFacts, more: int) -> None:
    if given_facts.serious_cases is None:
        return
    worse = replace(given_facts, serious_cases=given_facts.serious_cases + more)
    before = health_of(given_facts, today=TODAY, parameters=PARAMETERS).computed
    after = health_of(worse, today=TODAY, parameters=PARAMETERS).computed
    if before is not None and after is not None:
        assert after <= before


GOOD = HealthFacts(revenue_change=-0.2, usage_change=-0.2)


def test_an_override_stands_until_its_day_and_then_lapses() -> None:
    override = HealthOverride(80, "Release is fixed", "dana", TODAY)
    holds = health_of(GOOD, today=TODAY, parameters=PARAMETERS, override=override)
    assert (holds.computed, holds.shown, holds.rosy_by) == (0, 80, 80)
    after = TODAY + dt.timedelta(days=1)
    lapsed = health_of(GOOD, today=after, parameters=PARAMETERS, override=override)
    assert (lapsed.shown, lapsed.overridden, lapsed.rosy_by) == (0, False, None)


def test_an_override_needs_a_reason_and_the_scale() -> None:
    with pytest.raises(MissingValue):
        HealthOverride(80, " ", "dana", TODAY)
    with pytest.raises(InvalidValue):
        HealthOverride(101, "Because", "dana", TODAY)
