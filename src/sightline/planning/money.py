"""Money as it was given: integer minor units and an ISO 4217 currency.

Amounts in different currencies never add up by accident, a missing rate refuses the figure, and
splitting never loses a cent. Definitions: docs/method/money-and-time.md.
"""

from __future__ import annotations

import bisect
import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from sightline.planning.currencies import MINOR_DIGITS
from sightline.planning.errors import (
    InvalidValue,
    MissingRate,
    MixedCurrencies,
    UnknownCurrency,
    UnreadableAmount,
)


def minor_digits(currency: str) -> int:
    """How many decimals ISO 4217 gives the currency (0, 2, 3 or 4). Raises UnknownCurrency."""
    try:
        return MINOR_DIGITS[currency]
    except KeyError:
        raise UnknownCurrency(
            f"{currency!r} is not an ISO 4217 currency.", field="currency"
        ) from None


@dataclass(frozen=True, slots=True)
class Money:
    """An amount: `minor` units (cents, yen, fils) of `currency`."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if isinstance(self.minor, bool) or not isinstance(self.minor, int):
            raise InvalidValue("Money is counted in whole minor units.", field="minor")
        minor_digits(self.currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Nothing, in a currency."""
        return cls(0, currency)

    @classmethod
    def of(cls, amount: Decimal | int, currency: str) -> Money:
        """From major units, rounded half to even to the currency's last decimal.

        Floats are not taken: they are not what was written. Not-a-number raises InvalidValue.
        """
        value = Decimal(amount)
        if not value.is_finite():
            raise InvalidValue("An amount must be a finite number.", field="amount")
        return cls(_round(Fraction(value) * 10 ** minor_digits(currency)), currency)

    @property
    def amount(self) -> Decimal:
        """In major units, exactly."""
        return Decimal(self.minor).scaleb(-minor_digits(self.currency))

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other).minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __abs__(self) -> Money:
        return Money(abs(self.minor), self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other).minor

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other).minor

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._same(other).minor

    def __ge__(self, other: Money) -> bool:
        return self.minor >= self._same(other).minor

    def times(self, factor: Decimal | Fraction | int | float) -> Money:
        """Multiplied by a plain number, rounded half to even to a whole minor unit."""
        try:
            exact = Fraction(factor)
        except (ValueError, OverflowError) as error:
            raise InvalidValue("A factor must be a finite number.", field="factor") from error
        return Money(_round(self.minor * exact), self.currency)

    def share_of(self, whole: Money) -> float | None:
        """This ÷ whole; None where the whole is zero."""
        return self.minor / self._same(whole).minor if whole.minor else None

    def split(self, weights: Sequence[Decimal | Fraction | int | float]) -> tuple[Money, ...]:
        """Shares in proportion to `weights`, adding up to this amount to the last minor unit.

        Each share is rounded down; what is left goes, one unit each, to the largest remainders
        (the earlier one at a tie). All weights zero: equal shares. No weights, or a negative
        one, raises InvalidValue.
        """
        return tuple(Money(part, self.currency) for part in _apportion(self.minor, weights))

    def __str__(self) -> str:
        return f"{self.amount:,f} {self.currency}"

    def _same(self, other: Money) -> Money:
        if not isinstance(other, Money):
            raise TypeError(f"Money and {type(other).__name__} do not mix")
        if other.currency != self.currency:
            raise MixedCurrencies(
                f"{self.currency} and {other.currency} need a rate before they can be compared.",
                field="currency",
            )
        return other


def total(amounts: Iterable[Money], *, currency: str) -> Money:
    """The sum, in `currency`; nothing to add is zero of it. Raises MixedCurrencies."""
    result = Money.zero(currency)
    for amount in amounts:
        result += amount
    return result


def convert(amount: Money, rate: Decimal, *, currency: str) -> Money:
    """The amount in another currency at `rate` (units of `currency` per unit of the amount's own).

    Rounded once, half to even, to the target's last decimal. A rate must be above zero.
    """
    if not rate.is_finite() or rate <= 0:
        raise InvalidValue("An exchange rate must be above zero.", field="rate")
    scale = Fraction(10) ** (minor_digits(currency) - minor_digits(amount.currency))
    return Money(_round(amount.minor * Fraction(rate) * scale), currency)


@dataclass(frozen=True, slots=True)
class DatedRate:
    """From `since` on, one unit of `source` is worth `rate` units of `target`."""

    source: str
    target: str
    since: dt.date
    rate: Decimal

    def __post_init__(self) -> None:
        minor_digits(self.source)
        minor_digits(self.target)
        if not self.rate.is_finite() or self.rate <= 0:
            raise InvalidValue("An exchange rate must be above zero.", field="rate")


_Series = tuple[tuple[dt.date, ...], tuple[Decimal, ...]]


@dataclass(frozen=True, slots=True)
class Rates:
    """Dated exchange rates of a company; each holds until the next one of its pair.

    A pair that was not given is looked for the other way round, then through `reporting`. Of two
    rows of one pair and date the later given counts.
    """

    reporting: str
    rows: tuple[DatedRate, ...]
    _series: dict[tuple[str, str], _Series] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        minor_digits(self.reporting)
        pairs: dict[tuple[str, str], dict[dt.date, Decimal]] = {}
        for row in self.rows:
            pairs.setdefault((row.source, row.target), {})[row.since] = row.rate
        series: dict[tuple[str, str], _Series] = {}
        for pair, by_day in pairs.items():
            days = sorted(by_day)
            series[pair] = (tuple(days), tuple(by_day[day] for day in days))
        object.__setattr__(self, "_series", series)

    def rate(self, source: str, target: str, *, on: dt.date) -> Fraction:
        """Units of `target` per unit of `source` in force on a date, exactly.

        Raises MissingRate where no row of the pair, its inverse, or the way through the reporting
        currency had begun by then: a figure is refused rather than guessed.
        """
        minor_digits(source)
        minor_digits(target)
        if source == target:
            return Fraction(1)
        direct = self._direct(source, target, on)
        if direct is None and self.reporting not in (source, target):
            first = self._direct(source, self.reporting, on)
            second = self._direct(self.reporting, target, on)
            direct = first * second if first and second else None
        if direct is None:
            raise MissingRate(
                f"No exchange rate from {source} to {target} on {on.isoformat()}.", field="rate"
            )
        return direct

    def convert(self, amount: Money, currency: str, *, on: dt.date) -> Money:
        """The amount at the rate in force on a date, rounded once, half to even."""
        rate = self.rate(amount.currency, currency, on=on)
        scale = Fraction(10) ** (minor_digits(currency) - minor_digits(amount.currency))
        return Money(_round(amount.minor * rate * scale), currency)

    def convert_flow(self, amount: Money, currency: str, *, on: dt.date) -> Money:
        """A flow at the rate of its month: the one in force on the month's first day.

        Where the first rate of the pair begins within that month, that one.
        """
        try:
            return self.convert(amount, currency, on=on.replace(day=1))
        except MissingRate:
            return self.convert(amount, currency, on=_month_end(on))

    def _direct(self, source: str, target: str, on: dt.date) -> Fraction | None:
        given = self._at(source, target, on)
        if given is not None:
            return given
        inverse = self._at(target, source, on)
        return 1 / inverse if inverse is not None else None

    def _at(self, source: str, target: str, on: dt.date) -> Fraction | None:
        days, rates = self._series.get((source, target), ((), ()))
        place = bisect.bisect_right(days, on)
        return Fraction(rates[place - 1]) if place else None


_MINUS = {ord("\u2212"): "-", ord("\u2019"): "'"}


def parse_amount(text: str, *, currency: str, decimal: str = ".") -> Money:
    """Money from a text such as "1,234.50", "(1 234,50)" or "EUR -12".

    `decimal` is the decimal mark, "." or ","; the other one, an apostrophe and spaces group
    thousands and must stand where thousands end. The currency's own code may stand before or
    after. More decimals than the currency has are taken only if they are zeros. Anything else
    raises UnreadableAmount: nothing is guessed.
    """
    if decimal not in (".", ","):
        raise InvalidValue("The decimal mark is a point or a comma.", field="decimal")
    digits = minor_digits(currency)
    body, negative = _unsigned(text, currency)
    match = _pattern(decimal).fullmatch(body)
    if match is None:
        raise _unreadable(text, currency)
    whole = re.sub(r"[^0-9]", "", match["whole"] or "")
    part = (match["part"] or "").ljust(digits, "0")
    if not (whole or match["part"]) or part[digits:].strip("0"):
        raise _unreadable(text, currency)
    minor = int((whole or "0") + part[:digits])
    return Money(-minor if negative else minor, currency)


def parse_decimal(text: str, *, decimal: str = ".") -> Decimal:
    """A plain number such as a quantity or a rate; same marks as `parse_amount`, any precision."""
    if decimal not in (".", ","):
        raise InvalidValue("The decimal mark is a point or a comma.", field="decimal")
    body, negative = _unsigned(text, "")
    match = _pattern(decimal).fullmatch(body)
    if match is None or not (match["whole"] or match["part"]):
        raise UnreadableAmount(f"{_short(text)} is not a number.", field="amount")
    whole = re.sub(r"[^0-9]", "", match["whole"] or "0")
    try:
        value = Decimal(f"{whole}.{match['part'] or '0'}")
    except InvalidOperation as error:  # pragma: no cover - the pattern admits digits only
        raise UnreadableAmount(f"{_short(text)} is not a number.", field="amount") from error
    return -value if negative else value


def _unsigned(text: str, currency: str) -> tuple[str, bool]:
    """The text without sign, brackets and currency code, and whether it is negative."""
    if len(text) > 64:
        raise UnreadableAmount(f"{_short(text)} is too long for an amount.", field="amount")
    body = text.translate(_MINUS).strip()
    bracketed = body.startswith("(") and body.endswith(")")
    body = _without_code(body[1:-1] if bracketed else body, currency)
    signed = body.startswith("-")
    body = _without_code(body.lstrip()[1:] if signed or body.startswith("+") else body, currency)
    if bracketed and signed:
        raise UnreadableAmount(f"{_short(text)} is negative twice.", field="amount")
    return body, bracketed or signed


def _without_code(body: str, currency: str) -> str:
    body = body.strip()
    if currency and body.upper().startswith(currency):
        body = body[len(currency) :]
    elif currency and body.upper().endswith(currency):
        body = body[: -len(currency)]
    return body.strip()


def _pattern(decimal: str) -> re.Pattern[str]:
    group = r"[,' \u00a0\u202f\u2009]" if decimal == "." else r"[.' \u00a0\u202f\u2009]"
    grouped = rf"[0-9]{{1,3}}(?P<mark>{group})[0-9]{{3}}(?:(?P=mark)[0-9]{{3}})*"
    mark = re.escape(decimal)
    # re.ASCII: digits of other scripts are refused rather than silently read
    return re.compile(rf"(?P<whole>{grouped}|[0-9]*)(?:{mark}(?P<part>[0-9]*))?", re.ASCII)


def _unreadable(text: str, currency: str) -> UnreadableAmount:
    return UnreadableAmount(f"{_short(text)} is not an amount in {currency}.", field="amount")


def _short(text: str) -> str:
    return repr(text if len(text) <= 24 else text[:24] + "…")


def _round(value: Fraction) -> int:
    """To the nearest whole number, halves to the even one (Python's own rule for fractions)."""
    return round(value)


def _apportion(minor: int, weights: Sequence[Decimal | Fraction | int | float]) -> list[int]:
    shares = [Fraction(weight) for weight in weights]
    if not shares or min(shares) < 0:
        raise InvalidValue("A split needs weights, none below zero.", field="weights")
    whole = sum(shares)
    if whole == 0:
        shares, whole = [Fraction(1)] * len(shares), Fraction(len(shares))
    sign = -1 if minor < 0 else 1
    exact = [abs(minor) * share / whole for share in shares]
    parts = [int(value) for value in exact]
    left = abs(minor) - sum(parts)
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for place in by_remainder[:left]:
        parts[place] += 1
    return [sign * part for part in parts]


def _month_end(day: dt.date) -> dt.date:
    first_of_next = (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    return first_of_next - dt.timedelta(days=1)


__all__ = [
    "DatedRate",
    "Money",
    "Rates",
    "convert",
    "minor_digits",
    "parse_amount",
    "parse_decimal",
    "total",
]
