"""The grid: who sees it, what a cell says, how one fact is saved, and two people on one cell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sightline.records.models import (
    Account,
    AccountMeasures,
    CellFact,
    CellMeasures,
    CrmUser,
    JournalEntry,
    ProductLine,
    SignIn,
    Unit,
)
from tests import makers
from tests.web.laid_out import one_line

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


@dataclass
class World:
    """An account with two units, one inside the other, and three lines in two families."""

    account: Account
    owner: SignIn
    units: list[Unit]
    lines: list[ProductLine]

    def url(self, name: str, *more: Any) -> str:
        return reverse(f"whitespace:{name}", args=[self.account.pk, *more])

    @property
    def here(self) -> str:
        """The second unit's second line, as forms name it."""
        return f"{self.units[1].pk}-{self.lines[1].pk}"

    def cell(self, name: str = "cell") -> str:
        return self.url(name, str(self.units[1].pk), str(self.lines[1].pk))


@pytest.fixture
def world() -> World:
    makers.company()
    user = makers.crm_user("Dana")
    owner = makers.sign_in("account_manager", user=user, name="Dana Whitfield")
    account = makers.account("Helvion", owner=user, industry="Machines")
    top = makers.unit(account, "Europe", employees=900)
    below = makers.unit(account, "Plant <North>", parent=top, employees=200)
    lines = [
        makers.line("Core", family="Platform"),
        makers.line("Analytics", family="Insight"),
        makers.line("Training", family="Insight"),
    ]
    AccountMeasures.objects.create(
        account=account,
        currency="GBP",
        as_of=makers.TODAY,
        ledger_version=1,
        owned_cells=1,
        r12=64_000_00,
        monthly=[0] * 36,
    )
    CellMeasures.objects.create(
        account=account, unit=top, product_line=lines[0], r12=64_000_00, owned=True
    )
    return World(account, owner, [top, below], lines)


def test_each_cell_says_its_state_and_opens_by_a_plain_link(client: Client, world: World) -> None:
    client.force_login(world.owner)
    body = client.get(world.url("show")).content.decode()
    top, core = world.units[0].pk, world.lines[0].pk
    assert f'<a class="o" href="{top}/{core}">£64k</a>' in body
    assert "Plant &lt;North&gt;" in body
    assert "<North>" not in body


def test_a_cell_of_the_grid_costs_at_most_sixty_bytes(client: Client, world: World) -> None:
    """Whatever a competitor is called, however large the numbers of units and lines have grown,
    and folded or not."""
    large = makers.unit(world.account, "Old", parent=world.units[0], pk=123_456)
    line = ProductLine.objects.create(pk=7_890, name="Late", family=world.lines[1].family)
    client.force_login(world.owner)
    said = {"kind": "competitor", "competitor": "Müller & Söhne <Großhandel> Übersee GmbH"}
    client.post(world.url("holder-say", str(large.pk), str(line.pk)), {"version": "0", **said})
    for query, count in (({}, 12), ({"units": "none"}, 4)):
        body = client.get(world.url("show"), query).content.decode()
        cells = re.findall(r"<td><a class=.*?</a>", body)
        assert len(cells) == count
        assert max(len(cell.encode()) for cell in cells) <= 60
    assert ">Müller…<" in client.get(world.url("show")).content.decode()


def test_the_cell_of_another_persons_account_is_unknown(client: Client, world: World) -> None:
    client.force_login(makers.sign_in("account_manager", user=makers.crm_user()))
    for url in (world.url("show"), world.cell()):
        assert client.get(url).status_code == 404
    assert client.post(world.cell("need-say"), {"level": "2"}).status_code == 404
    assert not CellFact.objects.exists()


def test_operations_sees_the_account_but_not_its_whitespace(client: Client, world: World) -> None:
    client.force_login(makers.sign_in("operations", user=makers.crm_user()))
    assert client.get(world.url("show")).status_code == 403


def test_a_reader_reads_and_may_not_write(client: Client, world: World) -> None:
    from sightline.records.models import AccountGrant

    reader = makers.sign_in("reader")
    AccountGrant.objects.create(account=world.account, sign_in=reader)
    client.force_login(reader)
    page = client.get(world.cell())
    assert page.status_code == 200
    assert "hidden: it rests on opinions" in page.content.decode().lower()
    assert client.post(world.cell("need-say"), {"level": "2"}).status_code == 403
    assert not CellFact.objects.exists()


@pytest.mark.parametrize(
    ("unit", "line"), [("999999", "1"), ("account", "999999"), ("x", "1"), ("other", "1")]
)
def test_an_unknown_cell_is_not_found(client: Client, world: World, unit: str, line: str) -> None:
    client.force_login(world.owner)
    assert client.get(world.url("cell", unit, line)).status_code == 404


def test_the_need_saves_itself_and_the_cell_says_how_it_looks_now(
    client: Client, world: World
) -> None:
    client.force_login(world.owner)
    form = {"version": "0", "level": "2", "evidence": "spreadsheets"}
    answer = client.post(world.cell("need-say"), form, headers=FRAGMENT)
    fact = CellFact.objects.get()
    body = answer.content.decode()
    assert (answer.status_code, fact.level, fact.text) == (200, 2, "spreadsheets")
    assert f'name="version" value="{fact.pk}"' in body
    assert f'data-here="{world.units[1].pk}/{world.lines[1].pk}" data-look="k"' in body
    assert JournalEntry.objects.filter(verb="say_need").count() == 1


def test_a_plain_post_leads_back_to_the_cell(client: Client, world: World) -> None:
    client.force_login(world.owner)
    answer = client.post(world.cell("need-say"), {"version": "0", "level": "1"})
    assert (answer.status_code, answer["Location"]) == (303, world.cell())


def test_two_people_on_one_fact_both_values_are_shown_and_typing_is_kept(
    client: Client, world: World
) -> None:
    client.force_login(world.owner)
    client.post(world.cell("need-say"), {"version": "0", "level": "3", "evidence": "burning"})
    form = {"version": "0", "level": "1", "evidence": "just curious"}
    answer = client.post(world.cell("need-say"), form, headers=FRAGMENT)
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "burning" in body and "just curious" in body
    assert CellFact.objects.get(ended_at=None).level == 3
    newest = CellFact.objects.get(ended_at=None).pk
    again = {"version": str(newest), "level": "1", "evidence": "just curious"}
    assert client.post(world.cell("need-say"), again, headers=FRAGMENT).status_code == 200
    assert CellFact.objects.get(ended_at=None).level == 1


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("need-say", {"level": "7"}),
        ("holder-say", {"kind": "competitor"}),
        ("holder-say", {"kind": "nonsense"}),
        ("eligibility-say", {"kind": "not_applicable"}),
        ("access-say", {"level": "2"}),
        ("value-say", {"likely": "lots"}),
        ("value-say", {"likely": "10", "low": "20"}),
        ("value-say", {}),
    ],
)
def test_what_a_rule_refuses_is_said_beside_the_field(
    client: Client, world: World, name: str, form: dict[str, str]
) -> None:
    client.force_login(world.owner)
    answer = client.post(world.cell(name), {"version": "0", **form}, headers=FRAGMENT)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert not CellFact.objects.exists()


@pytest.mark.parametrize(
    ("typed", "minor"), [("150k", 150_000_00), ("£1.2m", 1_200_000_00), ("90,000", 90_000_00)]
)
def test_a_value_is_taken_as_people_write_it(
    client: Client, world: World, typed: str, minor: int
) -> None:
    client.force_login(world.owner)
    client.post(world.cell("value-say"), {"version": "0", "likely": typed})
    assert CellFact.objects.get().likely == minor


def test_price_times_quantity_is_a_method_of_its_own(client: Client, world: World) -> None:
    client.force_login(world.owner)
    client.post(world.cell("value-say"), {"version": "0", "price": "120", "quantity": "40"})
    fact = CellFact.objects.get()
    assert (fact.kind, fact.likely, fact.text) == ("value_price", 4_800_00, "120 × 40")


@pytest.mark.parametrize(
    "amounts", [{"likely": "999999999999999m"}, {"price": "9000000000", "quantity": "99999999"}]
)
def test_an_amount_that_cannot_be_kept_is_refused(
    client: Client, world: World, amounts: dict[str, str]
) -> None:
    client.force_login(world.owner)
    answer = client.post(world.cell("value-say"), {"version": "0", **amounts})
    assert answer.status_code == 422
    assert "larger than an amount can be" in answer.content.decode()
    assert not CellFact.objects.exists()


def test_an_override_of_access_is_marked_and_taken_back(client: Client, world: World) -> None:
    client.force_login(world.owner)
    form = {"version": "0", "level": "3", "reason": "met her in May"}
    body = client.post(world.cell("access-say"), form, headers=FRAGMENT).content.decode()
    assert "Set to 3 (computed 0): met her in May" in body
    back = {"version": str(CellFact.objects.get().pk), "back": "1"}
    assert client.post(world.cell("access-say"), back, headers=FRAGMENT).status_code == 200
    assert not CellFact.objects.filter(ended_at=None).exists()


@pytest.mark.parametrize("name", ["need-say", "holder-say", "value-say", "budget-say"])
def test_facts_are_posted_not_fetched(client: Client, world: World, name: str) -> None:
    client.force_login(world.owner)
    assert client.get(world.cell(name)).status_code == 405


def test_a_competitor_is_kept_in_two_taps(client: Client, world: World) -> None:
    client.force_login(world.owner)
    client.post(world.cell("holder-say"), {"kind": "competitor", "competitor": "Tessera"})
    other = world.url("cell-sighting", str(world.units[0].pk), str(world.lines[2].pk))
    assert 'name="name" value="Tessera"' in one_line(client.get(other).content.decode())
    form = {"unit": world.units[0].pk, "line": world.lines[2].pk, "name": "Tessera"}
    assert client.post(other, form).status_code == 303
    newest = CellFact.objects.latest("pk")
    assert newest.competitor is not None
    assert (newest.competitor.name, newest.reported, newest.confidence) == ("Tessera", True, "low")


def test_a_unit_with_parts_folds_to_the_sum_of_its_parts(client: Client, world: World) -> None:
    client.force_login(world.owner)
    body = client.get(world.url("show"), {"units": "none"}).content.decode()
    assert "with 1 part" in body
    assert "Plant &lt;North&gt;" not in body


def test_the_table_holds_the_same_cells(client: Client, world: World) -> None:
    client.force_login(world.owner)
    body = client.get(world.url("show"), {"as": "table"}).content.decode()
    assert body.count('<th scope="row">') == 6
    filtered = client.get(world.url("show"), {"as": "table", "state": "owned"}).content.decode()
    assert filtered.count('<th scope="row">') == 1


def test_opening_the_grid_again_asks_as_much_at_ten_lines_as_at_a_hundred(
    client: Client, world: World
) -> None:
    client.force_login(world.owner)

    def queries() -> int:
        client.get(world.url("show"))
        with CaptureQueriesContext(connection) as found:
            client.get(world.url("show"))
        return len(found)

    few = queries()
    for number in range(100):
        makers.line(f"More {number}", family=f"Family {number % 8}")
    JournalEntry.objects.create(verb="test", account=world.account)
    assert queries() == few


def test_a_grid_larger_than_a_page_comes_in_bands(client: Client, world: World) -> None:
    for number in range(60):
        makers.unit(world.account, f"Unit {number}", parent=None)
    for number in range(40):
        makers.line(f"More {number}", family="Large")
    client.force_login(world.owner)
    body = client.get(world.url("show"), {"units": "none", "open": "1"}).content.decode()
    assert len(re.findall(r"<td><a class=", body)) <= 1500
    more = re.search(r'hx-get="([^"]+)"', body)
    assert more is not None
    rest = client.get(more[1].replace("&amp;", "&"), headers=FRAGMENT).content.decode()
    assert "<html" not in rest
    whole = re.findall(r'<th scope="row">([^<]+)<', body) + re.findall(
        r'<th scope="row">([^<]+)<', rest
    )
    assert len(whole) == len(set(whole))


def test_what_changes_elsewhere_is_seen_at_the_next_look(client: Client, world: World) -> None:
    client.force_login(world.owner)
    client.get(world.url("show"))
    client.post(world.cell("holder-say"), {"kind": "competitor", "competitor": "Tessera"})
    assert "Tessera" in client.get(world.url("show")).content.decode()
    assert CrmUser.objects.count() == 1


def test_the_spreadsheet_holds_every_cell_and_runs_no_formula(client: Client, world: World) -> None:
    client.force_login(world.owner)
    client.post(world.cell("need-say"), {"level": "2", "evidence": "=1+1"})
    answer = client.get(world.url("sheet"))
    rows = answer.content.decode("utf-8-sig").strip().splitlines()
    assert len(rows) == 7
    assert "'=1+1" in answer.content.decode()
    client.force_login(makers.sign_in("account_manager", user=makers.crm_user()))
    assert client.get(world.url("sheet")).status_code == 404
