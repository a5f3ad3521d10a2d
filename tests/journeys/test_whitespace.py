"""From an empty square to pipeline: qualified by keyboard, made a play, seen where it counts."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from sightline.records.models import (
    AccountAccess,
    CellFact,
    Job,
    Play,
    PlayTemplate,
    Suggestion,
    SuggestionRun,
)
from tests import makers
from tests.journeys.conftest import Open, accessibility_faults, sideways_overflow
from tests.web.whitespace.test_grid import World, world

__all__ = ["world"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ranked(world: World) -> World:
    """A cell suggested by units alike."""
    run = SuggestionRun.objects.create(
        ledger_version=3,
        as_of=makers.TODAY,
        whole=True,
        buyers=40,
        months=6,
        lines={str(world.lines[1].pk): [17, 6]},
    )
    Suggestion.objects.create(
        run=run,
        account=world.account,
        unit=world.units[0],
        peers=12,
        similarity=0.6,
        shared=1.4,
        owned=2,
        lines=[[world.lines[1].pk, 9, 6]],
    )
    return world


def test_a_cell_is_qualified_by_keyboard_and_becomes_a_play(
    open_page: Open, ranked: World, picture: Any
) -> None:
    page = open_page(ranked.url("show"), person=ranked.owner)
    picture(page, "whitespace-light")
    cells = page.locator("table.ws td > a")
    cells.first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    need = page.locator("#fact-need")
    expect(need).to_be_visible()
    need.locator("input[value='3']").check()
    expect(page.locator("#fact-need .pos")).to_be_visible()
    assert CellFact.objects.get(kind="need", ended_at=None).level == 3
    assert not accessibility_faults(page)
    page.get_by_role("link", name="Create play").click()
    page.get_by_label("Value a year").fill("90k")
    page.get_by_label("Create an opportunity, with a line for each cell").check()
    page.get_by_role("button", name="Make the play").click()
    expect(page.locator(".play-card")).to_have_count(1)
    picture(page, "plays-light")
    play = Play.objects.get()
    assert (play.value, play.cells.count()) == (90_000_00, 1)
    job = Job.objects.get(name="crm.create_opportunity")
    assert job.payload["lines"][0]["amount"] == 90_000_00
    page.locator(".play-more > summary").click()
    assert not accessibility_faults(page)
    picture(page, "plays-open-light")


def test_a_card_is_moved_by_keyboard_and_by_dragging(open_page: Open, ranked: World) -> None:
    play = Play.objects.create(account=ranked.account, name="Trial", created_on=makers.TODAY)
    page = open_page(reverse("plays:show", args=[ranked.account.pk]), person=ranked.owner)
    lane = page.locator('[data-column="idea"]')
    expect(lane.locator(".play-card")).to_have_count(1)
    card, parked = lane.locator(".play-card h4"), page.locator('[data-column="parked"] h3')
    card.drag_to(parked)
    expect(page.locator('[data-column="parked"] .play-card')).to_have_count(1)
    play.refresh_from_db()
    assert play.parked
    page.locator(".play-card").focus()
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.locator("details[data-lost]")).to_have_count(1)


def test_two_people_on_one_cell_both_values_are_shown(open_page: Open, ranked: World) -> None:
    user = makers.crm_user("Robin")
    AccountAccess.objects.create(account=ranked.account, user=user, why="team", may_write=True)
    colleague = makers.sign_in("account_manager", user=user, name="Robin")
    cell = ranked.cell()
    one, other = open_page(cell, person=ranked.owner), open_page(cell, person=colleague)
    one.locator("#fact-need input[value='1']").check()
    expect(one.locator("#fact-need .pos")).to_be_visible()
    other.locator("#fact-need input[value='3']").check()
    expect(other.locator("#fact-need[data-clash]")).to_be_visible()
    assert CellFact.objects.get(kind="need", ended_at=None).level == 1
    other.get_by_role("button", name="Keep mine").click()
    expect(other.locator("#fact-need .pos")).to_be_visible()
    assert CellFact.objects.get(kind="need", ended_at=None).level == 3


def test_many_cells_are_changed_at_once_and_taken_back(open_page: Open, ranked: World) -> None:
    page = open_page(f"{ranked.url('show')}?as=table", person=ranked.owner, script=False)
    for box in page.locator(".ws-tick input").all()[:2]:
        box.check()
    page.locator("select[name=what]").select_option("not_applicable")
    page.locator("input[name=text]").fill("no machines there")
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Change them").click()
    assert CellFact.objects.filter(ended_at=None).count() == 2
    page.locator(".toast").get_by_role("button", name="Undo").click()
    assert not CellFact.objects.filter(ended_at=None).exists()


@pytest.mark.parametrize("width", [390, 620])
def test_the_pages_fit_a_phone_and_a_frame(
    open_page: Open, ranked: World, width: int, picture: Any
) -> None:
    line = ranked.lines[1]
    template = PlayTemplate.objects.create(
        name="Field trial", line=line, steps=[["Meet the director", 0, "account manager"]]
    )
    for name, path in (
        ("whitespace", ranked.url("show")),
        ("sheet", ranked.url("sheet-in")),
        ("plays", reverse("plays:show", args=[ranked.account.pk])),
        ("note", reverse("plays:from-note", args=[ranked.account.pk])),
        ("library", reverse("library:template", args=[template.pk])),
        ("write", reverse("library:edit", args=[template.pk])),
    ):
        page = open_page(path, person=ranked.owner, width=width, colours="dark")
        assert sideways_overflow(page) <= 0, name
        assert not accessibility_faults(page), name
        picture(page, f"{name}-{width}")
        page.context.close()
