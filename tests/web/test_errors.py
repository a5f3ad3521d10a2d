"""What went wrong is said in words, with a way out, and never lands inside a card as a page."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import RequestFactory

from sightline.planning.errors import NotAllowed
from sightline.web import errors, gate
from tests import makers

pytestmark = pytest.mark.django_db


def asked(**headers: str) -> Any:
    request: Any = RequestFactory().get("/accounts/7", headers=headers)
    request.person = None
    request.resolver_match = None
    request._messages = []
    return request


def test_a_refusal_says_why_and_leads_out() -> None:
    answer = errors.refused(asked(), PermissionDenied("It belongs to another team."))
    assert answer.status_code == 403
    assert "It belongs to another team." in answer.content.decode()
    assert 'href="/"' in answer.content.decode()


def test_what_is_missing_and_what_is_hidden_look_the_same() -> None:
    fragment = asked(**{"HX-Request": "true"})
    hidden = errors.not_found(fragment, Http404()).content
    missing = errors.not_found(fragment, Http404("{'tried': [], 'path': 'accounts/7'}")).content
    assert hidden == missing


def test_a_fragment_gets_the_words_without_a_page() -> None:
    answer = errors.not_found(asked(**{"HX-Request": "true"}), Http404())
    assert answer.status_code == 404
    assert "<html" not in answer.content.decode()


def test_a_failure_names_a_reference_that_stands_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = errors.failed(asked())
    reference = answer[errors.REFERENCE_HEADER]
    assert answer.status_code == 500
    assert reference in answer.content.decode()
    assert reference in caplog.text


def test_a_failure_needs_no_database(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        errors.failed(asked())


def test_an_old_form_says_where_the_typing_is_and_leads_back_to_its_page() -> None:
    answer = errors.csrf_failed(asked(), "token missing")
    assert answer.status_code == 403
    text = answer.content.decode()
    assert "go back in the browser" in text and "Open the page anew" in text


def test_a_rule_that_refuses_becomes_a_403_in_its_own_words() -> None:
    middleware = gate.GateMiddleware(lambda request: None)  # type: ignore[arg-type, return-value]
    answer: Any = middleware.process_exception(asked(), NotAllowed("Only a leader decides a tier."))
    assert answer.status_code == 403
    assert "Only a leader decides a tier." in answer.content.decode()
    assert middleware.process_exception(asked(), ValueError()) is None


def test_a_forms_address_opened_as_a_page_leads_back_to_its_page(client: Any) -> None:
    client.force_login(makers.sign_in("operations"))
    answer = client.get("/settings/company")
    assert answer.status_code == 405 and answer["Allow"] == "POST"
    assert 'href="/settings/"' in answer.content.decode()
    fragment = client.get("/settings/company", headers={"HX-Request": "true"})
    assert fragment.status_code == 405 and fragment.content == b""
