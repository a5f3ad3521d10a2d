"""Potential: history kept plus room to grow, with what is not known listed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.errors import InvalidValue
from sightline.planning.parameters import load_defaults
from sightline.planning.tiering import (
    CellArrays,
    Potential,
    best_share,
    conversion_rate,
    index_of,
    potential,
)
from tests.planning.worked import worked

NAN = float("nan")


def of(rows: list[dict[str, Any]], accounts: int = 1) -> Potential:
    def column(name: str) -> np.ndarray[Any, Any]:
        return np.array([row.get(name, NAN) for row in rows], dtype=float)

    cells = CellArrays(
        account=np.array([row.get("account", 0) for row in rows], dtype=np.int64),
        own_r12=column("own"),
        wallet_low=column("low"),
        wallet_likely=column("wallet"),
        wallet_high=column("high"),
        retention=column("r"),
        best_share=column("a"),
        conversion=column("c"),
        in_baseline=np.array([not row.get("one_off") for row in rows], dtype=bool),
    )
    return potential(cells, accounts=accounts, parameters=load_defaults())


@pytest.mark.parametrize("case", worked("tiers", "potential"))
def test_potential_is_as_defined(case: dict[str, Any]) -> None:
    result = of(case["cells"])
    expected = NAN if case["likely"] is None else case["likely"]
    assert result.likely[0] == pytest.approx(expected, nan_ok=True)
    assert result.low[0] == pytest.approx(case.get("low", expected), nan_ok=True)
    assert result.high[0] == pytest.approx(case.get("high", expected), nan_ok=True)
    assert result.unknown_wallet[0] == case.get("unknown_wallet", 0)


def test_cells_belong_to_their_account() -> None:
    result = of([{"account": 1, "own": 100}, {"account": 1, "own": 100}], accounts=3)
    assert result.likely == pytest.approx([NAN, 487.8, NAN], nan_ok=True)
    assert list(result.cells) == [0, 2, 0]


def test_a_missing_term_is_listed() -> None:
    codes = [reason.code for reason in of([{"own": 100}]).explain(0, currency="EUR")]
    assert codes == ["potential_kept", "potential_headroom", "potential_wallet_missing"]
    assert [reason.code for reason in of([{}]).explain(0, currency="EUR")] == ["potential_unknown"]


@given(st.floats(0, 1e9), st.floats(0, 1e9), st.floats(0, 1e9), st.floats(0, 1), st.floats(0, 1))
def test_more_wallet_never_lowers_potential(
    own: float, wallet: float, more: float, share: float, conversion: float
) -> None:
    low, high = (
        of([{"own": own, "wallet": size, "a": share, "c": conversion}]).likely[0]
        for size in (wallet, wallet + more)
    )
    assert high >= low


def test_the_index_runs_from_0_to_100_with_ties_by_id() -> None:
    ids = np.array(["d", "c", "b", "a", "x"])
    assert index_of(np.array([5.0, 1.0, 5.0, 9.0, NAN]), ids) == pytest.approx(
        [200 / 3, 0, 100 / 3, 100, NAN], nan_ok=True
    )
    assert index_of(np.array([7.0]), np.array(["a"])) == pytest.approx([100])


def test_conversion_is_drawn_to_the_default_while_few_closed() -> None:
    assert conversion_rate(won=0, closed=0, parameters=load_defaults()) == pytest.approx(0.2)
    assert conversion_rate(won=5, closed=10, parameters=load_defaults()) == pytest.approx(0.35)
    with pytest.raises(InvalidValue):
        conversion_rate(won=2, closed=1, parameters=load_defaults())


def test_best_share_needs_twenty_comparable_units() -> None:
    nineteen = np.append(np.linspace(0.1, 0.9, 19), NAN)
    value, why = best_share(nineteen, parameters=load_defaults())
    assert (value, why.code) == (0.3, "best_share_default")
    twenty_one = np.linspace(0.0, 1.0, 21)
    value, why = best_share(twenty_one, parameters=load_defaults())
    assert value == pytest.approx(0.8)
    assert why.code == "best_share_measured"


def test_columns_of_different_length_are_refused() -> None:
    one = np.zeros(1)
    with pytest.raises(InvalidValue):
        CellArrays(
            np.zeros(2, dtype=np.int64), one, one, one, one, one, one, one, np.ones(1, dtype=bool)
        )
