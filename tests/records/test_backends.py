"""Demonstration sign-ins work on this machine only."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.test import RequestFactory

from sightline.records.backends import HouseBackend
from sightline.records.models import SignIn
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def demonstrator() -> SignIn:
    return makers.sign_in("leader", demonstration=True)


def enter(email: str, **headers: str) -> Any:
    request = RequestFactory().post("/", **headers)  # type: ignore[arg-type]
    return authenticate(request, username=email, password=makers.PASSWORD)


def test_on_this_machine_in_a_demonstration_they_work(demonstrator: SignIn, settings: Any) -> None:
    settings.SIGHTLINE_DEMONSTRATION = True
    assert enter(demonstrator.email) == demonstrator


def test_elsewhere_or_through_a_proxy_they_do_not(demonstrator: SignIn, settings: Any) -> None:
    settings.SIGHTLINE_DEMONSTRATION = True
    assert enter(demonstrator.email, REMOTE_ADDR="10.0.0.7") is None
    assert enter(demonstrator.email, HTTP_X_FORWARDED_FOR="10.0.0.7") is None


def test_where_nobody_started_a_demonstration_they_do_not(
    demonstrator: SignIn, settings: Any
) -> None:
    settings.SIGHTLINE_DEMONSTRATION = False
    assert enter(demonstrator.email) is None
    assert HouseBackend().get_user(demonstrator.pk) is None


def test_ordinary_sign_ins_work_from_anywhere(settings: Any) -> None:
    settings.SIGHTLINE_DEMONSTRATION = False
    person = makers.sign_in("leader")
    assert enter(person.email, REMOTE_ADDR="10.0.0.7") == person


def test_a_deactivated_sign_in_stays_out() -> None:
    person = makers.sign_in("leader", is_active=False)
    assert enter(person.email) is None
