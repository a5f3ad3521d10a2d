"""The page of units: adding in place, refused where it must be."""

from __future__ import annotations

import pytest
from django.test import Client

from sightline.records.models import Unit
from tests import makers
from tests.web.whitespace.test_grid import World, world

__all__ = ["world"]
pytestmark = pytest.mark.django_db


def test_a_unit_added_in_place_is_a_column_at_once(client: Client, world: World) -> None:
    client.force_login(world.owner)
    client.get(world.url("show"))
    form = {"act": "add", "name": "Asia & Pacific", "employees": "3100"}
    assert client.post(world.url("units"), form).status_code == 303
    body = client.get(world.url("show")).content.decode()
    assert "Asia &amp; Pacific" in body and "3,100 staff" in body


@pytest.mark.parametrize(
    "form", [{"act": "add", "name": ""}, {"act": "merge"}, {"act": "nonsense"}, {}]
)
def test_what_cannot_be_done_is_said_and_typing_is_kept(
    client: Client, world: World, form: dict[str, str]
) -> None:
    client.force_login(world.owner)
    before = Unit.objects.count()
    answer = client.post(world.url("units"), {**form, "employees": "77"})
    assert answer.status_code == 422
    assert 'value="77"' in answer.content.decode()
    assert Unit.objects.count() == before


def test_only_the_team_changes_units(client: Client, world: World) -> None:
    client.force_login(makers.sign_in("account_manager", user=makers.crm_user()))
    assert client.get(world.url("units")).status_code == 404
    assert client.post(world.url("units"), {"act": "add", "name": "x"}).status_code == 404
