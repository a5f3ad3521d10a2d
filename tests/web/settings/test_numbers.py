"""Product lines' kinds, and the company's own numbers of the method."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sightline.actions.settings_numbers import checked_number, sections_without_rules
from sightline.planning.errors import BadParameters
from sightline.planning.parameters import load_defaults
from sightline.planning.weekly import weekly_parameters
from sightline.records.models import Job, JournalEntry, ParameterOverride, ProductLine
from sightline.records.queries.company import parameters_in_force
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> Client:
    makers.company()
    client.force_login(makers.sign_in("operations", name="Ola"))
    return client


def set_kind(client: Client, line: ProductLine, kind: str, version: int = 1) -> Any:
    form = {"revenue_kind": kind, "version": version}
    return client.post(reverse("settings:line-set", args=[line.pk]), form)


def test_a_kind_is_set_confirmed_and_computed_with(admin: Client) -> None:
    line = makers.line("Support", kind="repeat")
    assert "1 line to confirm" in admin.get(reverse("settings:lines")).content.decode()
    assert set_kind(admin, line, "recurring").status_code == 303
    line.refresh_from_db()
    assert (line.revenue_kind, line.kind_confirmed, line.version) == ("recurring", True, 2)
    assert JournalEntry.objects.get(verb="set_line_kind").changes["revenue_kind"] == [
        "repeat",
        "recurring",
    ]
    assert Job.objects.filter(name="measure").exists()


def test_confirming_a_guess_asks_for_no_new_figures(admin: Client) -> None:
    line = makers.line("Support", kind="repeat")
    set_kind(admin, line, "repeat")
    line.refresh_from_db()
    assert line.kind_confirmed
    assert not Job.objects.exists()


def test_a_stale_kind_is_a_conflict_with_both_values(admin: Client) -> None:
    line = makers.line("Support", kind="repeat")
    set_kind(admin, line, "one_off")
    answer = set_kind(admin, line, "recurring")
    assert answer.status_code == 409
    assert "One-off" in answer.content.decode() and "Recurring" in answer.content.decode()


def test_unknown_lines_and_kinds_are_refused(admin: Client) -> None:
    line = makers.line("Support")
    assert set_kind(admin, line, "weekly").status_code == 422
    line.pk = 987654
    assert set_kind(admin, line, "repeat").status_code == 404


def own(client: Client, path: str, value: str, **more: str) -> Any:
    form = {
        "path": path,
        "value": value,
        "since": timezone.now().date().isoformat(),
        "reason": "Our weeks are short",
        **more,
    }
    return client.post(reverse("settings:number-set"), form)


def test_an_own_number_counts_from_its_day_and_is_shown_with_its_reason(admin: Client) -> None:
    assert own(admin, "weekly.most_to_open", "5").status_code == 303
    today = timezone.now().date()
    assert weekly_parameters(parameters_in_force(today)).most_to_open == 5
    body = admin.get(reverse("settings:method"), {"section": "weekly"}).content.decode()
    assert "Our weeks are short" in body and "Ola" in body and "Shipped: 7" in body
    assert JournalEntry.objects.get(verb="set_number").changes == {"weekly.most_to_open": [7, 5]}
    assert Job.objects.filter(name="measure").exists()


def test_an_own_number_of_later_is_shown_and_does_not_count_yet(admin: Client) -> None:
    own(admin, "weekly.most_to_open", "5", since="2999-01-01")
    today = timezone.now().date()
    assert weekly_parameters(parameters_in_force(today)).most_to_open == 7
    body = admin.get(reverse("settings:method"), {"section": "weekly"}).content.decode()
    assert "5 from 1 Jan 2999 on" in body


def test_the_shipped_number_comes_back(admin: Client) -> None:
    own(admin, "weekly.most_to_open", "5")
    dropped = admin.post(reverse("settings:number-drop"), {"path": "weekly.most_to_open"})
    assert dropped.status_code == 303
    assert not ParameterOverride.objects.exists()
    assert JournalEntry.objects.filter(verb="drop_number").exists()


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("weekly.most_to_open", '"seven"', "x"),
        ("weekly.most_to_open", "seven", "x"),
        ("weekly.most_to_open", "-1", "x"),
        ("weekly.most_to_open", "NaN", "x"),
        ("weekly.step_minutes", "0", "x"),
        ("weekly.minutes", '{"call": 30}', "x"),
        ("weekly.nothing", "5", "x"),
        ("nothing", "5", "x"),
        ("weekly.most_to_open", "5", " "),
        ("weekly.most_to_open", "[" * 5000, "x"),
    ],
)
def test_a_number_the_method_cannot_work_with_is_refused(
    admin: Client, path: str, value: str, reason: str
) -> None:
    answer = own(admin, path, value, reason=reason)
    assert answer.status_code in {404, 422}
    assert not ParameterOverride.objects.exists()


def test_what_was_typed_is_kept_beside_the_reason_for_refusing(admin: Client) -> None:
    body = own(admin, "weekly.most_to_open", "-3").content.decode()
    assert ">-3</textarea>" in body
    assert "weekly.most_to_open is not negative." in body


def test_every_concept_is_listed_with_unit_and_source(admin: Client) -> None:
    sections = {entry.section for entry in load_defaults().entries.values()}
    for section in sections:
        body = admin.get(reverse("settings:method"), {"section": section}).content.decode()
        assert "Source:" in body, section
    assert admin.get(reverse("settings:method"), {"section": "magic"}).status_code == 404


def test_every_shipped_number_passes_its_own_check() -> None:
    held = load_defaults()
    for key, entry in held.entries.items():
        checked_number(held, key, entry.value)
    assert set(sections_without_rules(held)) <= {"insight"}


def test_a_chance_over_one_is_refused() -> None:
    held = load_defaults()
    lifts = dict(held.entry("weekly.lifts").value)  # type: ignore[call-overload]
    assert checked_number(held, "weekly.lifts", {**lifts, "reconnect": 1.0})
    with pytest.raises(BadParameters, match="at most 1"):
        checked_number(held, "weekly.lifts", {**lifts, "reconnect": 1.5})
