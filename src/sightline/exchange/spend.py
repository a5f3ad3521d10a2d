"""What a customer paid its suppliers, from a file: CSV, workbook or Parquet, added up by month.

Columns are found by their names; how days and amounts are written is told by the first rows. A row
without an amount, or without any day or quarter, is refused and named; a row without a supplier is
kept, because it was paid.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from itertools import chain, islice
from pathlib import Path
from typing import Any

from sightline.actions.wallet import MonthPaid
from sightline.exchange.tables import csvfile, workbook
from sightline.exchange.tables.errors import TableRefused
from sightline.exchange.tables.readings import days_of, decimal_mark, month_first
from sightline.planning.errors import PlanningError, UnreadableAmount
from sightline.planning.money import Money, keepable, parse_amount, parse_decimal

MOST_REFUSED = 50
_SAMPLE = 5_000
# the first of the names that a file has is taken
NAMES: Mapping[str, tuple[str, ...]] = {
    "buyer": (
        *("unit", "buyer", "department", "business unit", "service area", "service"),
        *("service label", "service category label", "organisational unit", "directorate"),
        *("division", "cost centre"),
    ),
    "category": (
        *("category", "expense type", "expenses type", "expense area", "expenditure category"),
        *("expenditure type", "procurement category", "procurement classification"),
        *("spend category", "purpose of expenditure", "purpose", "description"),
    ),
    "supplier": (
        *("supplier", "supplier name", "vendor", "vendor name", "beneficiary", "beneficiary name"),
        *("payee", "payee name", "creditor", "creditor name", "merchant name", "merchant"),
    ),
    "date": (
        *("date", "payment date", "paid on", "transaction date", "date paid", "paid date"),
        *("date of payment", "effective date", "posting date", "invoice date"),
    ),
    "quarter": ("quarter",),
    "amount": (
        *("amount", "net amount", "amount net", "amount ex vat", "amount excl vat"),
        *("amount excluding vat", "amount gbp", "net value", "value", "amount paid"),
        *("payment amount", "invoice amount", "total amount", "gross amount", "amount inc vat"),
        *("amount incl vat", "amount including vat", "total"),
    ),
}
_QUARTER = re.compile(r"(\d{4})\s*[-/ ]?\s*Q([1-4])", re.IGNORECASE)
_NAMED_MONTHS = ("%d %b %Y", "%d %B %Y", "%d %b %y")
# a workbook's days where the cell was not formatted as one: 1954 to 2119
_SERIAL = re.compile(r"([2-7]\d{4})(?:\.\d+)?", re.ASCII)
_FIRST_DAY = date(1899, 12, 30)
_SIGNS = re.compile(r"[£$€¥]")
_CREDIT = re.compile(r"(.*\d)\s*(?:-|CR)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class SpendTable:
    """A file read: months added up, the rows refused with why, and the fingerprint of what it says:
    the same payments saved as another kind of file have the same one."""

    rows: int
    months: tuple[MonthPaid, ...]
    refused: tuple[tuple[int, str], ...]
    refused_rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class _Written:
    """How one file's rows are written. `decimal` None: no amount told."""

    places: Mapping[str, int]
    currency: str
    decimal: str | None
    month_first: bool

    def field(self, record: list[Any], name: str) -> Any:
        place = self.places.get(name)
        return record[place] if place is not None and place < len(record) else None


def read_spend(path: Path, *, currency: str) -> SpendTable:
    """Reads a file of payments in one currency. Raises TableRefused where columns are missing."""
    header, rows = _opened(path)
    first = list(islice(rows, _SAMPLE))
    written = _written(_places(header), first, currency)
    records = chain(first, rows)
    sums: dict[tuple[str, str, str, date], list[int]] = {}
    refused: list[tuple[int, str]] = []
    count = failed = 0
    for number, record in records:
        count += 1
        try:
            key, minor = _read(record, written)
        except (PlanningError, ValueError) as error:
            failed += 1
            if len(refused) < MOST_REFUSED:
                refused.append((number, str(error)))
            continue
        held = sums.setdefault(key, [0, 0])
        held[0] += minor
        held[1] += 1
    months = tuple(MonthPaid(*key, *found) for key, found in sums.items())
    return SpendTable(count, months, tuple(refused), failed, _digest(months, currency))


def _digest(months: Iterable[MonthPaid], currency: str) -> str:
    told = hashlib.sha256(currency.encode())
    for one in sorted(months, key=astuple):
        told.update(repr(astuple(one)).encode())
    return told.hexdigest()


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
    plain = [" ".join(re.findall(r"[^\W_]+", name.casefold())) for name in header]
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


def _written(
    places: Mapping[str, int], first: Iterable[tuple[int, list[Any]]], currency: str
) -> _Written:
    """As the first rows tell it."""
    plain = _Written(places, currency, None, False)
    rows = [record for _number, record in first]
    amounts, days = (
        [text for row in rows if isinstance(text := plain.field(row, name), str)]
        for name in ("amount", "date")
    )
    return _Written(places, currency, decimal_mark(amounts), month_first(days))


def _read(record: list[Any], written: _Written) -> tuple[tuple[str, str, str, date], int]:
    day, quarter, amount, *told = (
        written.field(record, name)
        for name in ("date", "quarter", "amount", "buyer", "category", "supplier")
    )
    month = _month(day, quarter, month_first=written.month_first)
    minor = _minor(amount, written.currency, decimal=written.decimal)
    words = [" ".join(str(one or "").split()) for one in told]
    return (words[0][:200], words[1][:200], words[2][:255], month), minor


def _month(day: Any, quarter: Any, *, month_first: bool) -> date:
    if isinstance(day, datetime | date):
        return date(day.year, day.month, 1)
    text = str("" if day is None else day).strip()
    found = _day(text, month_first=month_first)
    if found is not None:
        return found.replace(day=1)
    named = _QUARTER.search(str(quarter or ""))
    if named is None:
        raise ValueError(f"no day that can be read: {text[:40] or 'empty'}")
    return date(int(named[1]), 3 * int(named[2]) - 2, 1)


def _day(text: str, *, month_first: bool) -> date | None:
    if serial := _SERIAL.fullmatch(text):
        return _FIRST_DAY + timedelta(days=int(serial[1]))
    if readings := days_of(text):
        return readings[-1 if month_first else 0]
    plain = " ".join(text.replace("-", " ").split()[:3])
    for form in _NAMED_MONTHS:
        try:
            return datetime.strptime(plain, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    return None


def _minor(value: Any, currency: str, *, decimal: str | None) -> int:
    if isinstance(value, str):
        value = value.strip()
    if value is None or value == "":
        raise ValueError("no amount")
    if isinstance(value, str):
        return _minor_of_text(value, currency, decimal=decimal)
    try:
        return keepable(Money.of(Decimal(str(value)), currency)).minor
    except InvalidOperation as error:
        raise ValueError(f"no amount: {value}") from error


def _minor_of_text(text: str, currency: str, *, decimal: str | None) -> int:
    """With the signs of a ledger: "£1,200.50", "(80.00)", "80.00-" and "80.00 CR"."""
    plain = _SIGNS.sub("", text).strip()
    if credit := _CREDIT.fullmatch(plain):
        plain = f"-{credit[1]}"
    try:
        return parse_amount(plain, currency=currency, decimal=decimal or ".").minor
    except UnreadableAmount:
        if decimal is None:  # "1.234" may be a thousand
            raise
    return keepable(Money.of(parse_decimal(plain, decimal=decimal), currency)).minor
