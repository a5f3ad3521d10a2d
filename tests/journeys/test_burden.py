"""The burden budget, counted in full: every choice, every typed answer, and minutes by a proxy.

What counts and how minutes are reckoned: docs/method/burden.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from sightline.actions import tiers
from sightline.records.models import (
    CellMeasures,
    Contract,
    Plan,
    Play,
    ProductLine,
    RenewalStrategy,
    SignIn,
    TierResult,
    Unit,
)
from sightline.records.scoping import person_of
from tests.journeys.conftest import Open
from tests.journeys.small_company import SmallCompany, in_days, load_small_company

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]
SECONDS_A_CHOICE, SECONDS_TYPED, WORDS_A_MINUTE, MOST_SECONDS_A_PAGE = 10, 20, 240, 60
TIER_1 = {"choices": 15, "typed": 10}
TIER_2 = {"choices": 5, "typed": 10}
MONDAY_MINUTES = 10


@dataclass
class Burden:
    """What a person had to choose, type and read."""

    page: Page
    choices: list[str] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)
    read_seconds: float = 0.0

    def go(self, path: str) -> None:
        """Open a page and read it."""
        self.page.goto(path)
        words = len(self.page.locator("main").inner_text().split())
        self.read_seconds += min(MOST_SECONDS_A_PAGE, words * 60 / WORDS_A_MINUTE)

    def press(self, what: Locator, name: str) -> None:
        """A button that decides."""
        self.choices.append(name)
        self.save(what)

    def save(self, what: Locator) -> None:
        """Press what sends a form, and wait until what it answers is there."""
        with self.page.expect_response(lambda one: one.request.method == "POST"):
            what.click()
        # a form without script answers with a page of its own: let its going there begin
        self.page.wait_for_timeout(500)
        self.page.wait_for_load_state("networkidle")

    def pick(self, what: Locator, name: str) -> None:
        """One choice of several; what is filled in already costs nothing."""
        if what.evaluate("node => node.tagName === 'SELECT' && node.value !== ''"):
            return
        self.choices.append(name)
        if what.evaluate("node => node.tagName === 'SELECT'"):
            what.select_option(index=1)
        else:
            what.check()

    def type(self, what: Locator, text: str, name: str) -> None:
        """An answer in words or numbers; what is filled in already costs nothing."""
        if what.input_value():
            return
        self.typed.append(name)
        what.fill(text)

    @property
    def minutes(self) -> float:
        """The proxy: reading, choosing, typing."""
        acting = len(self.choices) * SECONDS_A_CHOICE + len(self.typed) * SECONDS_TYPED
        return (self.read_seconds + acting) / 60

    def stays_within(self, budget: dict[str, int]) -> None:
        """Says what was counted where it is too much."""
        assert len(self.choices) <= budget["choices"], self.choices
        assert len(self.typed) <= budget["typed"], self.typed


@pytest.fixture
def company(transactional_db: None) -> SmallCompany:
    """A small demonstration company just imported: nobody has decided anything."""
    return load_small_company(Path(settings.SIGHTLINE_DATA))


def renewing(seller: SignIn) -> list[Contract]:
    """The next contract of each of the seller's planned accounts, the nearest end first."""
    of_seller = TierResult.objects.filter(proposed_tier=1, account__owner__email=seller.email)
    planned = Plan.objects.filter(account__in=of_seller.values("account_id")).values("account_id")
    rows = Contract.objects.filter(
        account__planning_account_id__in=planned, ends_on__gte=in_days(1)
    ).order_by("ends_on")
    found: dict[int, Contract] = {}
    for row in rows.select_related("account"):
        found.setdefault(row.account.planning_account_id or row.account_id, row)
    return list(found.values())


def decide_tier_2(leader: SignIn, account_id: int) -> None:
    """The leader decides that an account is planned lightly: no work of the seller's."""
    now = timezone.now()
    tiers.override_tier(
        person_of(leader),
        account_id,
        tiers.Override(2, "planned lightly this year", now.date() + timedelta(days=180)),
        seen_decision=None,
        now=now,
    )


def answer_importance(burden: Burden, account_id: int) -> None:
    burden.go(f"/portfolio/{account_id}")
    form = burden.page.locator("form.importance")
    if not form.count() or not form.is_visible():
        return
    for number in range(form.locator("fieldset").count()):
        options = form.locator("fieldset").nth(number).locator("input[type=radio]")
        burden.pick(options.nth(1), "importance")
    burden.type(form.locator("[name=reason]"), "Reference for the industry", "why")
    burden.save(form.get_by_role("button"))


def number_field(page: Page, label: str) -> Locator:
    """The field of that name; a section may bear the same name."""
    return (
        page.get_by_role("textbox", name=label)
        .or_(page.get_by_role("spinbutton", name=label))
        .first
    )


def prepare_renewal(burden: Burden, contract: Contract) -> None:
    account = contract.account.planning_account_id or contract.account_id
    burden.go(f"/accounts/{account}/renewals?edit={contract.pk}")
    form = burden.page.locator(f"#contract-{contract.pk} form.renewal-form")
    for name in ("goal", "risk", "owner_id", "decider_id"):
        group = form.locator(f"[name={name}]")
        burden.pick(group.nth(1) if group.count() > 1 else group, name)
    burden.save(form.get_by_role("button", name="Save the strategy"))
    kept = RenewalStrategy.objects.get(contract=contract)
    assert kept.goal and kept.owner_id and kept.decider_id


def start_play(burden: Burden, account_id: int) -> None:
    """A cell that is not owned becomes a play: the cell is a choice, the form is filled in."""
    burden.go(reverse("whitespace:show", args=[account_id]))
    owned = CellMeasures.objects.filter(account_id=account_id, owned=True)
    unit = Unit.objects.filter(account_id=account_id, removed_at=None).order_by("pk")[0]
    line = ProductLine.objects.exclude(pk__in=owned.values("product_line_id")).order_by("pk")[0]
    burden.choices.append("cell")
    burden.go(f"{reverse('plays:start', args=[account_id])}?cell={unit.pk}-{line.pk}")
    form = burden.page.locator("main form").first
    burden.type(form.locator("[name=value]"), "40000", "value")
    burden.type(form.locator("[name=target_close]"), in_days(120), "close date")
    burden.type(form.locator("[name=first_action]"), "Call the plant manager", "next action")
    burden.type(form.locator("[name=action_due]"), in_days(7), "due")
    burden.pick(form.locator("[name=owner]"), "play owner")
    burden.press(form.get_by_role("button", name="Make the play"), "play")
    made = Play.objects.filter(account_id=account_id).latest("pk")
    assert made.owner_id and made.target_close and made.actions.exists()


def test_a_usable_plan_of_each_tier_and_a_monday_stay_within_the_budget(
    open_page: Open, company: SmallCompany
) -> None:
    seller = company.people["account_manager"]
    for tier, budget, contract in zip((1, 2), (TIER_1, TIER_2), renewing(seller)[:2], strict=True):
        account = contract.account.planning_account_id or contract.account_id
        if tier == 2:
            decide_tier_2(company.people["leader"], account)
        burden = Burden(open_page("/", person=seller))
        if tier == 1:
            answer_importance(burden, account)
            burden.go(f"/accounts/{account}/plan")
            burden.type(number_field(burden.page, "Target"), "250000", "target")
            burden.press(burden.page.get_by_role("button", name="Set the target"), "target")
            start_play(burden, account)
        prepare_renewal(burden, contract)
        burden.stays_within(budget)
    monday = Burden(open_page("/", person=seller))
    monday.go("/")
    while (acts := monday.page.locator(".act")).count() and len(monday.choices) < 20:
        before = acts.count()
        monday.press(acts.first.get_by_role("button", name="Done").first, "done")
        expect(monday.page.locator(".act")).not_to_have_count(before)
    assert len(monday.choices) <= 7
    assert monday.minutes <= MONDAY_MINUTES, (monday.read_seconds, monday.choices)
