"""A wallet from what a council published, with one of its large suppliers as us."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from sightline.records.models import AccountMeasures
from tests import makers
from tests.journeys.conftest import Open, sideways_overflow

pytestmark = pytest.mark.django_db(transaction=True)
PAID = Path(__file__).parents[1] / "data" / "oxford_spend" / "temporary_staff_2016_2017.csv"
US, RIVAL = "REED SPECIALIST RECRUITMENT LTD", "CHAMPION EMPLOYMENT LTD"


def paid_in(year: str, *, supplier: str | None = None) -> Decimal:
    """Added up from the file itself."""
    with PAID.open(encoding="utf-8", newline="") as file:
        return sum(
            (
                Decimal(row["Amount"])
                for row in csv.DictReader(file)
                if row["Date"].endswith(year) and supplier in (None, row["Supplier"])
            ),
            Decimal(0),
        )


def test_published_payments_give_a_full_wallet(open_page: Open) -> None:
    makers.company()
    user = makers.crm_user()
    owner = makers.sign_in("account_manager", user=user)
    account = makers.account("Oxford City Council", owner=user)
    AccountMeasures.objects.create(
        account=account, currency="GBP", as_of=makers.TODAY, ledger_version=1, monthly=[0] * 36
    )
    page = open_page(reverse("wallet:show", args=[account.pk]), person=owner)
    page.locator("input[type=file]").set_input_files(PAID)
    page.get_by_role("button", name="Load").click()
    expect(page.locator(".toast")).to_contain_text("487 payments taken")
    for name, what in ((US, "us"), (RIVAL, "competitor")):
        row = page.locator("#suppliers .suppliers").first.locator("li", has_text=name)
        row.locator(f"button[value={what}]").click()
        expect(row).to_have_count(0)
    total, ours = paid_in("2017"), paid_in("2017", supplier=US)
    purse = page.locator(".purse")
    expect(purse).to_contain_text(f"{float(ours / total):.1%}")
    before = paid_in("2016", supplier=US) / paid_in("2016")
    expect(purse).to_contain_text(f"{float(100 * (ours / total - before)):+.1f}")
    rows = page.locator("#spend tbody tr")
    expect(rows).to_have_count(4)
    expect(rows.filter(has_text="Transformation")).to_have_count(1)
    expect(page.locator("#spend")).to_contain_text("CHAMPION EMPLOYMENT")
    page.set_viewport_size({"width": 390, "height": 900})
    assert sideways_overflow(page) <= 0
