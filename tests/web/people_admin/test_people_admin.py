"""People and roles: create, roles, link, shut out, reset, and letting readers in."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sightline.records.models import AccountGrant, JournalEntry, SignIn
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> SignIn:
    return makers.sign_in("operations", name="Ola")


@pytest.fixture
def admin(client: Client, boss: SignIn) -> Client:
    client.force_login(boss)
    return client


def url(name: str, *args: int) -> str:
    return reverse(f"people_admin:{name}", args=args)


def test_a_new_sign_in_gets_a_link_by_which_it_sets_a_password(admin: Client) -> None:
    form = {"name": "Ana", "email": "ana@sightline.example", "roles": ["reader", "leader"]}
    body = admin.post(url("new"), form).content.decode()
    made = SignIn.objects.get(email="ana@sightline.example")
    assert not made.has_usable_password()
    assert sorted(made.grants.values_list("role", flat=True)) == ["leader", "reader"]
    found = re.search(r"/people/password/new/[^<\s]+", body)
    assert found is not None
    visitor = Client()
    password = {"password": "a sentence of my own 7"}
    assert visitor.post(found.group(), password).status_code == 303
    assert visitor.post(found.group(), password).status_code == 410


@pytest.mark.parametrize(
    "form",
    [
        {"name": "", "email": "a@sightline.example"},
        {"name": "A", "email": "nothing"},
        {"name": "A", "email": "a@sightline.example", "roles": ["king"]},
    ],
)
def test_a_sign_in_that_cannot_be_is_refused(admin: Client, form: dict[str, Any]) -> None:
    assert admin.post(url("new"), form).status_code == 422
    assert SignIn.objects.count() == 1


def test_an_e_mail_that_is_taken_is_refused(admin: Client, boss: SignIn) -> None:
    answer = admin.post(url("new"), {"name": "Twin", "email": boss.email})
    assert answer.status_code == 422
    assert "has a sign-in already" in answer.content.decode()


def test_roles_are_exactly_the_ticked_ones(admin: Client) -> None:
    person = makers.sign_in("reader")
    admin.post(url("roles-set", person.pk), {"roles": ["leader", "sponsor"]})
    assert sorted(person.grants.values_list("role", flat=True)) == ["leader", "sponsor"]
    assert JournalEntry.objects.filter(verb="set_roles").exists()
    assert admin.post(url("roles-set", person.pk), {"roles": ["king"]}).status_code == 422


def test_the_last_administrator_stays_one_and_stays_in(admin: Client, boss: SignIn) -> None:
    for name, form in (("roles-set", {"roles": ["reader"]}), ("active-set", {"active": "no"})):
        answer = admin.post(url(name, boss.pk), form)
        assert answer.status_code == 422
        assert "is the last administrator" in answer.content.decode()
    boss.refresh_from_db()
    assert boss.is_active
    assert boss.grants.filter(role="operations").exists()


def test_shutting_out_ends_sessions(admin: Client) -> None:
    person = makers.sign_in("reader")
    theirs = Client()
    theirs.force_login(person)
    assert theirs.get("/").status_code == 200
    admin.post(url("active-set", person.pk), {"active": "no"})
    assert theirs.get("/").status_code == 302
    assert admin.post(url("reset-link", person.pk)).status_code == 422
    admin.post(url("active-set", person.pk), {"active": "yes"})
    person.refresh_from_db()
    assert person.is_active


def test_a_sign_in_is_linked_to_one_user_of_the_crm(admin: Client) -> None:
    user = makers.crm_user("Eoin")
    person, other = makers.sign_in("account_manager"), makers.sign_in("account_manager")
    assert admin.post(url("crm-link", person.pk), {"crm_user": user.pk}).status_code == 303
    assert admin.post(url("crm-link", other.pk), {"crm_user": user.pk}).status_code == 422
    assert admin.post(url("crm-link", person.pk), {"crm_user": ""}).status_code == 303
    user.refresh_from_db()
    assert user.sign_in is None


def test_a_reader_is_let_in_and_the_account_journal_tells_the_team(admin: Client) -> None:
    account = makers.account("Helvion Industries", owner=makers.crm_user())
    reader = makers.sign_in("reader")
    form = {"account": "helvion", "reason": "Audit 2026"}
    assert admin.post(url("account-grant", reader.pk), form).status_code == 303
    entry = JournalEntry.objects.get(verb="grant_account")
    assert (entry.account_id, entry.note) == (account.pk, "Audit 2026")
    grant = AccountGrant.objects.get()
    assert grant.until is None
    assert admin.post(url("grant-withdraw", reader.pk, grant.pk)).status_code == 303
    assert not AccountGrant.objects.exists()
    assert JournalEntry.objects.filter(verb="withdraw_grant", account=account).exists()


def test_breaking_the_glass_ends_by_itself_and_is_told(admin: Client) -> None:
    account = makers.account("Helvion")
    reader = makers.sign_in("reader")
    form = {"account": "Helvion", "reason": "Incident 12", "hours": "2"}
    admin.post(url("account-grant", reader.pk), form)
    grant = AccountGrant.objects.get()
    assert grant.until is not None
    assert timedelta(hours=1) < grant.until - timezone.now() <= timedelta(hours=2)
    assert JournalEntry.objects.filter(verb="break_glass", account=account).count() == 1


@pytest.mark.parametrize(
    "form",
    [
        {"account": "Helv", "reason": "Two begin so"},
        {"account": "Nobody", "reason": "x"},
        {"account": "", "reason": "x"},
        {"account": "Helvion", "reason": ""},
        {"account": "Helvion", "reason": "x", "hours": "100"},
    ],
)
def test_an_unclear_grant_is_asked_back(admin: Client, form: dict[str, str]) -> None:
    makers.account("Helvion")
    makers.account("Helvetia")
    reader = makers.sign_in("reader")
    assert admin.post(url("account-grant", reader.pk), form).status_code == 422
    assert not AccountGrant.objects.exists()


def test_only_readers_are_let_in(admin: Client) -> None:
    makers.account("Helvion")
    person = makers.sign_in("leader")
    answer = admin.post(url("account-grant", person.pk), {"account": "Helvion", "reason": "x"})
    assert answer.status_code == 422
    assert "Give the reader role first" in answer.content.decode()


POSTS = ("roles-set", "crm-link", "active-set", "reset-link", "account-grant")


@pytest.mark.parametrize("name", POSTS)
def test_unknown_people_wrong_methods_and_other_roles(admin: Client, name: str) -> None:
    person = makers.sign_in("reader")
    assert admin.post(url(name, 987654), {"roles": []}).status_code == 404
    assert admin.get(url(name, person.pk)).status_code == 405
    other = Client()
    other.force_login(makers.sign_in("leader"))
    assert other.post(url(name, person.pk)).status_code == 403


def test_the_list_and_a_person_are_shown(admin: Client) -> None:
    person = makers.sign_in("reader", name="Robin")
    assert "Robin" in admin.get(url("list")).content.decode()
    assert "sees nothing until let in" in admin.get(url("show", person.pk)).content.decode()
    assert admin.get(url("show", 987654)).status_code == 404
