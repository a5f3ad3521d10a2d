"""Files become parts: CSV or Parquet, text or real dates, and nothing else."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sightline.ledger.catalogue import FileCatalogue
from sightline.ledger.errors import RefusedInput
from sightline.ledger.load import Loaded, load_files
from sightline.ledger.load.cells import Format
from sightline.ledger.load.days import with_times
from sightline.ledger.version import part_path

HEADER = "account,unit,product_line,date,amount,currency\n"


def load(
    folder: Path, content: str | bytes, *, table: str = "lines", form: Format | None = None
) -> Loaded:
    path = folder / "in.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_path(folder, path, table=table, form=form)


def load_path(
    folder: Path, path: Path, *, table: str = "lines", form: Format | None = None
) -> Loaded:
    place = folder / "ledger"
    return load_files(
        [path],
        table=table,
        folder=place,
        catalogue=FileCatalogue(place),
        form=form or Format(),
    )


def rows(folder: Path, loaded: Loaded) -> list[tuple[object, ...]]:
    path = part_path(folder / "ledger", loaded.added[0])
    return duckdb.connect().execute(f"SELECT * FROM read_parquet('{path}') ORDER BY ALL").fetchall()


def test_amounts_become_minor_units_of_their_currency(tmp_path: Path) -> None:
    content = (
        HEADER + "a,u,x,2024-01-31,12.5,EUR\na,u,x,2024-01-31,120,JPY\na,,x,2024-01-31,1.5,KWD\n"
    )
    day = dt.date(2024, 1, 31)
    assert rows(tmp_path, load(tmp_path, content)) == [
        ("a", "", "x", day, 1500, "KWD"),
        ("a", "u", "x", day, 120, "JPY"),
        ("a", "u", "x", day, 1250, "EUR"),
    ]


def test_unit_and_currency_columns_may_be_absent(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        "Account,Product Line,Date,Amount\na,x,2024-01-31,-3\n",
        form=Format(currency="JPY"),
    )
    assert rows(tmp_path, loaded) == [("a", "", "x", dt.date(2024, 1, 31), -3, "JPY")]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2024-01-31", "2024-01-31"),
        ("2024-01-31 23:59:59.999", "2024-01-31"),
        ("2024-01-31T10:00:00Z", "2024-01-31"),
        ("31/01/2024", "2024-01-31"),
        ("1/31/2024 8:26", "2024-01-31"),
        ("31.01.2024", "2024-01-31"),
        ("20240131", "2024-01-31"),
        ("31/01/24", "2024-01-31"),
    ],
)
def test_days_are_read_however_the_whole_column_tells(
    tmp_path: Path, written: str, meant: str
) -> None:
    loaded = load(tmp_path, f"account,product_line,date,amount\na,x,{written},1\n")
    assert str(rows(tmp_path, loaded)[0][3]) == meant


def test_days_that_read_both_ways_are_asked_about(tmp_path: Path) -> None:
    content = "account,product_line,date,amount\na,x,03/04/2024,1\n"
    with pytest.raises(RefusedInput, match="say which with --date-format"):
        load(tmp_path, content)
    loaded = load(tmp_path, content, form=Format(days=with_times("%m/%d/%Y")))
    assert str(rows(tmp_path, loaded)[0][3]) == "2024-03-04"


def test_one_day_beyond_the_twelfth_decides_the_column(tmp_path: Path) -> None:
    content = "account,product_line,date,amount\na,x,03/04/2024,1\na,x,13/04/2024,1\n"
    days = [str(row[3]) for row in rows(tmp_path, load(tmp_path, content))]
    assert days == ["2024-04-03", "2024-04-13"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_text_encodings_are_told_apart(tmp_path: Path, encoding: str) -> None:
    content = "account,product_line,date,amount\nMüller – Söhne,x,2024-01-31,1\n".encode(encoding)
    assert rows(tmp_path, load(tmp_path, content))[0][0] == "Müller – Söhne"


def test_other_delimiters_quotes_and_decimal_commas(tmp_path: Path) -> None:
    content = 'account;product_line;date;amount\n"a;b ""c""\nd";x;2024-01-31;1.234,56\n'
    loaded = load(tmp_path, content, form=Format(decimal_comma=True))
    assert rows(tmp_path, loaded)[0][::4] == ('a;b "c"\nd', 123456)


def test_blanks_around_keys_are_taken_off(tmp_path: Path) -> None:
    loaded = load(tmp_path, "account, product_line,date,amount\n a , x y ,2024-01-31, 5 \n")
    assert rows(tmp_path, loaded)[0][:3] == ("a", "", "x y")


@pytest.mark.parametrize("as_text", [False, True])
def test_parquet_is_read_with_real_or_written_days(tmp_path: Path, as_text: bool) -> None:
    day: object = "2024-01-31" if as_text else dt.datetime(2024, 1, 31, 12)
    table = pa.table(
        {
            "account": [292.0],
            "product_line": ["x"],
            "date": [day],
            "amount": pa.array([Decimal("10.015")]),
        }
    )
    pq.write_table(table, tmp_path / "in.parquet")
    loaded = load_path(tmp_path, tmp_path / "in.parquet")
    assert rows(tmp_path, loaded) == [("292", "", "x", dt.date(2024, 1, 31), 1002, "")]


@pytest.mark.parametrize("zone", ["America/New_York", "-05:00", "UTC"])
def test_a_moment_has_the_day_that_its_file_says_in_text_and_in_parquet(
    tmp_path: Path, zone: str
) -> None:
    """Half past eleven at night in New York is the next day in London, and stays the day written."""
    moment = dt.datetime(2024, 2, 1, 4, 30, tzinfo=dt.UTC)
    written = moment if zone == "UTC" else moment.astimezone(dt.timezone(dt.timedelta(hours=-5)))
    plain: dict[str, object] = {"account": ["a"], "product_line": ["x"], "amount": [1]}
    kind = pa.timestamp("us", zone)
    path = tmp_path / "in.parquet"
    pq.write_table(pa.table(plain | {"date": pa.array([moment], type=kind)}), path)
    from_parquet = rows(tmp_path, load_path(tmp_path, path))[0][3]
    text = load(tmp_path, f"account,product_line,date,amount\na,x,{written.isoformat()},1\n")
    assert from_parquet == rows(tmp_path, text)[0][3] == written.date()


def test_spend_and_activities_have_columns_of_their_own(tmp_path: Path) -> None:
    spend = "buyer,unit,category,supplier,date,amount\nb,,c,(all others),2024-01-31,5\n"
    assert load(tmp_path, spend, table="spend").version.rows("spend") == 1
    contact = "account,contact,our_person,kind,direction,at\na,p,q,Meeting,,2024-01-31 10:00\n"
    loaded = load(tmp_path, contact, table="activities")
    assert rows(tmp_path, loaded)[0][:6] == ("a", "p", "q", "meeting", "", dt.date(2024, 1, 31))


def test_the_same_file_twice_adds_nothing(tmp_path: Path) -> None:
    content = HEADER + "a,u,x,2024-01-31,12.5,EUR\n"
    first = load(tmp_path, content)
    second = load(tmp_path, content)
    assert second.version == first.version
    assert second.known == ("in.csv",)


def test_rows_that_cannot_be_read_may_be_left_out_and_are_counted(tmp_path: Path) -> None:
    content = HEADER + "a,u,x,2024-01-31,1,EUR\n,u,x,2024-01-31,2,EUR\na,u,x,never,3,EUR\n"
    loaded = load(tmp_path, content, form=Format(leave_out=True))
    assert [row[4] for row in rows(tmp_path, loaded)] == [100]
    assert loaded.notes[0].startswith("2 rows left out: row 3, column account: is empty")


def test_amounts_with_too_many_decimals_are_rounded_and_said(tmp_path: Path) -> None:
    loaded = load(tmp_path, "account,product_line,date,amount\na,x,2024-01-31,1.005\n")
    assert rows(tmp_path, loaded)[0][4] == 101
    assert "rounded" in loaded.notes[0]


def test_of_several_files_one_refused_means_none_is_taken(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(HEADER + "a,u,x,2024-01-31,1,EUR\n")
    bad.write_text(HEADER + "a,u,x,2024-01-31,one,EUR\n")
    place = tmp_path / "ledger"
    catalogue = FileCatalogue(place)
    with pytest.raises(RefusedInput, match=r'bad.csv: row 2, column amount: "one" is not'):
        load_files([good, bad], table="lines", folder=place, catalogue=catalogue, form=Format())
    assert catalogue.current().number == 0


def test_a_currency_that_comes_late_in_the_file_is_seen(tmp_path: Path) -> None:
    """The first ten thousand rows are in one currency; the one after them is not."""
    content = HEADER + "a,,x,2024-01-31,1,EUR\n" * 10_001 + "b,,x,2024-01-31,1,jpy\n"
    found = rows(tmp_path, load(tmp_path, content))
    assert found[0][4:] == (100, "EUR")
    assert found[-1][4:] == (1, "JPY")


def test_loads_at_the_same_time_all_come_in(tmp_path: Path) -> None:
    place = tmp_path / "ledger"
    paths = []
    for number in range(6):
        paths.append(tmp_path / f"{number}.csv")
        paths[-1].write_text(HEADER + f"a{number},u,x,2024-01-31,1,EUR\n")

    def one(path: Path) -> None:
        catalogue = FileCatalogue(place)
        load_files([path], table="lines", folder=place, catalogue=catalogue, form=Format())

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(one, paths))
    assert FileCatalogue(place).current().rows("lines") == 6
