"""What the database itself refuses, whoever writes: past every action, past every form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from sightline.records.models import (
    Account,
    Company,
    ExchangeRate,
    Identity,
    Plan,
    RoleGrant,
    Source,
    TierDecision,
    Unit,
)
from tests import makers

pytestmark = pytest.mark.django_db


def the_same_row_of_a_source_twice() -> None:
    source = Source.objects.create(name="Salesforce", kind="salesforce")
    for name in ("Helvion", "Helvion again"):
        Account.objects.create(
            name=name, source=source, outside_object="Account", outside_id="0015g00000A0001AAA"
        )


def an_account_above_itself() -> None:
    one = makers.account()
    Account.objects.filter(pk=one.pk).update(parent_id=one.pk)


def a_second_company() -> None:
    Company.objects.bulk_create([Company(id=1), Company(id=2)])


def a_rate_of_nothing() -> None:
    month = dt.date(2026, 1, 1)
    ExchangeRate.objects.create(month=month, currency="USD", to_currency="GBP", rate=0)


def a_unit_twice_in_one_place() -> None:
    of = makers.account()
    above = makers.unit(of, "Europe")
    for _ in range(2):
        Unit.objects.create(account=of, parent=above, name="Drives")


def two_sign_ins_of_one_identity() -> None:
    for _ in range(2):
        Identity.objects.create(sign_in=makers.sign_in(), issuer="https://id.example", subject="7")


def a_role_given_twice() -> None:
    person = makers.sign_in("leader")
    RoleGrant.objects.create(sign_in=person, role="leader")


def a_fourth_tier() -> None:
    TierDecision.objects.create(account=makers.account(), tier=4, kind="accept")


def an_override_without_a_reason() -> None:
    TierDecision.objects.create(account=makers.account(), tier=1, kind="override", reason="")


def two_plans_of_a_year() -> None:
    of = makers.account()
    year = {"starts_on": dt.date(2026, 1, 1), "ends_on": dt.date(2026, 12, 31), "currency": "GBP"}
    Plan.objects.bulk_create([Plan(account=of, year=2026, **year) for _ in range(2)])


def a_plan_that_ends_before_it_starts() -> None:
    days = {"starts_on": dt.date(2026, 12, 31), "ends_on": dt.date(2026, 1, 1), "currency": "GBP"}
    Plan.objects.create(account=makers.account(), year=2026, **days)


@pytest.mark.parametrize(
    ("write", "constraint"),
    [
        (the_same_row_of_a_source_twice, "account_one_per_outside_id"),
        (an_account_above_itself, "account_not_its_own_parent"),
        (a_second_company, "company_is_one_row"),
        (a_rate_of_nothing, "rate_positive"),
        (a_unit_twice_in_one_place, "unit_name_once_in_place"),
        (two_sign_ins_of_one_identity, "identity_one_sign_in"),
        (a_role_given_twice, "role_granted_once"),
        (a_fourth_tier, "tier_decision_1_to_3"),
        (an_override_without_a_reason, "tier_override_has_a_reason"),
        (two_plans_of_a_year, "plan_one_per_year"),
        (a_plan_that_ends_before_it_starts, "plan_ends_after_start"),
    ],
)
def test_it_is_refused(write: Callable[[], None], constraint: str) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        write()
    # SQLite names the columns of a unique constraint and not the constraint.
    told = str(refused.value)
    assert constraint in told or (connection.vendor == "sqlite" and "UNIQUE" in told)
