"""The list: who sees what of it, its tabs and filters, its file, its empty states."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from sightline.records.models import (
    Account,
    AccountAccess,
    AccountGrant,
    Job,
    SavedView,
    SignIn,
    TierResult,
)
from tests import makers
from tests.web.portfolio.conftest import Team, with_plan

Enter = Callable[[SignIn], Client]
LIST = "/portfolio/"
FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


def text(client: Client, path: str = LIST, **headers: str) -> str:
    answer = client.get(path, headers=headers or None)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_a_seller_sees_their_own_accounts_with_money_and_no_button_to_decide(
    team: Team, enter: Enter
) -> None:
    with_plan(team.helvion, target=100_000, landing=58_000)
    body = text(enter(team.seller))
    assert "Helvion Industries" in body
    assert "£7.10m" in body
    assert "−£420" in body
    assert "Foreign Bank" not in body
    assert 'name="account"' not in body


def test_a_leader_sees_who_waits_and_ticks_them(team: Team, enter: Enter) -> None:
    body = text(enter(team.leader), LIST + "?view=to_decide")
    assert "2 accounts wait for a decision" in body
    assert f'value="{team.helvion.pk}:"' in body


def test_marketing_sees_tiers_and_no_money_of_potential_or_vulnerability(
    team: Team, enter: Enter
) -> None:
    body = text(enter(makers.sign_in("marketing")))
    assert "Helvion Industries" in body
    for closed in ("£7.10m", "Vulnerability", "wait for a decision", "Try weights", "Landing"):
        assert closed not in body, closed


def test_a_reader_has_no_portfolio(team: Team, enter: Enter) -> None:
    reader = makers.sign_in("reader")
    AccountGrant.objects.create(account=team.helvion, sign_in=reader)
    assert enter(reader).get(LIST).status_code == 403
    assert enter(reader).get(f"{LIST}{team.helvion.pk}").status_code == 403
    assert enter(reader).get(f"{LIST}export.csv").status_code == 403


def test_the_administrator_sees_no_targets(team: Team, enter: Enter) -> None:
    with_plan(team.helvion, target=100_000, landing=58_000)
    body = text(enter(makers.sign_in("operations")))
    assert "£7.10m" in body
    assert "Landing against target" not in body
    assert "−£420" not in body


def test_nobody_signed_out_gets_in(client: Client, team: Team) -> None:
    assert client.get(LIST).status_code == 302


def test_only_reading_is_allowed(team: Team, enter: Enter) -> None:
    assert enter(team.leader).post(LIST).status_code == 405


def test_tabs_filters_and_nonsense_in_the_address(team: Team, enter: Enter) -> None:
    client = enter(team.leader)
    assert "Kova Retail" not in text(client, LIST + "?q=helv", **FRAGMENT)
    assert "Helvion Industries" not in text(client, LIST + "?industry=Retail", **FRAGMENT)
    assert "No account matches" in text(client, LIST + "?q=zzzz")
    for query in ("?view=x&sort=y&tier=9&owner=abc&after=~&before=1~1&hide=z", "?after=%00~1"):
        assert "Helvion Industries" in text(client, LIST + query)
    assert "Landing against target" not in text(client, LIST + "?hide=landing")


def test_a_fragment_holds_the_rows_alone(team: Team, enter: Enter) -> None:
    body = enter(team.leader).get(LIST, headers=FRAGMENT).content.decode()
    assert "Helvion Industries" in body
    assert "<html" not in body
    assert "Where the potential is" not in body


def test_charts_are_a_page_of_their_own_and_closed_to_marketing(team: Team, enter: Enter) -> None:
    TierResult.objects.filter(account=team.kova).update(vulnerability=40)
    body = text(enter(team.leader), LIST + "where")
    for shown in ("Where the potential is", "Planning capacity", "Dana Whitfield", "Helvion"):
        assert shown in body
    closed = text(enter(makers.sign_in("marketing")), LIST + "where")
    assert "Helvion" not in closed
    assert "Planning capacity" not in closed


def test_pages_follow_each_other(team: Team, enter: Enter) -> None:
    for number in range(30):
        made = makers.account(f"Filler {number:02}", owner=team.user)
        makers.tier_result(made, potential=number, proposed_tier=3, computed_tier=3)
    client = enter(team.leader)
    first = client.get(LIST)
    second = client.get(LIST + "?" + first.context["next_query"])
    names = [line.row.name for page in (first, second) for line in page.context["lines"]]
    assert len(names) == len(set(names)) == 32
    assert second.context["next_query"] == ""
    back = client.get(LIST + "?" + second.context["previous_query"])
    assert [line.row.name for line in back.context["lines"]] == names[:25]


def test_the_file_holds_the_list_with_cells_that_no_spreadsheet_runs(
    team: Team, enter: Enter
) -> None:
    Account.objects.filter(pk=team.helvion.pk).update(name='=HYPERLINK("http://x")')
    client = enter(team.seller)
    answer = client.get(LIST + "export.csv")
    body = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith('attachment; filename="portfolio-')
    assert "'=HYPERLINK" in body
    assert "7100000.00" in body
    assert "Foreign Bank" not in body
    book = load_workbook(BytesIO(client.get(LIST + "export.xlsx").content))
    cell = book.worksheets[0]["A2"]
    assert (cell.value, cell.data_type) == ('=HYPERLINK("http://x")', "s")
    assert book.worksheets[0]["N2"].value == 7_100_000
    assert client.get(LIST + "export.pdf").status_code == 404


def test_the_file_for_marketing_holds_no_potential(team: Team, enter: Enter) -> None:
    answer = enter(makers.sign_in("marketing")).get(LIST + "export.csv")
    body = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert "Helvion Industries" in body
    assert "7100000" not in body


def test_where_nothing_was_computed_the_first_step_is_one_button(enter: Enter, db: None) -> None:
    client = enter(makers.sign_in("operations"))
    assert "Compute now" not in text(client) and 'href="/start/"' in text(client)
    makers.account("Helvion")
    assert "Compute now" in text(client)
    assert client.post(LIST + "measure").status_code == 303
    assert Job.objects.filter(name="measure").count() == 1
    seller = enter(makers.sign_in("account_manager", user=makers.crm_user()))
    assert "Compute now" not in text(seller)
    assert seller.post(LIST + "measure").status_code == 403
    assert Job.objects.filter(name="measure").count() == 1


def test_a_view_is_saved_under_a_name_and_removed_with_a_way_back(team: Team, enter: Enter) -> None:
    client = enter(team.seller)
    client.post(LIST + "views", {"name": " My  big ones ", "query": "tier=1&evil=1&sort=-acv"})
    view = SavedView.objects.get()
    assert (view.name, view.query) == ("My big ones", "tier=1&sort=-acv")
    assert "My big ones" in text(client)
    address = reverse("portfolio:view-remove", args=[view.pk])
    assert enter(team.other).post(address).status_code == 404
    assert enter(team.seller).post(address).status_code == 303
    assert not SavedView.objects.exists()
    assert enter(team.seller).post(LIST + "views", {"name": " "}).status_code == 303
    assert not SavedView.objects.exists()
    client.post(LIST + "views?name=My+big+ones&query=tier%3D1")
    assert SavedView.objects.get().query == "tier=1"


@pytest.mark.parametrize("accounts", [10, 1000])
def test_the_page_takes_the_same_queries_for_ten_accounts_and_a_thousand(
    team: Team, enter: Enter, accounts: int
) -> None:
    made = Account.objects.bulk_create(
        Account(name=f"A {n}", sort_name=f"a {n}", owner=team.user) for n in range(accounts)
    )
    AccountAccess.objects.bulk_create(
        AccountAccess(account=one, user=team.user, why="owner") for one in made
    )
    TierResult.objects.bulk_create(
        TierResult(
            account=one,
            sort_name=one.sort_name,
            potential=n + 1,
            as_of=makers.TODAY,
            currency="GBP",
            vulnerability=n % 90,
            owner=team.user,
            to_decide=n % 2 == 0,
        )
        for n, one in enumerate(made)
    )
    client = enter(team.leader)
    with CaptureQueriesContext(connection) as taken:
        client.get(LIST)
    assert len(taken) <= 32, [query["sql"][:90] for query in taken.captured_queries]
