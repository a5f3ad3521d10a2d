"""What triggers look at: the family's facts, and nothing where nothing is known."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sightline.planning.fiscal import quarter_of
from sightline.planning.playbooks import AccountFacts
from sightline.records.models import (
    Account,
    AccountMeasures,
    AccountTeamMember,
    Asset,
    Case,
    Contract,
)
from sightline.records.queries.company import company_facts
from sightline.records.queries.playbooks import facts
from tests import makers

pytestmark = pytest.mark.django_db
TODAY = makers.TODAY


def facts_of(account: Account) -> AccountFacts:
    looked = facts.look(TODAY, ahead=90, back=30)
    found = [one for batch in facts.batches(looked) for one in batch]
    return next(one for one in found if one.key == str(account.pk))


def measured(account: Account, **values: Any) -> None:
    AccountMeasures.objects.create(
        account=account, currency="GBP", as_of=TODAY, ledger_version=1, **values
    )


@pytest.fixture
def head() -> Account:
    makers.company()
    account = makers.account("Head", owner=makers.crm_user("Dana"))
    makers.tier_result(account, proposed_tier=3)
    return account


def test_nothing_known_is_none_and_never_zero(head: Account) -> None:
    known = facts_of(head)
    assert (known.tier, known.period) == (
        3,
        quarter_of(company_facts().calendar, TODAY).label.replace(" ", ""),
    )
    assert known.usage_change is known.revenue_change is known.serious_cases is None
    assert known.contracts == known.joined == known.left == () and known.won_on is None


def test_the_family_counts_as_one(head: Account) -> None:
    child = makers.account("Child", parent=head)
    measured(head, r12=60_00, r12_before=100_00, usage_now=10, usage_before=20)
    measured(child, r12=20_00, r12_before=0)
    Case.objects.create(account=child, is_critical=True)
    Case.objects.create(account=head, sla_breached=True)
    Case.objects.create(account=head, is_critical=True, is_closed=True)
    Contract.objects.create(account=child, ends_on=TODAY + timedelta(days=90))
    Contract.objects.create(account=head, ends_on=TODAY + timedelta(days=91))
    Asset.objects.create(account=head, ends_on=TODAY + timedelta(days=10))
    known = facts_of(head)
    assert known.revenue_change == pytest.approx(-0.2)
    assert known.usage_change == pytest.approx(-0.5)
    assert known.serious_cases == 2
    assert sorted((end.ends - TODAY).days for end in known.contracts) == [10, 90]


def test_who_joined_and_left_lately(head: Account) -> None:
    fresh = makers.contact(head, created_on=TODAY - timedelta(days=30))
    gone = makers.contact(head, status="left", left_on=TODAY, created_on=TODAY)
    makers.contact(head, created_on=TODAY - timedelta(days=31))
    makers.contact(head, created_on=TODAY, is_placeholder=True)
    known = facts_of(head)
    assert [one.person for one in known.joined] == [str(fresh.pk)]
    assert [one.person for one in known.left] == [str(gone.pk)]


@pytest.mark.parametrize(("before", "new"), [(0, True), (5_00, False)])
def test_a_new_customer_bought_nothing_the_year_before(
    head: Account, before: int, new: bool
) -> None:
    measured(head, r12=1, r12_before=before)
    won = {"is_won": True, "is_closed": True}
    makers.opportunity(head, close_date=TODAY - timedelta(days=3), **won)
    assert facts_of(head).won_on == (TODAY - timedelta(days=3) if new else None)


def test_an_earlier_order_of_the_family_makes_nobody_new(head: Account) -> None:
    won = {"is_won": True, "is_closed": True}
    child = makers.account(parent=head)
    makers.opportunity(head, close_date=TODAY, **won)
    makers.opportunity(child, close_date=TODAY - timedelta(days=900), **won)
    known = facts_of(head)
    assert known.won_on == TODAY - timedelta(days=900)


def test_each_rule_finds_its_owner_and_nobody_who_left(head: Account) -> None:
    success, gone = makers.crm_user("Suki"), makers.crm_user("Gone", is_active=False)
    AccountTeamMember.objects.create(account=head, user=gone, role="Customer Success")
    AccountTeamMember.objects.create(account=head, user=success, role="Customer Success Manager")
    renewer = makers.crm_user("Ren")
    Contract.objects.create(account=head, ends_on=TODAY + timedelta(days=5), owner=renewer)
    assert facts_of(head).owners == {
        "account_owner": str(head.owner_id),
        "customer_success": str(success.pk),
        "renewal_owner": str(renewer.pk),
    }
