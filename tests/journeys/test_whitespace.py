"""From an empty square to pipeline: qualified by keyboard, made a play, seen where it counts."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import FloatRect, Locator, Page, expect

from sightline.jobs.worker import Worker
from sightline.records.models import (
    Account,
    AccountAccess,
    CellFact,
    Job,
    Plan,
    Play,
    PlayTemplate,
    Suggestion,
    SuggestionRun,
)
from tests import makers
from tests.crm.orgs import SandboxOrg
from tests.journeys.conftest import Open, accessibility_faults, sideways_overflow
from tests.journeys.connected_org import connected, open_record
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


@pytest.fixture
def planned(ranked: World) -> World:
    """With a plan of this year, a stage, and the economic buyer known at every strength."""
    today, account = timezone.now().date(), ranked.account
    Plan.objects.create(
        account=account,
        year=today.year,
        starts_on=date(today.year, 1, 1),
        ends_on=date(today.year, 12, 31),
        currency="GBP",
        target=200_000_00,
    )
    makers.tier_result(account, proposed_tier=1, computed_tier=1, acv=64_000_00, as_of=today)
    makers.stage("Qualification", probability=25, position=1)
    return ranked


def test_a_cell_is_qualified_by_keyboard_and_becomes_a_play(
    open_page: Open, planned: World, picture: Any, tmp_path: Path
) -> None:
    with connected(planned.account, planned.lines, tmp_path) as org:
        page = open_page(planned.url("show"), person=planned.owner)
        _qualify(page, picture)
        _make_a_play(page, picture)
        _follow_it_here(page, planned)
        _follow_it_there(page, planned, org, picture)


def _qualify(page: Page, picture: Any) -> None:
    picture(page, "whitespace-light")
    cells = page.locator("table.ws td > a")
    cells.first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#fact-need")).to_be_visible()
    page.keyboard.press("3")
    expect(page.locator("#fact-need .pos")).to_be_visible()
    assert CellFact.objects.get(kind="need", ended_at=None).level == 3
    page.keyboard.press("y")
    expect(page.locator("#cell")).to_contain_text("Confirmed by")
    assert not accessibility_faults(page)


def _make_a_play(page: Page, picture: Any) -> None:
    page.get_by_role("link", name="Create play").click()
    page.get_by_label("Value a year").fill("90k")
    page.get_by_label("Target close date").fill(timezone.now().date().isoformat())
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


def _follow_it_here(page: Page, world: World) -> None:
    play = Play.objects.get()
    page.goto(reverse("plan:bridge", args=[world.account.pk]))
    bar = page.locator(".bar-parts tr", has_text=play.name)
    expect(bar.locator("td.n")).to_contain_text("£9k")  # a tenth, at the org's first stage
    page.goto("/")
    expect(page.locator("main")).to_contain_text(play.name)


def _follow_it_there(page: Page, world: World, org: SandboxOrg, picture: Any) -> None:
    """What the worker does once the play asked: the opportunity with its line is in the org."""
    play = Play.objects.get()
    Worker().run_all()
    there = org.one(f"SELECT Id, AccountId, Amount FROM Opportunity WHERE Name = '{play.name}'")
    account = Account.objects.get(pk=world.account.pk)
    assert (there["AccountId"], there["Amount"]) == (account.outside_id, 90_000)
    line = org.one(
        "SELECT PricebookEntry.Product2.Name, TotalPrice FROM OpportunityLineItem "
        f"WHERE OpportunityId = '{there['Id']}'"
    )
    assert line["TotalPrice"] == 90_000
    assert line["PricebookEntry"]["Product2"]["Name"] == play.cells.get().product_line.name
    page.goto(reverse("plays:show", args=[world.account.pk]))
    expect(page.locator(".play-card")).to_contain_text(play.name)
    expect(page.locator(".play-card")).not_to_contain_text("CRM asked")
    picture(page, "plays-in-the-crm-light")
    open_record(page, org, there["Id"])
    expect(page.locator("input[name=Name]")).to_have_value(play.name)


def test_the_heads_of_a_large_grid_stay_while_it_is_scrolled_both_ways(
    open_page: Open, world: World
) -> None:
    """120 columns × 60 lines, of which one family is open."""
    for number in range(119):
        makers.unit(world.account, f"Site {number:03}")
    for number in range(57):
        makers.line(f"Line {number:02}", family=f"Family {number % 5}")
    page = open_page(f"{world.url('show')}?units=none&open=1", person=world.owner)
    scrolled = page.locator(".ws-scroll")
    heads = page.locator('.ws thead th[scope="col"]')
    rows = page.locator('.ws tbody th[scope="row"]')
    expect(heads).to_have_count(120)
    frame, head, row = (_box(one) for one in (scrolled, heads.nth(40), rows.nth(6)))
    scrolled.evaluate("grid => grid.scrollTo(1500, 160)")
    assert scrolled.evaluate("grid => [grid.scrollLeft, grid.scrollTop]") == [1500, 160]
    moved_head, moved_row = _box(heads.nth(40)), _box(rows.nth(6))
    assert moved_head["x"] == pytest.approx(head["x"] - 1500, abs=1)
    assert moved_head["y"] == pytest.approx(frame["y"], abs=1)
    assert moved_row["x"] == pytest.approx(frame["x"], abs=1)
    assert moved_row["y"] == pytest.approx(row["y"] - 160, abs=1)


def _box(part: Locator) -> FloatRect:
    found = part.bounding_box()
    assert found is not None
    return found


def test_words_of_a_note_become_an_action_by_keyboard(open_page: Open, ranked: World) -> None:
    Play.objects.create(account=ranked.account, name="Trial", created_on=makers.TODAY)
    page = open_page(ranked.cell(), person=ranked.owner)
    evidence = page.locator("#fact-need textarea").first
    evidence.fill("They want it. Ask the plant for the date.")
    offered = page.locator("said-action")
    expect(offered).to_be_hidden()
    evidence.evaluate("note => note.setSelectionRange(14, 40)")
    expect(offered).to_be_visible()
    page.keyboard.press("Alt+a")
    first = page.locator("input[name=subject]").first
    expect(first).to_have_value("Ask the plant for the date")
    page.get_by_role("button", name="Add them").click()
    expect(page.locator(".toast")).to_contain_text("1 action added")


def test_words_of_any_page_become_an_action_of_an_account(open_page: Open, planned: World) -> None:
    page = open_page("/plays/which?then=note&subject=They+want+a+date", person=planned.owner)
    expect(page.locator("said-action")).to_be_hidden()
    said = page.locator("main blockquote")
    said.evaluate("text => getSelection().selectAllChildren(text)")
    expect(page.locator("said-action")).to_be_visible()
    page.keyboard.press("Alt+a")
    page.get_by_role("link", name=planned.account.name).click()
    first = page.locator("input[name=subject]").first
    expect(first).to_have_value("They want a date")


def test_fantasy_is_marked_and_refused_from_every_sum(open_page: Open, planned: World) -> None:
    ranked = planned
    contact = makers.contact(ranked.account, "Nobody Reached", unit=ranked.units[1])
    page = open_page(ranked.cell(), person=ranked.owner)
    for box, amount in (("Low", "800k"), ("Likely", "900k"), ("High", "1m")):
        page.locator("#fact-value").get_by_label(box, exact=True).fill(amount)
    page.locator("#fact-need textarea").focus()
    expect(page.locator("#fact-value .pos")).to_be_visible()
    page.goto(ranked.url("show"))
    here = page.locator(f'td > a[href="{ranked.units[1].pk}/{ranked.lines[1].pk}"]')
    expect(here).to_have_class(re.compile(r"^f\b"))
    expect(page.locator(".ws-sums, .ws-head").first).not_to_contain_text("900k")
    expect(page.locator(".ws-left summary")).to_contain_text("1 fantasy (£900k)")
    page.locator(".ws-left summary").click()
    expect(page.locator("main")).to_contain_text("1 cell left out: fantasy, no path")
    page.goto(f"{reverse('plays:start', args=[ranked.account.pk])}?cell={ranked.here}")
    expect(page.locator("#play")).to_contain_text("Fantasy, no path")
    page.get_by_label("Target close date").fill(timezone.now().date().isoformat())
    page.get_by_label("Keep it as an idea of the plan").check()
    page.get_by_role("button", name="Make the play").click()
    expect(page.locator(".play-card")).to_have_count(1)
    page.goto(reverse("plan:bridge", args=[ranked.account.pk]))
    expect(page.locator("main")).to_contain_text("adds nothing: fantasy, no path")
    expect(page.locator(".bar-parts tr", has_text=Play.objects.get().name)).to_have_count(0)
    assert contact.unit_id == ranked.units[1].pk


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


def test_the_pages_fit_a_phone_and_a_frame(open_page: Open, ranked: World, picture: Any) -> None:
    line = ranked.lines[1]
    template = PlayTemplate.objects.create(
        name="Field trial", line=line, steps=[["Meet the director", 0, "account manager"]]
    )
    page = open_page(ranked.url("show"), person=ranked.owner, width=390, colours="dark")
    for name, path in (
        ("whitespace", ranked.url("show")),
        ("sheet", ranked.url("sheet-in")),
        ("plays", reverse("plays:show", args=[ranked.account.pk])),
        ("note", reverse("plays:from-note", args=[ranked.account.pk])),
        ("library", reverse("library:template", args=[template.pk])),
        ("write", reverse("library:edit", args=[template.pk])),
    ):
        page.goto(path)
        assert not accessibility_faults(page), name
        for width in (620, 390):
            page.set_viewport_size({"width": width, "height": 900})
            assert sideways_overflow(page) <= 0, (name, width)
        picture(page, f"{name}-390")
