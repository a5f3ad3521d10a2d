"""Where the ledger's tables lie: in its own folder, or in the company's own warehouse.

`LEDGER_URL` says it, and for which tables the file that `LEDGER_MAPPING` names; what it does not
name lies in the folder.
"""

from __future__ import annotations

from django.conf import settings

from sightline.ledger.errors import LedgerError
from sightline.ledger.places import TableMapping, shown
from sightline.ledger.tables import ACTIVITIES, LINES, SPEND, USAGE
from sightline.ledger.version import LedgerVersion
from sightline.ledger.warehouse import read_mapping, same_names

# Kinds of lines and rates are the company's settings here, contracts come from the CRM.
READ_THERE = (LINES, ACTIVITIES, USAGE, SPEND)


def elsewhere(table: str = LINES) -> str:
    """The warehouse that holds a table, without its password; empty for the folder."""
    if not settings.SIGHTLINE_WAREHOUSE:
        return ""
    if table != LINES and table not in mapped():
        return ""
    return shown(settings.SIGHTLINE_WAREHOUSE)


def mapped() -> dict[str, TableMapping]:
    """Of the warehouse's mapping what is read there; LedgerError where the file is wrong."""
    path = settings.SIGHTLINE_LEDGER_MAPPING
    told = read_mapping(path) if path else same_names()
    if LINES not in told:
        raise LedgerError(f"{path}: a warehouse ledger needs at least its revenue lines mapped")
    return {name: mapping for name, mapping in told.items() if name in READ_THERE}


def has_lines(version: LedgerVersion) -> bool:
    """Whether there are revenue lines to measure: those of the version, or a warehouse's."""
    return bool(settings.SIGHTLINE_WAREHOUSE or version.of(LINES))
