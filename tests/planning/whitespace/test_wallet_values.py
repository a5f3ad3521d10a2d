"""A wallet gives cells a value: never more together than the category's headroom."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.money import Money
from sightline.planning.parameters import load_defaults
from sightline.planning.whitespace import (
    CategoryWallet,
    Method,
    Origin,
    WhitespaceParameters,
    values_from_wallets,
)

NUMBERS = load_defaults().section(WhitespaceParameters, "whitespace")
SAID = Origin("procurement", dt.date(2026, 11, 1))


def eur(major: int) -> Money:
    return Money(major * 100, "EUR")


def wallet(*lines: str, likely: int = 1000) -> CategoryWallet:
    span = (eur(likely // 2), eur(likely), eur(likely * 2))
    return CategoryWallet("plant", frozenset(lines), span, SAID)


def test_realistic_share_less_what_we_sell_is_shared_by_the_lines_not_sold() -> None:
    own = {("plant", "core"): eur(100)}
    found = values_from_wallets(
        [wallet("core", "analytics", "training")], own=own, parameters=NUMBERS
    )
    assert set(found) == {("plant", "analytics"), ("plant", "training")}
    value = found["plant", "analytics"]
    assert (value.low, value.likely, value.high) == (eur(25), eur(100), eur(250))
    assert value.method is Method.WALLET
    assert "shared by 2 lines" in value.words


def test_a_line_of_two_categories_gets_both_parts() -> None:
    found = values_from_wallets([wallet("a"), wallet("a")], own={}, parameters=NUMBERS)
    assert found["plant", "a"].likely == eur(600)


def test_where_every_line_is_sold_nothing_is_worth_more() -> None:
    own = {("plant", "a"): eur(1)}
    assert values_from_wallets([wallet("a")], own=own, parameters=NUMBERS) == {}


@given(
    likely=st.integers(min_value=0, max_value=10**6),
    sold=st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 10**5)),
)
def test_cells_never_add_up_to_more_than_the_headroom(likely: int, sold: dict[str, int]) -> None:
    one = wallet(*"abcdef", likely=likely)
    own = {("plant", line): eur(money) for line, money in sold.items()}
    found = values_from_wallets([one], own=own, parameters=NUMBERS)
    room = max(0, eur(likely).times(NUMBERS.realistic_share).minor - 100 * sum(sold.values()))
    assert sum(value.likely.minor for value in found.values()) in (0, room)
