"""Page or fragment from one template, messages that travel, and no SQL while drawing."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import include, path, reverse

from sightline.web import conflict, gate, htmx
from tests import makers

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


@gate.signed_in
def lazy(request: HttpRequest) -> HttpResponse:
    people: Any = get_user_model()._default_manager.all()
    return htmx.render(request, "search/find.html", {"results": people, "page_title": "Lazy"})


@gate.signed_in
def speaking(request: HttpRequest) -> HttpResponse:
    htmx.say(request, "Cell <b>qualified</b>.", undo="/undo/7")
    return htmx.render(request, "search/find.html", {"page_title": "x"}, partial="results")


@gate.signed_in
def clashing(request: HttpRequest) -> HttpResponse:
    found = conflict.Conflict(
        heading="Ivo Lund changed this field",
        url="/cells/7",
        name="potential",
        mine="150000",
        theirs="175000",
        who="Ivo Lund",
        version="15",
        mine_shown="£150,000",
        theirs_shown="£175,000",
    )
    return conflict.conflict_panel(request, found)


urlpatterns = [
    path("lazy", lazy),
    path("speaking", speaking),
    path("clashing", clashing),
    path("people/", include(("sightline.web.pages.people.urls", "people"))),
    path("", include(("sightline.web.pages.search.urls", "search"))),
]


@pytest.fixture
def visitor(client: Client) -> Client:
    client.force_login(makers.sign_in("account_manager"))
    return client


def test_a_plain_request_gets_the_page_and_a_fragment_only_its_part(visitor: Client) -> None:
    whole = visitor.get(reverse("search:find")).content.decode()
    part = visitor.get(reverse("search:find"), headers=FRAGMENT).content.decode()
    assert whole.startswith("<!doctype html>")
    assert "<nav" not in part
    assert "<html" not in part


def test_going_back_in_history_gets_the_whole_page(visitor: Client) -> None:
    headers = {**FRAGMENT, "HX-History-Restore-Request": "true"}
    assert b"<!doctype html>" in visitor.get(reverse("search:find"), headers=headers).content


def test_a_cache_keeps_page_and_fragment_apart(visitor: Client) -> None:
    assert "HX-Request" in visitor.get(reverse("search:find"))["Vary"]


@pytest.mark.urls(__name__)
def test_a_template_that_asks_the_database_is_refused(visitor: Client) -> None:
    with pytest.raises(htmx.QueryInTemplate):
        visitor.get("/lazy")


@pytest.mark.urls(__name__)
def test_a_message_travels_with_the_fragment_and_is_escaped(visitor: Client) -> None:
    body = visitor.get("/speaking", headers=FRAGMENT).content.decode()
    assert 'hx-swap-oob="beforeend:#toasts"' in body
    assert "Cell &lt;b&gt;qualified&lt;/b&gt;." in body
    assert 'action="/undo/7"' in body
    assert "csrfmiddlewaretoken" in body


@pytest.mark.urls(__name__)
def test_two_values_are_a_409_with_both_and_keep_the_typed_one_chosen(visitor: Client) -> None:
    answer = visitor.get("/clashing", headers=FRAGMENT)
    body = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="150000" checked' in body
    assert "£175,000" in body
    assert 'name="version" value="15"' in body
    assert "<html" not in body


@pytest.mark.urls(__name__)
def test_the_conflict_of_a_plain_post_is_a_page_of_its_own(visitor: Client) -> None:
    assert b"<!doctype html>" in visitor.get("/clashing").content


def test_after_a_post_a_plain_request_gets_303_and_a_fragment_turns_the_page() -> None:
    plain = htmx.go(RequestFactory().post("/"), "/x")
    assert (plain.status_code, plain["Location"]) == (303, "/x")
    fragment = RequestFactory().post("/", headers={"HX-Request": "true"})
    assert htmx.go(fragment, "/x")["HX-Redirect"] == "/x"


def test_the_form_token_is_sent_with_every_request_of_htmx(visitor: Client) -> None:
    body = visitor.get(reverse("search:find")).content.decode()
    assert """hx-headers:inherited='{"X-CSRFToken": \"""" in body
