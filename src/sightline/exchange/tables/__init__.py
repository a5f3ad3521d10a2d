"""Tables in and out: CSV and XLSX read in bounded memory, CSV written safe from formulas.

What cannot be read is refused as `TableRefused`, whose message names the place and the way out.
"""

from sightline.exchange.tables.errors import TableRefused
from sightline.exchange.tables.limits import LIMITS, Limits

__all__ = ["LIMITS", "Limits", "TableRefused"]
