"""Scales: round steps for an axis, and where a value lies on it."""

from __future__ import annotations

import math
from dataclasses import dataclass

BREAK_FROM = 0.5
"""An axis may start above zero when every level lies above this share of the highest one."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from `low` to `high` laid on coordinates from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """The coordinate of a value, held inside the scale."""
        extent = (self.high - self.low) or 1.0
        share = min(max((value - self.low) / extent, 0.0), 1.0)
        return self.start + (self.end - self.start) * share


def round_step(extent: float, *, about: int = 4) -> float:
    """A step of 1, 2 or 5 times a power of ten that divides `extent` into about so many."""
    if extent <= 0 or not math.isfinite(extent):
        return 1.0
    raw = extent / about
    power = 10.0 ** math.floor(math.log10(raw))
    return power * min((1, 2, 5, 10), key=lambda factor: abs(math.log(factor * power / raw)))


def ticks(low: float, high: float, *, about: int = 4) -> tuple[float, ...]:
    """Round values from low to high inclusive."""
    step = round_step(high - low, about=about)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return tuple(step * index for index in range(first, last + 1))


def axis_start(levels: list[float]) -> float:
    """Where a bar axis starts: zero, or a round value where all levels are high and close.

    Only totals above zero may be broken; the caller draws the break and says the start.
    """
    lowest, highest = min(levels), max(levels)
    if lowest <= 0:
        return lowest
    if lowest < BREAK_FROM * highest:
        return 0.0
    step = round_step(highest - lowest or highest, about=4)
    return max(0.0, math.floor((lowest - 1.5 * step) / step) * step)
