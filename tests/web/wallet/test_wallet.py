"""The wallet page: from payments outright, from estimates as a range, and who may see it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from sightline.planning.money import Money
from sightline.records.models import (
    Account,
    AccountMeasures,
    CategoryLine,
    CellMeasures,
    SignIn,
    SpendFile,
    SpendMonth,
    Supplier,
    WalletEstimate,
)
from sightline.wording.money import short_money
from tests import makers

pytestmark = pytest.mark.django_db
PUBLISHED = Path(__file__).parents[2] / "data/oxford_spend/temporary_staff_2016_2017.csv"
PAYMENTS = """Department,Category,Supplier,Date,Amount
Housing,Repairs,Acme Ltd,2026-03-04,"1,000.00"
Housing,Repairs,ACME LIMITED,05/04/2026,500.00
Housing,Repairs,Brightwork plc,2026-05-06,2500
Housing,Repairs,Brightwork plc,2026-05-07,-500
Parks,Mowing,,2026-05-08,1000
Parks,Mowing,Acme Limited,,90
Parks,Mowing,<b>Odd</b> & Co,2026-05-09,lots
"""


@pytest.fixture
def owner() -> SignIn:
    makers.company()
    return makers.sign_in("account_manager", user=makers.crm_user())


@pytest.fixture
def account(owner: SignIn) -> Account:
    made = makers.account("Oxbridge", owner=owner.crm_user)
    AccountMeasures.objects.create(
        account=made, currency="GBP", as_of=makers.TODAY, ledger_version=1, r12=310_000_00
    )
    return made


def url(account: Account, name: str = "show", *more: Any) -> str:
    return reverse(f"wallet:{name}", args=[account.pk, *more])


def load(client: Client, account: Account, text: str = PAYMENTS) -> Any:
    file = SimpleUploadedFile("payments.csv", text.encode())
    return client.post(url(account, "spend-add"), {"file": file})


def test_payments_give_the_wallet_outright_and_refused_rows_are_named(
    client: Client, owner: SignIn, account: Account
) -> None:
    client.force_login(owner)
    assert load(client, account).status_code == 303
    body = client.get(url(account)).content.decode()
    assert "5 payments taken, 2 refused" in body
    assert SpendFile.objects.get().rows == 7
    assert sorted(Supplier.objects.values_list("name", flat=True)) == [
        "ACME LIMITED",
        "Brightwork plc",
    ]
    assert "£4,500.00" in body  # 1,000 + 500 + 2,500 - 500 + 1,000 of nobody named


def test_with_us_classed_the_share_is_exact(
    client: Client, owner: SignIn, account: Account
) -> None:
    client.force_login(owner)
    load(client, account)
    acme = Supplier.objects.get(name="ACME LIMITED")
    form = {"what": "us"}
    assert client.post(url(account, "supplier-class", acme.pk), form).status_code == 303
    body = client.get(url(account)).content.decode()
    assert "33.3%" in body
    assert client.post(url(account, "supplier-class", acme.pk), {"what": "x"}).status_code == 422


def test_the_same_file_twice_is_one_and_may_be_taken_out(
    client: Client, owner: SignIn, account: Account
) -> None:
    client.force_login(owner)
    load(client, account)
    load(client, account)
    file = SpendFile.objects.get()
    paid = SpendMonth.objects.count()
    assert paid == 4
    assert client.post(url(account, "spend-undo", file.pk)).status_code == 303
    assert not SpendMonth.objects.exists()
    assert client.post(url(account, "spend-undo", file.pk)).status_code == 422


def test_the_same_payments_saved_otherwise_are_one_and_a_part_of_them_is_told(
    client: Client, owner: SignIn, account: Account
) -> None:
    client.force_login(owner)
    load(client, account)
    head, *rows = PAYMENTS.splitlines()
    load(client, account, "\n".join([head, *reversed(rows)]) + "\n")
    assert SpendFile.objects.count() == 1
    part = "\n".join([head, rows[0], "Parks,Mowing,Acme Ltd,2026-06-01,7"])
    load(client, account, part)
    body = client.get(url(account)).content.decode()
    assert "2 payments taken. 1 of its monthly sums stand in payments.csv too" in body


def test_a_supplier_that_is_not_listed_is_found_by_its_name(
    client: Client, owner: SignIn, account: Account
) -> None:
    client.force_login(owner)
    load(client, account)
    acme = Supplier.objects.get(name="ACME LIMITED")
    page = client.get(url(account), {"supplier": "acme"})
    assert [(one.name, one.money.minor) for one in page.context["shown"]] == [
        ("ACME LIMITED", 1_500_00)
    ]
    assert "not known" in page.content.decode()  # no share to compare while nobody is us
    client.post(url(account, "supplier-class", acme.pk), {"what": "us"})
    body = client.get(url(account), {"supplier": "acme"}).content.decode()
    assert "No supplier that is not classed yet" in body


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "Supplier,Amount\nAcme,5\n", "\x00\x01"])
def test_a_file_that_is_no_list_of_payments_is_refused(
    client: Client, owner: SignIn, account: Account, text: str
) -> None:
    client.force_login(owner)
    assert load(client, account, text).status_code == 422
    assert not SpendFile.objects.exists()


def test_two_spellings_somebody_confirmed_are_one_firm_from_then_on(
    client: Client, owner: SignIn, account: Account
) -> None:
    client.force_login(owner)
    load(client, account, "Supplier,Amount,Date\nAcme,5,2026-05-01\nAcme Cleaning,7,2026-05-02\n")
    one, other = Supplier.objects.get(name="Acme Cleaning"), Supplier.objects.get(name="Acme")
    body = client.get(url(account)).content.decode()
    assert "The same firm?" in body
    form = {"same": other.pk}
    assert client.post(url(account, "supplier-class", one.pk), form).status_code == 303
    load(client, account, "Supplier,Amount,Date\nACME CLEANING LTD,9,2026-06-02\n")
    assert Supplier.objects.get() == other


def test_an_estimate_makes_a_range_and_needs_a_source(
    client: Client, owner: SignIn, account: Account
) -> None:
    client.force_login(owner)
    add = url(account, "estimate-add")
    assert client.post(add, {"likely": "2m"}).status_code == 422
    assert client.post(add, {"likely": "2m", "low": "3m", "source": "CFO"}).status_code == 422
    assert client.post(add, {"likely": "2m", "source": "CFO <Ines>"}).status_code == 303
    body = client.get(url(account)).content.decode()
    assert "£2m" in body or "£2.00m" in body
    assert "CFO &lt;Ines&gt;" in body
    assert WalletEstimate.objects.get().likely == 2_000_000_00


def test_any_large_supplier_as_us_gives_a_full_wallet(
    client: Client, owner: SignIn, account: Account
) -> None:
    """Published payments of a council, each of its largest suppliers as us in turn."""
    client.force_login(owner)
    assert load(client, account, PUBLISHED.read_text(encoding="utf-8")).status_code == 303
    largest = client.get(url(account)).context["page"].to_class[:6]
    assert len(largest) == 6
    for one in largest:
        said = url(account, "supplier-class", one.id)
        client.post(said, {"what": "us"})
        page = client.get(url(account)).context["page"]
        stats = {stat.label: stat for stat in page.stats}
        assert page.ours == (one.name,) and page.bar is not None and page.spend
        assert {"Total wallet", "Ours", "Headroom", "Realistic with us"} <= set(stats)
        assert stats["Ours"].note.endswith("%")
        assert stats["Ours"].value == short_money(one.money)
        client.post(said, {"what": ""})


def test_an_estimate_by_unit_and_category_says_who_has_the_money(
    client: Client, owner: SignIn, account: Account
) -> None:
    """Ours from the ledger, a competitor's and the customer's own cells, the rest not known."""
    unit = makers.unit(account, "Plant")
    below = makers.unit(account, "Line 4", parent=unit)
    lines = [makers.line("Scanners"), makers.line("Service"), makers.line("Elsewhere")]
    for line in lines[:2]:
        CategoryLine.objects.create(category="Tracking", product_line=line)
    for of, line, now, before in ((below, lines[0], 60, 30), (unit, lines[2], 900, 900)):
        CellMeasures.objects.create(
            account=account, unit=of, product_line=line, r12=now * 1_00, r12_before=before * 1_00
        )
    client.force_login(owner)
    for kind, name, line in (("competitor", "Tessera", 1), ("in_house", "", 0)):
        place = f"/whitespace/{account.pk}/{unit.pk}/{lines[line].pk}"
        client.post(f"{place}/holder", {"version": "0", "kind": kind, "competitor": name})
        client.post(f"{place}/value", {"version": "0", "likely": "100"})
    said = {"likely": "400", "source": "CFO", "unit": unit.pk, "category": "tracking"}
    assert client.post(url(account, "estimate-add"), said).status_code == 303
    WalletEstimate.objects.create(
        account=account,
        unit=unit,
        category="tracking",
        likely=300_00,
        currency="GBP",
        from_whom="Annual report",
        confidence="high",
        as_of=date.today() - timedelta(days=700),
    )
    (row,) = client.get(url(account)).context["page"].told
    assert (row.unit, row.category, row.ours) == ("Plant", "tracking", Money(60_00, "GBP"))
    assert row.others == (("Tessera", "£100"), ("in-house", "£100"))
    rest = row.likely.minor - 260_00
    assert row.unplaced == Money(max(0, rest), "GBP")
    assert row.room == row.likely - Money(60_00, "GBP")
    assert row.trend.startswith("wallet share up")
    notes = {one.name: one.note for one in row.sources}
    assert set(notes) == {"CFO", "Annual report"} and "sure" in notes["Annual report"]


def test_realistic_with_us_is_measured_on_others_where_twenty_told_theirs(
    client: Client, owner: SignIn, account: Account
) -> None:
    client.force_login(owner)
    client.post(url(account, "estimate-add"), {"likely": "2m", "source": "CFO"})
    for number in range(20):
        makers.tier_result(
            makers.account(f"Peer {number}"),
            wallet=100_00,
            wallet_method="told",
            revenue=60_00,
            currency="GBP",
        )
    stats = {one.label: one for one in client.get(url(account)).context["page"].stats}
    assert "60%" in stats["Realistic with us"].figure.explanation
    assert set(stats) >= {"Total wallet", "Ours", "Headroom", "Next-step target"}


def test_nothing_known_asks_for_the_first_step(
    client: Client, owner: SignIn, account: Account
) -> None:
    client.force_login(owner)
    assert "What they spend is not known" in client.get(url(account)).content.decode()


def test_who_may_not_see_wallets_sees_none_and_a_reader_writes_nothing(
    client: Client, account: Account
) -> None:
    from sightline.records.models import AccountGrant

    client.force_login(makers.sign_in("account_manager", user=makers.crm_user()))
    assert client.get(url(account)).status_code == 404
    reader = makers.sign_in("reader")
    AccountGrant.objects.create(account=account, sign_in=reader)
    client.force_login(reader)
    assert client.get(url(account)).status_code == 403
    assert client.post(url(account, "estimate-add"), {"likely": "1"}).status_code == 403
    client.force_login(makers.sign_in("operations"))
    assert client.get(url(account)).status_code == 200
    assert client.post(url(account, "estimate-add"), {"likely": "1"}).status_code == 403
    assert not WalletEstimate.objects.exists()


def test_a_supplier_of_another_account_is_not_classed_here(
    client: Client, owner: SignIn, account: Account
) -> None:
    client.force_login(owner)
    load(client, account)
    other = makers.account("Other", owner=owner.crm_user)
    acme = Supplier.objects.get(name="ACME LIMITED")
    answer = client.post(url(other, "supplier-class", acme.pk), {"what": "us"})
    assert answer.status_code == 422
    acme.refresh_from_db()
    assert acme.what == ""
