"""Facts that cannot all hold are shown in the cell; several accounts of a family in one grid."""

from __future__ import annotations

import pytest
from django.test import Client

from sightline.records.models import CellMeasures, OpportunityLine, Unit
from tests import makers
from tests.web.whitespace.test_grid import World, world

__all__ = ["world"]
pytestmark = pytest.mark.django_db


def test_a_blocked_cell_with_an_open_deal_is_marked_and_its_panel_asks(
    client: Client, world: World
) -> None:
    unit, line = world.units[1], world.lines[1]
    deal = makers.opportunity(
        world.account, "Rollout", unit=unit, amount=70_000_00, stage=makers.stage("Proposal")
    )
    OpportunityLine.objects.create(opportunity=deal, product_line=line, total=70_000_00)
    client.force_login(world.owner)
    form = {"version": "0", "kind": "blocked", "reason": "frozen <until> May"}
    assert client.post(world.cell("eligibility-say"), form).status_code == 303
    grid = client.get(world.url("show")).content.decode()
    here = f'href="{unit.pk}/{line.pk}"'
    (cell,) = [one for one in grid.split("<td>") if here in one]
    assert cell.split('class="')[1].split('"')[0].split()[-1] == "x"
    assert "blocked, yet a deal is open" in client.get(world.cell()).content.decode().lower()
    only = client.get(world.url("show"), {"fit": "contradictory", "as": "table"}).content.decode()
    assert only.count('<th scope="row">') == 1


def test_a_cell_said_to_be_open_that_has_revenue_is_marked_and_its_panel_asks(
    client: Client, world: World
) -> None:
    client.force_login(world.owner)
    place = (str(world.units[0].pk), str(world.lines[0].pk))
    form = {"version": "0", "kind": "nobody"}
    assert client.post(world.url("holder-say", *place), form).status_code == 303
    grid = client.get(world.url("show")).content.decode()
    assert f'<a class="o x" href="{"/".join(place)}">£64k</a>' in grid
    panel = client.get(world.url("cell", *place)).content.decode().lower()
    assert "held by nobody, yet we sell there" in panel


def test_accounts_of_a_family_stand_in_one_grid_and_only_those_one_may_see(
    client: Client, world: World
) -> None:
    top, line = world.account, world.lines[1]
    for name, owner, sold in (
        ("Iberia", top.owner, 21_000_00),
        ("Secret", makers.crm_user(), 35_000_00),
    ):
        daughter = makers.account(f"Helvion {name}", parent=top, owner=owner)
        makers.unit(top, daughter.name, linked_account=daughter)
        CellMeasures.objects.create(account=daughter, product_line=line, r12=sold, owned=True)
    client.force_login(world.owner)
    grid = client.get(world.url("show")).content.decode()
    iberia = Unit.objects.get(name="Helvion Iberia")
    assert "Europe" in grid and "Helvion Iberia" in grid and "Helvion Secret" not in grid
    assert f'<a class="o" href="{iberia.pk}/{line.pk}">£21k</a>' in grid
    assert client.get(world.url("cell", str(iberia.pk), str(line.pk))).status_code == 200
    hidden = Unit.objects.get(name="Helvion Secret")
    assert client.get(world.url("cell", str(hidden.pk), str(line.pk))).status_code == 404
