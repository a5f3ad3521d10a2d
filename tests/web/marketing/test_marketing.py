"""Marketing's page: planned accounts, open whitespace, buying roles and interests; nothing else."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from sightline.records.models import (
    Account,
    AccountMeasures,
    CellMeasures,
    Contact,
    Opinion,
    OpportunityContactRole,
    Priority,
)
from tests import makers

pytestmark = pytest.mark.django_db
SECRETS = ("Supports", "supports", "strongly against us", "vulnerab", "Vulnerab", "£9", "wallet")


@pytest.fixture
def account() -> Account:
    """A tier 1 account with one owned line, one open, a buyer and everything that is secret."""
    makers.company()
    found = makers.account("Helvion", owner=makers.crm_user(), industry="Rail", country="Norway")
    makers.tier_result(
        found,
        proposed_tier=1,
        computed_tier=1,
        vulnerability=62,
        wallet=9_999_00,
        potential=9_888_00,
        acv=9_777_00,
    )
    owned, _open = makers.line("Core"), makers.line("Analytics")
    AccountMeasures.objects.create(
        account=found, r12=5, currency="GBP", as_of=makers.TODAY, ledger_version=1
    )
    CellMeasures.objects.create(account=found, product_line=owned, r12=9_500_00, owned=True)
    buyer = makers.contact(found, "Priya Raman", title="CFO")
    makers.contact(found, "Nobody Special")
    deal = makers.opportunity(found, "Deal", amount=9_400_00)
    OpportunityContactRole.objects.create(
        opportunity=deal, contact=buyer, buying_role="economic_buyer"
    )
    for kind, value in (("stance", "supports"), ("strength", "5"), ("interest", "Uptime")):
        Opinion.objects.create(contact=buyer, kind=kind, value=value, reason="strongly against us")
    return found


@pytest.fixture
def marketer(client: Client) -> Client:
    client.force_login(makers.sign_in("marketing"))
    return client


def detail(client: Client, account: Account) -> str:
    answer = client.get(reverse("marketing:account", args=[account.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def exported(client: Client) -> str:
    answer = client.get(reverse("marketing:export"))
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]


def test_planned_accounts_are_listed_and_others_are_not(marketer: Client, account: Account) -> None:
    small = makers.account("Small one")
    makers.tier_result(small, proposed_tier=3, computed_tier=3)
    body = marketer.get(reverse("marketing:list")).content.decode()
    assert "Helvion" in body and "Small one" not in body
    assert marketer.get(reverse("marketing:account", args=[small.pk])).status_code == 404
    assert marketer.get(reverse("marketing:account", args=[987654])).status_code == 404


def test_open_whitespace_problems_and_buying_roles_are_shown(
    marketer: Client, account: Account
) -> None:
    body = detail(marketer, account)
    assert "Analytics" in body and ">Core<" not in body
    assert "None entered yet." in body
    assert "Priya Raman" in body and "Economic buyer" in body and "Uptime" in body
    assert "Nobody Special" not in body


def test_what_the_customer_wants_is_shown_without_who_said_it(
    marketer: Client, account: Account
) -> None:
    said = {"said_on": makers.TODAY, "said_as": "A secret voice"}
    Priority.objects.create(account=account, link="goal", words="Fewer stops", **said)
    gone = Priority.objects.create(account=account, link="goal", words="Old wish", **said)
    Priority.objects.filter(pk=gone.pk).update(removed_at=timezone.now())
    body = detail(marketer, account)
    assert "Fewer stops" in body and "Goal" in body
    assert "Old wish" not in body and "A secret voice" not in body
    file = exported(marketer)
    assert "Fewer stops" in file and "A secret voice" not in file


def test_stance_strength_notes_money_and_vulnerability_are_never_there(
    marketer: Client, account: Account
) -> None:
    for text in (
        detail(marketer, account),
        marketer.get(reverse("marketing:list")).content.decode(),
        exported(marketer),
    ):
        main = text[text.find("<main") :] if "<main" in text else text
        assert [word for word in SECRETS if word in main] == []


def test_the_file_holds_the_same_and_no_formula(marketer: Client, account: Account) -> None:
    Contact.objects.filter(name="Priya Raman").update(name='=HYPERLINK("x")')
    rows = list(csv.DictReader(io.StringIO(exported(marketer).removeprefix("\ufeff"))))
    kinds = {row["what"]: row for row in rows}
    assert kinds["whitespace"]["line_or_roles"] == "Analytics"
    assert kinds["person"]["unit_or_person"].startswith("'=")
    assert kinds["person"]["state_or_interests"] == "Uptime"
    assert {row["account"] for row in rows} == {"Helvion"}


def test_somebody_who_left_or_was_erased_is_not_named(marketer: Client, account: Account) -> None:
    Contact.objects.update(status="left", left_on=date(2026, 1, 1))
    assert "Priya Raman" not in detail(marketer, account)
    assert "Priya Raman" not in exported(marketer)


def test_an_account_manager_sees_only_their_own_there(client: Client, account: Account) -> None:
    client.force_login(makers.sign_in("account_manager", user=makers.crm_user()))
    assert "Helvion" not in client.get(reverse("marketing:list")).content.decode()
    assert client.get(reverse("marketing:account", args=[account.pk])).status_code == 404
    assert "Helvion" not in exported(client)


def test_operations_has_no_plan_to_see_here(client: Client, account: Account) -> None:
    client.force_login(makers.sign_in("operations"))
    assert client.get(reverse("marketing:list")).status_code == 403


@pytest.mark.parametrize("name", ["list", "export"])
def test_the_page_is_only_read(marketer: Client, name: str) -> None:
    assert marketer.post(reverse(f"marketing:{name}")).status_code == 405


def test_names_are_found_and_queries_do_not_grow(marketer: Client, account: Account) -> None:
    def queries(count: int) -> int:
        for number in range(count):
            one = makers.account(f"Many {number} {count}")
            makers.tier_result(one, proposed_tier=2, computed_tier=2)
        with CaptureQueriesContext(connection) as found:
            marketer.get(reverse("marketing:list"))
        return len(found)

    queries(1)
    assert queries(5) == queries(60)
    assert "page=2" in marketer.get(reverse("marketing:list")).content.decode()
    body = marketer.get(reverse("marketing:list"), {"q": "hel"}).content.decode()
    assert "Helvion" in body and "Many" not in body
