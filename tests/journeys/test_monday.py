"""Monday in a browser: by keyboard, without script, on a phone, and accessible."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from sightline.records.models import Contract, MondayAnswer, SignIn
from tests import makers
from tests.journeys.conftest import Open, accessibility_faults, sideways_overflow

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def person(transactional_db: None) -> SignIn:
    """Two accounts, each with a contract that nobody prepared."""
    makers.company(time_zone="UTC", reporting_currency="GBP")
    owner = makers.crm_user("Eoin")
    today = timezone.now().date()
    for number, name in enumerate(("Helvion Industries", "Northgate Health")):
        account = makers.account(name, owner=owner)
        makers.tier_result(
            account, proposed_tier=1, computed_tier=1, acv=100_000_00, vulnerability=62, as_of=today
        )
        Contract.objects.create(
            account=account,
            number=f"00{number}",
            ends_on=today + timedelta(days=90 + number),
            annual_value=80_000_00,
            currency="GBP",
        )
    return makers.sign_in("account_manager", user=owner, name="Eoin")


def test_a_week_is_worked_through_by_keyboard(open_page: Open, person: SignIn) -> None:
    page = open_page("/", person=person)
    expect(page.locator(".act")).to_have_count(2)
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(page.locator(".act")).to_have_count(1)
    expect(page.locator(".toast")).to_contain_text("Done for this week.")
    page.keyboard.press("s")
    expect(page.locator(".act")).to_have_count(0)
    page.locator(".toast", has_text="Snoozed").get_by_role("button", name="Undo").click()
    expect(page.locator(".act")).to_have_count(1)
    assert sorted(MondayAnswer.objects.filter(undone_at=None).values_list("answer", flat=True)) == [
        "done"
    ]


def test_the_focus_goes_to_the_next_act_and_undo_says_so(open_page: Open, person: SignIn) -> None:
    page = open_page("/", person=person)
    page.get_by_role("button", name="Done:").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".act")).to_have_count(1)
    expect(page.locator(".act")).to_be_focused()
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".act")).to_have_count(2)
    expect(page.locator(".toast")).to_have_text(re.compile("Taken back"))


def test_the_same_works_without_script(open_page: Open, person: SignIn) -> None:
    page = open_page("/", person=person, script=False)
    page.get_by_role("button", name="Done:").first.click()
    expect(page.locator(".act")).to_have_count(1)
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".act")).to_have_count(2)


def test_not_relevant_takes_a_reason(open_page: Open, person: SignIn) -> None:
    page = open_page("/", person=person)
    page.locator(".more > summary").first.click()
    page.get_by_label("Not relevant, because").first.fill("Merges in spring")
    page.get_by_role("button", name="Not relevant").first.click()
    expect(page.locator(".act")).to_have_count(1)
    assert MondayAnswer.objects.get().reason == "Merges in spring"


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_page_is_accessible(open_page: Open, person: SignIn, colours: Any) -> None:
    page = open_page("/", person=person, colours=colours)
    page.locator(".account .closed").first.click()
    expect(page.locator(".account details[open]")).to_have_count(1)
    assert accessibility_faults(page) == []


@pytest.mark.parametrize("width", [390, 620])
def test_nothing_runs_off_a_narrow_page(
    open_page: Open, person: SignIn, picture: Any, width: int
) -> None:
    page = open_page("/", person=person, width=width)
    assert sideways_overflow(page) == 0
    picture(page, f"monday-{width}")
