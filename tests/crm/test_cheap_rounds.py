"""What a round costs in statements: a row that says nothing new is neither read twice nor stored."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sightline.crm import mirror
from sightline.records.models import SyncLink
from tests.crm.world import EVERYTHING, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """An opportunity that every read within the overlap brings once more."""
    made = World().connect()
    made.deal(NextStep="Call Ann")
    made.round()
    return made


def statements(call: Callable[[], object]) -> list[str]:
    with CaptureQueriesContext(connection) as asked:
        call()
    return [one["sql"] for one in asked]


def of(said: list[str], verb: str, table: str) -> int:
    """How many statements of a verb a table met, those for many rows at once among them."""
    # PostgreSQL says FOR UPDATE of a row that is read to be locked
    asked = [one for one in said if verb in one.replace("FOR UPDATE", "").replace("FOR NO KEY", "")]
    return sum(f'"{table}"' in one.split(" WHERE ")[0] for one in asked)


def test_a_row_delivered_once_more_is_read_once_and_not_stored_again(world: World) -> None:
    said = statements(lambda: mirror.pull(world.session))
    assert of(said, "SELECT", "records_synclink") == 1, "the row did not come once more"
    assert of(said, "UPDATE", "records_synclink") == 0
    assert (
        sum('"records_opportunity"."next_step" AS' in one for one in said) == 2
    )  # what ours says, and what to store


def test_a_row_that_moved_is_stored_with_what_both_sides_agree_on_now(world: World) -> None:
    (deal,) = world.crm.rows_of["Opportunity"]
    world.crm.edit("Opportunity", deal, {"NextStep": "Call Ben"})
    said = statements(lambda: mirror.pull(world.session))
    assert of(said, "UPDATE", "records_synclink") == 1
    assert sum('"records_opportunity"."next_step" AS' in one for one in said) == 3
    link = SyncLink.objects.get(remote_id=deal)
    assert link.base["next_step"] == ["Call Ben", "Call Ben"]


def test_marks_are_read_at_once_and_then_only_to_move_them(world: World) -> None:
    said = statements(lambda: mirror.pull(world.session))
    assert of(said, "SELECT", "records_synccursor") == 1 + len(EVERYTHING)
    assert of(said, "UPDATE", "records_synccursor") == len(EVERYTHING)
