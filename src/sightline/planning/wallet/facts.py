"""Estimates of what a customer spends, each with its source, and the numbers of the method."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sightline.planning.errors import InvalidValue
from sightline.planning.money import Money


class Scale(StrEnum):
    """What a wallet covers; the smaller, the faster a figure ages."""

    ACCOUNT = "account"
    CATEGORY = "category"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Estimate:
    """What somebody said a customer spends a year.

    `source` names where the figure comes from, not who passed it on: two people quoting one
    report share it. `low` and `high` are given where the estimate was a range.
    """

    likely: Money
    source: str
    on: dt.date
    confidence: str
    author: str | None = None
    method: str = ""
    low: Money | None = None
    high: Money | None = None

    def __post_init__(self) -> None:
        if self.likely.minor <= 0:
            raise InvalidValue("A wallet estimate is above zero.", field="likely")
        low, high = self.low or self.likely, self.high or self.likely
        if not low <= self.likely <= high:
            raise InvalidValue("An estimate runs from low over likely to high.", field="likely")

    @property
    def own_spread(self) -> float:
        """The log standard deviation that the given range says, read as 8 times in 10."""
        if self.low is None or self.high is None or self.low.minor <= 0:
            return 0.0
        return math.log(self.high.minor / self.low.minor) / (2 * NORMAL_80)


# the 90th percentile of the standard normal: 8 of 10 lie within this many deviations
NORMAL_80 = 1.2815515655446004


@dataclass(frozen=True, slots=True)
class WalletParameters:
    """Every number of the wallet rules; units and sources in `wallet.toml`."""

    confidence_spread: Mapping[str, float]
    overconfidence: float
    drift: Mapping[str, float]
    model_spread: float
    interval_deviations: float
    interval_widening: float
    interval_floor: float
    realistic_share: float
    realistic_least: int
    realistic_quantile: float
    next_step_share: float
    calibration_shrink: float
    trend_points: float
    stale_days: Mapping[str, int]
    doubtful_likeness: float
    spelling_likeness: float
    legal_forms: tuple[str, ...]
    unnamed: tuple[str, ...]
    joining_words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """Low, likely, high money a year; eight times in ten the truth is said to lie inside."""

    low: Money
    likely: Money
    high: Money

    def __post_init__(self) -> None:
        if not self.low <= self.likely <= self.high:
            raise InvalidValue("A range runs from low over likely to high.", field="likely")


@dataclass(frozen=True, slots=True)
class ShareRange:
    """A share of a whole, 0-1, as a range."""

    low: float
    likely: float
    high: float
