"""Settling a conflict in a browser, by keyboard and without script; no fault that axe can see."""

from __future__ import annotations

from typing import Any

import pytest

from sightline.records.models import SyncConflict
from tests import makers
from tests.crm.world import World
from tests.journeys.conftest import accessibility_faults, sideways_overflow

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_a_conflict_is_settled_on_the_page(open_page: Any, picture: Any, colours: Any) -> None:
    world = World().connect()
    deal = world.deal(Name="Renewal FY27")
    world.edit(deal, next_step="Paper to procurement")
    world.crm.edit("Opportunity", deal, {"NextStep": "Value review"}, by="R. Okoye")
    world.settle(2)
    person = makers.sign_in("operations")
    page = open_page(f"/sync/{world.session.connection_id}", person=person, colours=colours)
    picture(page, f"sync-{colours}")
    assert accessibility_faults(page) == []
    page.get_by_role("radio", name="Here").check()
    page.get_by_role("button", name="Apply").click()
    page.get_by_text("No conflicts").wait_for()
    assert SyncConflict.objects.get().decision == "ours"
    page.set_viewport_size({"width": 390, "height": 844})
    picture(page, f"sync-{colours}-390")
    assert sideways_overflow(page) == 0
