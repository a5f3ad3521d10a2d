"""The company's settings: saved, journalled, asked to be computed again; refused; stale."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from sightline.records.models import Company, Contact, Job, JournalEntry, Source
from sightline.records.queries import demonstration
from tests import makers

pytestmark = pytest.mark.django_db
VALUES = {
    "name": "Northlight",
    "reporting_currency": "EUR",
    "calendar": "months",
    "fiscal_start_month": "4",
    "basis": "exit_acv",
    "line_level": "line",
    "time_zone": "Europe/Berlin",
}


@pytest.fixture
def admin(client: Client) -> Client:
    makers.company()
    client.force_login(makers.sign_in("operations"))
    return client


def save(client: Client, **changes: Any) -> Any:
    version = Company.objects.get().version
    return client.post(reverse("settings:company-set"), {**VALUES, "version": version, **changes})


def test_settings_are_saved_journalled_and_computed_with(admin: Client) -> None:
    assert save(admin).status_code == 303
    row = Company.objects.get()
    assert (row.reporting_currency, row.fiscal_start_month) == ("EUR", 4)
    entry = JournalEntry.objects.get(verb="set_company")
    assert entry.changes["reporting_currency"] == ["GBP", "EUR"]
    assert Job.objects.filter(name="measure", state="waiting").count() == 1


def test_only_the_name_asks_for_no_new_figures(admin: Client) -> None:
    save(admin)
    Job.objects.all().delete()
    save(admin, name="Northlight Ltd")
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reporting_currency", "XXQ"),
        ("time_zone", "Mars/Olympus"),
        ("calendar", "lunar"),
        ("calendar", "table"),
        ("basis", "hope"),
        ("fiscal_start_month", "13"),
        ("version", "many"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(admin: Client, field: str, value: str) -> None:
    assert save(admin, **{field: value}).status_code == 422
    assert Company.objects.get().reporting_currency == "GBP"


def test_a_stale_save_shows_both_values_and_keeps_the_typing(admin: Client) -> None:
    before = Company.objects.get().version
    save(admin, name="Theirs", reporting_currency="USD")
    stale = save(admin, name="Mine", version=before)
    body = stale.content.decode()
    assert stale.status_code == 409
    assert "Mine" in body and "Somebody saved “Theirs” meanwhile." in body
    assert Company.objects.get().name == "Theirs"
    version = Company.objects.get().version
    assert f'value="{version}"' in body


def table(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("periods.csv", text.encode(), "text/csv")


GOOD = "year,number,start,end,quarter\n2027,1,2026-12-27,2027-01-30,1\n2027,2,2027-01-31,2027-02-27,1\n"


def test_an_uploaded_table_becomes_the_calendar(admin: Client) -> None:
    assert admin.post(reverse("settings:periods-set"), {"table": table(GOOD)}).status_code == 303
    row = Company.objects.get()
    assert row.calendar == "table"
    assert row.periods[0]["start"] == "2026-12-27"
    assert save(admin, calendar="table").status_code == 303


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n", "The columns are"),
        (GOOD.replace("2027-01-31", "2027-02-01"), "leaves days out"),
        (GOOD.replace("2027-01-31", "soon"), "Line 3 cannot be read."),
        (GOOD + "2027\n", "Line 4 cannot be read."),
        ("year,number,start,end,quarter\n", "at least one period"),
        ("year\x00", "not text"),
    ],
)
def test_a_table_that_does_not_hold_is_refused_with_the_reason(
    admin: Client, text: str, said: str
) -> None:
    answer = admin.post(reverse("settings:periods-set"), {"table": table(text)})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Company.objects.get().periods == []


@pytest.mark.parametrize("role", ["account_manager", "leader", "marketing", "reader", "sponsor"])
def test_settings_are_for_operations(client: Client, role: str) -> None:
    makers.company()
    client.force_login(makers.sign_in(role))
    for name in ("settings:show", "settings:lines", "settings:method", "settings:demonstration"):
        assert client.get(reverse(name)).status_code == 403
    assert client.post(reverse("settings:company-set"), VALUES).status_code == 403


@pytest.mark.parametrize(
    "name",
    [
        "settings:company-set",
        "settings:periods-set",
        "settings:number-set",
        "settings:number-drop",
        "settings:demonstration-remove",
    ],
)
def test_changes_are_posted(admin: Client, name: str) -> None:
    assert admin.get(reverse(name)).status_code == 405


def test_a_very_large_demonstration_is_counted_only_so_far(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Source.objects.create(name="Demonstration", demonstration=True)
    account = makers.account()
    for number in range(4):
        Contact.objects.create(
            account=account, name=f"P {number}", source=source, outside_id=number
        )
    page = reverse("settings:demonstration")
    assert "more than" not in admin.get(page).content.decode()
    monkeypatch.setattr(demonstration, "MOST_COUNTED", 3)
    assert "more than 3</dd>" in admin.get(page).content.decode()
