"""Money: minor units, no mixed currencies, no lost cent, no guessed amount."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.errors import (
    InvalidValue,
    MissingRate,
    MixedCurrencies,
    UnknownCurrency,
    UnreadableAmount,
)
from sightline.planning.money import (
    Converter,
    DatedRate,
    Money,
    Rates,
    convert,
    minor_digits,
    parse_amount,
    parse_decimal,
    total,
)
from tests.planning.worked import worked

MINORS = st.integers(-(10**15), 10**15)
WEIGHTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=12)


def test_currencies_have_the_decimals_of_iso_4217() -> None:
    assert [minor_digits(code) for code in ("JPY", "EUR", "KWD", "CLF")] == [0, 2, 3, 4]


def test_an_unknown_currency_is_refused() -> None:
    with pytest.raises(UnknownCurrency):
        Money(1, "EURO")


def test_different_currencies_do_not_add_or_compare() -> None:
    euro, dollar = Money(1, "EUR"), Money(1, "USD")
    for clash in (lambda: euro + dollar, lambda: euro - dollar, lambda: euro < dollar):
        with pytest.raises(MixedCurrencies):
            clash()
    with pytest.raises(MixedCurrencies):
        total([euro, dollar], currency="EUR")


def test_a_sum_of_nothing_is_zero_of_its_currency() -> None:
    assert total([], currency="JPY") == Money(0, "JPY")


def test_a_float_is_no_amount() -> None:
    with pytest.raises(InvalidValue):
        Money(1.0, "EUR")  # type: ignore[arg-type]


def test_halves_round_to_the_even_unit() -> None:
    assert [Money.of(Decimal(text), "EUR").minor for text in ("0.005", "0.015", "-0.025")] == [
        0,
        2,
        -2,
    ]
    assert Money(5, "EUR").times(Fraction(1, 2)).minor == 2


def test_converting_respects_both_currencies_decimals() -> None:
    assert convert(Money(15000, "JPY"), Decimal("0.0065"), currency="EUR") == Money(9750, "EUR")
    assert convert(Money(9750, "EUR"), Decimal("0.335"), currency="KWD") == Money(32662, "KWD")


def test_a_rate_of_zero_is_refused() -> None:
    with pytest.raises(InvalidValue):
        convert(Money(1, "EUR"), Decimal(0), currency="USD")


@given(MINORS, WEIGHTS)
def test_a_split_never_loses_a_cent(minor: int, weights: list[int]) -> None:
    parts = Money(minor, "EUR").split(weights)
    assert sum(part.minor for part in parts) == minor
    assert len(parts) == len(weights)


@given(MINORS, WEIGHTS)
def test_no_part_of_a_split_is_a_whole_unit_off(minor: int, weights: list[int]) -> None:
    whole = sum(weights)
    for part, weight in zip(Money(minor, "EUR").split(weights), weights, strict=True):
        fair = Fraction(minor * weight, whole) if whole else Fraction(minor, len(weights))
        assert abs(part.minor - fair) < 1


def test_the_odd_cent_goes_to_the_earlier_of_equals() -> None:
    assert [part.minor for part in Money(100, "EUR").split([1, 1, 1])] == [34, 33, 33]
    assert [part.minor for part in Money(-100, "EUR").split([1, 1, 1])] == [-34, -33, -33]


@pytest.mark.parametrize("weights", [[], [1, -1]])
def test_a_split_needs_weights(weights: list[int]) -> None:
    with pytest.raises(InvalidValue):
        Money(100, "EUR").split(weights)


@pytest.mark.parametrize("case", worked("money", "reading"))
def test_amounts_are_read_as_written(case: dict[str, Any]) -> None:
    read = parse_amount(case["text"], currency=case["currency"], decimal=case["decimal"])
    assert read.minor == case["minor"]


@pytest.mark.parametrize(
    "text",
    ["", " ", "-", ".", "1,23", "1.234", "1,2345", "1 234,567.0", "12,34,567", "1e5", "--1",
     "(-1)", "١٢", "NaN", "inf", "1_000", "USD 5", "5" * 70, "9" * 16, "=1+1", "\x00"],
)  # fmt: skip
def test_what_is_no_amount_is_refused_and_not_guessed(text: str) -> None:
    with pytest.raises(UnreadableAmount):
        parse_amount(text, currency="EUR")


@given(MINORS, st.sampled_from(["EUR", "JPY", "KWD"]))
def test_what_is_written_out_reads_back(minor: int, currency: str) -> None:
    amount = Money(minor, currency)
    assert parse_amount(str(amount), currency=currency) == amount


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse_amount(text, currency="EUR")
    except UnreadableAmount as error:
        assert error.code == "unreadable_amount"


def test_a_plain_number_keeps_its_precision() -> None:
    assert parse_decimal("-1.200,1250", decimal=",") == Decimal("-1200.1250")


def rates() -> Rates:
    day = dt.date
    return Rates(
        "EUR",
        (
            DatedRate("USD", "EUR", day(2026, 1, 1), Decimal("0.90")),
            DatedRate("USD", "EUR", day(2026, 3, 1), Decimal("0.95")),
            DatedRate("EUR", "GBP", day(2026, 1, 10), Decimal("0.80")),
        ),
    )


def test_a_rate_holds_until_the_next_one() -> None:
    for day, rate in ((dt.date(2026, 2, 28), "0.90"), (dt.date(2026, 3, 1), "0.95")):
        assert rates().rate("USD", "EUR", on=day) == Fraction(rate)


def test_a_rate_is_found_the_other_way_and_through_the_reporting_currency() -> None:
    on = dt.date(2026, 2, 1)
    assert rates().rate("GBP", "EUR", on=on) == Fraction(5, 4)
    assert rates().convert(Money(1000, "USD"), "GBP", on=on) == Money(720, "GBP")


def test_a_missing_rate_refuses_the_figure() -> None:
    with pytest.raises(MissingRate):
        rates().convert(Money(1, "USD"), "EUR", on=dt.date(2025, 12, 31))
    with pytest.raises(MissingRate):
        rates().rate("CHF", "EUR", on=dt.date(2026, 6, 1))


def test_a_flow_takes_the_rate_of_its_month() -> None:
    ten = Money(1000, "USD")
    changed_mid_month = Rates(
        "EUR", (*rates().rows, DatedRate("USD", "EUR", dt.date(2026, 3, 15), Decimal("0.50")))
    )
    assert changed_mid_month.convert_flow(ten, "EUR", on=dt.date(2026, 3, 20)).minor == 950
    assert changed_mid_month.convert(ten, "EUR", on=dt.date(2026, 3, 20)).minor == 500


def test_a_flow_takes_the_first_rate_that_begins_in_its_month() -> None:
    flow = rates().convert_flow(Money(800, "GBP"), "EUR", on=dt.date(2026, 1, 2))
    assert flow == Money(1000, "EUR")


def test_a_converter_says_nothing_where_the_amount_or_its_rate_is_not_known() -> None:
    into_euro = Converter("EUR", rates(), dt.date(2026, 2, 1))
    assert into_euro(800, "GBP") == Money(1000, "EUR")
    assert into_euro(5, "") == into_euro(5, "EUR") == Money(5, "EUR")
    assert into_euro(None, "GBP") is None
    assert into_euro(1, "CHF") is None
