"""What the bridge answers: bars that open to parts, quarters, landing, gap, and the draws."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from sightline.planning.bridge.facts import Basis
from sightline.planning.money import Money
from sightline.planning.reasons import Reason


class BarCode(StrEnum):
    """The bars, in the order they are drawn."""

    BASELINE = "baseline"
    SINCE = "since"
    CHURN = "churn"
    CONTRACTION = "contraction"
    UPLIFT = "uplift"
    PLAYS = "plays"
    EXCHANGE = "exchange"


@dataclass(frozen=True, slots=True)
class Part:
    """One renewal, play or line inside a bar; `quarter` from 1, None outside or before the year."""

    key: str
    label: str
    amount: Money
    on: dt.date | None
    quarter: int | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A step of the bridge, signed; its parts add up to it to the minor unit."""

    code: BarCode
    label: str
    amount: Money
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class QuarterStep:
    """What one quarter adds, and where the bridge stands at its end."""

    number: int
    label: str
    since: Money
    churn: Money
    contraction: Money
    uplift: Money
    plays: Money
    landing: Money


@dataclass(frozen=True, slots=True)
class Draw:
    """Something that may or may not come in: worth low to high minor units with a probability."""

    key: str
    label: str
    probability: float
    low: int
    likely: int
    high: int
    calibrated: bool = False

    @property
    def is_point(self) -> bool:
        """Whether its value is one number."""
        return self.low == self.high

    @property
    def mean(self) -> float:
        """Expected minor units if it comes in (mean of the triangle)."""
        return (self.low + self.likely + self.high) / 3


@dataclass(frozen=True, slots=True)
class Bridge:
    """One plan year's path to its target.

    landing = sum of the bars; gap = target - landing (negative: above target), None without a
    target. `one_off` is shown apart and in no sum. `left_out` names what was not counted and why.
    `certain` is the money no draw can move; it and the draws give the chance. `base_on` is the day
    that the baseline is read on, where it is told.
    """

    basis: Basis
    bars: tuple[Bar, ...]
    landing: Money
    target: Money | None
    gap: Money | None
    one_off: tuple[Part, ...]
    one_off_expected: Money
    quarters: tuple[QuarterStep, ...]
    left_out: tuple[Reason, ...]
    certain: Money
    draws: tuple[Draw, ...]
    base_on: dt.date | None = None

    def bar(self, code: BarCode) -> Bar:
        """The bar of that code."""
        return next(bar for bar in self.bars if bar.code is code)
