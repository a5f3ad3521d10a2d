"""Money in words: short (£2.42m), full (£2,420,000.00), signed (+£380k, −£120k).

Short forms keep three significant digits and never less than a whole unit; what was rounded is
said in full in the title beside it. Missing money is not worded here: missing is never zero.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from typing import Literal

from babel.numbers import (
    format_compact_currency,
    format_currency,
    get_currency_precision,
    get_currency_symbol,
)

from sightline.planning.money import Money

MINUS = "\u2212"
NO_BREAK = "\u00a0"
_STEPS = ((Decimal(10) ** 9, "bn"), (Decimal(10) ** 6, "m"), (Decimal(10) ** 3, "k"))
Sign = Literal["negative", "always"]


def short_money(money: Money, *, sign: Sign = "negative", locale: str = "en_GB") -> str:
    """As few characters as a table cell has: £950, £9.5k, £640k, £2.42m, £12.6m, £1.20bn.

    `sign="always"` puts a plus before what is above zero. Other languages than English use the
    short form of their own (2,42 Mio. €).
    """
    return _sign(money, sign) + _short(abs(money.minor), money.currency, locale)


@lru_cache(maxsize=10_000)
def _short(minor: int, currency: str, locale: str) -> str:
    """Pages of hundreds of amounts show most of them again and again."""
    amount = Money(minor, currency).amount
    if locale.startswith("en"):
        return _symbol(currency, locale) + _short_number(amount)
    return str(format_compact_currency(amount, currency, locale=locale, fraction_digits=2))


def full_money(money: Money, *, sign: Sign = "negative", locale: str = "en_GB") -> str:
    """Every minor unit: £2,420,000.00, ¥1,200, KD 1.250; a true minus sign."""
    amount = abs(money.amount)
    if not locale.startswith("en"):
        return _sign(money, sign) + str(format_currency(amount, money.currency, locale=locale))
    if locale == "en_GB":
        digits = f"{amount:,.{_places(money.currency)}f}"
    else:
        digits = str(format_currency(amount, money.currency, "#,##0.00", locale=locale))
    return _sign(money, sign) + _symbol(money.currency, locale) + digits


def money_title(money: Money, *, period: str = "", locale: str = "en_GB") -> str:
    """What stands behind a short form: the full amount, its currency code and its period."""
    words = f"{full_money(money, locale=locale)} ({money.currency})"
    return f"{words}, {period}" if period else words


def money_range(low: Money, high: Money, *, locale: str = "en_GB") -> str:
    """£5.6m to £8.4m. The order given is kept."""
    return f"{short_money(low, locale=locale)} to {short_money(high, locale=locale)}"


def _short_number(amount: Decimal) -> str:
    """Three significant digits with k, m or bn; under a thousand, whole units."""
    for index, (step, suffix) in enumerate(_STEPS):
        if amount < step:
            continue
        scaled = _three_digits(amount / step)
        if scaled >= 1000 and index > 0:
            larger, larger_suffix = _STEPS[index - 1]
            return _plain(_three_digits(amount / larger), larger_suffix)
        return _plain(scaled, suffix)
    whole = amount.quantize(Decimal(1), ROUND_HALF_UP)
    return "1k" if whole >= 1000 else f"{whole}"


def _three_digits(value: Decimal) -> Decimal:
    places = 2 if value < 10 else 1 if value < 100 else 0
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _plain(value: Decimal, suffix: str) -> str:
    if suffix == "k":
        value = value.quantize(Decimal("0.1") if value < 10 else Decimal(1), ROUND_HALF_UP)
        return f"{value:f}".removesuffix(".0") + suffix
    return f"{value:,f}{suffix}"


@cache
def _places(currency: str) -> int:
    return get_currency_precision(currency)


@cache
def _symbol(currency: str, locale: str) -> str:
    symbol = str(get_currency_symbol(currency, locale))
    return symbol + NO_BREAK if symbol[-1].isalpha() else symbol


def _sign(money: Money, sign: Sign) -> str:
    if money.minor < 0:
        return MINUS
    return "+" if sign == "always" and money.minor > 0 else ""
