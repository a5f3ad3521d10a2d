"""Chances and shares in words, so that a probability is not read as a promise."""

from __future__ import annotations

from fractions import Fraction

_DENOMINATORS = (2, 3, 4, 5, 6, 7, 8, 9, 10)
SMALL_GROUP = 5
_HALF_A_PERCENT = 0.005


def about_n_in_m(probability: float) -> str:
    """about 2 in 3, about 1 in 10; less than 1 in 100, nearly certain (above 99 in 100).

    The nearest fraction with a denominator of at most 10; below 1 in 10 the nearest 1 in m.
    Outside 0 to 1 is a ValueError.
    """
    if not 0 <= probability <= 1:
        raise ValueError("a probability lies between 0 and 1")
    if probability < 0.01:
        return "less than 1 in 100"
    if probability > 0.99:
        return "nearly certain"
    if probability < 0.1:
        return f"about 1 in {round(1 / probability)}"
    if probability > 0.9:
        of = round(1 / (1 - probability))
        return f"about {of - 1} in {of}"
    options = (Fraction(round(probability * m), m) for m in _DENOMINATORS)
    best = min(
        options, key=lambda option: (abs(option - Fraction(probability)), option.denominator)
    )
    return f"about {best.numerator} in {best.denominator}"


def percent(share: float, *, digits: int = 0) -> str:
    """A share of 0 to 1 as 34%; `digits` after the point. One that is there but would read as 0%
    is "under 1%"."""
    if not digits and 0 < share <= _HALF_A_PERCENT:
        return "under 1%"
    return f"{share * 100:.{digits}f}%"


def few_or_count(count: int) -> str:
    """Peer counts under five are "a few", so that nobody can be picked out; 0 is "none"."""
    if count == 0:
        return "none"
    return "a few" if count < SMALL_GROUP else f"{count:,}"
