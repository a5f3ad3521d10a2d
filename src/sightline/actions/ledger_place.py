"""Where the revenue lines lie: in the ledger's folder, or in the company's own warehouse.

`LEDGER_URL` says it; usage and activities always lie in the folder.
"""

from __future__ import annotations

from django.conf import settings

from sightline.ledger.places import shown
from sightline.ledger.tables import LINES
from sightline.ledger.version import LedgerVersion


def elsewhere() -> str:
    """The warehouse that holds the revenue lines, without its password; empty for the folder."""
    return shown(settings.SIGHTLINE_WAREHOUSE) if settings.SIGHTLINE_WAREHOUSE else ""


def has_lines(version: LedgerVersion) -> bool:
    """Whether there are revenue lines to measure: those of the version, or a warehouse's."""
    return bool(settings.SIGHTLINE_WAREHOUSE or version.of(LINES))
