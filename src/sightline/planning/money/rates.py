"""Dated exchange rates: what one currency is worth in another on a day."""

from __future__ import annotations

import bisect
import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from sightline.planning.errors import InvalidValue, MissingRate
from sightline.planning.money.amount import Money, at_rate, minor_digits
from sightline.planning.periods import month_end


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
                f"No exchange rate from {source} to {target} on {on.isoformat()}.",
                field="rate",
            )
        return direct

    def convert(self, amount: Money, currency: str, *, on: dt.date) -> Money:
        """The amount at the rate in force on a date, rounded once, half to even."""
        rate = self.rate(amount.currency, currency, on=on)
        return at_rate(amount, rate, currency=currency)

    def convert_flow(self, amount: Money, currency: str, *, on: dt.date) -> Money:
        """A flow at the rate of its month: the one in force on the month's first day.

        Where the first rate of the pair begins within that month, that one.
        """
        try:
            return self.convert(amount, currency, on=on.replace(day=1))
        except MissingRate:
            return self.convert(amount, currency, on=month_end(on))

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


@dataclass(frozen=True, slots=True)
class Converter:
    """Amounts into one currency at the rates of one day."""

    currency: str
    rates: Rates
    on: dt.date

    def __call__(self, minor: int | None, code: str) -> Money | None:
        """Minor units of `code`, or of the converter's currency where there is no code.

        None where the amount or its rate is not known.
        """
        if minor is None:
            return None
        try:
            return self.rates.convert(
                Money(minor, code or self.currency), self.currency, on=self.on
            )
        except MissingRate:
            return None
