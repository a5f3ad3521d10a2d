"""The same expressions give the same answers on DuckDB, PostgreSQL and Spark."""

from __future__ import annotations

import importlib.util
import math
import os
import random
import shutil
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet
import pytest

from sightline.ledger import places
from sightline.ledger.errors import LedgerError
from sightline.ledger.places import TableMapping
from sightline.ledger.tables import ACTIVITIES, CONTRACTS, KINDS, LINES, QUANTITY, SPEND, USAGE
from tests.ledger.made import batch, line
from tests.postgres import PrivateServer, find_server_programs

AS_OF = date(2026, 6, 30)
GIVEN: dict[str, Any] = {
    "basis": "repeat",
    "start_first": date(2024, 7, 1),
    "start_last": date(2025, 6, 30),
    "end_first": date(2025, 7, 1),
    "end_last": AS_OF,
    "us": "us",
    "all_others": "(all others)",
}


def facts() -> dict[str, pa.RecordBatch]:
    """Awkward on purpose: ties, credits, empty units, days after the cut, unusual letters."""
    draw = random.Random(7)
    days = [AS_OF - timedelta(days=draw.randrange(-20, 1000)) for _ in range(3000)]
    names = ["Ärger & Söhne", "zeta", "Alpha", "alpha", *(f"a{n}" for n in range(40))]
    lines = [
        (
            *line(
                draw.choice(names),
                f"line {draw.randrange(7)}",
                str(day),
                draw.choice([draw.randrange(1, 50000), 1000, -draw.randrange(1, 5000), 0]),
                unit=draw.choice(["", "north", "Süd"]),
            ),
            draw.choice([1.0, 0.1, 2.5, -3.0, 12345.6789, 1e12] + [float(n) for n in range(60)])
            if draw.random() > 0.02
            else None,
        )
        for day in days
    ]
    activities = [
        (
            draw.choice(names[:6]),
            f"c{draw.randrange(4)}",
            draw.choice(["", "we", "you"]),
            draw.choice(["meeting", "call", "email", "note"]),
            draw.choice(["inbound", "outbound", ""]),
            AS_OF - timedelta(days=draw.randrange(-5, 200)),
            draw.choice(["", "t1", "t2"]),
            draw.choice([None, True, False]),
            draw.choice([None, 0.5, 2.0, 2.5]),
        )
        for _ in range(400)
    ]
    spend = [
        (
            "buyer",
            draw.choice(["", "north", "Süd"]),
            f"category {draw.randrange(4)}",
            draw.choice(["us", "them", "(all others)"]),
            AS_OF - timedelta(days=draw.randrange(-20, 500)),
            draw.randrange(-500, 9000),
        )
        for _ in range(400)
    ]
    usage = [
        (
            draw.choice(names[:9]),
            "",
            "line 1",
            AS_OF - timedelta(days=draw.randrange(-9, 300)),
            size,
        )
        for size in (0.0, 1.0, 2.5, -1.0, 1e6, None) * 12
    ]
    contracts = [
        (
            draw.choice(names[:9]),
            *("north", "line 1", "contract"),
            AS_OF - timedelta(days=draw.randrange(-30, 700)),
            AS_OF + timedelta(days=draw.choice([-1, 0, 1, draw.randrange(-300, 400)])),
            1000,
            12.0,
        )
        for _ in range(40)
    ]
    return {
        LINES: batch(LINES, lines, told=[QUANTITY]),
        USAGE: batch(USAGE, usage),
        CONTRACTS: batch(CONTRACTS, contracts),
        ACTIVITIES: batch(ACTIVITIES, activities),
        SPEND: batch(SPEND, spend),
        KINDS: batch(KINDS, [("line 1", "recurring"), ("line 2", "one_off")]),
    }


Answers = dict[str, list[tuple[Any, ...]]]


def answers(tables: Mapping[str, Any]) -> Answers:
    """Every measure as sorted rows of plain values."""
    made = places.expressions(tables, as_of=AS_OF, **GIVEN)
    found: Answers = {}
    for name, expression in made.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frame = expression.execute()
        rows = [tuple(_plain(value) for value in row) for row in frame.itertuples(index=False)]
        found[name] = sorted(rows, key=str)
    return found


def _plain(value: Any) -> Any:
    """One spelling for what engines hand over differently; floats to twelve digits."""
    if value is None or value != value or str(value) == "NaT":
        return None
    if hasattr(value, "date"):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool) or type(value).__name__ == "bool":
        return bool(value)
    if isinstance(value, str):
        return value
    number = float(value)
    return number if number == 0 else round(number, 12 - math.ceil(math.log10(abs(number))))


# Ibis calls names of DuckDB and pandas that newer releases rename.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    folder = tmp_path_factory.mktemp("embedded")
    backend = ibis.duckdb.connect()
    tables = {}
    for name, rows in facts().items():
        path = folder / f"{name}.parquet"
        pa.parquet.write_table(pa.Table.from_batches([rows]), path)
        tables[name] = _duckdb_table(backend, f"FROM read_parquet('{path}')", name)
    return answers(tables)


def _duckdb_table(backend: Any, select: str, name: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        backend.raw_sql(f"CREATE TABLE {name} AS {select}")
        return backend.table(name)


def test_the_embedded_answers_are_not_empty(embedded: Answers) -> None:
    assert all(rows for rows in embedded.values())
    assert {"cells", "rhythm", "accounts", "headroom", "bridge", "contact_days"} <= set(embedded)
    assert any(None in row for row in embedded["volumes"])
    assert any(None not in row for row in embedded["volumes"])


def test_lines_without_a_number_called_quantity_have_no_volumes() -> None:
    backend = ibis.duckdb.connect()
    bare = "SELECT 'a' AS account, 'x' AS product_line, DATE '2026-01-01' AS date, 1 AS amount"
    for name, told in (("none", ""), ("words", ", 'a few' AS quantity")):
        table = _duckdb_table(backend, bare + told, name)
        mapping = TableMapping(name, amounts="minor", currency="EUR")
        lines = places.canonical(table, LINES, mapping)
        assert "volumes" not in places.expressions({LINES: lines}, as_of=AS_OF)
        with pytest.raises(LedgerError, match="have no quantity"):
            places.added_up("volumes", {LINES: lines}, None)
        with pytest.raises(LedgerError, match="no column pieces"):
            places.canonical(table, LINES, replace(mapping, columns={QUANTITY: "pieces"}))


@contextmanager
def postgres_address() -> Iterator[str]:
    told = os.environ.get("SIGHTLINE_TEST_POSTGRES_URL")
    programs = find_server_programs()
    if told:
        yield told
    elif programs is None:
        pytest.skip("no PostgreSQL server programs: install Debian's package postgresql")
    else:
        with PrivateServer(programs) as server:
            yield server.address


@pytest.mark.postgres
def test_postgresql_gives_the_same_answers(embedded: Answers) -> None:
    with postgres_address() as address:
        backend = places.connect(address.replace("postgresql://", "postgres://"))
        try:
            for name, rows in facts().items():
                backend.create_table(f"their_{name}", pa.Table.from_batches([rows]), temp=True)
            warehouse = places.open_warehouse(
                backend,
                {name: TableMapping(f"their_{name}", amounts="minor") for name in facts()},
            )
            found = answers(warehouse.tables)
        finally:
            backend.disconnect()
    _compare(found, embedded)


@pytest.mark.spark
@pytest.mark.slow
def test_spark_gives_the_same_answers(embedded: Answers, tmp_path: Path) -> None:
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed: pip install sightline[spark]")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, which is not on this machine")
    from pyspark.sql import SparkSession

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        session = (
            SparkSession.builder.master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "1")
            .config("spark.sql.adaptive.enabled", "false")
            .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.warehouse.dir", str(tmp_path))
            .getOrCreate()
        )
        try:
            backend = ibis.pyspark.connect(session)
            for name, rows in facts().items():
                path = tmp_path / f"{name}.parquet"
                pa.parquet.write_table(pa.Table.from_batches([rows]), path)
                session.read.parquet(str(path)).createOrReplaceTempView(f"their_{name}")
            warehouse = places.open_warehouse(
                backend,
                {name: TableMapping(f"their_{name}", amounts="minor") for name in facts()},
            )
            found = answers(warehouse.tables)
        finally:
            session.stop()
    _compare(found, embedded)


def _compare(found: Answers, wanted: Answers) -> None:
    assert found.keys() == wanted.keys()
    for name, rows in wanted.items():
        assert found[name] == rows, name


def test_a_warehouse_column_of_another_name_and_unit_is_mapped(tmp_path: Path) -> None:
    backend = ibis.duckdb.connect()
    backend.raw_sql(
        "CREATE TABLE invoices AS SELECT 'a' customer, 'x' family, DATE '2026-01-31' posted, "
        "12.345::DECIMAL(12,3) net"
    )
    columns = {"account": "customer", "product_line": "family", "date": "posted", "amount": "net"}
    mapping = TableMapping("invoices", columns=columns, currency="KWD")
    warehouse = places.open_warehouse(backend, {LINES: mapping})
    row = places.expressions(warehouse.tables, as_of=AS_OF)["cells"].execute().iloc[0]
    assert (row["account"], row["unit"], row["r12"]) == ("a", "", 12345)


def test_a_warehouse_row_has_the_decimals_of_its_own_currency() -> None:
    backend = ibis.duckdb.connect()
    backend.raw_sql(
        "CREATE TABLE invoices AS SELECT *, 'x' product_line, DATE '2026-01-31' date FROM (VALUES "
        "('a', 120, 'jpy'), ('b', 1.5, 'KWD'), ('c', 1.5, 'EUR'), ('d', 120, NULL)) "
        "AS t(account, amount, currency)"
    )
    warehouse = places.open_warehouse(backend, {LINES: TableMapping("invoices", currency="JPY")})
    rows = warehouse.tables[LINES].order_by("account").execute()
    assert list(rows["amount"]) == [120, 1500, 150, 120]
    assert list(rows["currency"]) == ["JPY", "KWD", "EUR", "JPY"]


def test_a_warehouse_without_the_needed_column_is_named() -> None:
    backend = ibis.duckdb.connect()
    backend.raw_sql("CREATE TABLE invoices AS SELECT 'a' account, DATE '2026-01-31' date, 1 amount")
    with pytest.raises(LedgerError, match="invoices has no column product_line"):
        places.open_warehouse(backend, {LINES: TableMapping("invoices")})


@pytest.mark.parametrize(
    ("url", "folder"),
    [("/data/ledger", True), ("file:///data/ledger", True), ("postgres://h/db", False)],
)
def test_a_plain_path_is_a_folder(url: str, folder: bool) -> None:
    assert places.is_folder(url) is folder
