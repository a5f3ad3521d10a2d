"""A leader over a seller with two planned accounts, and somebody else's account."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from django.core.cache import cache
from django.test import Client

from sightline.records.models import Account, Plan, PlanResult, SignIn
from tests import makers


@dataclass
class Team:
    """Who is there and what they own."""

    leader: SignIn
    seller: SignIn
    helvion: Account
    kova: Account
    foreign: Account


def plan_of(account: Account, *, target: int | None, landing: int | None, **values: int) -> Plan:
    """The running plan of an account and what was computed for it; amounts in pence."""
    today = date.today()
    plan = Plan.objects.create(
        account=account,
        year=today.year,
        starts_on=date(today.year, 1, 1),
        ends_on=date(today.year, 12, 31),
        currency="GBP",
        target=target,
    )
    PlanResult.objects.create(plan=plan, landing=landing, input_version="1", **values)
    return plan


@pytest.fixture
def team(db: None) -> Team:
    makers.company()
    above = makers.crm_role("VP")
    user = makers.crm_user("Dana Whitfield", role=makers.crm_role("Seller", parent=above))
    other = makers.crm_user("Mei Tan")
    helvion = makers.account("Helvion Industries", owner=user)
    kova = makers.account("Kova Retail", owner=user)
    foreign = makers.account("Foreign Bank", owner=other)
    for account, tier, potential in ((helvion, 1, 600), (kova, 2, 300), (foreign, 1, 999)):
        makers.tier_result(
            account, proposed_tier=tier, potential=potential * 1_000_000, acv=potential * 100_000
        )
    plan_of(helvion, target=100_000_00, landing=70_000_00, single_threaded=25_000_00, challenges=2)
    plan_of(kova, target=50_000_00, landing=90_000_00)
    plan_of(foreign, target=777_000_00, landing=1_00)
    return Team(
        leader=makers.sign_in("leader", user=makers.crm_user("Head", role=above)),
        seller=makers.sign_in("account_manager", user=user),
        helvion=helvion,
        kova=kova,
        foreign=foreign,
    )


@pytest.fixture
def enter(client: Client) -> Iterator[Callable[[SignIn], Client]]:
    """The client, signed in as somebody."""

    def signed_in(person: SignIn) -> Client:
        client.force_login(person)
        return client

    cache.clear()
    yield signed_in
    cache.clear()
