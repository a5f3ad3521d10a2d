"""A departure tested by mouse and by keys alone, an action made of it, and a person erased."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import expect

from sightline.jobs.worker import Worker
from sightline.records.models import Action, Contact
from tests import makers
from tests.journeys.conftest import Open, accessibility_faults, sideways_overflow
from tests.stakeholder_world import world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def read_once(transactional_db: None) -> None:
    """Modules and templates are read before the browser's patience begins to run."""
    client = Client()
    client.force_login(makers.sign_in("account_manager", user=makers.crm_user()))
    client.get("/departures/")


def test_a_departure_is_tested_and_the_second_relationship_becomes_an_action(
    open_page: Open,
) -> None:
    one = world()
    makers.contact(one.account, "Dee Oh", title="Planner", reports_to=one.bo)
    address = f"/departures/{one.account.pk}"
    page = open_page(address, person=one.owner)
    page.select_option("#who", f"t{one.ana.pk}")
    page.get_by_role("button", name="Take away").click()
    expect(page.get_by_role("heading", name="If Ana Müller left")).to_be_visible()
    expect(page.locator(".test-figures")).to_contain_text("£100k")
    page.get_by_role("button", name="Make action").first.click()
    expect(page.get_by_text("The action is there")).to_be_visible()
    page.get_by_role("link", name="Nobody leaves").click()
    expect(page.get_by_text("Nobody left, so nothing changes")).to_be_visible()
    assert Action.objects.count() == 1


def test_departures_and_coverage_are_accessible_within_their_width(open_page: Open) -> None:
    one = world()
    for path in (
        f"/departures/{one.account.pk}?who=t{one.ana.pk}",
        f"/coverage/{one.account.pk}",
        f"/coverage/{one.account.pk}?part=matrix",
    ):
        for width, colours in ((1440, "light"), (390, "dark")):
            seen = open_page(path, person=one.owner, width=width, colours=colours)  # type: ignore[arg-type]
            assert accessibility_faults(seen) == []
            assert sideways_overflow(seen) == 0


def test_two_are_taken_away_by_keys_alone(open_page: Open) -> None:
    one = world()
    page = open_page(f"/departures/{one.account.pk}", person=one.owner)
    for name in ("Ana", "Bo"):
        page.locator("#who").focus()
        page.keyboard.type(name)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator(".gone")).to_contain_text(name)
    expect(page.locator(".test-figures")).to_contain_text("£150k")


def test_operations_finds_a_person_and_erases_them_in_one_act(open_page: Open) -> None:
    one = world()
    page = open_page("/privacy/", person=makers.sign_in("operations"))
    assert accessibility_faults(page) == []
    page.fill("#q", "ana")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Ana Müller").click()
    assert accessibility_faults(page) == []
    page.get_by_label("This cannot be taken back.").check()
    page.get_by_role("button", name="Erase").click()
    expect(page.get_by_text("Hidden everywhere now")).to_be_visible()
    expect(page.get_by_text("in work")).to_be_visible()
    Worker().run_all()
    assert Contact.objects.get(pk=one.ana.pk).name == ""
