"""Every measure that an engine adds up from its own tables, by name: the one list of them.

`ledger.compile` turns it into DuckDB's SQL, `ledger.places` runs it on other engines. Bands, headroom
and the accounts table follow from these, wherever they came from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sightline.ledger.expressions import (
    cells,
    contact,
    contracts,
    customers,
    holdings,
    rhythm,
    spending,
    usage,
    volumes,
)
from sightline.ledger.tables import ACTIVITIES, CONTRACTS, LINES, QUANTITY, SPEND, USAGE

# From a table's rows (flows for revenue lines), the revenue kinds or None, and the scalars.
Measure = Callable[[Any, Any, Any], Any]


def _of_rows(measure: Callable[[Any, Any], Any]) -> Measure:
    return lambda rows, _kinds, v: measure(rows, v)


def _alone(measure: Callable[[Any], Any]) -> Measure:
    return lambda rows, _kinds, _v: measure(rows)


MEASURES: Mapping[str, tuple[str, Measure]] = {
    "cells": (LINES, cells.cells),
    "rhythm": (LINES, rhythm.rhythm),
    "bridge": (LINES, customers.bridge),
    "holdings": (LINES, _of_rows(holdings.holdings)),
    "months": (LINES, _of_rows(holdings.months)),
    "rhythm_facts": (LINES, holdings.rhythm_facts),
    "outcomes": (LINES, holdings.outcomes),
    "spans": (LINES, _alone(holdings.spans)),
    "recent": (LINES, _of_rows(holdings.recent)),
    "suppliers": (SPEND, _of_rows(spending.suppliers)),
    "ours": (SPEND, _of_rows(spending.ours)),
    "markets": (SPEND, _of_rows(spending.markets)),
    "everyone": (SPEND, _of_rows(spending.everyone)),
    "paid": (SPEND, _of_rows(spending.paid)),
    "contact_days": (ACTIVITIES, _of_rows(contact.contact_days)),
    "touched": (ACTIVITIES, _of_rows(contact.touched)),
    "talks": (ACTIVITIES, _of_rows(contact.talks)),
    "used": (USAGE, _of_rows(usage.used)),
    "running": (CONTRACTS, _of_rows(contracts.running)),
    "volumes": (LINES, _of_rows(volumes.volumes)),
}

# Measures of a column that not every ledger holds.
NEEDS: Mapping[str, str] = {"volumes": QUANTITY}
