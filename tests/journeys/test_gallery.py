"""The gallery: every component is accessible, folds to a phone, and answers keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sightline.records.models import SignIn
from tests.journeys.conftest import Colours, Open, accessibility_faults, sideways_overflow


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_every_component_is_accessible(
    open_page: Open,
    somebody: SignIn,
    colours: Colours,
    picture: Callable[[Page, str], Path],
) -> None:
    page = open_page("/gallery", person=somebody, colours=colours)
    picture(page, f"gallery-{colours}")
    assert accessibility_faults(page) == []


@pytest.mark.parametrize("width", [390, 620])
def test_nothing_is_wider_than_the_window(
    open_page: Open, somebody: SignIn, width: int, picture: Callable[[Page, str], Path]
) -> None:
    page = open_page(
        "/gallery?embed=1" if width == 620 else "/gallery", person=somebody, width=width
    )
    picture(page, f"gallery-{width}")
    assert sideways_overflow(page) == 0
    assert accessibility_faults(page) == []
    expect(page.get_by_role("button", name="Menu", exact=True)).to_be_visible()
