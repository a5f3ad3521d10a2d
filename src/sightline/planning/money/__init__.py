"""Money as it was given: integer minor units and an ISO 4217 currency.

Amounts in different currencies never add up by accident, a missing rate refuses the figure, and
splitting never loses a cent. Definitions: docs/method/money-and-time.md.
"""

from sightline.planning.money.amount import Money, convert, minor_digits, total
from sightline.planning.money.rates import Converter, DatedRate, Rates
from sightline.planning.money.reading import keepable, parse_amount, parse_decimal

__all__ = [
    "Converter",
    "DatedRate",
    "Money",
    "Rates",
    "convert",
    "keepable",
    "minor_digits",
    "parse_amount",
    "parse_decimal",
    "total",
]
