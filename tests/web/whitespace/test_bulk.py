"""Many cells in one step: preview, change, undo."""

from __future__ import annotations

import pytest
from django.test import Client

from sightline.records.models import CellFact
from tests import makers
from tests.web.whitespace.test_grid import World, world

__all__ = ["world"]
pytestmark = pytest.mark.django_db


def cells(world: World) -> list[str]:
    return [f"{world.units[1].pk}-{line.pk}" for line in world.lines[:2]]


def test_preview_changes_nothing_then_the_step_changes_all_and_undo_takes_it_back(
    client: Client, world: World
) -> None:
    client.force_login(world.owner)
    form = {"cell": cells(world), "what": "not_applicable", "text": "no <machines> there"}
    preview = client.post(world.url("bulk"), form)
    body = preview.content.decode()
    assert preview.status_code == 200
    assert "2 cells" in body and "no &lt;machines&gt; there" in body
    assert not CellFact.objects.exists()
    assert client.post(world.url("bulk"), {**form, "sure": "1"}).status_code == 303
    assert CellFact.objects.filter(ended_at=None, choice="not_applicable").count() == 2
    batch = CellFact.objects.latest("pk").batch_id
    assert client.get(world.url("bulk-undo", batch)).status_code == 405
    assert client.post(world.url("bulk-undo", batch)).status_code == 303
    assert not CellFact.objects.filter(ended_at=None).exists()


@pytest.mark.parametrize(
    "form",
    [
        {"what": "need", "text": "9"},
        {"what": "value", "text": "much"},
        {"what": "blocked", "text": "", "sure": "1"},
        {"what": "competitor", "text": "", "sure": "1"},
        {"what": "nonsense", "text": ""},
        {"what": "blocked", "text": "tender", "day": "soon", "sure": "1"},
    ],
)
def test_what_cannot_be_said_is_refused_before_anything_changes(
    client: Client, world: World, form: dict[str, str]
) -> None:
    client.force_login(world.owner)
    answer = client.post(world.url("bulk"), {"cell": cells(world), **form})
    assert answer.status_code == 422
    assert not CellFact.objects.exists()


@pytest.mark.parametrize("what", ["blocked", "competitor"])
def test_a_block_and_a_competitors_contract_carry_their_day(
    client: Client, world: World, what: str
) -> None:
    client.force_login(world.owner)
    form = {"cell": cells(world), "what": what, "text": "Tessera", "day": "2027-03-31"}
    assert ": Tessera" in client.post(world.url("bulk"), form).content.decode()
    assert client.post(world.url("bulk"), {**form, "sure": "1"}).status_code == 303
    said = CellFact.objects.filter(ended_at=None).values_list("until", flat=True)
    assert [f"{day}" for day in said] == ["2027-03-31"] * 2


def test_no_cell_chosen_is_said(client: Client, world: World) -> None:
    client.force_login(world.owner)
    assert client.post(world.url("bulk"), {"what": "open", "sure": "1"}).status_code == 422


def test_somebody_else_may_neither_change_nor_undo(client: Client, world: World) -> None:
    client.force_login(world.owner)
    form = {"cell": cells(world), "what": "need", "text": "2", "sure": "1"}
    client.post(world.url("bulk"), form)
    batch = CellFact.objects.latest("pk").batch_id
    client.force_login(makers.sign_in("account_manager", user=makers.crm_user()))
    assert client.post(world.url("bulk"), form).status_code == 404
    assert client.post(world.url("bulk-undo", batch)).status_code == 404
    assert CellFact.objects.filter(ended_at=None).count() == 2


def test_several_cells_lead_to_one_play(client: Client, world: World) -> None:
    client.force_login(world.owner)
    answer = client.post(world.url("bulk"), {"cell": cells(world), "what": "open", "play": "1"})
    assert answer.status_code == 303
    proposed = client.get(answer["Location"]).content.decode()
    assert all(f'name="cell" value="{one}"' in proposed for one in cells(world))
    assert not CellFact.objects.exists()
