"""The picture: who sees which sums, what stays closed, and what opens behind a figure."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from sightline.records.models import (
    Account,
    AccountGrant,
    Contract,
    PlanResult,
    RenewalStrategy,
    SignIn,
    TierResult,
)
from tests import makers
from tests.web.analytics.conftest import Team, plan_of
from tests.web.laid_out import one_line

Enter = Callable[[SignIn], Client]
PAGE = "/analytics/"
PLANS = "/analytics/plans"


def text(client: Client, path: str = PAGE) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_a_gap_is_not_hidden_by_another_plans_surplus(team: Team, enter: Enter) -> None:
    body = text(enter(team.leader))
    assert "£150k" in body  # target
    assert "£160k" in body  # landing, above the target
    assert "£30k" in body  # and yet uncovered
    assert "106% of target" in body


def test_accounts_of_others_are_in_no_sum_and_no_list(team: Team, enter: Enter) -> None:
    for path in (PAGE, PLANS, "/analytics/plans.csv"):
        body = enter(team.leader).get(path)
        content = body.getvalue() if path.endswith("csv") else body.content
        assert b"Foreign Bank" not in content
        assert b"777" not in content


def test_a_seller_sees_the_sums_of_their_own_accounts(team: Team, enter: Enter) -> None:
    body = text(enter(team.seller))
    assert "Helvion Industries" in body
    assert "Dana Whitfield" in body


@pytest.mark.parametrize("role", ["marketing", "operations"])
def test_who_may_not_read_plans_sees_no_target(team: Team, enter: Enter, role: str) -> None:
    client = enter(makers.sign_in(role))
    body = text(client)
    assert "Target against landing" not in body
    assert "£150k" not in body
    assert "No plan here" in text(client, PLANS)


def test_a_reader_is_refused(team: Team, enter: Enter) -> None:
    reader = makers.sign_in("reader")
    AccountGrant.objects.create(account=team.helvion, sign_in=reader)
    for path in (PAGE, PLANS, "/analytics/plans.csv"):
        assert enter(reader).get(path).status_code == 403


def test_only_reading_is_allowed_and_unknown_files_are_not_there(team: Team, enter: Enter) -> None:
    client = enter(team.leader)
    assert client.post(PAGE).status_code == 405
    assert client.post(PLANS).status_code == 405
    assert client.get("/analytics/plans.pdf").status_code == 404


def test_every_sum_opens_to_its_plans(team: Team, enter: Enter) -> None:
    client = enter(team.leader)
    behind = text(client, f"{PLANS}?only=no_path")
    assert "Helvion Industries" in behind
    assert "Kova Retail" not in behind
    assert "Kova Retail" in text(client, f"{PLANS}?tier=2")
    assert "Helvion Industries" not in text(client, f"{PLANS}?tier=2")
    owner = team.helvion.owner_id
    assert "1 plan, £30k uncovered" in text(client, f"{PLANS}?owner={owner}&only=gap")
    assert "No plan here" in text(client, f"{PLANS}?owner=none")


def test_nonsense_in_the_address_lists_everything(team: Team, enter: Enter) -> None:
    body = text(enter(team.leader), f"{PLANS}?only=x&owner=a%00&tier=9&page=-1")
    assert "2 plans" in body


def test_a_plan_without_a_target_is_said_and_not_summed(team: Team, enter: Enter) -> None:
    late = makers.account("Late Comer", owner=team.helvion.owner)
    makers.tier_result(late, proposed_tier=1)
    plan_of(late, target=None, landing=5_000_00)
    client = enter(team.leader)
    body = text(client)
    assert "from 2 of 3 plans" in body
    assert "£160k" in body
    assert "no target yet" in text(client, f"{PLANS}?only=left_out")


def test_too_little_contact_is_not_judged(team: Team, enter: Enter) -> None:
    TierResult.objects.update(touches=20, attention_share=0.5)
    body = text(enter(team.leader))
    assert "Not enough activity to judge: 40 touches in twelve months, 300 are needed." in body
    assert "Likely swaps" not in body


def test_enough_contact_names_neglect_and_a_swap(team: Team, enter: Enter) -> None:
    TierResult.objects.filter(account=team.helvion).update(touches=40, attention_share=0.05)
    TierResult.objects.filter(account=team.kova).update(touches=760, attention_share=0.95)
    body = text(enter(team.leader))
    assert "Neglected beyond chance: Helvion Industries." in body
    assert "Likely swaps" in body
    assert "uncalibrated" in body


def test_renewals_stand_in_their_quarter_by_strategy(team: Team, enter: Enter) -> None:
    soon = date.today() + timedelta(days=1)
    whole = _contract(team.helvion, soon, 80_000_00)
    RenewalStrategy.objects.create(
        contract=whole,
        goal="renew",
        owner=team.helvion.owner,
        decider=makers.contact(team.helvion, "Julia Stein"),
    )
    _contract(team.kova, soon, 20_000_00)
    _contract(team.kova, soon, None)
    _contract(team.foreign, soon, 400_000_00)
    body = text(enter(team.leader))
    assert "Renewals by quarter and strategy" in body
    assert "£100k" in body
    assert "3 contracts, 1 without a value" in one_line(body)
    assert "£500k" not in body


def test_files_hold_what_is_listed_and_run_no_formula(team: Team, enter: Enter) -> None:
    Account.objects.filter(pk=team.helvion.pk).update(name="=cmd()")
    client = enter(team.leader)
    told = client.get("/analytics/plans.csv?only=no_path").getvalue().decode("utf-8-sig")
    assert "'=cmd()" in told
    assert "Kova" not in told
    book = load_workbook(BytesIO(client.get("/analytics/plans.xlsx").content))
    cell = next(row[0] for row in book.active.iter_rows(min_row=2) if row[0].value == "=cmd()")
    assert cell.data_type == "s"


def test_an_empty_portfolio_says_so(enter: Enter, db: None) -> None:
    makers.company()
    body = text(enter(makers.sign_in("leader", user=makers.crm_user())))
    assert "Nothing to add up yet" in body


def test_the_number_of_queries_does_not_grow_with_accounts(team: Team, enter: Enter) -> None:
    client = enter(team.leader)
    text(client)
    with CaptureQueriesContext(
        connection,
    ) as few:
        text(client)
    for number in range(40):
        made = makers.account(f"Filler {number:02}", owner=team.helvion.owner)
        makers.tier_result(made, proposed_tier=2, potential=number, touches=number, acv=number)
        plan_of(made, target=100, landing=50)
        _contract(made, date.today() + timedelta(days=number), 100)
    with CaptureQueriesContext(connection) as many:
        text(client)
    assert len(many) <= len(few) + 2
    assert len(many) <= 32


def _contract(account: Account, ends_on: date, value: int | None) -> Contract:
    return Contract.objects.create(
        account=account, name="Agreement", ends_on=ends_on, annual_value=value, currency="GBP"
    )


def test_a_chance_says_where_it_is_uncalibrated(team: Team, enter: Enter) -> None:
    """Also in lists and files, not only on the plan itself."""
    PlanResult.objects.filter(plan__account=team.helvion).update(chance="0.4", calibrated=False)
    PlanResult.objects.filter(plan__account=team.kova).update(chance="0.7", calibrated=True)
    client = enter(team.leader)
    page = client.get("/analytics/plans").content.decode()
    first, second = page[page.index("40%") :], page[page.index("70%") :]
    assert "uncalibrated" in first[:300]
    assert "uncalibrated" not in second[:300]
    rows = client.get("/analytics/plans.csv").getvalue().decode("utf-8-sig").splitlines()
    told = {row["Account"]: row["Chance calibrated"] for row in csv.DictReader(rows)}
    assert told == {"Helvion Industries": "no", "Kova Retail": "yes"}
    PlanResult.objects.update(calibrated=False)
    none = client.get("/analytics/plans").content.decode()
    assert none.count("uncalibrated</span>") == 1  # said once, above them all
    assert "40% chance, uncalibrated" in client.get("/analytics/").content.decode()
