"""Single files: columns guessed, accounts found by name, lines into the ledger, formats asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sightline.actions.ledger import DatabaseCatalogue
from sightline.exchange.imports.ledger_parts import ledger_folder
from sightline.exchange.imports.mapping import Chosen
from sightline.exchange.imports.service import Asked
from sightline.exchange.imports.survey import Ambiguous
from sightline.exchange.tables import TableRefused
from sightline.ledger.duck import parts_sql, session
from sightline.records.models import (
    Account,
    Company,
    Contact,
    ImportRun,
    Opportunity,
    OpportunityLine,
    ProductLine,
    Unit,
    WalletEstimate,
)

pytestmark = pytest.mark.django_db
SHARED = Path("/work/shared/data")


@pytest.fixture
def take(loader: Any, tmp_path: Path) -> Any:
    """Write a file and load it as a kind."""

    def take(kind: str, content: str | bytes, **given: str) -> Any:
        path = tmp_path / f"{kind}.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return loader(Asked(kind, (path,), Chosen({}, {}, {}), given))

    return take


def lines(table: str = "lines") -> list[tuple[Any, ...]]:
    with session() as duck:
        version = DatabaseCatalogue().current()
        return sorted(duck.execute(parts_sql(version, ledger_folder(), table)).fetchall())


ACCOUNTS = "account,sector,revenue,subsidiary_of\nAcme,Tech,1100.04,\nBolt,Health,251,Acme\n"


def test_accounts_by_name_with_their_parents(take: Any) -> None:
    take("accounts", ACCOUNTS)
    bolt = Account.objects.get(name="Bolt")
    assert bolt.parent is not None and bolt.parent.name == "Acme"
    assert Account.objects.get(name="Acme").annual_revenue == 110_004
    assert Unit.objects.get().linked_account == bolt
    _, again = take("accounts", ACCOUNTS)
    assert (again.total("create"), again.total("change"), again.total("skip")) == (0, 0, 2)


def test_contacts_and_opportunities_find_accounts_by_name(take: Any) -> None:
    take("accounts", ACCOUNTS)
    take("contacts", "Company,Full Name,Job Title,Email\nACME,Mara Holt,CFO,m@acme.example\n")
    holt = Contact.objects.get()
    assert (holt.account.name, holt.last_name, holt.title) == ("Acme", "Holt", "CFO")
    _, preview = take(
        "opportunities",
        "opportunity_id,account,product,deal_stage,engage_date,close_date,close_value\n"
        "X1,Acme,GTX,Won,2026-01-01,2026-03-01,1054\n"
        "X2,,GTX,Engaging,2026-01-01,,\n"
        "X3,Nowhere,GTX,Engaging,2026-01-01,,\n",
    )
    won = Opportunity.objects.get()
    assert (won.is_won, won.amount) == (True, 105_400)
    assert OpportunityLine.objects.get().product_line == ProductLine.objects.get(name="GTX")
    assert {reason["code"] for reason in preview.reasons} == {"empty", "unknown_account"}


def test_a_name_that_two_accounts_bear_finds_neither(take: Any) -> None:
    take("accounts", "id,name\n1,Acme\n2,Acme\n")
    _, preview = take("contacts", "account,last_name\nAcme,Holt\n2,Vik\n")
    assert preview.refused_rows == 1
    assert Contact.objects.get().last_name == "Vik"


REVENUE = (
    "account,unit,product_line,date,amount,currency\n"
    "Acme,Plants,Cloud,2026-01-15,10.50,EUR\n"
    "acme,plants,cloud,2026-02-15,20,EUR\n"
    "Bolt,,Cloud,2026-02-15,-5.25,JPY\n"
    "Acme,,Cloud,2026-02-15,1.00,\n"
    "Acme,,Cloud,2026-02-15,1.00,\n"
)


def test_revenue_lines_resolve_units_and_lines_once(take: Any) -> None:
    take("accounts", ACCOUNTS)
    Company.objects.create(reporting_currency="GBP")
    take("revenue-lines", REVENUE)
    acme, bolt = (str(Account.objects.get(name=name).pk) for name in ("Acme", "Bolt"))
    plants = str(Unit.objects.get(name="Plants").pk)
    child = str(Unit.objects.get(linked_account__name="Bolt").pk)
    cloud = str(ProductLine.objects.get().pk)
    assert [(a, u, c, n, k) for a, u, c, _, n, k in lines()] == sorted(
        [
            (acme, "", cloud, 100, "GBP"),
            (acme, "", cloud, 100, "GBP"),
            (acme, plants, cloud, 1050, "EUR"),
            (acme, plants, cloud, 2000, "EUR"),
            (bolt, child, cloud, -5, "JPY"),
        ]
    )


def test_lines_that_the_ledger_holds_are_skipped_and_new_ones_added(take: Any) -> None:
    take("accounts", ACCOUNTS)
    take("revenue-lines", REVENUE)
    _, again = take("revenue-lines", REVENUE)
    assert (again.total("create"), again.total("skip")) == (0, 5)
    _, longer = take("revenue-lines", REVENUE + "Bolt,,Cloud,2026-03-15,7,EUR\n")
    assert (longer.total("create"), longer.total("skip")) == (1, 5)
    assert len(lines()) == 6


def test_what_a_warehouse_holds_is_refused_as_a_file(
    take: Any, settings: Any, tmp_path: Path
) -> None:
    take("accounts", ACCOUNTS)
    settings.SIGHTLINE_LEDGER_MAPPING = None
    settings.SIGHTLINE_WAREHOUSE = "postgres://reader:hidden-word@dw/sales"
    with pytest.raises(TableRefused, match="postgres://dw/sales") as refused:
        take("revenue-lines", REVENUE)
    assert refused.value.code == "elsewhere" and "hidden-word" not in str(refused.value)
    assert not lines()
    take("usage", "account,product,date,quantity\nAcme,Cloud,2026-02-28,3\n")
    assert len(lines("usage")) == 1
    settings.SIGHTLINE_LEDGER_MAPPING = tmp_path / "ledger.toml"
    settings.SIGHTLINE_LEDGER_MAPPING.write_text('[lines]\ntable = "a"\n[usage]\ntable = "b"\n')
    with pytest.raises(TableRefused, match="holds usage"):
        take("usage", "account,product,date,quantity\nAcme,Cloud,2026-03-28,3\n")


def test_wrong_lines_are_refused_by_row_and_the_rest_is_taken(take: Any) -> None:
    take("accounts", ACCOUNTS)
    content = REVENUE + (
        "Nowhere,,Cloud,2026-03-15,7,EUR\n"
        "Acme,,Cloud,2026-02-31,7,EUR\n"
        "Acme,,Cloud,2026-03-15,seven,EUR\n"
        "Acme,,Cloud,2026-03-15,7,XQQ\n"
        "Acme,,,2026-03-15,7,EUR\n"
        "Acme,,Cloud\n"
        "Acme,,Cloud,2026-03-15,9,EUR\n"
    )
    run, preview = take("revenue-lines", content)
    assert (preview.refused_rows, preview.total("create")) == (6, 6)
    folder = Path(ImportRun.objects.get(pk=run).folder) / "refused"
    told = (folder / "revenue-lines.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[-2] for line in told[1:]] == ["7", "8", "9", "10", "11", "12"]
    assert ImportRun.objects.get(pk=run).counts["applied"]["revenue-lines"]["refuse"] == 6


def test_localized_lines_are_read_or_asked(take: Any) -> None:
    take("accounts", ACCOUNTS)
    head = "Kunde;product_line;date;amount\n".replace("Kunde", "customer")
    take("revenue-lines", head + "Acme;Cloud;31.01.2026;1.234,50\nAcme;Cloud;01.02.2026;-7,5\n")
    assert sorted(row[4] for row in lines()) == [-750, 123_450]
    with pytest.raises(Ambiguous) as asked:
        take("revenue-lines", head + "Acme;Cloud;03/04/2026;1.234\n")
    assert {one.name for one in asked.value.questions} == {"dates", "decimal"}


def test_windows_text_with_semicolons_is_read(take: Any) -> None:
    take("accounts", "name;city\nMüller GmbH;Köln\n".encode("cp1252"))
    assert Account.objects.get().name == "Müller GmbH"
    take(
        "revenue-lines",
        "account;product;month;amount\nMüller GmbH;Cloud;2026-02;5\n".encode("cp1252"),
    )
    assert str(lines()[0][3]) == "2026-02-01"


def test_usage_and_activities_become_lines(take: Any) -> None:
    take("accounts", ACCOUNTS)
    take("contacts", "account,name,email\nAcme,Mara Holt,m@acme.example\n")
    take("usage", "account,product_line,month,value\nAcme,Cloud,2026-01,17\n")
    assert lines("usage")[0][-1] == 17.0
    take(
        "activities",
        "account,email,owner,type,direction,date,minutes\nAcme,m@acme.example,,Call,Outbound,2026-01-05,12\n",
    )
    row = lines("activities")[0]
    assert row[1] == str(Contact.objects.get().pk)
    assert (row[3], row[4], row[8]) == ("call", "outbound", 12.0)


def test_wallet_estimates_keep_their_range(take: Any) -> None:
    take("accounts", ACCOUNTS)
    _, preview = take(
        "wallet",
        "account,low,likely,high,date,source\nAcme,1,2,3,2026-01-01,Their CFO\nAcme,9,2,3,2026-01-02,\n",
    )
    one = WalletEstimate.objects.get()
    assert (one.low, one.likely, one.high, one.from_whom) == (100, 200, 300, "Their CFO")
    assert preview.refused_rows == 1


def test_a_workbook_is_read_like_a_csv_file(loader: Any, tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["Account", "Employees"])
    book.active.append(["Acme", 12])
    book.save(tmp_path / "accounts.xlsx")
    loader(Asked("accounts", (tmp_path / "accounts.xlsx",), Chosen({}, {}, {}), {}))
    assert Account.objects.get().employees == 12


def test_a_file_without_its_columns_says_which(take: Any) -> None:
    with pytest.raises(TableRefused, match="no column for amount"):
        take("revenue-lines", "account,product_line,date\nA,B,2026-01-01\n")


@pytest.mark.skipif(not SHARED.exists(), reason="sample data is not on this machine")
def test_the_maven_files_load_as_they_are(loader: Any) -> None:
    folder = SHARED / "maven_crm"
    loader(Asked("accounts", (folder / "accounts.csv",), Chosen({}, {}, {}), {}))
    _, preview = loader(
        Asked("opportunities", (folder / "sales_pipeline.csv",), Chosen({}, {}, {}), {})
    )
    assert (Account.objects.count(), Opportunity.objects.count()) == (85, 7_375)
    assert Unit.objects.count() == 15
    assert preview.refused_rows == 1_425
