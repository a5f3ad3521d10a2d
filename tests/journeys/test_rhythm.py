"""The rhythm in a browser: a call on the phone, other weights tried, a playbook tried and run, a year
rolled forward, a question put where a figure stands. Each page is accessible and fits the phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from sightline.actions import playbooks
from sightline.actions.progress import Silent
from sightline.records.models import (
    Action,
    Contract,
    LoggedCall,
    Plan,
    PlaybookRun,
    PlaybookTrial,
    Question,
    SignIn,
)
from tests import makers
from tests.journeys.conftest import Open, accessibility_faults, sideways_overflow
from tests.web.portfolio.conftest import PARTS
from tests.web.review_room.world import meeting as make

pytestmark = pytest.mark.django_db(transaction=True)
Picture = Callable[[Page, str], Path]


def sound(page: Page) -> None:
    """Accessible, and nothing to scroll sideways, also on a phone."""
    assert accessibility_faults(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert sideways_overflow(page) == 0


@pytest.mark.usefixtures("transactional_db")
def test_a_call_is_logged_in_two_taps_on_the_phone(open_page: Open, picture: Picture) -> None:
    makers.company(time_zone="UTC", reporting_currency="GBP")
    owner, today = makers.crm_user("Eoin"), timezone.now().date()
    account = makers.account("Helvion", owner=owner)
    makers.tier_result(account, proposed_tier=1, acv=100_000_00, as_of=today)
    deal = makers.opportunity(account, "Analytics", amount=50_000_00, owner=owner)
    person = makers.contact(account, "Priya Raman")
    Action.objects.create(
        account=account,
        opportunity=deal,
        contact=person,
        owner=owner,
        subject="Hear what the board said",
        due_on=today,
    )
    seller = makers.sign_in("account_manager", user=owner)
    page = open_page("/", person=seller, width=390, height=844)
    page.locator(".call > summary").click()
    picture(page, "monday-call-390")
    page.get_by_role("button", name="We spoke").click()
    expect(page.locator(".toast")).to_contain_text("Call logged: you spoke.")
    expect(page.locator(".act")).to_have_count(0)
    assert LoggedCall.objects.get().contact == person
    sound(page)


def test_other_weights_show_who_moves_before_operations_adopts_them(
    open_page: Open, picture: Picture, transactional_db: None
) -> None:
    makers.company(time_zone="UTC", reporting_currency="GBP")
    owner = makers.crm_user("Dana")
    for number in range(4):
        makers.tier_result(
            makers.account(f"Customer {number}", owner=owner),
            potential=(9 - number) * 100_000_000,
            vulnerability=60,
            parts=PARTS,
            computed_tier=1,
            proposed_tier=1,
            currency="GBP",
        )
    both = makers.sign_in("leader", "operations", user=owner)
    page = open_page(reverse("portfolio:weights-try"), person=both)
    page.get_by_label("Tier 1 per account manager").fill("1")
    page.get_by_role("button", name="Try").click()
    expect(page.locator("#moves")).to_contain_text("down")
    expect(page.locator("#moves tbody th[scope=row]").first).to_contain_text("Customer")
    expect(page.get_by_role("heading", name="Adopt them")).to_be_visible()
    page.wait_for_load_state("networkidle")
    picture(page, "requalification-what-if")
    sound(page)


def test_a_playbook_is_tried_on_the_base_then_runs_once(
    open_page: Open, picture: Picture, transactional_db: None
) -> None:
    makers.company(time_zone="UTC", reporting_currency="GBP")
    today = timezone.now().date()
    account = makers.account("Acme", owner=makers.crm_user("Dana"))
    makers.tier_result(account, decided_tier=3)
    Contract.objects.create(account=account, ends_on=today + timedelta(days=60))
    page = open_page(reverse("playbooks:list"), person=makers.sign_in("operations"))
    page.get_by_role("button", name="Write the standard seven").click()
    page.get_by_role("link", name="Renewal", exact=False).first.click()
    with page.expect_response(lambda one: one.request.method == "POST"):
        page.get_by_role("button", name="Try on the whole base").click()
    playbooks.try_playbook(PlaybookTrial.objects.latest("pk").pk, job=Silent())
    expect(page.get_by_text("Would start 1 today.")).to_be_visible()
    picture(page, "playbook-tried")
    sound(page)
    page.get_by_role("button", name="Switch on", exact=False).first.click()
    expect(page.get_by_role("button", name="Pause", exact=False).first).to_be_visible()
    for _ in range(2):
        playbooks.evaluate(today, job=Silent())
    assert PlaybookRun.objects.count() == 1


def test_a_year_is_rolled_forward_item_by_item(
    open_page: Open, picture: Picture, transactional_db: None
) -> None:
    meeting = make()
    old = Plan.objects.get()
    address = reverse("season:roll", args=[meeting.of.account.pk])
    page = open_page(address, person=meeting.of.seller)
    undecided = page.locator('.roll > li[data-verdict=""]')
    for left in reversed(range(undecided.count())):
        undecided.first.get_by_role("button", name="Keep").click()
        expect(undecided).to_have_count(left)
    expect(page.get_by_text("0 to decide")).to_be_visible()
    picture(page, "year-rolled-forward")
    sound(page)
    page.get_by_role("button", name="Roll forward into").click()
    expect(page.get_by_text("is frozen and stays readable")).to_be_visible()
    page.get_by_role("link", name="Read it").click()
    expect(page.get_by_text("Nothing here can be changed")).to_be_visible()
    assert Plan.objects.get(year=old.year + 1).target == old.target
    sound(page)


def test_a_question_is_put_where_the_figure_stands_and_answered(
    open_page: Open, picture: Picture, transactional_db: None
) -> None:
    meeting = make()
    colleague = makers.crm_user("Mei Tan")
    meeting.of.account.access.create(user=colleague, why="team", may_write=True)
    mei: SignIn = makers.sign_in("customer_success", user=colleague, name="Mei Tan")
    plan = reverse("plan:bridge", args=[meeting.of.account.pk])
    page = open_page(plan, person=meeting.of.seller)
    page.get_by_role("link", name="Ask about Expected landing").first.click()
    page.get_by_label("Whom do you ask?").select_option(label="Mei Tan")
    page.get_by_role("textbox", name="Question").fill("Does the second plant count?")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_text("Asked. The answer will stay here.")).to_be_visible()
    sound(page)
    theirs = open_page(reverse("asks:show"), person=mei)
    expect(theirs.get_by_text("Expected landing")).to_be_visible()
    theirs.get_by_role("textbox", name="Answer").fill("From March on.")
    theirs.get_by_role("button", name="Answer", exact=True).click()
    expect(theirs.get_by_text("Answered. The answer stays with the question.")).to_be_visible()
    picture(theirs, "questions")
    sound(theirs)
    assert Question.objects.get().answer == "From March on."
    messages = open_page(reverse("mail:settings"), person=mei)
    picture(messages, "messages")
    sound(messages)
