"""A small team: a leader over a seller with two accounts, and somebody else's account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from django.test import Client

from sightline.records.models import Account, CrmUser, Plan, PlanResult, SignIn
from tests import makers


@dataclass
class Team:
    """Who is there and what they own."""

    leader: SignIn
    seller: SignIn
    other: SignIn
    user: CrmUser
    helvion: Account
    kova: Account
    foreign: Account


PARTS = [
    {"code": "vulnerable_single_thread", "text": "access hangs on one person (25%)", "p": 0.25},
    {"code": "vulnerable_missing", "text": "not known: usage", "p": None},
]


@pytest.fixture
def team(db: None) -> Team:
    makers.company()
    above = makers.crm_role("VP")
    user = makers.crm_user("Dana Whitfield", role=makers.crm_role("Seller", parent=above))
    other = makers.crm_user("Mei Tan")
    helvion = makers.account("Helvion Industries", owner=user, industry="Machinery")
    kova = makers.account("Kova Retail", owner=user, industry="Retail")
    foreign = makers.account("Foreign Bank", owner=other)
    for account, values in (
        (helvion, {"potential": 710_000_000, "vulnerability": 25, "parts": PARTS}),
        (kova, {"potential": 440_000_000, "ask_importance": True, "provisional": True}),
        (foreign, {"potential": 1}),
    ):
        makers.tier_result(
            account,
            **{
                "computed_tier": 1,
                "proposed_tier": 1,
                "to_decide": True,
                "acv": 242_000_000,
                "acv_source": "asset",
                **values,
            },
        )
    return Team(
        leader=makers.sign_in(
            "leader", user=makers.crm_user("Head", role=above), name="Head Leader"
        ),
        seller=makers.sign_in("account_manager", user=user, name="Dana Whitfield"),
        other=makers.sign_in("account_manager", user=other),
        user=user,
        helvion=helvion,
        kova=kova,
        foreign=foreign,
    )


@pytest.fixture
def enter(client: Client) -> Callable[[SignIn], Client]:
    """The client, signed in as somebody."""

    def signed_in(person: SignIn) -> Client:
        client.force_login(person)
        return client

    return signed_in


def with_plan(account: Account, *, target: int, landing: int) -> Plan:
    """The running plan of an account and what was computed for it."""
    today = date.today()
    plan = Plan.objects.create(
        account=account,
        year=today.year,
        starts_on=date(today.year, 1, 1),
        ends_on=date(today.year, 12, 31),
        currency="GBP",
        target=target,
    )
    PlanResult.objects.create(plan=plan, landing=landing, input_version="1")
    return plan
