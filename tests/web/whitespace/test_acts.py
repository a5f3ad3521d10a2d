"""Acts on a whole cell: all right as it stands, who works it, which of its values counts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from sightline.records.models import CellFact, CellMeasures, CrmUser, Priority
from sightline.records.queries.company import company_facts
from tests import makers
from tests.web.laid_out import one_line
from tests.web.whitespace.test_grid import FRAGMENT, World, world

__all__ = ["world"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def told(client: Client, world: World) -> World:
    """A cell of which two things were said a year ago: a need, and a competitor by hearsay."""
    client.force_login(world.owner)
    client.post(world.cell("need-say"), {"version": "0", "level": "2", "evidence": "sheets"})
    client.post(world.cell("cell-sighting"), {**place(world), "name": "Tessera"})
    CellFact.objects.update(said_on=today() - timedelta(days=400))
    return world


def place(world: World) -> dict[str, Any]:
    return {"unit": world.units[1].pk, "line": world.lines[1].pk}


def today() -> date:
    return company_facts().today(timezone.now())


def standing() -> list[int]:
    return list(CellFact.objects.filter(ended_at=None).order_by("pk").values_list("pk", flat=True))


def test_confirming_says_everything_again_as_of_today(client: Client, told: World) -> None:
    page = one_line(client.get(told.cell()).content.decode())
    seen = standing()
    assert all(f'form="ws-confirm" name="seen" value="{one}"' in page for one in seen)
    answer = client.post(told.cell("cell-confirm"), {"seen": seen}, headers=FRAGMENT)
    body = answer.content.decode()
    assert answer.status_code == 200 and "<html" not in body
    assert "Confirmed by Dana Whitfield" in body
    facts = {one.kind: one for one in CellFact.objects.filter(ended_at=None)}
    assert {one.said_on for one in facts.values()} == {today()}
    assert (facts["need"].level, facts["need"].text) == (2, "sheets")
    holder = facts["holder"]
    assert (holder.reported, holder.confidence) == (False, "medium")
    assert holder.competitor is not None and holder.competitor.name == "Tessera"


def test_what_somebody_said_meanwhile_is_not_confirmed_unseen(client: Client, told: World) -> None:
    seen = standing()
    client.post(told.cell("need-say"), {"version": str(seen[0]), "level": "0"})
    before = standing()
    assert client.post(told.cell("cell-confirm"), {"seen": seen}).status_code == 409
    assert standing() == before


def test_a_cell_gets_an_owner_and_the_grid_is_filtered_by_it(client: Client, told: World) -> None:
    dana = CrmUser.objects.get(name="Dana")
    assert client.post(told.cell("cell-own"), {"owner": dana.pk}).status_code == 303
    client.get(told.url("show"))
    rows = client.get(told.url("show"), {"as": "table", "owner": dana.pk}).content.decode()
    assert rows.count('<th scope="row">') == 1
    assert client.post(told.cell("cell-own"), {"owner": "999999"}).status_code == 422


def test_the_value_that_counts_is_chosen_until_a_newer_one_is_said(
    client: Client, told: World
) -> None:
    client.post(told.cell("value-say"), {"version": "0", "price": "10", "quantity": "7"})
    client.post(told.cell("value-say"), {"version": "0", "likely": "500"})
    offered = client.get(told.cell()).content.decode()
    assert "By hand: £500" in offered and "Price × quantity: £70" in offered
    assert client.post(told.cell("cell-method"), {"method": "price"}).status_code == 303
    assert "likely £70" in client.get(told.cell()).content.decode()
    hand = CellFact.objects.get(kind="value_hand", ended_at=None).pk
    client.post(told.cell("value-say"), {"version": str(hand), "likely": "900"})
    assert "likely £900" in client.get(told.cell()).content.decode()
    assert client.post(told.cell("cell-method"), {"method": "magic"}).status_code == 422


def test_the_customers_priorities_and_known_competitors_are_offered(
    client: Client, told: World
) -> None:
    Priority.objects.create(
        account=told.account, link="goal", words="Fewer <stops>", said_on=makers.TODAY
    )
    body = client.get(told.cell()).content.decode()
    assert 'list="ws-priorities"' in body and '<option value="Fewer &lt;stops&gt;">' in body
    assert '<option value="Tessera">' in body
    form = {"version": "0", "level": "3", "priority": "Fewer <stops>"}
    other = told.url("need-say", str(told.units[0].pk), str(told.lines[1].pk))
    client.post(other, form)
    assert CellFact.objects.get(level=3).priority == "Fewer <stops>"


@pytest.mark.parametrize("name", ["cell-confirm", "cell-own", "cell-method"])
def test_only_the_team_acts_on_a_cell(client: Client, told: World, name: str) -> None:
    assert client.get(told.cell(name)).status_code == 405
    gone = told.url(name, str(told.units[1].pk), "999999")
    assert client.post(gone).status_code == 404
    before = standing()
    client.force_login(makers.sign_in("account_manager", user=makers.crm_user()))
    assert client.post(told.cell(name), {"method": "hand"}).status_code == 404
    assert standing() == before
    assert CellMeasures.objects.count() == 1
