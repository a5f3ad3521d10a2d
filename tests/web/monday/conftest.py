"""A week to test: an account manager, a planned account, a renewal, a step, a quiet person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from sightline.records.models import Account, Action, Contact, Contract, CrmUser, SignIn
from tests import makers


@dataclass(frozen=True)
class Week:
    """What the tests share; `today` is the company's own day."""

    today: date
    owner: CrmUser
    person: SignIn
    account: Account
    contract: Contract
    action: Action
    contact: Contact


@pytest.fixture
def week(db: None) -> Week:
    """One account of tier 1 with a contract ending in 100 days and a task overdue by two."""
    makers.company(time_zone="UTC", reporting_currency="GBP")
    today = timezone.now().date()
    owner = makers.crm_user("Eoin")
    person = makers.sign_in("account_manager", user=owner, name="Eoin")
    account = makers.account("Helvion", owner=owner)
    tiered(account, tier=1, acv=100_000_00)
    contract = Contract.objects.create(
        account=account,
        number="0042",
        starts_on=today - timedelta(days=265),
        ends_on=today + timedelta(days=100),
        annual_value=80_000_00,
        currency="GBP",
    )
    deal = makers.opportunity(
        account, "Analytics", amount=50_000_00, close_date=today + timedelta(days=60), owner=owner
    )
    action = Action.objects.create(
        account=account,
        opportunity=deal,
        owner=owner,
        subject="Send the offer",
        due_on=today - timedelta(days=2),
    )
    contact = makers.contact(account, "Priya Raman")
    return Week(today, owner, person, account, contract, action, contact)


def tiered(account: Account, *, tier: int, acv: int | None = None, **values: Any) -> None:
    """A proposed tier for a planning account."""
    makers.tier_result(
        account,
        computed_tier=tier,
        proposed_tier=tier,
        acv=acv,
        currency="GBP",
        as_of=timezone.now().date(),
        **values,
    )


def at(day: date, hour: int = 9) -> datetime:
    """A moment of a day."""
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour))
