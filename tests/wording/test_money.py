"""Money in few characters, and in full."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel.core import get_global
from babel.numbers import format_currency
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.errors import PlanningError
from sightline.planning.money import Money
from sightline.wording.money import full_money, money_range, money_title, short_money


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("0", "GBP", "£0"),
        ("950", "GBP", "£950"),
        ("999.49", "GBP", "£999"),
        ("999.50", "GBP", "£1k"),
        ("9500", "GBP", "£9.5k"),
        ("9999", "GBP", "£10k"),
        ("640000", "GBP", "£640k"),
        ("999499", "GBP", "£999k"),
        ("999500", "GBP", "£1.00m"),
        ("2420000", "GBP", "£2.42m"),
        ("12600000", "GBP", "£12.6m"),
        ("126400000", "GBP", "£126m"),
        ("1200000000", "GBP", "£1.20bn"),
        ("1234567890123", "GBP", "£1,235bn"),
        ("-120000", "GBP", "−£120k"),
        ("1200000", "JPY", "JP¥1.20m"),
        ("1.250", "KWD", "KWD\u00a01"),
        ("250000", "CHF", "CHF\u00a0250k"),
        ("2420000", "USD", "US$2.42m"),
    ],
)
def test_short_money(amount: str, currency: str, shown: str) -> None:
    assert short_money(Money.of(Decimal(amount), currency)) == shown


def test_a_change_carries_its_sign() -> None:
    assert short_money(Money.of(380_000, "GBP"), sign="always") == "+£380k"
    assert short_money(Money.of(0, "GBP"), sign="always") == "£0"


def test_full_money_keeps_every_minor_unit_of_its_currency() -> None:
    assert full_money(Money(242_000_001, "GBP")) == "£2,420,000.01"
    assert full_money(Money(1200, "JPY")) == "JP¥1,200"
    assert full_money(Money(1250, "KWD")) == "KWD\u00a01.250"
    assert full_money(Money(-5, "EUR")) == "−€0.05"


@given(
    minor=st.integers(min_value=-(10**15), max_value=10**15),
    currency=st.sampled_from([*sorted(get_global("currency_fractions")), "GBP", "EUR", "USD"]),
)
def test_full_money_has_the_digits_that_the_locale_gives(minor: int, currency: str) -> None:
    try:
        money = Money(minor, currency)
    except PlanningError:
        return
    digits = format_currency(abs(money.amount), currency, "#,##0.00", locale="en_GB")
    assert full_money(money).endswith(digits)


def test_a_title_names_currency_and_period() -> None:
    said = money_title(Money.of(2_420_000, "GBP"), period="yearly recurring")
    assert said == "£2,420,000.00 (GBP), yearly recurring"


def test_a_range_is_said_in_words() -> None:
    assert money_range(Money.of(5_600_000, "GBP"), Money.of(8_400_000, "GBP")) == "£5.60m to £8.40m"


def test_other_languages_use_their_own_short_form() -> None:
    said = short_money(Money.of(2_420_000, "EUR"), locale="de_DE")
    assert said.replace("\u00a0", " ") == "2,42 Mio. €"


@given(st.integers(-(10**15), 10**15))
def test_a_short_form_never_moves_a_figure_by_more_than_half_of_its_third_digit(minor: int) -> None:
    shown = short_money(Money(minor, "GBP")).replace("−", "-").replace("£", "").replace(",", "")
    factor = {"k": 10**3, "m": 10**6, "bn": 10**9}
    unit = next((suffix for suffix in ("bn", "k", "m") if shown.endswith(suffix)), "")
    read = Decimal(shown.removesuffix(unit)) * factor.get(unit, 1)
    exact = Decimal(minor) / 100
    assert abs(read - exact) <= max(abs(exact) * Decimal("0.0501"), Decimal("0.5"))


@given(st.integers(-(10**13), 10**13))
def test_a_short_form_is_short(minor: int) -> None:
    assert len(short_money(Money(minor, "GBP"))) <= 9
