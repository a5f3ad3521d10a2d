"""Concentration: the Pareto curve and its figures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.errors import InvalidValue
from sightline.planning.tiering import concentration, pareto

MONEY = st.lists(st.floats(0.01, 1e9), min_size=1, max_size=60)


def test_five_accounts_worked_by_hand() -> None:
    found = concentration(np.array([50.0, 20, 15, 10, 5]))
    assert found is not None
    assert found.top_share == pytest.approx(0.50)
    assert found.hhi == pytest.approx(0.25 + 0.04 + 0.0225 + 0.01 + 0.0025)
    assert found.effective == pytest.approx(1 / 0.325)
    assert found.largest == pytest.approx(0.50)
    # mean absolute difference over twice the mean: 2 x 205 / (2 x 25 x 20)... = .40
    assert found.gini == pytest.approx(0.40)


def test_equal_accounts_are_not_concentrated() -> None:
    found = concentration(np.full(10, 7.0))
    assert found is not None
    assert (found.gini, found.effective, found.top_share) == pytest.approx((0, 10, 0.2))


def test_part_of_an_account_counts_in_part() -> None:
    found = concentration(np.array([60.0, 30, 10]))
    assert found is not None
    assert found.top_share == pytest.approx(0.36)


def test_accounts_without_money_are_left_out_and_counted() -> None:
    found = concentration(np.array([10.0, 0, -5, float("nan")]))
    assert found is not None
    assert (found.accounts, found.left_out, found.total) == (1, 3, 10.0)
    assert concentration(np.array([0.0, float("nan")])) is None
    assert pareto(np.array([])) == ()


@given(MONEY, st.integers(1, 50))
def test_the_curve_rises_from_nothing_to_all_and_never_bends_up(
    money: list[float], points: int
) -> None:
    curve = pareto(np.array(money), points=points)
    shares = np.array([(point.account_share, point.money_share) for point in curve])
    assert len(curve) <= points + 1
    assert tuple(shares[0]) == (0, 0)
    assert tuple(shares[-1]) == pytest.approx((1, 1))
    slopes = np.diff(shares[:, 1]) / np.diff(shares[:, 0])
    assert (np.diff(slopes) <= 1e-6).all()


@given(MONEY)
def test_figures_stay_in_their_ranges(money: list[float]) -> None:
    found = concentration(np.array(money))
    assert found is not None
    assert -1e-9 <= found.gini < 1
    assert 1 - 1e-9 <= found.effective <= len(money) + 1e-6
    assert found.largest <= found.top_share + 1e-9 or len(money) < 5


def test_a_share_of_nothing_is_refused() -> None:
    with pytest.raises(InvalidValue):
        concentration(np.ones(3), top=0)
    with pytest.raises(InvalidValue):
        pareto(np.ones(3), points=0)
