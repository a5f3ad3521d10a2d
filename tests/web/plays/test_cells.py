"""What a play is about, changed after it was made; everybody who may not is refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from sightline.actions import units
from sightline.records.models import (
    Job,
    JournalEntry,
    OpportunityLine,
    Play,
    Source,
    SyncConnection,
)
from sightline.records.scoping import person_of
from tests import makers
from tests.web.plays.test_plays import World, world

__all__ = ["world"]
pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def cells_of(play: Play) -> list[tuple[int | None, int]]:
    return list(play.cells.order_by("pk").values_list("unit_id", "product_line_id"))


def test_cells_come_and_go_and_the_crm_is_asked_where_it_has_the_play(
    client: Client, world: World
) -> None:
    play = world.make(client, value="90k")
    url = world.url("cells", play.pk)
    page = client.get(url).content.decode()
    assert f'value="{world.cells[0]}" checked' in " ".join(page.split())
    other = {"version": play.version, "line": world.lines[1].pk, "unit": world.unit.pk}
    assert client.post(url, {**other, "cell": world.cells[0]}).status_code == 303
    analytics, training = ((world.unit.pk, one.pk) for one in world.lines)
    assert cells_of(play) == [analytics, training]
    assert not Job.objects.filter(name="crm.update_opportunity").exists()
    deal = makers.opportunity(world.account, "Analytics", amount=90_000_00)
    Play.objects.filter(pk=play.pk).update(opportunity=deal)
    form = {"version": play.version + 1, "cell": world.cells[1]}
    assert client.post(url, form).status_code == 303
    assert cells_of(play) == [training]
    assert Job.objects.get(name="crm.update_opportunity").payload["play"] == play.pk
    told = JournalEntry.objects.filter(verb="set_play_cells").latest("pk").changes["cells"]
    assert [len(one) for one in told] == [2, 1]
    assert told[1][0]["amount"] == 90_000_00  # the value stays


def test_nothing_ticked_is_refused_and_a_change_meanwhile_keeps_what_was_ticked(
    client: Client, world: World
) -> None:
    play = world.make(client)
    url = world.url("cells", play.pk)
    assert client.post(url, {"version": play.version}).status_code == 422
    late = client.post(url, {"version": play.version - 1, "cell": world.cells[1]})
    assert late.status_code == 409
    ticked = [one.key for one in late.context["own"] if one.ticked]
    assert ticked == [world.cells[1]]
    assert cells_of(play) == [(world.unit.pk, world.lines[0].pk)]
    assert client.post(url, {"version": play.version, "cell": "9999-1"}).status_code == 404


def test_who_may_not_change_the_plan_changes_no_cells(client: Client, world: World) -> None:
    play = world.make(client)
    pages = [world.url(name, play.pk) for name in ("cells", "lines")]
    assert client.get(pages[1]).status_code == 405
    assert client.post(world.url("cells", play.pk + 9), {}).status_code == 404
    assert client.post(pages[1]).status_code == 422  # it has no opportunity yet
    for person, status in (
        (makers.sign_in("account_manager"), 404),
        (makers.sign_in("marketing"), 403),
    ):
        client.force_login(person)
        assert [client.post(page, {}).status_code for page in pages] == [status] * 2


def test_a_cell_that_the_linked_opportunity_does_not_sell_is_said_and_its_line_offered(
    client: Client, world: World
) -> None:
    source = Source.objects.create(name="Org", kind="salesforce")
    SyncConnection.objects.create(source=source, brand="memory")
    deal = makers.opportunity(world.account, "Analytics", source=source)
    OpportunityLine.objects.create(opportunity=deal, product_line=world.lines[0], total=5)
    play = world.make(client, cell=world.cells, crm=f"link:{deal.pk}")
    board = client.get(world.url("show")).content.decode()
    assert "The opportunity has no line for Training" in board
    assert "no line for Analytics" not in board
    assert client.post(world.url("lines", play.pk)).status_code == 303
    assert Job.objects.filter(name="crm.update_opportunity").exists()


def test_units_that_become_one_leave_each_cell_of_a_play_once(client: Client, world: World) -> None:
    play = world.make(client)
    into = makers.unit(world.account, "Works")
    units.merge_unit(person_of(world.owner), world.unit.pk, into.pk, now=NOW)
    assert cells_of(play) == [(into.pk, world.lines[0].pk)]
    assert JournalEntry.objects.filter(verb="set_play_cells", subject_id=play.pk).exists()
