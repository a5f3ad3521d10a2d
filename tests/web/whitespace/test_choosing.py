"""Filters, orders and what a cell shows: each leaves, sorts or writes exactly what it names."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from sightline.records.models import Cell, CellFact
from tests.web.laid_out import one_line
from tests.web.whitespace.test_grid import World, world

__all__ = ["world"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def told(client: Client, world: World) -> World:
    """Two open cells with a value and an owner of one, one held in-house, three not asked."""
    top, below = world.units
    owner = world.owner.crm_user
    day = timezone.now().date() - timedelta(days=200)
    for unit, line, likely, mine in ((top, 1, 90_000_00, True), (below, 2, 30_000_00, False)):
        cell = Cell.objects.create(
            account=world.account,
            unit=unit,
            product_line=world.lines[line],
            owner=owner if mine else None,
        )
        about = {"cell": cell, "source": "call", "said_on": day}
        CellFact.objects.create(kind="need", level=1 if mine else 3, **about)
        CellFact.objects.create(kind="value_hand", likely=likely, currency="GBP", **about)
        for kind in ("access", "budget"):
            CellFact.objects.create(kind=kind, level=1 if mine else 3, text="met", **about)
    house = Cell.objects.create(account=world.account, unit=top, product_line=world.lines[2])
    CellFact.objects.create(
        cell=house, kind="holder", choice="in_house", source="call", said_on=day
    )
    client.force_login(world.owner)
    return world


def cells(client: Client, world: World, query: str) -> list[str]:
    """The cells of the list in its order, as "unit-line" by place: "0-1" is the first unit's second
    line."""
    body = one_line(client.get(f"{world.url('show')}?as=table&{query}").content.decode())
    units = {str(unit.pk): at for at, unit in enumerate(world.units)}
    lines = {str(line.pk): at for at, line in enumerate(world.lines)}
    found = re.findall(r'name="cell" value="(\d+)-(\d+)"', body)
    return [f"{units[unit]}-{lines[line]}" for unit, line in found]


def square(client: Client, world: World, show: str, *, unit: int, line: int) -> str:
    """What the grid writes in one cell."""
    body = client.get(f"{world.url('show')}?show={show}").content.decode()
    href = f"{world.units[unit].pk}/{world.lines[line].pk}"
    found = re.search(rf'href="{href}">([^<]*)<', body)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("family=Platform", {"0-0", "1-0"}),
        ("family=Insight", {"0-1", "1-1", "0-2", "1-2"}),
        ("state=owned", {"0-0"}),
        ("state=open", {"0-1", "1-2"}),
        ("state=in_house", {"0-2"}),
        ("fit=counted", {"0-1", "1-2"}),
        ("family=Insight&state=open&fit=counted", {"0-1", "1-2"}),
        ("family=Platform&state=open", set()),
    ],
)
def test_a_filter_leaves_the_cells_it_names(
    client: Client, told: World, query: str, left: set[str]
) -> None:
    assert set(cells(client, told, query)) == left


def test_the_owner_filter_leaves_what_somebody_works(client: Client, told: World) -> None:
    assert told.owner.crm_user is not None
    assert cells(client, told, f"owner={told.owner.crm_user.pk}") == ["0-1"]


def test_value_rank_and_name_put_the_cells_in_another_order(client: Client, told: World) -> None:
    open_ = "state=open&by="
    assert cells(client, told, f"{open_}value") == ["0-1", "1-2"]
    assert cells(client, told, f"{open_}rank") == ["1-2", "0-1"]
    assert cells(client, told, "family=Insight&by=name") == ["0-1", "1-1", "0-2", "1-2"]


def test_a_cell_shows_its_state_money_rank_or_how_stale_it_is(client: Client, told: World) -> None:
    assert square(client, told, "state", unit=0, line=2) == "In-house"
    assert square(client, told, "money", unit=0, line=1) == "£90k"
    assert square(client, told, "rank", unit=0, line=1) == "£10k"
    assert square(client, told, "rank", unit=1, line=2) == "£30k"
    assert square(client, told, "staleness", unit=0, line=1) == "20 d over"
    assert square(client, told, "staleness", unit=1, line=0) == "–"
