"""The portfolio in a browser: opening a row, deciding, undoing, at every size and without script."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sightline.records.models import TierDecision
from tests.journeys.conftest import Open, accessibility_faults, sideways_overflow
from tests.web.portfolio.conftest import Team, team

__all__ = ["team"]
pytestmark = pytest.mark.usefixtures("transactional_db")


def open_first(page: Page) -> None:
    # the live server's threads share one connection: one request at a time
    expect(page.get_by_role("heading", name="Planning capacity")).to_be_visible()
    page.get_by_role("button", name="Why and what for Helvion Industries").click()
    expect(page.get_by_text("Vulnerability 25 of 100")).to_be_visible()


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 620, 390])
def test_the_list_fits_and_is_accessible(
    team: Team,
    open_page: Open,
    picture: Callable[[Page, str], Path],
    width: int,
    colours: str,
) -> None:
    path = "/portfolio/?embed=1" if width == 620 else "/portfolio/"
    page = open_page(path, person=team.leader, width=width, colours=colours)  # type: ignore[arg-type]
    open_first(page)
    expect(page.get_by_role("heading", name="Planning capacity")).to_be_visible()
    assert sideways_overflow(page) == 0
    assert accessibility_faults(page) == []
    picture(page, f"portfolio-{width}-{colours}")


def test_an_override_is_decided_in_the_row_and_taken_back(team: Team, open_page: Open) -> None:
    page = open_page("/portfolio/", person=team.leader)
    open_first(page)
    page.get_by_text("Override…").click()
    page.locator(".override .segments label").nth(1).click()
    page.get_by_label("Reason").last.fill(" ")
    page.get_by_role("button", name="Decide this tier").click()
    expect(page.get_by_text("One thing needs your attention")).to_be_visible()
    page.get_by_label("Reason").last.fill("Reference in hospitals")
    page.get_by_role("button", name="Decide this tier").click()
    expect(page.get_by_text("until its reason lapses")).to_be_visible()
    assert TierDecision.objects.get().tier == 2
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The decision is taken back.")).to_be_visible()
    assert not TierDecision.objects.filter(superseded_at=None).exists()


def test_keys_move_open_and_tick(team: Team, open_page: Open) -> None:
    page = open_page("/portfolio/?view=to_decide", person=team.leader)
    expect(page.get_by_role("heading", name="Planning capacity")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(page.get_by_text("Vulnerability 25 of 100")).to_be_visible()
    page.keyboard.press("s")
    assert page.locator('input[name="account"]:checked').count() == 1
    page.get_by_role("button", name="Accept the ticked").click()
    expect(page.get_by_text("1 tier is decided.")).to_be_visible()


def test_everything_works_without_script(team: Team, open_page: Open) -> None:
    page = open_page("/portfolio/?view=to_decide", person=team.leader, script=False)
    page.get_by_label("Accept tier 1 for Kova Retail").check()
    page.get_by_role("button", name="Accept the ticked").click()
    expect(page.get_by_text("1 tier is decided.")).to_be_visible()
    page.get_by_role("link", name="Why and what for Helvion Industries").click()
    page.get_by_role("button", name="Accept tier 1").click()
    expect(page.get_by_text("Tier 1 is decided.")).to_be_visible()
    assert TierDecision.objects.count() == 2


def test_the_palette_leads_to_an_account(team: Team, open_page: Open) -> None:
    page = open_page("/portfolio/", person=team.leader)
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search or run a command").fill("helv")
    found = page.locator("#palette-results [role=option]")
    expect(found.first).to_contain_text("Helvion Industries")
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/**")
