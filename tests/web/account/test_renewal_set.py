"""Setting a renewal's strategy on its page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sightline.records.models import JournalEntry, RenewalStrategy
from tests import makers
from tests.web.account import world as worlds
from tests.web.account.world import World

pytestmark = pytest.mark.django_db


def url(of: World, contract: int | None = None) -> str:
    return reverse("account:renewal-set", args=[of.account.pk, contract or of.contract.pk])


def form(of: World, **values: Any) -> dict[str, Any]:
    base = {
        "goal": "renew",
        "risk": "low",
        "owner_id": of.owner.pk,
        "decider_id": of.champion.pk,
        "notes": "List price",
        "version": 0,
    }
    return {**base, **values}


def test_a_strategy_is_saved_journalled_and_shown(client: Client, helvion: World) -> None:
    client.force_login(helvion.seller)
    answer = client.post(url(helvion), form(helvion), follow=True)
    kept = RenewalStrategy.objects.get(contract=helvion.contract)
    assert (kept.goal, kept.risk, kept.owner, kept.decider, kept.version) == (
        "renew",
        "low",
        helvion.owner,
        helvion.champion,
        1,
    )
    assert "Strategy in place" in answer.content.decode()
    entry = JournalEntry.objects.get(verb="set_renewal")
    assert entry.changes["goal"] == ["", "renew"]
    assert "List price" not in str(entry.changes), "free text stays where it can be erased"
    history = client.get(reverse("account:history", args=[helvion.account.pk])).content.decode()
    assert "Changed a renewal strategy" in history and "Priya Raman" in history


@pytest.mark.parametrize("value", [None, 0])
def test_a_contract_without_value_or_currency_is_shown_like_any(
    client: Client, helvion: World, value: int | None
) -> None:
    client.force_login(helvion.seller)
    for currency in ("GBP", ""):
        helvion.contract.annual_value, helvion.contract.currency = value, currency
        helvion.contract.save()
        answer = client.get(reverse("account:renewals", args=[helvion.account.pk]))
        assert answer.status_code == 200 and "Not prepared" in answer.content.decode()


def test_what_it_lacks_is_said_before(client: Client, helvion: World) -> None:
    client.force_login(helvion.seller)
    page = reverse("account:renewals", args=[helvion.account.pk])
    body = client.get(page).content.decode()
    assert "no goal" in body and "nobody named who decides" in body and "Not prepared" in body
    for days in ("270", "180", "90", "30"):
        assert f"−{days}" in body


def test_a_stale_strategy_shows_both_and_keeps_what_was_typed(
    client: Client, helvion: World
) -> None:
    RenewalStrategy.objects.create(contract=helvion.contract, goal="grow", version=3)
    client.force_login(helvion.seller)
    answer = client.post(url(helvion), form(helvion, notes="My words", version=2))
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "My words" in body and "Renew and grow" in body
    assert 'name="version" value="3"' in body
    assert RenewalStrategy.objects.get().goal == "grow"
    again = client.post(url(helvion), form(helvion, notes="My words", version=3))
    assert again.status_code == 303
    assert RenewalStrategy.objects.get().notes == "My words"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("goal", "conquer"),
        ("risk", "none"),
        ("owner_id", "999999"),
        ("decider_id", "abc"),
        ("notes", "x" * 2001),
        ("version", ""),
    ],
)
def test_what_does_not_exist_is_refused_at_its_field(
    client: Client, helvion: World, field: str, value: str
) -> None:
    client.force_login(helvion.seller)
    answer = client.post(url(helvion), form(helvion, **{field: value}))
    assert answer.status_code == 422
    assert not RenewalStrategy.objects.exists()


def test_somebody_of_another_account_cannot_decide(client: Client, helvion: World) -> None:
    other = makers.contact(makers.account("Elsewhere", owner=helvion.owner))
    client.force_login(helvion.seller)
    answer = client.post(url(helvion), form(helvion, decider_id=other.pk))
    assert answer.status_code == 422


def test_only_those_who_may_write_the_plan_set_it(client: Client, helvion: World) -> None:
    for person, status in (
        (worlds.granted_reader(helvion), 403),
        (worlds.sponsor(helvion), 403),
        (makers.sign_in("marketing"), 403),
        (makers.sign_in("operations"), 403),
        (makers.sign_in("account_manager"), 404),
    ):
        client.force_login(person)
        assert client.post(url(helvion), form(helvion)).status_code == status
    assert not RenewalStrategy.objects.exists()


def test_wrong_method_and_unknown_contract(client: Client, helvion: World) -> None:
    client.force_login(helvion.seller)
    assert client.get(url(helvion)).status_code == 405
    assert client.post(url(helvion, 99999), form(helvion)).status_code == 404
    other = makers.account("Elsewhere", owner=helvion.owner)
    elsewhere = reverse("account:renewal-set", args=[other.pk, helvion.contract.pk])
    assert client.post(elsewhere, form(helvion)).status_code == 404
