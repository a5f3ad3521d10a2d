"""The relationship map by keys and by pointer."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from sightline.records.models import SignIn
from tests.journeys.conftest import Open


def asked_for(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_arrows_go_to_the_nearest_person_with_one_tab_stop(
    open_page: Open, somebody: SignIn
) -> None:
    page = open_page("/gallery", person=somebody)
    person = page.get_by_role("treeitem", name="Elena Voss")
    person.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("treeitem", name="Priya Raman")).to_be_focused()
    assert page.locator("rel-map .node[tabindex='0']").count() == 1


def test_a_move_by_keys_names_both_and_submits(open_page: Open, somebody: SignIn) -> None:
    page = open_page("/gallery", person=somebody)
    page.get_by_role("treeitem", name="Leila Haddad").focus()
    page.keyboard.press("m")
    expect(page.locator("rel-map [aria-live]")).to_contain_text("Moving Leila Haddad")
    page.get_by_role("treeitem", name="Marcus Heidt").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/gallery?person=leila&manager=marcus*")


def test_a_circle_is_refused_and_escape_cancels(open_page: Open, somebody: SignIn) -> None:
    page = open_page("/gallery", person=somebody)
    page.get_by_role("treeitem", name="Priya Raman").focus()
    page.keyboard.press("m")
    page.get_by_role("treeitem", name="Aiko Tanaka").focus()
    page.keyboard.press("Enter")
    expect(page.locator("rel-map [aria-live]")).to_contain_text("circle")
    page.keyboard.press("Escape")
    expect(page.get_by_role("treeitem", name="Priya Raman")).to_be_focused()
    assert asked_for(page) == {}


def test_a_person_is_dragged_onto_the_new_manager(open_page: Open, somebody: SignIn) -> None:
    page = open_page("/gallery", person=somebody)
    page.get_by_role("treeitem", name="Leila Haddad").scroll_into_view_if_needed()
    page.get_by_role("treeitem", name="Leila Haddad").drag_to(
        page.get_by_role("treeitem", name="Marcus Heidt")
    )
    page.wait_for_url("**/gallery?person=leila&manager=marcus*")
