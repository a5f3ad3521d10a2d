"""Every page of an account: works, for the right people only, and hides what it must."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from sightline.records.models import (
    Account,
    AccountAccess,
    CellMeasures,
    OpportunityLine,
    PlanAccount,
    RenewalStrategy,
)
from tests import makers
from tests.web.account import world as worlds
from tests.web.account.world import World

pytestmark = pytest.mark.django_db
PAGES = ("people", "renewals", "figures", "lines", "history")
PLAN_PAGES = ("show", "bridge", "signals", "losing-ground")


def read(client: Client, person: object, name: str, key: int, query: str = "") -> str:
    client.force_login(person)  # type: ignore[arg-type]
    answer = client.get(reverse(name, args=[key]) + query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_each_page_of_an_account_opens(client: Client, helvion: World, page: str) -> None:
    body = read(client, helvion.seller, f"account:{page}", helvion.account.pk)
    assert "Helvion Industries" in body


@pytest.mark.parametrize(
    "page", [*(f"account:{p}" for p in PAGES), "account:show", *(f"plan:{p}" for p in PLAN_PAGES)]
)
def test_a_stranger_finds_nothing(client: Client, helvion: World, page: str) -> None:
    client.force_login(worlds.colleague(helvion, "account_manager"))
    assert client.get(reverse(page, args=[helvion.account.pk])).status_code == 404
    assert client.get(reverse(page, args=[987654])).status_code == 404


@pytest.mark.parametrize("page", [f"account:{p}" for p in PAGES])
def test_pages_are_read_and_not_posted_to(client: Client, helvion: World, page: str) -> None:
    client.force_login(helvion.seller)
    assert client.post(reverse(page, args=[helvion.account.pk])).status_code == 405


def test_an_account_with_a_plan_opens_on_it(client: Client, helvion: World) -> None:
    client.force_login(helvion.seller)
    answer = client.get(reverse("account:show", args=[helvion.account.pk]))
    assert answer.status_code == 303
    assert answer["Location"] == reverse("plan:show", args=[helvion.account.pk])


def test_tier_three_has_the_account_and_no_plan_to_fill_in(client: Client) -> None:
    made = worlds.world(tier=3)
    body = read(client, made.seller, "account:show", made.account.pk)
    assert "Tier 3: no plan" in body
    assert 'name="target"' not in body
    answer = client.get(reverse("plan:show", args=[made.account.pk]))
    assert answer["Location"] == reverse("account:show", args=[made.account.pk])


def test_the_grid_shows_what_is_owned_and_in_progress(client: Client, helvion: World) -> None:
    body = read(client, helvion.seller, "plan:show", helvion.account.pk)
    assert 'data-state="owned"' in body and "£22k" in body
    assert 'data-state="in_progress"' in body and "£19k" in body


def test_a_competitor_is_shown_where_a_deal_was_lost_and_nothing_is_owned(
    client: Client, helvion: World
) -> None:
    line = makers.line("Analytics")
    worlds.lost_deal(helvion, line, rival="Tessera")
    worlds.lost_deal(helvion, helvion.core, rival="Fieldly")
    body = read(client, helvion.seller, "whitespace:show", helvion.account.pk)
    assert "Tessera" in body
    assert "Fieldly" not in body, "the core platform is ours"


def test_an_old_address_of_the_grid_leads_to_the_one_at_work(
    client: Client, helvion: World
) -> None:
    client.force_login(helvion.seller)
    old = client.get(reverse("account:whitespace", args=[helvion.account.pk]))
    assert (old.status_code, old["Location"]) == (
        301,
        reverse("whitespace:show", args=[helvion.account.pk]),
    )
    board = client.get(reverse("account:plays", args=[helvion.account.pk]))
    assert board["Location"] == reverse("plays:show", args=[helvion.account.pk])


def test_the_team_sees_strength_and_stance(client: Client, helvion: World) -> None:
    body = read(client, helvion.seller, "account:people", helvion.account.pk)
    assert "Supports" in body and "Strength 4 of 5" in body
    assert "Marcus Heidt" in body and "left" in body


def test_a_reader_sees_people_without_any_opinion(client: Client, helvion: World) -> None:
    body = read(client, worlds.granted_reader(helvion), "account:people", helvion.account.pk)
    assert "Priya Raman" in body
    assert "Supports" not in body and "Strength" not in body and "Champion" not in body
    assert "shown to the account team only" in body


def test_marketing_sees_buying_roles_and_the_grid_but_no_plan_and_no_wallet(
    client: Client, helvion: World
) -> None:
    marketer = makers.sign_in("marketing")
    body = read(client, marketer, "account:people", helvion.account.pk)
    assert "Champion" in body
    assert "Supports" not in body and "Strength 4" not in body
    home = read(client, marketer, "account:show", helvion.account.pk)
    assert "Vulnerability" not in home and "Potential" not in home and "Target" not in home
    read(client, marketer, "whitespace:show", helvion.account.pk)
    for page in ("signals", "losing-ground", "bridge"):
        answer = client.get(reverse(f"plan:{page}", args=[helvion.account.pk]))
        assert answer.status_code == 403, page


def test_a_reader_has_no_potential_and_no_history(client: Client, helvion: World) -> None:
    reader = worlds.granted_reader(helvion)
    body = read(client, reader, "plan:show", helvion.account.pk)
    assert "Vulnerability" not in body and "Potential" not in body
    assert 'name="target"' not in body, "a reader writes nothing"


def test_operations_sees_facts_and_tiers_but_no_plan(client: Client, helvion: World) -> None:
    body = read(client, makers.sign_in("operations"), "account:show", helvion.account.pk)
    assert "Vulnerability" in body
    assert "Growth thesis" not in body


def test_the_sponsor_reads_the_plan_and_may_not_write_it(client: Client, helvion: World) -> None:
    body = read(client, worlds.sponsor(helvion), "plan:show", helvion.account.pk)
    assert "Bridge to target" in body
    assert 'name="target"' not in body


def test_other_units_are_one_sum_without_a_name(client: Client, helvion: World) -> None:
    child = makers.account("Helvion Secret GmbH", parent=helvion.account)
    makers.unit(helvion.account, "Secret division", linked_account=child, kind="child_account")
    worlds.measures(child, r12=7_000_00, r12_before=7_000_00, acv=None)
    CellMeasures.objects.create(account=child, product_line=helvion.core, r12=7_000_00, owned=True)
    deal = makers.opportunity(
        child, "Secret deal", amount=3_000_00, stage=helvion.deal.stage, close_date=worlds.today()
    )
    OpportunityLine.objects.create(opportunity=deal, product_line=helvion.extra, total=3_000_00)
    makers.contact(child, "Secret Person")
    assert helvion.plan is not None
    PlanAccount.objects.create(plan=helvion.plan, account=child, year=worlds.today().year)
    whole = ""
    for name in (
        "whitespace:show",
        "account:people",
        "plays:show",
        "plan:show",
        "plan:bridge",
        "account:lines",
        "plan:losing-ground",
        "plan:signals",
    ):
        whole += read(client, helvion.seller, name, helvion.account.pk)
    assert "Secret" not in whole
    assert "Other units" in whole
    assert "£29k" in read(client, helvion.seller, "whitespace:show", helvion.account.pk)


def test_an_empty_account_says_what_would_fill_it(client: Client, db: None) -> None:
    owner = makers.crm_user()
    seller = makers.sign_in("account_manager", user=owner)
    account = makers.account("Newly met", owner=owner)
    home = read(client, seller, "account:show", account.pk)
    assert "Nothing measured yet" in home and "No tier has been computed yet" in home
    for page in PAGES:
        read(client, seller, f"account:{page}", account.pk)


def test_a_name_that_is_markup_stays_text(client: Client, helvion: World) -> None:
    makers.contact(helvion.account, "<script>alert(1)</script>")
    Account.objects.filter(pk=helvion.account.pk).update(name="<b>Helvion</b>")
    for name in ("account:people", "plan:show"):
        body = read(client, helvion.seller, name, helvion.account.pk)
        assert "<script>alert(1)" not in body and "<b>Helvion</b>" not in body


def test_what_a_renewal_strategy_says_is_for_readers_of_plans(
    client: Client, helvion: World
) -> None:
    RenewalStrategy.objects.create(contract=helvion.contract, goal="grow", decider=helvion.champion)
    team = read(client, helvion.seller, "account:renewals", helvion.account.pk)
    assert "Renew and grow" in team and "no owner" in team and "Chance of renewing" in team
    for page in ("account:renewals", "account:show"):
        body = read(client, makers.sign_in("marketing"), page, helvion.account.pk)
        assert "Frame contract" in body
        for hidden in ("Renew and grow", "no owner", "Chance of renewing", "Not prepared"):
            assert hidden not in body


def test_a_child_account_says_where_it_is_planned_only_to_those_who_see_that(
    client: Client, helvion: World
) -> None:
    child = makers.account("Helvion DACH", parent=helvion.account)
    AccountAccess.objects.create(account=child, user=helvion.owner, why="team")
    body = read(client, helvion.seller, "account:show", child.pk)
    assert "planned together with Helvion Industries" in body
    user = makers.crm_user()
    outsider = makers.sign_in("account_manager", user=user)
    AccountAccess.objects.create(account=child, user=user, why="team")
    body = read(client, outsider, "account:show", child.pk)
    assert "Helvion Industries" not in body and "the top of its family" in body
