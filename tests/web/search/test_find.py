"""One search for pages, accounts, people, deals and commands, for each what is open to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from sightline.records.models import SignIn
from sightline.records.queries import search
from tests import makers

FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}
Find = Callable[[SignIn, str], str]


@pytest.fixture
def find(client: Client, db: None) -> Find:
    def found(person: SignIn, words: str) -> str:
        client.force_login(person)
        answer = client.get("/search", {"q": words}, headers=FRAGMENT)
        assert answer.status_code == 200
        return answer.content.decode()

    return found


@pytest.fixture
def seller(db: None) -> SignIn:
    user = makers.crm_user("Dana")
    account = makers.account("Helvion Industries", owner=user, city="Stuttgart")
    makers.contact(account, "Julia Stein", title="Plant director")
    makers.opportunity(account, "Plant rollout")
    return makers.sign_in("account_manager", user=user)


def test_each_kind_is_found_and_leads_somewhere(find: Find, seller: SignIn) -> None:
    account = find(seller, "helv")
    assert "Helvion Industries" in account
    assert "Stuttgart" in account
    assert 'href="/accounts/' in account
    assert "Julia Stein" in find(seller, "julia")
    assert "Plant rollout" in find(seller, "rollout")
    assert "Portfolio" in find(seller, "portf")
    assert "Renewals in sight" in find(seller, "renew")


def test_commands_and_names_are_for_whom_they_are_open(find: Find, seller: SignIn) -> None:
    assert "Try other weights" not in find(seller, "weights")
    leader = makers.sign_in("leader", user=makers.crm_user())
    assert "Try other weights" in find(leader, "weights")
    stranger = makers.sign_in("reader")
    assert "Helvion" not in find(stranger, "helv")
    assert "Julia" not in find(stranger, "julia")
    assert "Renewals in sight" not in find(stranger, "renewals")


def test_names_are_escaped(find: Find, seller: SignIn) -> None:
    user = makers.crm_user()
    makers.account("<script>alert(1)</script>", owner=user)
    assert "<script>alert" not in find(makers.sign_in("account_manager", user=user), "<script")


def test_where_only_beginnings_are_matched_the_page_says_so(
    client: Client, seller: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(_: Any) -> bool:
        return False

    client.force_login(seller)
    assert b"beginnings of names only" not in client.get("/search?q=hel").content
    monkeypatch.setattr(search, "matches_parts", never)
    assert b"beginnings of names only" in client.get("/search?q=hel").content


def test_searching_is_reading_and_for_who_is_signed_in(client: Client, seller: SignIn) -> None:
    assert client.get("/search?q=helv").status_code == 302
    client.force_login(seller)
    assert client.post("/search").status_code == 405
    assert client.get("/search?q=" + "x" * 5000).status_code == 200
