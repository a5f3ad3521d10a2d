"""Chances, shares and counts in words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.wording.chances import about_n_in_m, few_or_count, percent


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        (0.0, "less than 1 in 100"),
        (0.02, "about 1 in 50"),
        (0.1, "about 1 in 10"),
        (0.34, "about 1 in 3"),
        (0.41, "about 2 in 5"),
        (0.5, "about 1 in 2"),
        (0.667, "about 2 in 3"),
        (0.95, "about 19 in 20"),
        (1.0, "nearly certain"),
    ],
)
def test_a_chance_in_words(probability: float, said: str) -> None:
    assert about_n_in_m(probability) == said


@given(st.floats(0.01, 0.99))
def test_the_words_are_within_three_points_of_the_chance(probability: float) -> None:
    n, m = map(int, re.findall(r"\d+", about_n_in_m(probability)))
    assert abs(n / m - probability) <= 0.051
    assert 0 < n < m


@pytest.mark.parametrize("wrong", [-0.1, 1.1, float("nan")])
def test_what_is_no_probability_is_an_error(wrong: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        about_n_in_m(wrong)


def test_small_groups_are_a_few_so_that_nobody_is_picked_out() -> None:
    assert [few_or_count(n) for n in (0, 1, 4, 5, 1200)] == ["none", "a few", "a few", "5", "1,200"]


def test_a_share_is_a_percentage() -> None:
    assert percent(0.336) == "34%"
    assert percent(0.336, digits=1) == "33.6%"


def test_a_share_that_is_there_never_reads_as_none() -> None:
    assert [percent(share) for share in (0.0, 0.0001, 0.0049, 0.005, 0.0051)] == [
        "0%",
        "under 1%",
        "under 1%",
        "under 1%",
        "1%",
    ]
