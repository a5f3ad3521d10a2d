"""Signing in and out, and how guessing gets slower."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sightline.records.models import SignIn, SignInAttempt
from sightline.web.pages.people import throttle
from tests import makers

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
WRONG = "not the password"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A clock the test moves."""

    class Clock:
        now = NOW

        def pass_by(self, **span: float) -> None:
            self.now += timedelta(**span)

    held = Clock()
    monkeypatch.setattr("sightline.web.pages.people.views.timezone.now", lambda: held.now)
    return held


def attempt(client: Client, person: SignIn, password: str = makers.PASSWORD, **more: str) -> Any:
    return client.post(
        reverse("people:sign-in"), {"email": person.email, "password": password, **more}
    )


def test_the_right_password_leads_to_where_one_wanted_to_go(client: Client) -> None:
    answer = attempt(client, makers.sign_in("reader"), next="/portfolio?tier=1")
    assert (answer.status_code, answer["Location"]) == (303, "/portfolio?tier=1")


def test_who_asked_for_no_page_arrives_where_their_work_is(client: Client, settings: Any) -> None:
    def arrives(role: str) -> str:
        client.logout()
        return str(attempt(client, makers.sign_in(role), next="/")["Location"])

    assert arrives("account_manager") == "/"
    assert arrives("marketing") == reverse("marketing:list")
    assert arrives("operations") == reverse("start:doors")
    makers.account("Helvion")
    assert arrives("operations") == reverse("portfolio:list")
    settings.SIGHTLINE_DEMONSTRATION = True
    assert arrives("operations") == reverse("start:doors")
    assert reverse("start:doors") in client.get(reverse("imports:run-new")).content.decode()


def test_when_somebody_came_in_is_kept(client: Client) -> None:
    person = makers.sign_in("reader")
    attempt(client, person)
    person.refresh_from_db()
    assert person.last_login is not None


def test_the_email_may_be_written_in_capitals(client: Client) -> None:
    person = makers.sign_in("reader", email="dana@sightline.example")
    form = {"email": "Dana@Sightline.Example", "password": makers.PASSWORD}
    assert client.post(reverse("people:sign-in"), form).status_code == 303
    assert client.session["_auth_user_id"] == str(person.pk)


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_nobody_is_led_to_another_site(client: Client, elsewhere: str) -> None:
    assert attempt(client, makers.sign_in("reader"), next=elsewhere)["Location"] == "/"


def test_a_wrong_password_and_an_unknown_address_are_told_apart_by_nobody(client: Client) -> None:
    person = makers.sign_in("reader")
    wrong = attempt(client, person, WRONG)
    person.email = "stranger@sightline.example"
    unknown = attempt(client, person, WRONG)
    said = "E-mail and password do not belong together."
    assert wrong.status_code == unknown.status_code == 422
    assert said in wrong.content.decode()
    assert said in unknown.content.decode()


def test_a_deactivated_sign_in_does_not_open(client: Client) -> None:
    assert attempt(client, makers.sign_in("reader", is_active=False)).status_code == 422


def test_a_missing_field_is_said_at_the_field(client: Client) -> None:
    answer = client.post(reverse("people:sign-in"), {"email": "not an address", "password": ""})
    body = answer.content.decode()
    assert answer.status_code == 422
    assert body.count('aria-invalid="true"') == 2


def test_a_second_visit_goes_straight_on(client: Client) -> None:
    client.force_login(makers.sign_in("reader"))
    assert client.get(reverse("people:sign-in")).status_code == 303


def test_signing_out_needs_a_post_and_ends_the_session(client: Client) -> None:
    client.force_login(makers.sign_in("reader"))
    assert client.get(reverse("people:sign-out")).status_code == 405
    assert client.post(reverse("people:sign-out"))["Location"] == reverse("people:sign-in")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("misses", "seconds"),
    [(0, 0), (3, 0), (4, 1), (5, 2), (8, 16), (13, 512), (14, 900), (500, 900)],
)
def test_the_wait_doubles_up_to_a_quarter_of_an_hour(misses: int, seconds: int) -> None:
    assert throttle.delay(misses, free=throttle.FREE_FOR_ACCOUNT) == seconds


def test_after_many_misses_even_the_right_password_waits(client: Client, clock: Any) -> None:
    person = makers.sign_in("reader")
    for _ in range(8):
        clock.pass_by(minutes=20)
        attempt(client, person, WRONG)
    early = attempt(client, person)
    assert early.status_code == 422
    assert "Too many tries. Wait 16 seconds" in early.content.decode()
    clock.pass_by(seconds=17)
    assert attempt(client, person).status_code == 303


def test_trying_during_the_wait_does_not_lengthen_it(client: Client, clock: Any) -> None:
    person = makers.sign_in("reader")
    for _ in range(8):
        clock.pass_by(minutes=20)
        attempt(client, person, WRONG)
    for _ in range(10):
        attempt(client, person, WRONG)
    clock.pass_by(seconds=17)
    assert attempt(client, person).status_code == 303


def test_a_success_clears_the_account(client: Client, clock: Any) -> None:
    person = makers.sign_in("reader")
    for password in [WRONG] * 3 + [makers.PASSWORD] + [WRONG] * 3:
        clock.pass_by(seconds=1)
        client.logout()
        attempt(client, person, password)
    clock.pass_by(seconds=1)
    assert attempt(client, person).status_code == 303


def test_one_address_guessing_at_many_accounts_is_slowed_too(client: Client, clock: Any) -> None:
    for number in range(throttle.FREE_FOR_ADDRESS + 6):
        clock.pass_by(seconds=90)
        attempt(client, SignIn(email=f"guess{number}@sightline.example"), WRONG)
    answer = attempt(client, makers.sign_in("reader"))
    assert answer.status_code == 422
    other = client.post(
        reverse("people:sign-in"),
        {"email": makers.sign_in("reader").email, "password": makers.PASSWORD},
        REMOTE_ADDR="203.0.113.9",
    )
    assert other.status_code == 303


def test_a_forwarded_header_does_not_change_the_address(client: Client) -> None:
    url = reverse("people:sign-in")
    form = {"email": "a@sightline.example", "password": WRONG}
    client.post(url, form, headers={"X-Forwarded-For": "203.0.113.9"})
    assert SignInAttempt.objects.get().address == "127.0.0.1"


def test_the_table_of_tries_names_nobody_and_forgets(client: Client, clock: Any) -> None:
    person = makers.sign_in("reader", email="dana@sightline.example")
    attempt(client, person, WRONG)
    kept = SignInAttempt.objects.get()
    assert "dana" not in kept.account_key
    assert kept.account_key == throttle.account_key(" Dana@Sightline.Example ")
    clock.pass_by(days=3)
    attempt(client, person, WRONG)
    assert SignInAttempt.objects.count() == 1
