"""What a customer paid its suppliers, from a file: CSV, workbook or Parquet, added up by month.

Columns are found by their names. A row without an amount, or without any day or quarter, is
refused and named; a row without a supplier is kept, because it was paid.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from sightline.actions.wallet import MonthPaid
from sightline.exchange.tables import csvfile, workbook
from sightline.exchange.tables.errors import TableRefused
from sightline.planning.errors import PlanningError
from sightline.planning.money import Money, parse_amount

MOST_REFUSED = 50
NAMES: Mapping[str, tuple[str, ...]] = {
    "buyer": ("unit", "buyer", "department", "service area", "directorate", "division"),
    "category": ("category", "expense type", "expenses type", "expense area", "purpose"),
    "supplier": ("supplier", "supplier name", "vendor", "vendor name", "beneficiary", "payee"),
    "date": ("date", "payment date", "paid on", "transaction date", "date paid"),
    "quarter": ("quarter",),
    "amount": ("amount", "net amount", "value", "amount paid", "amount gbp"),
}
_QUARTER = re.compile(r"(\d{4})\s*[-/ ]?\s*Q([1-4])", re.IGNORECASE)
_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d", "%d %b %Y", "%d-%b-%y")


@dataclass(frozen=True, slots=True)
class SpendTable:
    """A file read: months added up, the rows refused with why, and the file's fingerprint."""

    rows: int
    months: tuple[MonthPaid, ...]
    refused: tuple[tuple[int, str], ...]
    refused_rows: int
    digest: str


def read_spend(path: Path, *, currency: str) -> SpendTable:
    """Reads a file of payments in one currency. Raises TableRefused where columns are missing."""
    header, records = _opened(path)
    places = _places(header)
    sums: dict[tuple[str, str, str, date], list[int]] = {}
    refused: list[tuple[int, str]] = []
    count = failed = 0
    for number, record in records:
        count += 1
        try:
            key, minor = _read(record, places, currency)
        except (PlanningError, ValueError) as error:
            failed += 1
            if len(refused) < MOST_REFUSED:
                refused.append((number, str(error)))
            continue
        held = sums.setdefault(key, [0, 0])
        held[0] += minor
        held[1] += 1
    months = tuple(MonthPaid(*key, *found) for key, found in sums.items())
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return SpendTable(count, months, tuple(refused), failed, digest)


def _opened(path: Path) -> tuple[list[str], Iterator[tuple[int, list[Any]]]]:
    if path.suffix.lower() == ".parquet":
        import pyarrow.parquet as parquet  # forty megabytes, for a file that few give

        try:
            file = parquet.ParquetFile(path)
        except Exception as error:
            raise TableRefused("not_parquet", "no Parquet file", file=path.name) from error
        return [str(name) for name in file.schema_arrow.names], _parquet(file)
    source = path
    if workbook.is_workbook(path):
        source = workbook.sheet_to_csv(path, path.with_suffix(".csv"))
    found = csvfile.look(source, name=path.name)
    return list(found.header), csvfile.records(found)


def _parquet(file: Any) -> Iterator[tuple[int, list[Any]]]:
    number = 0
    for batch in file.iter_batches(batch_size=10_000):
        columns = [batch.column(place).to_pylist() for place in range(batch.num_columns)]
        for row in zip(*columns, strict=True):
            number += 1
            yield number, list(row)


def _places(header: Iterable[str]) -> dict[str, int]:
    plain = [re.sub(r"[\s_]+", " ", name).strip().casefold() for name in header]
    found = {
        field: plain.index(name)
        for field, names in NAMES.items()
        for name in reversed(names)
        if name in plain
    }
    missing = [field for field in ("supplier", "amount") if field not in found]
    if "date" not in found and "quarter" not in found:
        missing.append("date")
    if missing:
        wanted = ", ".join(missing)
        raise TableRefused("columns", f"no column is called {wanted}: name them so")
    return found


def _read(
    record: list[Any], places: Mapping[str, int], currency: str
) -> tuple[tuple[str, str, str, date], int]:
    def field(name: str) -> Any:
        place = places.get(name)
        return record[place] if place is not None and place < len(record) else None

    month = _month(field("date"), field("quarter"))
    minor = _minor(field("amount"), currency)
    words = [" ".join(str(field(name) or "").split()) for name in ("buyer", "category", "supplier")]
    return (words[0][:200], words[1][:200], words[2][:255], month), minor


def _month(day: Any, quarter: Any) -> date:
    if isinstance(day, datetime | date):
        return date(day.year, day.month, 1)
    text = str(day or "").strip()
    for form in _DAYS:
        try:
            found = datetime.strptime(text[:11].strip(), form).replace(tzinfo=UTC)
        except ValueError:
            continue
        return date(found.year, found.month, 1)
    named = _QUARTER.search(str(quarter or ""))
    if named is None:
        raise ValueError(f"no day that can be read: {text or 'empty'}")
    return date(int(named[1]), 3 * int(named[2]) - 2, 1)


def _minor(value: Any, currency: str) -> int:
    if value is None or value == "":
        raise ValueError("no amount")
    if isinstance(value, str):
        return parse_amount(value.replace("£", ""), currency=currency).minor
    try:
        return Money.of(Decimal(repr(value)), currency).minor
    except InvalidOperation as error:
        raise ValueError(f"no amount: {value}") from error
