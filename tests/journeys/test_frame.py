"""The frame by keyboard, without script, narrow and embedded; and fields that save themselves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from sightline.records.models import SignIn
from tests import makers
from tests.journeys import autosave_page
from tests.journeys.conftest import Colours, Open, accessibility_faults, sideways_overflow


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("path", ["/people/sign-in", "/people/password/forgotten"])
def test_the_way_in_is_accessible(
    open_page: Open,
    transactional_db: None,
    path: str,
    colours: Colours,
    picture: Callable[[Page, str], Path],
) -> None:
    page = open_page(path, colours=colours, width=390)
    picture(page, f"{path.rsplit('/', 1)[-1]}-{colours}")
    assert accessibility_faults(page) == []
    assert sideways_overflow(page) == 0


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_somebody_signs_in_sets_a_theme_and_leaves(
    open_page: Open, somebody: SignIn, script: bool
) -> None:
    page = open_page("/people/settings", script=script)
    page.get_by_label("E-mail").fill(somebody.email)
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    page.get_by_label("Password").fill(makers.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Your settings", level=1)).to_be_visible()
    page.get_by_role("button", name="Your menu, signed in as Dana Whitfield").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Your menu, signed in as Dana Whitfield").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("width", [390, 620, 1440])
def test_own_settings_fold_and_are_accessible(
    open_page: Open, somebody: SignIn, width: int, picture: Callable[[Page, str], Path]
) -> None:
    path = "/people/settings?embed=1" if width == 620 else "/people/settings"
    page = open_page(path, person=somebody, width=width)
    picture(page, f"own-settings-{width}")
    assert sideways_overflow(page) == 0
    assert accessibility_faults(page) == []


def test_the_search_opens_by_keys_and_goes_where_it_says(
    open_page: Open, somebody: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sightline.web import nav

    found = [nav.Found(f"Helvion {n}", f"/gallery?n={n}", "Account", "account") for n in range(3)]
    monkeypatch.setattr(nav, "search", lambda person, words: [f for f in found if words in f.title])
    page = open_page("/people/settings", person=somebody)
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Search or run a command")
    lines = page.get_by_role("listbox", name="Results").get_by_role("option")
    chosen = page.locator("#palette-results [aria-selected=true]")
    expect(box).to_be_focused()
    box.fill("Helvion")
    expect(lines).to_have_count(3)
    expect(chosen).to_contain_text("Helvion 0")
    assert accessibility_faults(page) == []
    page.keyboard.press("ArrowDown")
    expect(chosen).to_contain_text("Helvion 1")
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    page.keyboard.press("Control+k")
    box.fill("Helvion 2")
    expect(lines).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/gallery?n=2")


def test_without_script_the_search_is_a_page(open_page: Open, somebody: SignIn) -> None:
    page = open_page("/people/settings", person=somebody, script=False)
    page.get_by_role("link", name="Search or run a command").click()
    expect(page.get_by_role("heading", name="Search", level=1)).to_be_visible()
    page.get_by_label("Account, person or page").fill("nothing at all")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_text("Nothing found.")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_the_rail_is_a_drawer_on_a_phone(open_page: Open, somebody: SignIn, script: bool) -> None:
    page = open_page("/people/settings", person=somebody, width=390, script=script)
    rail = page.locator("#nav")
    expect(rail).to_be_hidden()
    page.get_by_role("button", name="Menu", exact=True).press("Enter")
    expect(rail).to_be_visible()
    page.keyboard.press("Escape")
    expect(rail).to_be_hidden()


def test_the_first_tab_leads_past_the_rail(open_page: Open, somebody: SignIn) -> None:
    page = open_page("/gallery", person=somebody)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_a_dialog_takes_the_focus_and_gives_it_back(open_page: Open, somebody: SignIn) -> None:
    page = open_page("/gallery", person=somebody)
    opener = page.get_by_role("button", name="Override the tier…")
    opener.press("Enter")
    expect(page.get_by_role("dialog", name="Override the computed tier?")).to_be_visible()
    assert page.evaluate("document.activeElement.closest('dialog') !== null")
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()


def test_a_figure_opens_to_its_inputs_and_closes_by_escape(
    open_page: Open, somebody: SignIn
) -> None:
    page = open_page("/gallery", person=somebody)
    summary = page.locator("summary", has_text="62")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Single thread in three units")).to_be_visible()
    expect(page.get_by_text("Not known, so left out: product usage")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Single thread in three units")).to_be_hidden()
    expect(summary).to_be_focused()


def test_letters_move_and_act_on_a_list_only_while_switched_on(
    open_page: Open, somebody: SignIn
) -> None:
    page = open_page("/gallery", person=somebody)
    items = page.locator("key-list [data-item]")
    page.evaluate(
        "document.addEventListener('click', e => window.pressed = e.target.dataset.key, true)"
    )
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(items.nth(1)).to_be_focused()
    page.keyboard.press("s")
    assert page.evaluate("window.pressed") == "s"
    page.keyboard.press("k")
    expect(items.nth(0)).to_be_focused()
    page.get_by_label("Evidence").fill("j and k are letters here")
    expect(page.get_by_label("Evidence")).to_have_value("j and k are letters here")
    SignIn.objects.filter(pk=somebody.pk).update(shortcuts=False)
    page.reload()
    page.keyboard.press("j")
    assert page.locator("key-list [data-current]").count() == 0


@pytest.fixture
def note(settings: Any, transactional_db: None) -> dict[str, Any]:
    """What the server of the self-saving field holds."""
    settings.ROOT_URLCONF = "tests.journeys.autosave_page"
    autosave_page.stored.clear()
    autosave_page.stored.update(note="first", version=1)
    return autosave_page.stored


def test_a_field_saves_itself_and_says_so(open_page: Open, note: dict[str, Any]) -> None:
    page = open_page("/")
    expect(page.get_by_role("button", name="Save")).to_be_hidden()
    page.get_by_label("Note").press("End")
    page.get_by_label("Note").press_sequentially(" and more")
    expect(page.locator("[data-place]")).to_have_text("Saved")
    expect(page.locator("#save-state")).to_have_text("All changes saved")
    assert note["note"] == "first and more"
    assert note["tries"] == ["first and more"]


def test_what_was_not_saved_says_so_and_can_be_tried_again(
    open_page: Open, note: dict[str, Any]
) -> None:
    note["broken"] = True
    page = open_page("/")
    page.get_by_label("Note").fill("kept")
    expect(page.locator("[data-place]")).to_contain_text("Not saved")
    expect(page.get_by_label("Note")).to_have_value("kept")
    page.get_by_role("button", name="Retry").click()
    expect(page.locator("[data-place]")).to_have_text("Saved")
    assert note["note"] == "kept"


def test_typing_outlives_the_session_and_is_saved_after_signing_in(
    open_page: Open, note: dict[str, Any]
) -> None:
    note["out"] = True
    page = open_page("/")
    old = page.locator("body").get_attribute("hx-headers:inherited")
    page.get_by_label("Note").fill("typed for an hour")
    expect(page.locator("[data-place]")).to_contain_text("you were signed out")
    expect(page.get_by_label("Note")).to_have_value("typed for an hour")
    way_in = page.locator("[data-place]").get_by_role("link", name="Sign in")
    assert way_in.get_attribute("target") == "_blank"
    assert "sign-in" in (way_in.get_attribute("href") or "")
    note["out"] = False
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator("[data-place]")).to_have_text("Saved")
    assert note["note"] == "typed for an hour"
    assert page.locator("body").get_attribute("hx-headers:inherited") != old


@pytest.mark.parametrize("choice", ["mine", "theirs"])
def test_a_conflict_shows_both_and_keeps_what_was_typed(
    open_page: Open, note: dict[str, Any], choice: str
) -> None:
    page = open_page("/")
    note.update(note="Ivo's", version=7)
    page.get_by_label("Note").fill("mine")
    expect(page.get_by_text("Ivo Lund changed this field")).to_be_visible()
    expect(page.get_by_label("Note")).to_have_value("mine")
    assert accessibility_faults(page) == []
    if choice == "theirs":
        page.get_by_role("radio", name="Ivo Lund: Ivo's").check()
    page.get_by_role("button", name="Keep this one").click()
    expect(page.locator("[data-place]")).to_have_text("Saved")
    expect(page.get_by_text("Ivo Lund changed this field")).to_be_hidden()
    assert note["note"] == {"mine": "mine", "theirs": "Ivo's"}[choice]
    assert note["version"] == 8


def test_a_failure_of_the_server_is_a_message_and_not_a_page_in_a_card(
    open_page: Open, note: dict[str, Any]
) -> None:
    page = open_page("/")
    page.get_by_role("button", name="Break").click()
    expect(page.get_by_role("region", name="Messages")).to_contain_text("Reported as 7F3A")
    expect(page.locator("#place")).to_have_text("untouched")


def test_a_message_comes_with_a_fragment_can_be_undone_and_closed(
    open_page: Open, note: dict[str, Any]
) -> None:
    page = open_page("/")
    page.get_by_role("button", name="Do", exact=True).click()
    messages = page.get_by_role("region", name="Messages")
    expect(messages).to_contain_text("Done.")
    expect(messages.get_by_role("button", name="Undo")).to_be_visible()
    messages.get_by_role("button", name="Close").click()
    expect(messages).not_to_contain_text("Done.")


def test_a_form_that_is_clicked_twice_is_sent_once(open_page: Open, somebody: SignIn) -> None:
    page = open_page("/messages/", person=somebody)
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
    page.get_by_role("button", name="Make an address").dblclick()
    expect(page.get_by_text("shown this once")).to_be_visible()
    assert len(sent) == 1
