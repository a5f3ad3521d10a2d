"""The plan in a browser: accessible in both colours, never wider than its window, usable by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from sightline.records.models import Plan
from tests.journeys.conftest import Colours, Open, accessibility_faults, sideways_overflow
from tests.web.account.world import World, world

PAGES = (
    "plan:show",
    "plan:bridge",
    "plan:signals",
    "plan:losing-ground",
    "whitespace:show",
    "account:people",
    "plays:show",
    "account:renewals",
    "account:figures",
    "account:history",
)


@pytest.fixture
def helvion(transactional_db: None) -> World:
    """A tier 1 customer with a running plan."""
    return world()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_every_page_is_accessible_and_fits(
    open_page: Open, helvion: World, colours: Colours, picture: Callable[[Page, str], Path]
) -> None:
    page = open_page("/people/settings", person=helvion.seller, colours=colours)
    for name in PAGES:
        for width in (1440, 620, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(reverse(name, args=[helvion.account.pk]))
            assert sideways_overflow(page) == 0, (name, width)
        assert accessibility_faults(page) == [], name
    page.goto(reverse("plan:show", args=[helvion.account.pk]))
    page.set_viewport_size({"width": 1440, "height": 900})
    picture(page, f"plan-{colours}")


def test_the_thesis_saves_while_typing(open_page: Open, helvion: World) -> None:
    page = open_page(reverse("plan:show", args=[helvion.account.pk]), person=helvion.seller)
    page.get_by_role("textbox", name="Growth thesis").fill("Two plants go live before June")
    expect(page.locator("autosave-field [data-place]")).to_have_text("Saved")
    assert Plan.objects.get().thesis == "Two plants go live before June"


def test_a_target_is_set_without_script(open_page: Open, helvion: World) -> None:
    page = open_page(
        reverse("plan:show", args=[helvion.account.pk]), person=helvion.seller, script=False
    )
    page.get_by_label("Target in GBP").fill("32000")
    page.get_by_role("button", name="Set the target").click()
    assert Plan.objects.get().target == 32_000_00


def test_a_family_folds_by_keyboard(open_page: Open, helvion: World) -> None:
    page = open_page(reverse("plan:show", args=[helvion.account.pk]), person=helvion.seller)
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Core platform"))
    expect(row).to_be_visible()
    page.get_by_role("checkbox", name="Fold Platform").focus()
    page.keyboard.press("Space")
    expect(row).to_be_hidden()
