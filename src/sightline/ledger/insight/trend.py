"""Revenue off its own seasonal trend: for lines billed nearly every month.

Definition and worked example: docs/method/revenue.md, "Off trend". Pure: arrays in, values out.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from sightline.ledger.method import InsightParameters

Floats = npt.NDArray[np.float64]

_YEAR = 12
_SUM = 3
# MAD of a normal distribution × this is its standard deviation.
_NORMAL = 1.4826


class Direction(StrEnum):
    """Which way revenue left its trend."""

    FALL = "fall"
    JUMP = "jump"


@dataclass(frozen=True, slots=True)
class OffTrend:
    """Since how many months revenue is off its trend, and by what factor of its usual course.

    `months`: whole months beyond the line, the latest included; at least two. `factor`: the last
    three months against the same three a year before, over the usual such ratio (.8 is a fifth
    under the usual course). `score`: the CUSUM at the end, in standard deviations.
    """

    direction: Direction
    months: int
    factor: float
    score: float


def off_trend(monthly: Floats, *, parameters: InsightParameters) -> OffTrend | None:
    """Judge whole calendar months, oldest first, in any one unit of money.

    None where revenue is on its trend, and where there is too little to tell: under 24 months
    with revenue, or gaps in the last twelve.
    """
    if not can_judge(monthly, parameters=parameters):
        return None
    ratios = year_on_year(monthly)
    usual = ratios[: -parameters.trend_persistence]
    middle = float(np.median(usual))
    spread = max(_NORMAL * float(np.median(np.abs(usual - middle))), parameters.trend_least_spread)
    scores = np.clip((ratios - middle) / spread, -parameters.trend_cap, parameters.trend_cap)
    for direction, sign in ((Direction.FALL, -1.0), (Direction.JUMP, 1.0)):
        path = cusum(sign * scores, slack=parameters.trend_slack)
        beyond = path > parameters.trend_limit
        months = int(np.argmin(beyond[::-1])) if not beyond.all() else len(beyond)
        still = bool(
            (sign * scores[-parameters.trend_persistence :] > parameters.trend_slack).all()
        )
        if months >= parameters.trend_persistence and still:
            factor = float(np.exp(ratios[-1] - middle))
            return OffTrend(direction, months, factor, float(path[-1]))
    return None


def can_judge(monthly: Floats, *, parameters: InsightParameters) -> bool:
    """Whether the months are dense enough for a seasonal comparison."""
    live = monthly > 0
    return bool(live.sum() >= parameters.trend_min_months and len(monthly) > _YEAR + _SUM + 1) and (
        bool(np.isfinite(year_on_year(monthly)).all())
    )


def year_on_year(monthly: Floats) -> Floats:
    """Log of three-month sums over the same three months a year before, month by month."""
    sums = np.convolve(monthly, np.ones(_SUM), mode="valid")
    now, before = sums[_YEAR:], sums[:-_YEAR]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log(now) - np.log(before), dtype=np.float64)


def cusum(scores: Floats, *, slack: float) -> Floats:
    """One-sided cumulative sum: max(0, before + score − slack)."""
    path = np.zeros(len(scores))
    level = 0.0
    for place, score in enumerate(scores):
        level = max(0.0, level + float(score) - slack)
        path[place] = level
    return path


def seasonal_index(monthly: Floats, *, first_month: int, least_years: int = 3) -> Floats | None:
    """Share of an average month that each calendar month brings, January first; None too early.

    Each month's index is drawn towards 1: (n × index + 3) ÷ (n + 3) for n years. `first_month` is
    the calendar month (1 … 12) of the first value.
    """
    years = len(monthly) // _YEAR
    if years < least_years or monthly.sum() <= 0:
        return None
    whole = monthly[-years * _YEAR :].reshape(years, _YEAR)
    mean = whole.mean(axis=1, keepdims=True)
    share = np.divide(whole, mean, out=np.ones_like(whole), where=mean > 0).mean(axis=0)
    drawn = (years * share + least_years) / (years + least_years)
    offset = (first_month - 1 + len(monthly) - years * _YEAR) % _YEAR
    return np.asarray(np.roll(drawn, offset), dtype=np.float64)
