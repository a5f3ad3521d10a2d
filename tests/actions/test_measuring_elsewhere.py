"""Measuring over a company's own warehouse: the same rows as over the ledger's folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from click.testing import CliRunner

from sightline.actions import ledger_place
from sightline.actions.ledger_sources import replace_source
from sightline.actions.measuring import measure
from sightline.actions.progress import Silent
from sightline.actions.quiet import say_who_may_fall_quiet
from sightline.actions.suggesting import rank_all
from sightline.cli.doctor import doctor
from sightline.ledger import places
from sightline.ledger.errors import LedgerError
from sightline.records.models import (
    Account,
    AccountMeasures,
    CellMeasures,
    ContactActivity,
    CrmUser,
    ExchangeRate,
    ProductLine,
    QuietChance,
    Source,
    SpendFile,
    SpendMonth,
    Suggestion,
    Unit,
)
from tests import makers
from tests.actions.test_measuring import load
from tests.ledger.test_engines import postgres_address

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning"),
]
DAY = date(2026, 11, 23)
MAPPING = """
[lines]
table = "invoices"
currency = "GBP"
[lines.columns]
account = "customer"
unit = "division"
product_line = "article"
date = "posted_on"
amount = "net"
quantity = "pieces"
currency = "money"
[activities]
table = "talks"
[activities.columns]
account = "customer"
our_person = "seller"
[usage]
table = "seats"
[usage.columns]
account = "customer"
[spend]
table = "payables"
currency = "GBP"
"""


Lines = list[dict[str, Any]]


def sales() -> tuple[Lines, Lines]:
    """The same lines as our folder holds them and as an accounting system does.

    There: names and outside ids for accounts, major units, a customer that is nobody here.
    """
    articles = {
        name: makers.line(name, kind=kind)
        for name, kind in (("Pumps", "repeat"), ("Service", "recurring"), ("Training", "one_off"))
    }
    books = Source.objects.create(name="Books", kind=Source.Kind.FILES)
    ours: Lines = []
    theirs: Lines = []
    for number in range(14):
        name = f"Works {number:02}"
        known: dict[str, Any] = {
            "source": books,
            "outside_object": "Account",
            "outside_id": f"K-{number}",
        }
        account = makers.account(name, **(known if number % 2 else {}))
        north = makers.unit(account, "North") if number % 3 == 0 else None
        for step in range(4 + number):
            day = DAY - timedelta(days=step * (40 + 5 * number) + number)
            article = list(articles)[(number + step) % 3]
            unit = north if step % 2 else None
            money = "EUR" if number % 4 == 1 else "GBP"
            minor, pieces = 1234_50 + 17 * number - 100 * step, float(step + 1)
            ours.append(
                {
                    "account": str(account.pk),
                    "unit": str(unit.pk) if unit else "",
                    "product_line": str(articles[article].pk),
                    "date": day,
                    "amount": minor,
                    "currency": money,
                    "quantity": pieces,
                }
            )
            theirs.append(
                {
                    "customer": account.outside_id or account.name.upper(),
                    "division": "North" if unit else None,
                    "article": article.upper(),
                    "posted_on": day,
                    "net": Decimal(minor) / 100,
                    "money": money if money == "EUR" or step % 2 else None,
                    "pieces": pieces,
                }
            )
    theirs.append(theirs[0] | {"customer": "Nobody we know"})
    return ours, theirs


def other_tables() -> tuple[dict[str, Lines], dict[str, Lines]]:
    """Activities and usage as our folder holds them, and all three tables as others do."""
    account = Account.objects.get(name="Works 03")
    contact = makers.contact(account, "Ito", email="ito@works.example")
    ours = CrmUser.objects.create(name="Mori", email="mori@seller.example")
    pumps = ProductLine.objects.get(name="Pumps")
    talks = [
        ("meeting", "", 3, "", True, None, "ito@works.example"),
        ("meeting", "", 5, "", False, None, "ito@works.example"),
        ("call", "outbound", 9, "", None, 4.0, "ito@works.example"),
        ("call", "outbound", 10, "", None, 1.0, "somebody else"),
        ("Mail ", "OUTBOUND", 20, "t", None, None, "ito@works.example"),
        ("mail", "inbound", 18, "t", None, None, "ito@works.example"),
        ("mail", "inbound", 400, "u", None, None, "ito@works.example"),
    ]
    held, theirs = [], []
    for kind, direction, ago, thread, connected, minutes, whom in talks:
        told = {
            "at": DAY - timedelta(days=ago),
            "thread": thread,
            "connected": connected,
            "minutes": minutes,
        }
        mine = {"contact": str(contact.pk) if "@" in whom else "", "our_person": str(ours.pk)}
        words = {"kind": kind.strip().lower(), "direction": direction.lower()}
        held.append({"account": str(account.pk), **mine, **words, **told})
        named = {"customer": "WORKS 03", "contact": whom, "seller": "mori@seller.example"}
        theirs.append({**named, "kind": kind, "direction": direction, **told})
    days = [(DAY - timedelta(days=30 * month), 100.0 - 10 * month) for month in range(1, 9)]
    used = {"account": str(account.pk), "unit": "", "product_line": str(pumps.pk)}
    seats = {"customer": "Works 03", "product_line": "pumps"}
    paid = {"buyer": "Works 03", "unit": "Plant", "category": "Pumps", "supplier": "Rival Ltd"}
    return (
        {
            "activities": held,
            "usage": [{**used, "date": day, "quantity": size} for day, size in days],
        },
        {
            "talks": theirs,
            "seats": [{**seats, "date": day, "quantity": size} for day, size in days],
            "payables": [{**paid, "date": day, "amount": Decimal("12.50")} for day, _ in days * 2],
        },
    )


def rates() -> None:
    ExchangeRate.objects.bulk_create(
        ExchangeRate(
            month=date(year, month, 1),
            currency="EUR",
            to_currency="GBP",
            rate=Decimal("0.8") + Decimal(month) / 100,
        )
        for year in range(2022, 2027)
        for month in range(1, 13)
    )


def kept() -> dict[str, list[dict[str, Any]]]:
    """All that a measuring run, the chances and the suggestions leave, but keys and times."""
    found = {}
    for model, order in (
        (AccountMeasures, ["account_id"]),
        (CellMeasures, ["account_id", "unit_id", "product_line_id"]),
        (QuietChance, ["account_id"]),
        (Suggestion, ["account_id", "unit_id"]),
        (ContactActivity, ["contact_id"]),
    ):
        rows = model._default_manager.order_by(*order).values()
        left_out = {"id", "ledger_version", "run_id", "computed_at", "measured_at"}
        found[model.__name__] = [
            {name: value for name, value in row.items() if name not in left_out} for row in rows
        ]
    return found


def measured(*, chances: bool) -> dict[str, list[dict[str, Any]]]:
    measure(DAY, job=Silent())
    if chances:
        say_who_may_fall_quiet(DAY, job=Silent())
    rank_all(DAY, job=Silent())
    return kept()


def compare(
    there: Any, address: str, mapping: Path, settings: Any, *, chances: bool = False
) -> None:
    ours, theirs = sales()
    rates()
    load("lines", *ours)
    beside, elsewhere = other_tables()
    for table, rows in beside.items():
        load(table, *rows)
    here = measured(chances=chances)
    assert len(here["AccountMeasures"]) == 14 and len(here["CellMeasures"]) > 30
    assert any(row["steady"] for row in here["CellMeasures"])
    assert any(row["quantity"] for row in here["CellMeasures"])
    (talked,) = (row for row in here["AccountMeasures"] if row["touches"])
    assert (talked["touches"], talked["two_way_days"], talked["usage_now"]) == (6, 4, 240)
    (log,) = here["ContactActivity"]
    assert (log["two_way_days"], log["last_two_way_on"]) == (3, DAY - timedelta(days=3))
    assert here["Suggestion"] and bool(here["QuietChance"]) is chances
    for table in ("lines", *beside):
        replace_source(f"test:{table}", [], note="nothing in the folder any more")
    there({"invoices": theirs, **elsewhere})
    settings.SIGHTLINE_WAREHOUSE = address
    settings.SIGHTLINE_LEDGER_MAPPING = mapping
    assert measured(chances=chances) == here
    assert (Unit.objects.count(), ProductLine.objects.count()) == (5, 3)
    file = SpendFile.objects.get()
    assert (file.account_id, file.rows, file.name) == (talked["account_id"], 16, elsewhere_named())
    assert SpendMonth.objects.filter(buyer="Plant", supplier__name="Rival Ltd").count() == 8
    assert set(SpendMonth.objects.values_list("amount", "payments", "currency")) == {
        (2500, 2, "GBP")
    }
    measure(DAY, job=Silent())
    assert SpendFile.objects.get().pk == file.pk


def elsewhere_named() -> str:
    return ledger_place.elsewhere("spend")


@pytest.fixture
def mapping(tmp_path: Path, settings: Any) -> Path:
    settings.SIGHTLINE_WAREHOUSE = ""
    settings.SIGHTLINE_LEDGER_MAPPING = None
    path = tmp_path / "ledger.toml"
    path.write_text(MAPPING, encoding="utf-8")
    return path


def arrow(rows: Lines) -> pa.Table:
    return pa.Table.from_pylist(rows)


@contextmanager
def invoices(file: Path, rows: Lines, **others: Lines) -> Iterator[str]:
    with duckdb.connect(str(file)) as connection:
        for name, some in {"invoices": rows, **others}.items():
            connection.register("given", arrow(some))
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
            connection.unregister("given")
    yield f"duckdb://{file}"


def test_an_engine_elsewhere_gives_the_rows_of_the_folder(
    tmp_path: Path, mapping: Path, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "warehouse.duckdb"

    def there(tables: dict[str, Lines]) -> None:
        with invoices(file, tables.pop("invoices"), **tables):
            pass

    compare(there, f"duckdb://{file}", mapping, settings)
    assert "1 accounts of the warehouse are none here" in caplog.text
    assert "Nobody we know" in caplog.text


@pytest.mark.postgres
def test_postgresql_gives_the_rows_of_the_folder(mapping: Path, settings: Any) -> None:
    with postgres_address() as told:
        address = told.replace("postgresql://", "postgres://")
        backend = places.connect(address)

        def there(tables: dict[str, Lines]) -> None:
            for name, rows in tables.items():
                backend.create_table(name, arrow(rows))

        try:
            compare(there, address, mapping, settings, chances=True)
        finally:
            backend.con.rollback()
            backend.con.execute("DROP TABLE IF EXISTS invoices, talks, seats, payables")
            backend.con.commit()
            backend.disconnect()


def test_doctor_names_the_place_and_says_whether_it_answers(
    tmp_path: Path, mapping: Path, settings: Any
) -> None:
    def found() -> dict[str, str]:
        answer = CliRunner().invoke(doctor, ["--json"])
        return next(
            row for row in json.loads(answer.stdout)["findings"] if row["what"] == "Revenue lines"
        )

    assert found()["found"] == f"folder {settings.SIGHTLINE_LEDGER}"
    settings.SIGHTLINE_LEDGER_MAPPING = mapping
    rows: Lines = [{"customer": "x", "article": "x", "posted_on": "no day", "net": 1}]
    with invoices(tmp_path / "lacks.duckdb", rows) as settings.SIGHTLINE_WAREHOUSE:
        assert "no column pieces" in found()["found"]
    rows[0]["pieces"] = 1
    with invoices(tmp_path / "wrong.duckdb", rows) as settings.SIGHTLINE_WAREHOUSE:
        assert "does not answer" in found()["found"]
    rows[0]["posted_on"] = "2026-01-31"
    with invoices(tmp_path / "part.duckdb", rows) as settings.SIGHTLINE_WAREHOUSE:
        assert "does not answer: talks" in found()["found"]
    mapping.write_text(MAPPING.partition("[activities]")[0], encoding="utf-8")
    with invoices(tmp_path / "well.duckdb", rows) as settings.SIGHTLINE_WAREHOUSE:
        assert found() == {
            "what": "Revenue lines",
            "found": f"warehouse {ledger_place.elsewhere()}, answers for lines",
            "todo": "",
        }
    settings.SIGHTLINE_WAREHOUSE = "postgres://reader:hidden-word@127.0.0.1:9/sales"
    said = found()
    assert "cannot be opened" in said["found"] and "LEDGER_URL" in said["todo"]
    assert "hidden-word" not in json.dumps(said)
    with pytest.raises(LedgerError, match="cannot be opened"):
        measure(DAY, job=Silent())
