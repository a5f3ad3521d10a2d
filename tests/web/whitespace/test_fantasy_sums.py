"""Wherever whitespace is summed, fantasy adds nothing and is counted in words."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sightline.records.models import Plan
from tests import makers
from tests.web.whitespace.test_grid import World, world

__all__ = ["world"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def fanciful(client: Client, world: World) -> World:
    """A rich cell of a competitor in a unit where nobody is reached."""
    client.force_login(world.owner)
    makers.contact(world.account, "Nobody Reached", unit=world.units[1])
    client.post(world.cell("value-say"), {"version": "0", "likely": "900k"})
    client.post(
        world.cell("holder-say"), {"version": "0", "kind": "competitor", "competitor": "Tessera"}
    )
    return world


def test_the_grids_head_families_and_folded_units_count_it(client: Client, fanciful: World) -> None:
    page = client.get(fanciful.url("show")).content.decode()
    assert "1 fantasy (£900k)" in page
    assert "<td>1 fantasy" in page  # the family's sum in the unit
    folded = client.get(fanciful.url("show"), {"units": "none"}).content.decode()
    (cell,) = re.findall(r"<td><a class=\"r\"[^>]*>[^<]*fantasy</a>", folded)
    assert "900k" not in cell and len(cell.encode()) + 4 <= 60


def test_competitors_and_sources_of_growth_count_it(client: Client, fanciful: World) -> None:
    rivals = client.get(reverse("competitors:show", args=[fanciful.account.pk])).content.decode()
    assert "of it 1 fantasy (£900k)" in rivals
    year = timezone.now().year
    Plan.objects.create(
        account=fanciful.account,
        year=year,
        starts_on=date(year, 1, 1),
        ends_on=date(year, 12, 31),
        currency="GBP",
        target=200_000_00,
    )
    makers.tier_result(fanciful.account, proposed_tier=1, computed_tier=1)
    growth = client.get(reverse("plan:growth", args=[fanciful.account.pk])).content.decode()
    said = growth.partition("not in use in 2 of 2 units, most in")[2].partition("</li>")[0]
    assert "left out: 1 fantasy (£900k)" in growth
    assert 'class="num">£900k' not in said
