"""An amount of money: integer minor units of one ISO 4217 currency, and its arithmetic."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sightline.planning.currencies import MINOR_DIGITS
from sightline.planning.errors import InvalidValue, MixedCurrencies, UnknownCurrency


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
        # the common case first: a large grid makes tens of thousands
        if type(self.minor) is not int and (
            isinstance(self.minor, bool) or not isinstance(self.minor, int)
        ):
            raise InvalidValue("Money is counted in whole minor units.", field="minor")
        if self.currency not in MINOR_DIGITS:
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
        return cls(rounded(Fraction(value) * 10 ** minor_digits(currency)), currency)

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

    def times(self, factor: Decimal | Fraction | float) -> Money:
        """Multiplied by a plain number, rounded half to even to a whole minor unit."""
        try:
            exact = Fraction(factor)
        except (ValueError, OverflowError) as error:
            raise InvalidValue("A factor must be a finite number.", field="factor") from error
        return Money(rounded(self.minor * exact), self.currency)

    def share_of(self, whole: Money) -> float | None:
        """This ÷ whole; None where the whole is zero."""
        return self.minor / self._same(whole).minor if whole.minor else None

    def split(self, weights: Sequence[Decimal | Fraction | float]) -> tuple[Money, ...]:
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
    return at_rate(amount, Fraction(rate), currency=currency)


def at_rate(amount: Money, rate: Fraction, *, currency: str) -> Money:
    """As `convert`, for a rate known to be above zero."""
    scale = Fraction(10) ** (minor_digits(currency) - minor_digits(amount.currency))
    return Money(rounded(amount.minor * rate * scale), currency)


def rounded(value: Fraction) -> int:
    """To the nearest whole number, halves to the even one (Python's own rule for fractions)."""
    return round(value)


def _apportion(minor: int, weights: Sequence[Decimal | Fraction | float]) -> list[int]:
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
