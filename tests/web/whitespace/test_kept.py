"""A large grid left ready by a job: the same as computed, caught up with what was said since."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from sightline.actions.kept_grids import forget_grids, keep_again, keep_grid, keep_grids
from sightline.actions.progress import Silent
from sightline.records.models import KeptGrid, KeptGridPart, Plan, Unit
from sightline.records.queries.whitespace import grid
from tests import makers
from tests.web.whitespace.test_grid import World, world

__all__ = ["world"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(client: Client, world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(grid, "KEEP_FROM", 1)
    grid.forget()
    assert keep_grid(world.account.pk)
    client.force_login(world.owner)
    return world


def refuse(*_args: Any, **_more: Any) -> Any:
    raise AssertionError("computed, though it was left ready")


def pages(client: Client, world: World) -> list[bytes]:
    """What the grid and the table say, without what changes with every answer."""
    found = []
    for query in ("", "?as=table", "?state=open", "?by=rank&show=rank"):
        body = client.get(world.url("show") + query).content
        found.append(body[body.index(b"<main") :])
    return found


def test_what_was_left_ready_is_what_would_be_computed(
    client: Client, kept: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(grid, "compute_grid", refuse)
        ready = pages(client, kept)
    forget_grids()
    grid.forget()
    assert [_plain(one) for one in pages(client, kept)] == [_plain(one) for one in ready]


def _plain(body: bytes) -> bytes:
    """Without the tokens of the forms."""
    parts = body.split(b'name="csrfmiddlewaretoken" value="')
    return parts[0] + b"".join(part[part.index(b'"') :] for part in parts[1:])


def test_what_was_said_since_is_worked_into_what_was_left_ready(
    client: Client, kept: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = kept.cell("need-say")
    assert client.post(where, {"version": "0", "level": "2"}).status_code == 303
    grid.forget()
    monkeypatch.setattr(grid, "compute_grid", refuse)
    said = client.get(kept.cell()).content.decode()
    assert 'name="level" value="2" checked' in " ".join(said.split())


def test_bytes_of_somebody_else_and_parts_that_are_gone_are_computed_again(
    client: Client, kept: World
) -> None:
    before = [_plain(one) for one in pages(client, kept)]
    KeptGridPart.objects.all().delete()
    grid.forget()
    assert [_plain(one) for one in pages(client, kept)] == before
    row = KeptGrid.objects.get()
    KeptGrid.objects.update(head=bytes(row.head)[:-1] + b"x")
    grid.forget()
    assert [_plain(one) for one in pages(client, kept)] == before


def test_grids_without_a_running_plan_and_small_ones_are_not_kept(kept: World) -> None:
    assert keep_grids(job=Silent()) == 0
    assert not KeptGrid.objects.exists()
    _plan(kept)
    assert keep_grids(job=Silent()) == 1


def _plan(world: World) -> Plan:
    return Plan.objects.create(
        account=world.account,
        year=makers.TODAY.year,
        starts_on=date(2000, 1, 1),
        ends_on=date(2100, 1, 1),
        currency="GBP",
    )


def test_a_small_grid_is_computed_when_it_is_looked_at(world: World) -> None:
    assert not keep_grid(world.account.pk)
    assert not KeptGrid.objects.exists()


def test_after_a_change_of_units_the_job_leaves_the_grid_ready_for_every_process(
    client: Client, kept: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = _plan(kept)
    assert client.get(kept.url("show")).status_code == 200  # this process holds the grid
    client.post(kept.cell("need-say"), {"version": "0", "level": "2"})
    assert not keep_again(plan.pk)  # readers work that in themselves
    client.post(kept.url("units"), {"act": "add", "name": "New site"})
    assert Unit.objects.filter(name="New site").exists()
    assert keep_again(plan.pk)
    assert not keep_again(plan.pk)
    monkeypatch.setattr(grid, "compute_grid", refuse)
    assert "New site" in client.get(kept.url("show")).content.decode()
    grid.forget()
    assert "New site" in client.get(kept.url("show")).content.decode()
