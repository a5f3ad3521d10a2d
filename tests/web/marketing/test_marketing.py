"""Marketing's page: planned accounts, open whitespace, buying roles and interests; nothing else."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from sightline.planning.permissions import Act, Category, Part, Role
from sightline.records import reach
from sightline.records.by_name import Place
from sightline.records.models import (
    Account,
    AccountMeasures,
    CellMeasures,
    Contact,
    Opinion,
    OpportunityContactRole,
    Priority,
)
from sightline.records.queries import marketing as queries
from sightline.records.scoping import person_of, visible_accounts
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
    def asked(count: int) -> int:
        for number in range(count):
            one = makers.account(f"Many {number} {count}")
            makers.tier_result(one, proposed_tier=2, computed_tier=2)
        with CaptureQueriesContext(connection) as found:
            marketer.get(reverse("marketing:list"))
        return len(found)

    asked(1)
    assert asked(5) == asked(60)
    body = marketer.get(reverse("marketing:list"), {"q": "hel"}).content.decode()
    assert "Helvion" in body and "Many" not in body


def listed(client: Client, query: str = "") -> tuple[list[str], list[str]]:
    """Names in their order, and the addresses of the pages around."""
    body = client.get(reverse("marketing:list") + query).content.decode()
    return re.findall(r"<a href=\"/marketing/\d+\">([^<]+)</a>", body), re.findall(
        r"class=\"btn\" href=\"(\?q=[^\"]+)\"", body
    )


def test_pages_follow_each_other_by_name_and_lead_back(
    marketer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    for name in ("Alva", "Brae", "Brae", "Corin ~ 7", "Dale"):
        makers.tier_result(makers.account(name), proposed_tier=2, computed_tier=2)
    first, around = listed(marketer)
    second, beside = listed(marketer, html.unescape(around[0]))
    third, back = listed(marketer, html.unescape(beside[1]))
    assert (first, second, third) == (["Alva", "Brae"], ["Brae", "Corin ~ 7"], ["Dale"])
    assert (len(around), len(beside), len(back)) == (1, 2, 1)
    assert listed(marketer, html.unescape(back[0]))[0] == second
    assert listed(marketer, html.unescape(beside[0]))[0] == first
    assert listed(marketer, "?q=&after=nonsense")[0] == first


@pytest.mark.parametrize("role", list(Role))
def test_the_list_holds_what_scoping_opens_whoever_asks(
    role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    above = makers.crm_role("VP")
    below = makers.crm_user("Below", role=makers.crm_role("Seller", parent=above))
    own = makers.crm_user("Own", role=above)
    person = person_of(makers.sign_in(role.value, user=own))
    for tier, name, owner in ((1, "Own", own), (2, "Below", below), (1, "Foreign", None)):
        makers.tier_result(makers.account(name, owner=owner), decided_tier=tier, proposed_tier=3)
    makers.tier_result(makers.account("Third", owner=own), proposed_tier=3)
    part = {"part": Part.WHITESPACE}
    seen = visible_accounts(person, Category.PLAN, Act.READ, **part).filter(
        tier_result__decided_tier__isnull=False
    )
    names = sorted(seen.values_list("name", flat=True))
    for wide in (2000, 0):
        monkeypatch.setattr(reach, "WIDE", wide)
        found = queries.marketing_accounts(person, words="", at=Place())
        assert [row.name for row in found.rows] == names
        told = [one.account.name for one in queries.marketing_export(person, now=timezone.now())]
        assert told == names
