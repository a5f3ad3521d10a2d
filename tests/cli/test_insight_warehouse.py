"""`sightline insight` over a warehouse says what it says over the ledger's own folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from click.testing import CliRunner, Result

from sightline.cli.insight import insight
from sightline.ledger import places
from tests.cli.test_insight_command import AS_OF, place  # noqa: F401
from tests.ledger.test_engines import postgres_address

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")

COMMANDS: dict[str, list[str]] = {
    "whitespace": ["--as-of", str(AS_OF), "--top", "3"],
    "quiet": ["--as-of", str(AS_OF)],
    "wallet": ["--as-of", str(AS_OF), "--us", "US"],
    "retention": ["--from", "2025-06-30", "--to", str(AS_OF)],
    "concentration": ["--as-of", str(AS_OF)],
    "tiers": ["--as-of", str(AS_OF), "--capacity", "5"],
    "attention": ["--as-of", str(AS_OF)],
}
MAPPING = """
[lines]
table = "invoices"
currency = "EUR"
[lines.columns]
account = "customer"
amount = "net"
[spend]
table = "purchases"
[activities]
table = "contact"
"""
INVOICES = (
    "SELECT account AS customer, unit, product_line, date, CAST(amount / 100.0 AS DECIMAL(18,2)) "
    "AS net FROM read_parquet('{0}/parts/lines/*.parquet')"
)
PURCHASES = (
    "SELECT * EXCLUDE (amount, currency), CAST(amount / 100.0 AS DECIMAL(18,2)) AS amount "
    "FROM read_parquet('{0}/parts/spend/*.parquet')"
)
CONTACT = "SELECT * FROM read_parquet('{0}/parts/activities/*.parquet')"


def run(*words: object) -> Result:
    return CliRunner().invoke(insight, [str(word) for word in words])


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "mapping.toml"
    path.write_text(MAPPING, encoding="utf-8")
    return path


def tables(folder: Path) -> Iterator[tuple[str, pa.Table]]:
    with duckdb.connect() as connection:
        for name, query in (("invoices", INVOICES), ("purchases", PURCHASES), ("contact", CONTACT)):
            yield name, connection.sql(query.format(folder)).to_arrow_table()


@contextmanager
def duckdb_address(folder: Path, file: Path) -> Iterator[str]:
    with duckdb.connect(str(file)) as connection:
        for name, rows in tables(folder):
            connection.register("given", rows)
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
            connection.unregister("given")
    yield f"duckdb://{file}"


def compare(folder: Path, address: str, mapping: Path) -> None:
    for command, words in COMMANDS.items():
        embedded = run(command, "--ledger", folder, *words)
        assert embedded.exit_code == 0, embedded.stderr
        there = run(command, "--ledger", address, "--mapping", mapping, *words)
        assert there.exit_code == 0, there.stderr
        assert there.stdout == embedded.stdout, command


def test_an_embedded_engine_elsewhere_gives_the_same_answers(
    place: Path,  # noqa: F811
    mapping: Path,
    tmp_path: Path,
) -> None:
    with duckdb_address(place, tmp_path / "warehouse.duckdb") as address:
        compare(place, address, mapping)


@pytest.mark.postgres
def test_postgresql_gives_the_same_answers(place: Path, mapping: Path) -> None:  # noqa: F811
    with postgres_address() as told:
        address = told.replace("postgresql://", "postgres://")
        backend = places.connect(address)
        try:
            for name, rows in tables(place):
                backend.create_table(name, rows)
            compare(place, address, mapping)
        finally:
            backend.con.rollback()
            backend.con.execute("DROP TABLE IF EXISTS invoices, purchases, contact")
            backend.con.commit()
            backend.disconnect()


def test_amounts_in_several_currencies_meet_at_the_rates_of_their_month(tmp_path: Path) -> None:
    file = tmp_path / "several.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            "CREATE TABLE lines AS SELECT * FROM (VALUES "
            "('a', '', 'x', DATE '2026-05-10', 100.00, 'EUR'), "
            "('b', '', 'x', DATE '2026-05-11', 100.00, 'USD')) "
            "AS t(account, unit, product_line, date, amount, currency)"
        )
        connection.execute(
            "CREATE TABLE rates AS SELECT DATE '2026-05-01' AS month, 'USD' AS currency, "
            "'EUR' AS \"into\", 0.5 AS rate"
        )
    words = ["concentration", "--ledger", f"duckdb://{file}", "--as-of", AS_OF]
    refused = run(*words, "--currency", "EUR")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "no rate from USD into EUR for 2026-05" in refused.stderr
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('[lines]\n[rates]\ntable = "rates"\n', encoding="utf-8")
    found = run(*words, "--currency", "EUR", "--mapping", mapping)
    assert '"total": 150.0' in found.stdout, found.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[lines", "not a TOML file"),
        ("[invoices]", "[invoices] is not a table of the ledger"),
        ('[lines]\ntabel = "x"', "does not know tabel"),
        ('[lines.columns]\ncustomer = "x"', "names customer"),
        ('[lines]\namounts = "cents"', "must be major or minor"),
        ("lines = 3", "must be a section"),
    ],
)
def test_a_wrong_mapping_is_named(tmp_path: Path, text: str, said: str) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(text, encoding="utf-8")
    found = run("concentration", "--ledger", "duckdb://", "--mapping", mapping)
    assert found.exit_code == 1
    assert said in found.stderr


def test_a_warehouse_that_cannot_be_opened_is_said_without_its_password() -> None:
    found = run("concentration", "--ledger", "postgres://u:hidden-word@127.0.0.1:9/none")
    assert found.exit_code == 1
    assert "cannot be opened" in found.stderr
    assert "hidden-word" not in found.output


def test_the_ledgers_place_is_a_setting(
    place: Path,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LEDGER_URL", str(place))
    assert run("concentration").exit_code == 0
    monkeypatch.setenv("LEDGER_URL", str(place / "none"))
    missing: Any = run("concentration")
    assert missing.exit_code == 2
    assert "does not exist" in missing.stderr
