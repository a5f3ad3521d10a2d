"""The people map by mouse, by keys alone, by finger, and what it owes every reader."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from sightline.records.models import Contact, MapLine, Opinion
from tests import makers
from tests.journeys.conftest import Open, accessibility_faults, sideways_overflow
from tests.web.account.world import World, world


@pytest.fixture
def of(transactional_db: None, client: Client) -> World:
    made = world()
    names = ["Łukasz Żółć", "Plato", "Anna Berg", "Wolfgang Amadeus von und zu Habsburg-Lothringen"]
    for number, name in enumerate(names):
        makers.contact(made.account, name, title=f"Head of part {number}")
    # templates and forms are read once, before the browser's patience runs
    client.force_login(made.seller)
    client.get(at(made))
    client.get(at(made, f"/people/{made.champion.pk}"))
    return made


def at(of: World, rest: str = "") -> str:
    return f"/accounts/{of.account.pk}/map{rest}"


def node(page: Page, name: str) -> Any:
    return page.locator(f'.node[aria-label^="{name}"]')


def test_by_mouse_a_person_is_placed_judged_linked_and_the_move_undone(
    open_page: Open, of: World
) -> None:
    page = open_page(at(of), person=of.seller)
    node(page, "Plato").drag_to(node(page, "Priya Raman"))
    expect(page.locator("#toasts")).to_contain_text("Plato now reports to Priya Raman.")
    assert Contact.objects.get(name="Plato").reports_to_id == of.champion.pk
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("Undone.")
    assert Contact.objects.get(name="Plato").reports_to_id is None
    page.locator("[data-mode]").select_option("conflicts")
    node(page, "Plato").drag_to(node(page, "Anna Berg"))
    expect(page.locator("svg path[marker-end]")).to_have_count(1)
    assert MapLine.objects.get().kind == "conflicts"
    node(page, "Anna Berg").click()
    expect(page.locator("#person-h")).to_have_text("Anna Berg")
    assert page.locator("#person .person > .one-field").count() <= 5
    page.locator("#p-stance").select_option("against")
    expect(page.locator("#p-reason")).to_be_visible()
    expect(node(page, "Anna Berg")).to_have_attribute("aria-label", re.compile("Against"))
    assert Opinion.objects.get(contact__name="Anna Berg").value == "against"
    page.get_by_text("Help me choose").first.click()
    page.locator("[data-choose='p-role']").first.click()
    expect(node(page, "Anna Berg")).to_have_attribute("aria-label", re.compile("Economic"))
    page.locator('.node[data-state="wanted"]').first.click()
    expect(page.locator("#person-h")).to_contain_text("nobody")
    page.get_by_role("button", name="Put on the map").first.click()
    expect(page.locator("#toasts")).to_contain_text("A placeholder stands on the map.")


def test_in_the_table_a_field_is_taken_back_the_moment_it_is_saved(
    open_page: Open, of: World
) -> None:
    page = open_page(at(of, "?table=1"), person=of.seller)
    row = page.locator(f'tr[data-key="{of.champion.pk}"]')
    before = row.locator("[data-told]").first.inner_text()
    expect(page.locator("form[data-undo]")).to_be_hidden()
    row.locator("select[name=strength]").select_option("1")
    expect(page.locator("form[data-undo]")).to_be_visible()
    expect(row.locator("[data-told]").first).to_contain_text("Aware")
    page.locator("form[data-undo] button").click()
    expect(page.locator("#toasts")).to_contain_text("Undone.")
    expect(row.locator("[data-told]").first).to_have_text(before.strip())


def test_by_keys_alone_a_person_is_found_moved_linked_filled_in_and_left(
    open_page: Open, of: World
) -> None:
    page = open_page(at(of), person=of.seller)
    page.locator("#map-words").focus()
    page.keyboard.type("zolc")
    expect(page.locator("#map-found a")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**focus=*")
    expect(node(page, "Łukasz Żółć")).to_be_focused()
    page.goto(page.url.split("?")[0])
    node(page, "Plato").focus()
    page.keyboard.press("m")
    expect(page.locator("rel-map [data-live]")).to_contain_text("Moving Plato")
    node(page, "Priya Raman").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Plato now reports to Priya Raman.")
    expect(node(page, "Plato")).to_be_focused()
    page.keyboard.press("i")
    node(page, "Anna Berg").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Line drawn from Plato to Anna Berg.")
    expect(node(page, "Plato")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#p-role")).to_be_focused()
    page.keyboard.type("Champ")
    page.keyboard.press("Tab")
    expect(node(page, "Plato")).to_have_attribute("aria-label", re.compile("Champion"))
    wanted = page.locator('.node[data-state="wanted"]').first
    wanted.focus()
    page.keyboard.press("m")
    expect(page.locator("[data-moving]")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator("#person-h")).to_be_focused()
    page.keyboard.press("Escape")
    expect(wanted).to_be_focused()
    node(page, "Plato").focus()
    page.keyboard.press("Enter")
    page.locator("#p-strength").focus()
    page.keyboard.press("Tab")  # over the help beside the last field
    page.keyboard.press("Tab")
    expect(page.locator("[data-next]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#person-h")).not_to_have_text("Plato")
    expect(page.locator("#p-role")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#person")).to_be_hidden()
    node(page, "Priya Raman").focus()
    page.keyboard.press(" ")
    expect(node(page, "Plato")).to_have_count(0)
    expect(node(page, "Priya Raman")).to_have_attribute("aria-expanded", "false")


def test_a_circle_is_refused_by_keys_and_spoken(open_page: Open, of: World) -> None:
    Contact.objects.filter(pk=of.buyer.pk).update(reports_to=of.champion)
    page = open_page(at(of), person=of.seller)
    node(page, "Priya Raman").focus()
    page.keyboard.press("m")
    node(page, "Marcus Heidt").focus()
    page.keyboard.press("Enter")
    expect(page.locator("rel-map [data-live]")).to_contain_text("circle")
    page.keyboard.press("Escape")
    assert Contact.objects.get(pk=of.champion.pk).reports_to_id is None


def test_a_finger_held_still_picks_a_person_up(
    browser: Browser, live_server: Any, of: World
) -> None:
    context = browser.new_context(viewport={"width": 820, "height": 1180}, has_touch=True)
    context.add_cookies([sign_in_cookie(of, live_server.url)])
    page = context.new_page()
    page.goto(f"{live_server.url}{at(of)}")
    plato, target = node(page, "Plato"), node(page, "Łukasz Żółć")
    plato.scroll_into_view_if_needed()
    drag = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        spots = [{"x": x, "y": y} for x, y in points]
        drag.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": spots})

    start, end = centre(plato), centre(target)
    touch("touchStart", start)
    page.wait_for_timeout(500)
    touch("touchMove", ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2))
    touch("touchMove", end)
    touch("touchEnd")
    expect(page.locator("#toasts")).to_contain_text("Plato now reports to Łukasz Żółć.")
    context.close()


def centre(of_node: Any) -> tuple[float, float]:
    box = of_node.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def sign_in_cookie(of: World, url: str) -> Any:
    client = Client()
    client.force_login(of.seller)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}


def test_the_map_goes_out_as_a_picture(open_page: Open, of: World, tmp_path: Path) -> None:
    page = open_page(at(of), person=of.seller)
    page.get_by_text("Take out").click()
    with page.expect_download() as found:
        page.locator("[data-png]").click()
    found.value.save_as(tmp_path / "map.png")
    assert (tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")
    page.evaluate("window.print = () => { document.body.dataset.printed = 'yes'; }")
    page.locator("[data-print]").click()
    expect(page.locator("body")).to_have_attribute("data-printed", "yes")
    page.locator("details.menu").get_by_role("button", name="PDF").first.click()
    expect(page.get_by_role("heading", name="Waiting for the worker")).to_be_visible()


def test_the_map_is_made_larger_smaller_and_fitted_and_a_branch_folded(
    open_page: Open, of: World
) -> None:
    Contact.objects.filter(name="Plato").update(reports_to=of.champion)
    page = open_page(at(of), person=of.seller, width=820)
    wide = page.locator(".map > svg").evaluate("svg => svg.getBoundingClientRect().width")
    page.locator("[data-zoom='in']").click()
    larger = page.locator(".map > svg").evaluate("svg => svg.getBoundingClientRect().width")
    assert larger > wide * 1.1
    page.locator("[data-zoom='fit']").click()
    fitted = page.locator(".map > svg").evaluate("svg => svg.getBoundingClientRect().width")
    assert fitted <= page.locator(".map").evaluate("map => map.clientWidth") + 1
    page.locator("[data-zoom='one']").click()
    assert page.locator(".map > svg").evaluate("s => s.getBoundingClientRect().width") == wide
    node(page, "Priya Raman").locator(".fold").click()
    expect(node(page, "Plato")).to_have_count(0)
    expect(node(page, "Priya Raman").locator(".fold")).to_contain_text("+1")


def test_no_barrier_in_any_layout_and_no_page_wider_than_the_screen(
    open_page: Open, of: World
) -> None:
    key = of.champion.pk
    pages = ("", "?layout=plot&view=stance", "?table=1", f"/people/{key}", "/wanted/their_sponsor")
    for rest in pages:
        page = open_page(at(of, rest), person=of.seller)
        if rest == "":
            page.get_by_text("Take out").click()
        assert accessibility_faults(page) == [], rest
        page.close()
    narrow = open_page(at(of, f"/people/{key}"), person=of.seller, width=390, colours="dark")
    assert accessibility_faults(narrow) == []
    assert sideways_overflow(narrow) <= 0
