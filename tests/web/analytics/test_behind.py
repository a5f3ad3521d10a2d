"""The rows behind the portfolio's figures: as many as the figure says, and only those in reach."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from sightline.planning.money import Converter, Rates
from sightline.planning.money.rates import DatedRate
from sightline.records.models import (
    Account,
    Action,
    Contract,
    KeptChance,
    Opportunity,
    SignIn,
    TierResult,
)
from sightline.records.queries.analytics import dearest as ordering
from sightline.records.queries.analytics.dearest import Slice, dearest
from tests import makers
from tests.web.analytics.conftest import Team

Enter = Callable[[SignIn], Client]
LISTS = ("renewals", "actions", "reviews", "tiers", "contact", "accounts-acv", "accounts-potential")
DEALS = ("won", "lost", "opened", "moved", "advanced")


def _ending(account: Account, name: str, value: int) -> None:
    Contract.objects.create(
        account=account,
        name=name,
        ends_on=date.today() + timedelta(days=40),
        annual_value=value,
        currency="GBP",
        is_active=True,
    )


@pytest.mark.parametrize("slug", [*LISTS, *(f"deals-{of}" for of in DEALS)])
def test_every_list_opens_empty_and_as_files(team: Team, enter: Enter, slug: str) -> None:
    client = enter(team.leader)
    assert client.get(f"/analytics/behind/{slug}").status_code == 200
    assert client.get(f"/analytics/behind/{slug}.csv").status_code == 200
    assert client.get(f"/analytics/behind/{slug}.xlsx").status_code == 200


def test_contracts_stand_behind_their_quarter_and_strategy(team: Team, enter: Enter) -> None:
    _ending(team.helvion, "Frame agreement", 90_000_00)
    _ending(team.foreign, "Hidden agreement", 80_000_00)
    body = enter(team.leader).get("/analytics/behind/renewals?standing=none").content.decode()
    assert "Frame agreement" in body
    assert "£90k" in body
    assert "Hidden agreement" not in body
    body = enter(team.leader).get("/analytics/behind/renewals?standing=whole").content.decode()
    assert "Frame agreement" not in body


def test_plays_stand_behind_what_changed(team: Team, enter: Enter) -> None:
    today = date.today()
    makers.opportunity(team.helvion, "Won it", is_closed=True, is_won=True, closed_on=today)
    makers.opportunity(team.kova, "Lost it", is_closed=True, is_won=False, closed_on=today)
    makers.opportunity(team.foreign, "Not ours", is_closed=True, is_won=True, closed_on=today)
    client = enter(team.leader)
    won = client.get("/analytics/behind/deals-won").content.decode()
    assert "Won it" in won
    assert "Lost it" not in won
    assert "Not ours" not in won
    second = client.get("/analytics/behind/deals-advanced?tier=2").content.decode()
    assert "Lost it" in second
    assert "Won it" not in second
    assert "/analytics/behind/deals-won" in client.get("/analytics/").content.decode()


def test_actions_are_listed_by_account_and_not_by_who_did_them(team: Team, enter: Enter) -> None:
    doer = makers.crm_user("Secret Doer")
    Action.objects.create(
        account=team.helvion,
        subject="Tidy the shelf",
        owner=doer,
        state=Action.State.DONE,
        done_on=date.today(),
    )
    body = enter(team.leader).get("/analytics/behind/actions?of=loose").content.decode()
    assert "Tidy the shelf" in body
    assert "Secret Doer" not in body


def test_shares_are_of_the_whole_and_a_name_is_never_a_formula(team: Team, enter: Enter) -> None:
    Account.objects.filter(pk=team.kova.pk).update(name="=Kova")
    TierResult.objects.update(touches=200, attention_share=0.5)
    answer = enter(team.leader).get("/analytics/behind/contact.csv")
    rows = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))  # type: ignore[call-overload]
    # potential 600 to 300, half of the contact each: 400 touches, 267 and 133 by potential
    assert rows[1][:2] == ["Helvion Industries", "1"]
    assert [round(float(rows[1][place]), 3) for place in (3, 4, 6, 7)] == [0.667, 0.5, 267, -67]
    assert rows[2][0] == "'=Kova"
    assert len(rows) == 3


def test_an_unknown_list_is_not_there(team: Team, enter: Enter) -> None:
    client = enter(team.leader)
    assert client.get("/analytics/behind/secrets").status_code == 404
    assert client.get("/analytics/behind/tiers.pdf").status_code == 404
    assert client.post("/analytics/behind/tiers").status_code == 405


def test_every_chance_that_is_shown_has_its_score(team: Team, enter: Enter) -> None:
    for number in range(30):
        KeptChance.objects.create(
            account=team.helvion,
            kind="target",
            probability=0.8 if number % 2 else 0.2,
            made_on=date(2025, 1, 1) + timedelta(days=number),
            due_on=date(2025, 12, 31),
            happened=number % 10 not in {0, 1},
            settled_on=date(2026, 1, 2),
        )
    client = enter(team.leader)
    answer = client.get("/analytics/behind/chances.csv")
    rows = list(csv.DictReader(answer.getvalue().decode("utf-8-sig").splitlines()))
    targets = next(row for row in rows if row["What is given a chance"].startswith("A plan"))
    assert (targets["Known"], targets["Happened"], targets["Brier, 0 is best"]) == (
        "30",
        "0.8",
        "0.34",
    )
    assert len(rows) == 5
    assert "Too few" in client.get("/analytics/behind/chances").content.decode()


def test_pages_follow_each_other_by_value_and_what_has_none_comes_last(team: Team) -> None:
    for value in (300, None, 100, 200, None, 400, 100):
        makers.opportunity(team.helvion, amount=value)
    rows, convert = Opportunity.objects.all(), Converter("GBP", Rates("GBP", ()), date(2026, 11, 1))
    told = [
        [
            dearest(rows, "amount", part=Slice(start, size), convert=convert)
            for start in range(0, 9, size)
        ]
        for size in (1, 2, 3, 7)
    ]
    amounts = dict(rows.values_list("pk", "amount"))
    for pages in told:
        listed = [key for page in pages for key in page]
        assert listed == [key for page in told[-1] for key in page]
        assert [amounts[key] for key in listed] == [400, 300, 200, 100, 100, None, None]


def test_amounts_of_several_currencies_stand_in_the_order_of_what_is_shown(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ordering, "_FIRST", 1)
    day = date(2026, 11, 1)
    given = {"EUR": Decimal("0.5"), "JPY": Decimal("0.02")}
    dated = tuple(DatedRate(code, "GBP", day, rate) for code, rate in given.items())
    told = ((700, "EUR"), (400, "GBP"), (300, "EUR"), (500, "JPY"), (90, "GBP"), (10, "XAF"))
    for amount, code in (*told, (None, "GBP")):
        makers.opportunity(team.helvion, amount=amount, currency=code)
    rows, convert = Opportunity.objects.all(), Converter("GBP", Rates("GBP", dated), day)
    for size in (1, 2, 4, 7):
        listed = [
            key
            for start in range(0, 8, size)
            for key in dearest(rows, "amount", part=Slice(start, size), convert=convert)
        ]
        named = dict(rows.values_list("pk", "amount"))
        assert [named[key] for key in listed] == [500, 400, 700, 300, 90, 10, None]
