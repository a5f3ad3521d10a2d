"""The gate: who may enter is said by every view, and a view that says nothing stays shut."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import path, reverse
from django.utils import timezone

from sightline.planning.permissions import Act, Category, Role
from sightline.records.scoping import person_of
from sightline.web import gate
from tests import makers

pytestmark = pytest.mark.django_db


def plain(request: object) -> HttpResponse:
    return HttpResponse("inside")


def zone(request: object) -> HttpResponse:
    return HttpResponse(timezone.get_current_timezone_name())


def enter(view: Any, *roles: str, signed_in: bool = True) -> Any:
    """What the gate answers for a view: None is open."""
    request: Any = RequestFactory().get("/somewhere?page=2")
    request.resolver_match = None
    request.person = makers.person(*roles) if signed_in else None
    return gate.GateMiddleware(plain).process_view(request, view, (), {})


def test_a_view_that_declares_nothing_is_refused_even_to_an_administrator() -> None:
    with pytest.raises(PermissionDenied):
        enter(plain, "operations")


def test_a_public_view_says_why_and_is_open_to_nobody_in_particular() -> None:
    assert enter(gate.public("a reason")(lambda request: HttpResponse()), signed_in=False) is None
    with pytest.raises(ValueError, match="why"):
        gate.public("  ")


def test_signed_in_is_open_to_everyone_with_a_sign_in() -> None:
    view = gate.signed_in(lambda request: HttpResponse())
    assert enter(view) is None
    assert enter(view, signed_in=False).status_code == 302


@pytest.mark.parametrize(
    ("role", "category", "act", "opens"),
    [
        ("account_manager", Category.PLAN, Act.WRITE, True),
        ("reader", Category.PLAN, Act.WRITE, False),
        ("operations", Category.SETTINGS, Act.WRITE, True),
        ("leader", Category.SETTINGS, Act.READ, False),
        ("leader", Category.WALLET_TIERS, Act.DECIDE_TIER, True),
        ("marketing", Category.OPINIONS, Act.WRITE, False),
    ],
)
def test_a_permission_opens_by_role(role: str, category: Category, act: Act, opens: bool) -> None:
    declaration = gate.Declaration("needs", category=category, act=act)
    person = replace(makers.person(), roles=frozenset({Role(role)}))
    assert declaration.admits(person) is opens


def test_a_person_without_any_role_is_refused_with_words() -> None:
    view = gate.needs("facts", "read")(lambda request: HttpResponse())
    with pytest.raises(PermissionDenied, match="roles"):
        enter(view)


def test_a_misspelt_category_is_a_fault_at_import() -> None:
    with pytest.raises(ValueError, match="fcts"):
        gate.needs("fcts", "read")


def test_an_address_brings_its_visitor_back_after_sign_in(client: Client) -> None:
    answer = client.get(reverse("people:own-settings") + "?page=2")
    assert answer.status_code == 302
    assert answer["Location"] == "/people/sign-in?next=%2Fpeople%2Fsettings%3Fpage%3D2"


def test_a_fragment_turns_the_whole_page_to_sign_in_and_back_to_the_page(client: Client) -> None:
    answer = client.get(
        reverse("search:find"),
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/portfolio?tier=1"},
    )
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/people/sign-in?next=%2Fportfolio%3Ftier%3D1"


def test_a_deactivated_person_is_out_at_the_next_request(client: Client) -> None:
    person = makers.sign_in("account_manager")
    client.force_login(person)
    assert client.get(reverse("search:find")).status_code == 200
    type(person).objects.filter(pk=person.pk).update(is_active=False)
    assert client.get(reverse("search:find")).status_code == 302


def test_every_address_says_who_may_enter() -> None:
    undeclared = [url.name for url in gate.declared_urls() if url.declaration is None]
    assert undeclared == []


def test_addresses_are_listed_by_their_full_names() -> None:
    listed = {url.name: url for url in gate.declared_urls()}
    assert listed["people:sign-in"].declaration == gate.Declaration(
        "public", reason="nobody could sign in otherwise"
    )
    assert listed["people:own-settings"].route == "people/settings"


def test_a_namespace_with_its_own_guard_is_listed_as_such(monkeypatch: Any) -> None:
    monkeypatch.setattr(gate, "_NAMESPACES", {})
    gate.guarded_elsewhere("api", "tokens")
    found = gate.declaration_of(plain, ("api", "v1"))
    assert found == gate.Declaration("elsewhere", reason="tokens")
    assert gate.declaration_of(plain, ("people",)) is None


urlpatterns = [path("zone", gate.signed_in(zone), name="zone")]


@pytest.mark.urls(__name__)
def test_a_page_speaks_the_persons_time_zone_and_only_theirs(client: Client) -> None:
    person = makers.sign_in("reader", time_zone="America/Lima")
    client.force_login(person)
    assert client.get("/zone").content == b"America/Lima"
    client.force_login(makers.sign_in("reader"))
    assert client.get("/zone").content == b"UTC"


def test_the_person_of_a_request_is_a_plain_value() -> None:
    person = person_of(makers.sign_in("leader", name="Priya Raman"))
    assert (person.name, person.roles) == ("Priya Raman", frozenset({"leader"}))
