"""Adding up and looking ask after the same accounts, whoever asks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from sightline.planning.permissions import Act, Category, Role
from sightline.records import reach as reaches
from sightline.records.models import Account, AccountGrant, TierResult
from sightline.records.reach import open_accounts, open_here, reach_of
from sightline.records.scoping import person_of, visible_accounts
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", list(Role))
def test_the_set_of_accounts_is_what_scoping_says(
    role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    makers.company()
    above = makers.crm_role("VP")
    below = makers.crm_user("Below", role=makers.crm_role("Seller", parent=above))
    own = makers.crm_user("Own", role=above)
    sign_in = makers.sign_in(role.value, user=own)
    makers.account("Own", owner=own)
    head = makers.account("Below", owner=below)
    child = makers.account("Child")
    child.planning_account = head
    child.save()
    foreign = makers.account("Foreign")
    granted = makers.account("Granted")
    AccountGrant.objects.create(account=granted, sign_in=sign_in)
    gone, past = makers.account("Gone", owner=own), makers.account("Past")
    gone.removed_at = timezone.now()
    gone.save()
    AccountGrant.objects.create(account=past, sign_in=sign_in, until=timezone.now() - timedelta(1))
    makers.tier_result(head, proposed_tier=2)
    makers.tier_result(foreign, proposed_tier=3)
    assert TierResult.objects.count() == 2
    person = person_of(sign_in)
    reach = reach_of(person).for_all_rows()
    for category in (Category.PLAN, Category.FACTS, Category.WALLET_TIERS):
        found = set(reach.accounts(category).values_list("name", flat=True))
        assert found == set(visible_accounts(person, category).values_list("name", flat=True))
    for category in Category:
        for act in (Act.READ, Act.WRITE, Act.COMMENT):
            seen = set(visible_accounts(person, category, act).values_list("name", flat=True))
            assert set(open_accounts(person, category, act).values_list("name", flat=True)) == seen
            one_by_one = Account.objects.filter(open_here(person, category, act, at="pk"))
            assert set(one_by_one.values_list("name", flat=True)) == seen
    for most in (0, 1000):  # along an index: row by row, and as a set for whoever sees a part
        monkeypatch.setattr(reaches, "WIDE", 0)
        monkeypatch.setattr(reaches, "PART", most)
        for category in Category:
            along = Account.objects.filter(reach_of(person).along(category, at="pk"))
            seen = set(visible_accounts(person, category).values_list("name", flat=True))
            assert set(along.values_list("name", flat=True)) == seen
