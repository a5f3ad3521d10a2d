"""From a target without a path to two printed pages: challenged, closed by a play and a renewal."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from sightline.jobs.worker import Worker
from tests import makers
from tests.journeys.conftest import Open
from tests.web.account import world as worlds
from tests.web.account.world import World

NO_PATH = "The target has no credible path"
NO_STRATEGY = "A renewal in sight has no strategy"


@pytest.fixture
def helvion(transactional_db: None, settings: Any, tmp_path: Path) -> World:
    """A tier 1 customer with a running plan; what is printed goes to a folder of its own."""
    settings.SIGHTLINE_DATA = tmp_path
    makers.stage("Commit", position=5, probability=95)
    return worlds.world()


def argued(page: Page, of: World) -> str:
    page.goto(reverse("challenges:show", args=[of.account.pk]))
    return page.locator("main").inner_text()


def reach(page: Page, of: World) -> None:
    """The seller tells who reaches the cell and its budget: a play adds nothing before."""
    cell = reverse("whitespace:cell", args=[of.account.pk, of.unit.pk, of.extra.pk])
    for kind in ("access", "budget"):
        page.goto(cell)
        fact = page.locator(f"#fact-{kind}")
        fact.get_by_text("I know better").click()
        fact.get_by_label("Why").fill("The plant director opens the door")
        fact.locator("input[value='3']").check()
        page.locator("#fact-need textarea").focus()
        expect(fact.locator(".pos")).to_be_visible()


def test_a_wish_becomes_a_plan_on_two_pages(
    open_page: Open, helvion: World, tmp_path: Path
) -> None:
    account = helvion.account.pk
    page = open_page(reverse("plan:show", args=[account]), person=helvion.seller)

    page.get_by_label("Target in GBP").fill("120000")
    page.get_by_role("button", name="Set the target").click()
    expect(page.get_by_text("No credible path.")).to_be_visible()
    assert NO_PATH in argued(page, helvion)

    page.goto(
        reverse("plays:start", args=[account]) + f"?cell={helvion.unit.pk}-{helvion.extra.pk}"
    )
    page.get_by_label("Name", exact=True).fill("Second plant")
    page.get_by_label("Value a year").fill("110000")
    soon = timezone.now().date() + timedelta(days=6)
    page.get_by_label("Target close date").fill(soon.isoformat())
    page.get_by_label("Stage").select_option(label="Commit")
    page.get_by_label("Create an opportunity, with a line for each cell").check()
    with page.expect_response(lambda one: one.request.method == "POST"):
        page.get_by_role("button", name="Make the play").click()
    page.wait_for_load_state("networkidle")
    page.goto(reverse("plan:bridge", args=[account]))
    expect(page.locator("main")).to_contain_text("adds nothing: fantasy, no path")
    reach(page, helvion)

    page.goto(reverse("account:renewals", args=[account]) + f"?edit={helvion.contract.pk}")
    page.get_by_label("Goal").select_option(label="Renew as it is")
    page.get_by_label("Risk of losing it").select_option(label="Low")
    page.get_by_label("Owner").select_option(index=1)
    page.get_by_label("Who decides").select_option(index=1)
    page.get_by_role("button", name="Save the strategy").click()
    expect(page.get_by_text("Strategy in place").first).to_be_visible()

    closed = argued(page, helvion)
    assert NO_PATH not in closed and NO_STRATEGY not in closed
    page.goto(reverse("plan:show", args=[account]))
    expect(page.get_by_text("The path reaches the target.")).to_be_visible()

    page.goto(reverse("two_pages:show", args=[account]))
    page.get_by_role("button", name="Make the PDF").click()
    page.wait_for_url("**/two-pages/prints/*")
    Worker().run_all()
    expect(page.get_by_role("link", name="Download")).to_be_visible()
    page.wait_for_load_state("networkidle")
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Download").click()
    kept = tmp_path / "plan.pdf"
    fetched.value.save_as(kept)
    pages = PdfReader(kept).pages
    assert len(pages) == 2 and "Second plant" in pages[0].extract_text()
