"""A person's own settings."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests import makers

pytestmark = pytest.mark.django_db
FORM = {
    "time_zone": "Europe/Berlin",
    "theme": "dark",
    "shortcuts": "on",
    "weekly_hours": "4.5",
}


def test_settings_are_saved_and_said(client: Client) -> None:
    person = makers.sign_in("reader")
    client.force_login(person)
    answer = client.post(reverse("people:own-settings"), FORM, follow=True)
    person.refresh_from_db()
    assert (person.time_zone, person.theme, person.weekly_minutes) == ("Europe/Berlin", "dark", 270)
    assert "Your settings are saved." in answer.content.decode()
    assert 'data-theme="dark"' in answer.content.decode()


def test_single_letter_keys_can_be_switched_off(client: Client) -> None:
    person = makers.sign_in("reader")
    client.force_login(person)
    url = reverse("people:own-settings")
    assert "data-shortcuts" in client.get(url).content.decode()
    form = {name: value for name, value in FORM.items() if name != "shortcuts"}
    answer = client.post(url, form, follow=True)
    assert "data-shortcuts" not in answer.content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_zone", "Mars/Olympus"),
        ("theme", "sepia"),
        ("weekly_hours", "-1"),
        ("weekly_hours", "41"),
    ],
)
def test_what_does_not_exist_is_refused_at_its_field(
    client: Client, field: str, value: str
) -> None:
    person = makers.sign_in("reader")
    client.force_login(person)
    answer = client.post(reverse("people:own-settings"), {**FORM, field: value})
    assert answer.status_code == 422
    assert f'id="id_{field}-error"' in answer.content.decode()
    person.refresh_from_db()
    assert person.theme == "auto"


def test_the_theme_is_kept_with_the_person_and_for_the_sign_in_page(client: Client) -> None:
    person = makers.sign_in("reader")
    client.force_login(person)
    client.post(reverse("people:theme-choose"), {"theme": "light", "next": "/gallery"})
    person.refresh_from_db()
    assert person.theme == "light"
    client.logout()
    client.cookies["theme"] = "light"
    assert 'data-theme="light"' in client.get(reverse("people:sign-in")).content.decode()


def test_an_unknown_theme_follows_the_device(client: Client) -> None:
    answer = client.post(reverse("people:theme-choose"), {"theme": '"><script>'})
    assert answer.cookies["theme"].value == "auto"
