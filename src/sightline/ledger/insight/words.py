"""Words that several insights share: counts of other buyers, whole numbers, money."""

from __future__ import annotations

from sightline.ledger.currencies import decimals_of


def counted(number: int, *, few: int) -> str:
    """A count of other buyers; under `few` it is "a few", none is "none"."""
    if number == 0:
        return "none"
    return "a few" if number < few else str(number)


def plural(number: int, one: str, many: str) -> str:
    """`1 day`, `2 days`."""
    return f"{number} {one if number == 1 else many}"


def money(minor: float, *, currency: str) -> str:
    """An amount for a sentence: whole major units with thousands, and the currency if told."""
    whole = f"{minor / 10 ** decimals_of(currency):,.0f}"
    return f"{whole} {currency}" if currency else whole
