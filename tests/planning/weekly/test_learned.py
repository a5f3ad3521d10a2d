"""Kinds of acts that somebody judged not relevant count for less, never for nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.errors import InvalidValue
from sightline.planning.parameters import load_defaults
from sightline.planning.weekly import Judged, items, weighed, weights_of
from tests.planning.weekly.makers import MANY, candidate, from_rows, ground

DEFAULTS = load_defaults()
counts = st.integers(0, 500)


def test_six_challenges_two_answered_four_not_relevant_count_six_tenths() -> None:
    judged = [Judged("challenge", 2, 4), Judged("contact", 9, 0), Judged("step", 0, 9)]
    assert weights_of(judged, parameters=DEFAULTS) == {"challenge": 0.6}


@given(counts, counts)
def test_a_weight_is_above_nothing_and_falls_with_each_judgement(done: int, not_: int) -> None:
    def weight(more: int) -> float:
        judged = [Judged("signal", done, not_ + more)]
        return weights_of(judged, parameters=DEFAULTS).get("signal", 1.0)

    assert 0 < weight(1) < weight(0) <= 1


@given(MANY)
def test_without_judgements_nothing_changes(
    rows: list[tuple[str, object, int, int | None]],
) -> None:
    found = items(from_rows(rows), parameters=DEFAULTS)  # type: ignore[arg-type]
    assert weighed(found, {}) == found


def test_a_judged_kind_gives_way_to_another_of_nearly_the_same_worth() -> None:
    found = items(
        [
            candidate("challenge:1", ground("a", money=11_000)),
            candidate("contact:2", ground("b", money=10_000)),
        ],
        parameters=DEFAULTS,
    )
    assert [one.act for one in found] == ["challenge:1", "contact:2"]
    first, second = weighed(found, {"challenge": 0.8})
    assert (first.act, second.weight) == ("contact:2", 0.8)
    assert second.value == pytest.approx(found[0].value * 0.8)


def test_a_count_below_nothing_is_refused() -> None:
    with pytest.raises(InvalidValue):
        Judged("fact", -1, 0)
