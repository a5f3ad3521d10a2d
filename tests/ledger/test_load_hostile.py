"""What must not get in is refused in words, whole, without a trace left in the ledger."""

from __future__ import annotations

import math
import resource
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sightline.ledger.errors import RefusedInput
from tests.ledger.test_load import HEADER, load, load_path

GOOD = "a,u,x,2024-01-31,1,EUR\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (HEADER, "has a header and no rows"),
        ("\n\n", "the first line is blank"),
        (HEADER + GOOD + "a,u,x,2024-01-31,1\n", "row 3: 5 columns where the first row names 6"),
        (HEADER + GOOD + "a,u,x,2024-01-31,1,EUR,7\n", "row 3: 7 columns"),
        ((HEADER + GOOD).encode("utf-16"), "UTF-16"),
        (HEADER.encode() + b"a\0b,u,x,2024-01-31,1,EUR\n", "NUL"),
        (HEADER.encode() + b"a\x81\xff,u,x,2024-01-31,1,EUR\n", "neither UTF-8 nor Windows-1252"),
        ("account,date,amount\na,2024-01-31,1\n", "has no column product_line"),
        ("account,Account,product_line,date,amount\na,b,x,2024-01-31,1\n", "two columns are named"),
        (HEADER + "a,u,x,2024-02-30,1,EUR\n", 'row 2, column date: "2024-02-30" is not a day'),
        (HEADER + "a,u,x,,1,EUR\n", "row 2, column date: is empty"),
        (HEADER + GOOD + ",u,x,2024-01-31,1,EUR\n", "row 3, column account: is empty"),
        (HEADER + "a,u,  ,2024-01-31,1,EUR\n", "row 2, column product_line: is empty"),
        (HEADER + 'a,u,x,2024-01-31,"1,5",EUR\n', 'row 2, column amount: "1,5" is not an amount'),
        (HEADER + 'a,u,x,2024-01-31,"1,5",EUR\n', "; --decimal-comma reads 1.234,56"),
        (HEADER + 'a,u,x,2024-01-31,"1,234.5",EUR\n', "without commas between thousands"),
        (HEADER + GOOD + "\n\n" + "a,u,x,2024-01-31,y,EUR\n", 'row 5, column amount: "y"'),
        (HEADER + '"a\nb",u,x,2024-01-31,1,EUR\na,u,x,soon,1,EUR\n', 'row 3, column date: "soon"'),
        (HEADER + "a,u,x,2024-01-31,nan,EUR\n", "row 2, column amount"),
        (HEADER + "a,u,x,2024-01-31,1e300,EUR\n", "row 2, column amount"),
        (HEADER + "a,u,x,2024-01-31,1,EURO\n", 'row 2, column currency: "EURO"'),
        (HEADER + 'a,u,x,2024-01-31,1,"EUR\n' + GOOD * 3, "quote"),
        (HEADER + GOOD + "a,u,x,0031-12-24,1,EUR\n", 'row 3, column date: "0031-12-24"'),
        (HEADER + "a,u,x,infinity,1,EUR\n", 'row 2, column date: "infinity" is not a day'),
        (HEADER + GOOD + "a,u,x,2024-01-31,99999999999999,EUR\n", "row 3, column amount: "),
        (HEADER.replace("\n", "\r") + "a,u,x,2024-01-31,1,EUR\r", "carriage returns alone"),
        (b"PK\x03\x04 and the rest of a workbook", "an Excel workbook"),
        (b"\x1f\x8b and the rest", "packed with gzip"),
        (b"PAR1" + b"\x00" * 100, "in.csv"),
        ("x" * 20 + "," * 200_000 + "\n", "more than 1000 columns"),
    ],
)
def test_bad_input_is_refused_with_row_and_column(
    tmp_path: Path, content: str | bytes, words: str
) -> None:
    with pytest.raises(RefusedInput) as refused:
        load(tmp_path, content)
    assert words in refused.value.message
    assert "Traceback" not in refused.value.message
    assert list((tmp_path / "ledger").rglob("*.parquet")) == []
    assert list((tmp_path / "ledger").rglob("*.json")) == []


def test_one_huge_field_is_refused_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("w") as file:
        file.write(HEADER + 'a,u,"')
        for _ in range(30):
            file.write("y" * 1_000_000)
        file.write('",2024-01-31,1,EUR\n')
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(RefusedInput, match="longer than"):
        load_path(tmp_path, path)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 400_000  # kilobytes


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match="cannot be opened"):
        load_path(tmp_path, tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("column", "values", "words"),
    [
        ("account", [["a"], ["b"]], "column account: holds VARCHAR[], not plain values"),
        ("unit", [{"id": 1}, {"id": 2}], "column unit: holds STRUCT"),
        ("amount", [True, False], "column amount: holds yes and no"),
        ("amount", [1.0, math.nan], 'row 2, column amount: "nan" is not an amount'),
        ("amount", [None, 1.0], "row 1, column amount: is empty"),
        ("date", [20240131, 20240201], 'row 1, column date: "20240131" is not a day'),
    ],
)
def test_a_parquet_column_of_another_kind_is_refused(
    tmp_path: Path, column: str, values: list[object], words: str
) -> None:
    plain: dict[str, list[object]] = {
        "account": ["a", "b"],
        "unit": ["", "u"],
        "product_line": ["x", "y"],
        "date": ["2024-01-31", "2024-02-29"],
        "amount": [1, 2],
    }
    path = tmp_path / "in.parquet"
    pq.write_table(pa.table(plain | {column: values}), path)
    with pytest.raises(RefusedInput) as refused:
        load_path(tmp_path, path)
    assert words in refused.value.message
