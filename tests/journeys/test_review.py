"""A whole review by two browsers, from preparation to the diff; and what each sees of the other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from sightline.records.models import Plan, Review, ReviewItem
from tests import makers
from tests.journeys.conftest import Open, accessibility_faults, sideways_overflow
from tests.web.review_room.world import Meeting
from tests.web.review_room.world import meeting as make

# What is promised of the other's browser, and what a busy machine may take for one's own save.
WITHIN, PATIENT = 3_500, 15_000


@pytest.fixture
def meeting(transactional_db: None) -> Meeting:
    """A review of a tier 1 customer, planned for today."""
    return make()


def test_two_people_hold_a_review_together(
    open_page: Open, meeting: Meeting, picture: Callable[[Page, str], Path]
) -> None:
    colleague = makers.crm_user("Mei Tan")
    meeting.of.account.team.create(user=colleague, role="Customer success")
    meeting.of.account.access.create(user=colleague, why="team", may_write=True)
    mei = makers.sign_in("customer_success", user=colleague, name="Mei Tan")

    first = open_page(
        reverse("reviews:prepare", args=[meeting.review.pk]), person=meeting.of.seller
    )
    expect(first.get_by_text("1 of 1 assumptions not looked at")).to_be_visible()
    first.get_by_role("button", name="Open the room").click()
    expect(first.get_by_role("heading", name="what stops us?")).to_be_visible()

    second = open_page(reverse("review_room:show", args=[meeting.review.pk]), person=mei)
    play = ReviewItem.objects.filter(review=meeting.review, kind="play").order_by("pk")[0]
    there = second.locator(f"#item-{play.pk}")
    typing = second.locator(
        f"#item-{ReviewItem.objects.get(review=meeting.review, kind='assumption').pk}"
    ).get_by_placeholder("why, where it does not")
    typing.fill("IT has lost it")

    here = first.locator(f"#item-{play.pk}")
    here.locator("summary", has_text="Decision").click()
    here.get_by_label("What is decided?").fill("We stop discounting")
    here.get_by_role("button", name="Record the decision").click()
    expect(here).to_have_attribute("data-settled", "yes", timeout=PATIENT)
    # the other sees it by itself, and keeps what is being typed
    expect(there).to_contain_text("We stop discounting", timeout=WITHIN)
    expect(typing).to_have_value("IT has lost it")
    expect(second.locator("#live-minutes")).to_contain_text("We stop discounting", timeout=WITHIN)

    second.get_by_role("button", name="No longer").click()
    holds = first.locator(f"#item-{ReviewItem.objects.get(kind='assumption').pk}")
    expect(holds).to_contain_text("IT has lost it", timeout=WITHIN)

    first.locator(".edit summary").click()
    first.get_by_label("New target").fill("61000")
    first.get_by_role("button", name="Agree").click()
    expect(second.locator("#live-head")).to_contain_text("£61k", timeout=WITHIN)

    for page, width in ((first, 390), (second, 1920)):
        page.set_viewport_size({"width": width, "height": 900})
        assert sideways_overflow(page) == 0, width
        assert accessibility_faults(page) == [], width
        picture(page, f"review-{width}")
    first.set_viewport_size({"width": 1440, "height": 900})

    for item in ReviewItem.objects.filter(review=meeting.review, ending=""):
        row = first.locator(f"#item-{item.pk}")
        # by keyboard: the minutes above may grow between the mouse's down and up
        row.locator("summary", has_text="Leave").press("Enter")
        row.get_by_label("Why is it left?").fill("In the bridge already")
        row.get_by_role("button", name="Leave it").click()
        expect(row).to_have_attribute("data-settled", "yes", timeout=PATIENT)
    first.get_by_role("button", name="Close the review").click()
    expect(first.get_by_text("The plan as it stood is frozen.")).to_be_visible(timeout=PATIENT)
    # the other's page turns as a whole, which takes a reload
    expect(second.get_by_text("The plan as it stood is frozen.")).to_be_visible(timeout=PATIENT)
    assert Review.objects.get(pk=meeting.review.pk).changed_nothing is False

    Plan.objects.update(thesis="Growth is in the plants")
    first.goto(reverse("reviews:compare", args=[meeting.of.account.pk]))
    expect(first.get_by_text("Growth is in the plants")).to_be_visible()
    assert accessibility_faults(first) == []
