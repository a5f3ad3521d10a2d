"""Who sees which account."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from sightline.planning.permissions import Act, Category, Part
from sightline.records.models import Account, AccountAccess, AccountGrant
from sightline.records.scoping import Person, may_on, relations_to, visible_accounts
from tests import makers

pytestmark = pytest.mark.django_db


def names(person: Person, category: Category = Category.FACTS, act: Act = Act.READ) -> set[str]:
    return set(visible_accounts(person, category, act).values_list("name", flat=True))


def test_without_a_role_nothing_is_seen() -> None:
    seller = makers.crm_user()
    makers.account("Helvion", owner=seller)
    assert names(makers.person(user=seller)) == set()


def test_an_account_manager_sees_own_accounts_and_no_others() -> None:
    seller, other = makers.crm_user(), makers.crm_user()
    makers.account("Helvion", owner=seller)
    makers.account("Kova", owner=other)
    assert names(makers.person("account_manager", user=seller)) == {"Helvion"}


def test_a_leader_sees_accounts_below_and_not_beside() -> None:
    top = makers.crm_role("Sales")
    below = makers.crm_role("North", parent=top)
    beside = makers.crm_role("Other")
    makers.account("Helvion", owner=makers.crm_user(role=below))
    makers.account("Kova", owner=makers.crm_user(role=beside))
    leader = makers.person("leader", user=makers.crm_user(role=top))
    assert names(leader) == {"Helvion"}
    assert names(leader, Category.PLAN, Act.WRITE) == {"Helvion"}
    assert names(leader, Category.PRIVATE_NOTES) == set()


def test_an_account_shared_to_someone_below_is_seen_from_above() -> None:
    top = makers.crm_role()
    worker = makers.crm_user(role=makers.crm_role(parent=top))
    shared = makers.account("Helvion", owner=makers.crm_user())
    AccountAccess.objects.create(account=shared, user=worker, why="share")
    assert names(makers.person("leader", user=makers.crm_user(role=top))) == {"Helvion"}


def test_a_sponsor_reads_opinions_but_does_not_write_the_plan() -> None:
    sponsor = makers.crm_user()
    account = makers.account("Helvion", owner=makers.crm_user(), executive_sponsor=sponsor)
    AccountAccess.objects.create(account=account, user=sponsor, why="sponsor")
    person = makers.person("sponsor", user=sponsor)
    assert may_on(person, account.pk, Category.OPINIONS, Act.READ)
    assert not may_on(person, account.pk, Category.PLAN, Act.WRITE)
    assert may_on(person, account.pk, Category.PLAN, Act.SIGN_OFF)


def test_sponsoring_alone_does_not_make_a_seller_of_the_account() -> None:
    sponsor = makers.crm_user()
    account = makers.account("Helvion", owner=makers.crm_user())
    AccountAccess.objects.create(account=account, user=sponsor, why="sponsor")
    assert names(makers.person("account_manager", user=sponsor)) == set()


def test_marketing_sees_tiers_one_and_two_and_only_their_parts() -> None:
    for name, tier in (("One", 1), ("Two", 2), ("Three", 3)):
        makers.tier_result(makers.account(name), proposed_tier=tier)
    decided = makers.account("Decided down")
    makers.tier_result(decided, proposed_tier=1, decided_tier=3)
    marketer = makers.person("marketing")
    assert names(marketer) == {"One", "Two"}
    assert names(marketer, Category.OPINIONS) == set()
    one = Account.objects.get(name="One")
    assert may_on(marketer, one.pk, Category.OPINIONS, Act.READ, part=Part.BUYING_ROLE)
    assert may_on(marketer, one.pk, Category.PLAN, Act.READ, part=Part.WHITESPACE)


def test_a_child_of_a_tier_one_family_is_seen_with_it() -> None:
    top = makers.account("Helvion")
    makers.account("Helvion DACH", parent=top)
    makers.tier_result(top, proposed_tier=1)
    assert names(makers.person("marketing")) == {"Helvion", "Helvion DACH"}


def test_operations_reads_facts_of_all_and_opinions_of_none() -> None:
    makers.account("Helvion", owner=makers.crm_user())
    administrator = makers.person("operations")
    assert names(administrator) == {"Helvion"}
    assert names(administrator, Category.OPINIONS) == set()
    assert names(administrator, Category.PLAN) == set()


def test_a_reader_sees_what_was_granted_until_it_ends() -> None:
    account = makers.account("Helvion")
    sign_in = makers.sign_in("reader")
    reader = makers.person("reader")
    AccountGrant.objects.create(account=account, sign_in=sign_in)
    past = timezone.now() - timedelta(minutes=1)
    AccountGrant.objects.create(account=account, sign_in_id=reader.id, until=past)
    assert names(reader) == set()
    AccountGrant.objects.filter(sign_in_id=reader.id).update(until=None)
    assert names(reader) == {"Helvion"}


def test_an_inactive_sign_in_has_no_roles_and_sees_nothing() -> None:
    makers.account("Helvion")
    assert names(makers.person("operations", is_active=False)) == set()


def test_a_removed_account_is_not_seen() -> None:
    makers.account("Helvion", removed_at=timezone.now())
    assert names(makers.person("operations")) == set()


def test_relations_are_all_that_hold() -> None:
    top = makers.crm_role()
    seller = makers.crm_user(role=makers.crm_role(parent=top))
    boss = makers.crm_user(role=top)
    account = makers.account("Helvion", owner=seller)
    AccountAccess.objects.create(account=account, user=boss, why="team")
    found = relations_to(makers.person("leader", user=boss), account.pk)
    assert found == {"own_team", "below", "everything"}
