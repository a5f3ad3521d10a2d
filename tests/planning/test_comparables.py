"""Wallets inferred from accounts alike."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.comparables import AccountSizes, WalletMethod, Wallets, infer_wallets
from sightline.planning.errors import InvalidValue
from sightline.planning.parameters import load_defaults

NAN = float("nan")


def wallets(
    own: list[float],
    size: list[float],
    told: list[float],
    *,
    group: list[int] | None = None,
    low: list[float] | None = None,
) -> Wallets:
    n = len(own)
    accounts = AccountSizes(
        own=np.array(own, dtype=float),
        size=np.array(size, dtype=float),
        group=np.array(group or [0] * n, dtype=np.int64),
        told_low=np.array(low or [NAN] * n, dtype=float),
        told=np.array(told, dtype=float),
        told_high=np.full(n, NAN),
        best_share=0.3,
    )
    return infer_wallets(accounts, parameters=load_defaults())


def test_the_worked_example_of_the_definition() -> None:
    own = [200, 400, 100, 160, 140, 128, 0]
    size = [100, 200, 50, 80, 70, 40, 40]
    found = wallets(own, size, [1000, 2000, 500, 800, 700, NAN, NAN])
    assert found.likely[5] == pytest.approx(506, abs=0.5)
    assert found.likely[6] == pytest.approx(400)
    assert found.high[5] == pytest.approx(2354, abs=5)
    assert found.low[5] == 128  # 109 lies below what it buys from us already
    assert list(found.method[[0, 5]]) == [WalletMethod.TOLD, WalletMethod.SIZE_AND_SHARE]


def test_four_told_wallets_are_too_few_to_infer_from() -> None:
    found = wallets([1, 1, 1, 1, 1], [9, 9, 9, 9, 9], [10, 10, 10, 10, NAN])
    assert np.isnan(found.likely[4])
    assert found.method[4] == WalletMethod.UNKNOWN


def test_without_told_wallets_the_best_served_customers_say_what_is_realistic() -> None:
    own = [float(value) for value in range(1, 21)] + [0.0]
    found = wallets(own, [10.0] * 21, [NAN] * 21)
    p80 = np.percentile(np.arange(1, 21) / 10, 80)
    assert found.likely[20] == pytest.approx(p80 * 10 / 0.3)
    assert found.low[20] < found.likely[20] < found.high[20]
    assert found.method[20] == WalletMethod.BEST_SERVED


def test_an_industry_with_twenty_buyers_is_compared_with_itself() -> None:
    own = [10.0] * 20 + [1000.0] * 20 + [0.0, 0.0]
    group = [0] * 20 + [1] * 20 + [0, 1]
    found = wallets(own, [10.0] * 42, [NAN] * 42, group=group)
    assert found.likely[40] == pytest.approx(10 / 0.3)
    assert found.likely[41] == pytest.approx(1000 / 0.3)


def test_no_size_no_wallet() -> None:
    found = wallets([5.0] * 25, [10.0] * 24 + [NAN], [NAN] * 25)
    assert np.isnan(found.likely[24])


def test_a_told_wallet_keeps_its_own_range() -> None:
    found = wallets([1.0], [1.0], [100.0], low=[60.0])
    assert (found.low[0], found.likely[0], found.high[0]) == (60, 100, 100)


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(InvalidValue):
        AccountSizes(
            own=np.zeros(2),
            size=np.zeros(1),
            group=np.zeros(2, dtype=np.int64),
            told_low=np.zeros(2),
            told=np.zeros(2),
            told_high=np.zeros(2),
            best_share=0.3,
        )


@given(st.lists(st.tuples(st.floats(0, 1e9), st.floats(1, 1e6)), min_size=25, max_size=60))
def test_a_wallet_is_never_below_what_we_sell_and_its_range_is_in_order(
    rows: list[tuple[float, float]],
) -> None:
    own, size = [row[0] for row in rows], [row[1] for row in rows]
    found = wallets(own, size, [NAN] * len(rows))
    known = ~np.isnan(found.likely)
    assert (found.likely[known] >= np.array(own)[known]).all()
    assert (found.low[known] <= found.likely[known]).all()
    assert (found.likely[known] <= found.high[known] * (1 + 1e-12)).all()
