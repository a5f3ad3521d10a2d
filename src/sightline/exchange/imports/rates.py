"""Dated exchange rates from a file: month, currency, and what one unit of it is worth here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from sightline.actions.imports import runs
from sightline.actions.rates import store_rates
from sightline.agreement.canonical import Unreadable, day_of
from sightline.agreement.naming import column_key
from sightline.exchange.imports.cells import currency_of, number_of
from sightline.exchange.tables.csvfile import look, records
from sightline.exchange.tables.errors import TableRefused

_HEADERS = {
    "month": ("month", "date", "startdate", "since"),
    "currency": ("currency", "isocode", "currencyisocode", "fromcurrency", "source"),
    "rate": ("rate", "conversionrate", "value"),
}


def load_rates(paths: Sequence[Path], *, dry_run: bool = False) -> dict[str, Any]:
    """Read and store rates; answers created, changed, skipped. A wrong row refuses its file."""
    company = runs.company_currency()
    found: dict[tuple[dt.date, str], Decimal] = {}
    for path in paths:
        found |= _read(path)
    return store_rates(found, into=company, dry_run=dry_run)


def _read(path: Path) -> dict[tuple[dt.date, str], Decimal]:
    if not path.is_file():
        raise TableRefused("missing", f"there is no file {path}")
    file = look(path)
    places = _places(file.header, path.name)
    found = {}
    for row, cells in records(file):
        try:
            month, currency, rate = (cells[place].strip() for place in places)
            day = day_of(month if len(month) > 7 else f"{month}-01").replace(day=1)
            value = number_of(rate)
            if value <= 0:
                raise Unreadable(f"{rate!r} is not above zero")
            found[day, currency_of(currency)] = value
        except (Unreadable, IndexError) as problem:
            raise TableRefused("rate", f"row {row}: {problem}", file=path.name) from None
    return found


def _places(header: Sequence[str], name: str) -> tuple[int, int, int]:
    keys = [column_key(word) for word in header]
    places = []
    for field, words in _HEADERS.items():
        place = next((keys.index(word) for word in words if word in keys), None)
        if place is None:
            raise TableRefused("columns_missing", f"no column for {field}", file=name)
        places.append(place)
    return places[0], places[1], places[2]
