"""Search: by parts of names, in any order of words, among what the person may see."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection

from sightline.records import search_index
from sightline.records.models import Account, Contact, Opportunity
from sightline.records.queries import search
from sightline.records.scoping import Person
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller() -> Person:
    user = makers.crm_user("Dana")
    mine = makers.account("Helvion Industries", owner=user)
    makers.account("Helios Holding", owner=makers.crm_user())
    makers.contact(mine, "Julia Stein", title="Plant director")
    makers.opportunity(mine, "Plant rollout DACH")
    makers.opportunity(mine, "Plant pilot", is_closed=True)
    return makers.person("account_manager", user=user)


def accounts(person: Person, words: str) -> list[str]:
    return [found.name for found in search.find_accounts(person, words)]


def test_a_name_is_found_by_its_beginning_its_middle_and_words_in_any_order(
    seller: Person,
) -> None:
    for words in ("he", "helv", "HELV", "lvion", "industries helvion", "ind helv", "Helvion  i"):
        assert accounts(seller, words) == ["Helvion Industries"], words


def test_what_does_not_match_is_not_found(seller: Person) -> None:
    for words in ("", "  ", "zzz", "helvion zzz", "x", '"', "' OR 1=1", "helv*", "lvi%", "NEAR("):
        assert accounts(seller, words) == [], words


def test_nobody_finds_accounts_people_or_deals_they_may_not_see(seller: Person) -> None:
    outsider = makers.person("account_manager", user=makers.crm_user())
    assert accounts(outsider, "helvion") == []
    assert search.find_people(outsider, "julia") == ()
    assert search.find_opportunities(outsider, "plant") == ()
    assert accounts(makers.person("reader"), "helvion") == []


def test_people_and_open_deals_first(seller: Person) -> None:
    (found,) = search.find_people(seller, "stei")
    assert (found.name, found.title, found.account) == (
        "Julia Stein",
        "Plant director",
        "Helvion Industries",
    )
    deals = search.find_opportunities(seller, "plant")
    assert [deal.name for deal in deals] == ["Plant rollout DACH", "Plant pilot"]


def test_an_erased_or_removed_person_is_not_found(seller: Person) -> None:
    Contact.objects.update(erased_at="2026-11-01T00:00Z")
    assert search.find_people(seller, "julia") == ()


def test_names_are_found_however_they_were_written(seller: Person) -> None:
    account = Account.objects.get(name="Helvion Industries")
    Account.objects.filter(pk=account.pk).update(name="Nordwind", sort_name="nordwind")
    assert accounts(seller, "rdwi") == ["Nordwind"]
    assert accounts(seller, "helvion") == []
    Opportunity.objects.bulk_create([Opportunity(account=account, name="Wharf automation")])
    assert [deal.name for deal in search.find_opportunities(seller, "autom")] == [
        "Wharf automation"
    ]
    Opportunity.objects.filter(name="Wharf automation").delete()
    assert search.find_opportunities(seller, "autom") == ()


def test_beginnings_come_before_names_that_hold_the_words_elsewhere() -> None:
    user = makers.crm_user()
    makers.account("Greater Kova", owner=user)
    makers.account("Kova Retail", owner=user)
    person = makers.person("account_manager", user=user)
    assert accounts(person, "kova") == ["Kova Retail", "Greater Kova"]


def test_a_migration_that_rebuilt_a_table_leaves_search_whole(seller: Person) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps its indexes through a migration")
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER search_account_added")
    makers.account("Lost Harbour", owner=makers.crm_user())
    search_index.ensure()
    administrator = makers.person("operations")
    assert accounts(administrator, "harbour") == ["Lost Harbour"]
    makers.account("Found Harbour", owner=makers.crm_user())
    assert accounts(administrator, "found har") == ["Found Harbour"]


def test_where_parts_cannot_be_had_beginnings_are_matched_and_it_is_said(
    seller: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "matches_parts", lambda _: False)
    assert not search.searches_parts()
    assert accounts(seller, "helv") == ["Helvion Industries"]
    assert accounts(seller, "lvion") == []
    assert [deal.name for deal in search.find_opportunities(seller, "plant r")] == [
        "Plant rollout DACH"
    ]


@pytest.mark.django_db(transaction=True)
def test_migrating_again_changes_nothing(seller: Person) -> None:
    call_command("migrate", verbosity=0)
    assert accounts(seller, "lvion") == ["Helvion Industries"]
