"""Files of payments as customers publish them: whatever they call and write things."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sightline.exchange.spend import SpendTable, read_spend

WRITTEN = """Body Name;Directorate;Procurement Classification;Supplier Name;Payment Date;Amount (£)
Council;Homes;Repairs;Café & Söhne Ltd;03/04/2026;"£1,234.50"
Council;Homes;Repairs;Acme;3/4/2026 00:00;(1,000.00)
Council;Homes;Repairs;Acme;46115;£-20.25
Council;Homes;Repairs;Acme;03-Apr-26;30.00 CR
Council;Homes;Repairs;Acme;3 April 2026;-£1.00
Council;Homes;Repairs;Acme;2026-04-03T14:20:00;40.00-
Council;Homes;Repairs;;03.04.26;0.105
Council;Homes;Repairs;Acme;31/02/2026;5
Council;Homes;Repairs;Acme;03/04/2026;99999999999999999999
"""


def read(folder: Path, text: str, *, currency: str = "GBP", encoding: str = "cp1252") -> SpendTable:
    path = folder / "payments.csv"
    path.write_bytes(text.encode(encoding))
    return read_spend(path, currency=currency)


def test_days_and_amounts_are_read_as_ledgers_write_them(tmp_path: Path) -> None:
    table = read(tmp_path, WRITTEN)
    paid = {one.supplier: (one.buyer, one.month, one.minor, one.payments) for one in table.months}
    april = date(2026, 4, 1)
    assert paid == {
        "Café & Söhne Ltd": ("Homes", april, 1234_50, 1),
        "Acme": ("Homes", april, -(1000_00 + 20_25 + 30_00 + 1_00 + 40_00), 5),
        "": ("Homes", april, 10, 1),
    }
    assert [number for number, _why in table.refused] == [9, 10]
    assert "31/02/2026" in table.refused[0][1] and "larger than" in table.refused[1][1]


@pytest.mark.parametrize(
    ("amounts", "first"),
    [
        (("1.234,56", "1.200", "12,5"), 123_456),
        (("1,234.56", "1,200", "12.5"), 123_456),
        (("1 234,56", "1 200", "12,50"), 123_456),
    ],
)
def test_the_decimal_mark_is_told_by_the_column(
    tmp_path: Path, amounts: tuple[str, ...], first: int
) -> None:
    rows = "".join(f"S{at};{one};2026-01-0{at}\n" for at, one in enumerate(amounts, start=1))
    table = read(tmp_path, f"Supplier;Amount;Date\n{rows}", currency="EUR")
    assert [one.minor for one in table.months] == [first, 1_200_00, 12_50]


def test_an_amount_that_may_mean_two_things_is_not_guessed(tmp_path: Path) -> None:
    table = read(tmp_path, "Supplier;Amount;Date\nA;1.234;2026-01-01\n", currency="EUR")
    assert (table.months, table.refused_rows) == ((), 1)


def test_days_are_read_month_first_only_where_the_column_says_so(tmp_path: Path) -> None:
    head = "Supplier,Amount,Date\n"
    american = read(tmp_path, f"{head}A,1,03/04/2026\nA,1,03/25/2026\n")
    assert [(one.month.month, one.payments) for one in american.months] == [(3, 2)]
    british = read(tmp_path, f"{head}A,1,03/04/2026\nA,1,25/03/2026\n")
    assert sorted(one.month.month for one in british.months) == [3, 4]


def test_exact_amounts_of_a_parquet_file_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "payments.parquet"
    columns = {"supplier": ["A"], "amount": [Decimal("12.34")], "date": [date(2026, 1, 5)]}
    pq.write_table(pa.table(columns), path)
    assert [one.minor for one in read_spend(path, currency="GBP").months] == [12_34]
