"""Retention of a frozen cohort and the decomposition of change: by hand, and for any figures."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.errors import InvalidValue, MixedCurrencies
from sightline.planning.metrics import (
    ItemRevenue,
    Level,
    MetricFacts,
    RecurringRow,
    RenewalOutcome,
    acv_change,
    decompose,
    expansion_bookings,
    renewal_rate,
    retention,
    way_covered,
)
from sightline.planning.money import Money
from tests.planning.plain_values import money
from tests.planning.worked import worked


def eur(amount: int) -> Money:
    return Money(amount * 100, "EUR")


@pytest.mark.parametrize("case", worked("metrics", "retention"))
def test_retention_is_what_a_person_gets_by_hand(case: dict[str, Any]) -> None:
    rows = [
        RecurringRow(row[0], row[1], row[2], money(row[3]), money(row[4])) for row in case["rows"]
    ]
    found = retention(rows, currency="EUR", level=Level(case["level"]))
    expect = case["expect"]
    for share in ("nrr", "grr"):
        wanted = expect[share] if expect[share] is None else pytest.approx(expect[share], abs=1e-6)
        assert getattr(found, share) == wanted
    for part in ("expansion", "contraction", "churn"):
        assert getattr(found, part) == money(expect[part])
    assert found.cohort == expect["cohort"]


amounts = st.integers(-(10**6), 10**8).map(lambda minor: Money(minor, "EUR"))
rows = st.lists(
    st.builds(
        RecurringRow,
        st.sampled_from("abc"),
        st.sampled_from("xy"),
        st.sampled_from("12"),
        amounts,
        amounts,
    ),
    max_size=12,
)


@given(rows, st.sampled_from(Level))
def test_grr_never_exceeds_one_nor_nrr_and_the_terms_add_up(
    given_rows: list[RecurringRow], level: Level
) -> None:
    found = retention(given_rows, currency="EUR", level=level)
    if found.grr is not None and found.nrr is not None:
        assert found.grr <= 1
        assert found.grr <= found.nrr
    parts = found.opening + found.expansion - found.contraction - found.churn
    assert parts == found.closing


@given(rows)
def test_new_customers_change_no_retention(given_rows: list[RecurringRow]) -> None:
    fresh = RecurringRow("new", "u", "l", eur(0), eur(10_000))
    for level in Level:
        before = retention(given_rows, currency="EUR", level=level)
        after = retention([*given_rows, fresh], currency="EUR", level=level)
        assert (before.nrr, before.grr) == (after.nrr, after.grr)


positive_rows = st.lists(
    st.builds(
        RecurringRow,
        st.sampled_from("abc"),
        st.sampled_from("xyz"),
        st.just("1"),
        st.integers(0, 10**6).map(lambda m: Money(m, "EUR")),
        st.integers(0, 10**6).map(lambda m: Money(m, "EUR")),
    ),
    max_size=9,
)


@given(positive_rows)
def test_account_level_never_flatters(given_rows: list[RecurringRow]) -> None:
    company = retention(given_rows, currency="EUR", level=Level.COMPANY)
    account = retention(given_rows, currency="EUR", level=Level.ACCOUNT)
    if company.grr is not None and account.grr is not None:
        assert account.grr <= company.grr + 1e-12


def test_another_currency_is_refused() -> None:
    row = RecurringRow("a", "u", "l", Money(1, "USD"), Money(1, "USD"))
    with pytest.raises(MixedCurrencies):
        retention([row], currency="EUR", level=Level.COMPANY)


def test_uplift_does_not_lift_the_renewal_rate_and_unsettled_stands_apart() -> None:
    found = renewal_rate(
        [
            RenewalOutcome("a", eur(100), eur(130)),
            RenewalOutcome("b", eur(100), eur(60)),
            RenewalOutcome("c", eur(50), None),
        ],
        currency="EUR",
    )
    assert (found.rate, found.unsettled) == (0.8, eur(50))
    assert renewal_rate([], currency="EUR").rate is None


def test_acv_change_from_nothing_has_no_share() -> None:
    assert acv_change(baseline=eur(200), now=eur(250)).share == 0.25
    assert acv_change(baseline=eur(0), now=eur(250)).share is None


def test_expansion_bookings_add_up_and_refuse_negative_ones() -> None:
    assert expansion_bookings([eur(10), eur(20)], currency="EUR") == eur(30)
    with pytest.raises(InvalidValue):
        expansion_bookings([eur(-1)], currency="EUR")


def item(row: list[Any]) -> ItemRevenue:
    quantities = [None if q is None else Fraction(q) for q in row[5:7]]
    return ItemRevenue(
        row[0], row[1], row[2], money(row[3]), money(row[4]), quantities[0], quantities[1], row[7]
    )


@pytest.mark.parametrize("case", worked("metrics", "decomposition"))
def test_the_decomposition_is_what_a_person_gets_by_hand(case: dict[str, Any]) -> None:
    found = decompose([item(row) for row in case["rows"]], currency="EUR")
    expected = {part: money(amount).minor for part, amount in case["expect"].items()}
    assert {part: getattr(found.change, part) for part in expected} == expected
    assert found.residual == eur(0)


items = st.lists(
    st.builds(
        ItemRevenue,
        customer=st.sampled_from("abcd"),
        line=st.sampled_from("xy"),
        item=st.sampled_from("123"),
        before=amounts,
        after=amounts,
        quantity_before=st.none() | st.fractions(-5, 1_000),
        quantity_after=st.none() | st.fractions(-5, 1_000),
        bought_before=st.booleans(),
    ),
    max_size=20,
)


@given(items)
def test_the_residual_is_zero_to_the_cent_for_any_figures(given_items: list[ItemRevenue]) -> None:
    found = decompose(given_items, currency="EUR")
    assert found.residual == eur(0)
    assert sum(part.whole for part in found.by_customer.values()) == found.change.whole


@given(st.integers(1, 10**6), st.integers(1, 1_000), st.integers(1, 1_000))
def test_a_change_of_quantity_alone_is_volume_alone(price: int, before: int, after: int) -> None:
    row = ItemRevenue(
        "a",
        "l",
        "i",
        Money(price * before, "EUR"),
        Money(price * after, "EUR"),
        Fraction(before),
        Fraction(after),
    )
    change = decompose([row], currency="EUR").change
    assert (change.price, change.volume, change.mix) == (0, price * (after - before), 0)


def test_the_way_covered_works_downwards_and_names_what_is_missing() -> None:
    fall = MetricFacts("t", "Desk time", baseline=10.0, current=7.0, target=4.0, by=None)
    assert way_covered(fall).covered == pytest.approx(0.5)
    assert [r.code for r in way_covered(fall).reasons] == ["metrics.no_play"]
    open_ = MetricFacts("t", "Share", baseline=None, current=7.0, target=4.0, by=None, plays=("p",))
    assert way_covered(open_).covered is None
    hold = MetricFacts("t", "NRR", baseline=1.0, current=1.0, target=1.0, by=None, plays=("p",))
    assert way_covered(hold).covered is None
