"""Access of cells: through people who name no unit, and through lines between people."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sightline.records.models import Account, OpportunityContactRole
from sightline.records.queries.whitespace.grid import forget
from tests import makers, stakeholder_world

pytestmark = pytest.mark.django_db


def nobody_with_a_role() -> stakeholder_world.World:
    """Ana, whom we meet every week, and Cy, who reports to her: neither decides anything."""
    world = stakeholder_world.world()
    OpportunityContactRole.objects.all().delete()
    return world


def told(client: Client, account: Account, unit: object, line: object) -> tuple[Any, Any]:
    """Access of a cell as its panel has it: level and reason. Nothing here is journalled, so what a
    process keeps must be told to go."""
    forget()
    page = client.get(reverse("whitespace:cell", args=[account.pk, unit, line]))
    fact = page.context["cell"].facts["access"]
    return fact.computed, fact.reason


def test_who_names_no_unit_opens_the_account_as_a_whole_and_no_unit_of_it(client: Client) -> None:
    world, line = nobody_with_a_role(), makers.line()
    client.force_login(world.owner)
    level, reason = told(client, world.account, "account", line.pk)
    assert (level, "Ana Müller" in reason) == (2, True)
    below = makers.unit(world.account, "Plant")
    assert told(client, world.account, below.pk, line.pk)[0] == 0


def test_one_line_from_somebody_trusted_is_access_of_one(client: Client) -> None:
    world, line = nobody_with_a_role(), makers.line()
    plant = makers.unit(world.account, "Plant")
    world.cy.unit = plant  # nobody meets Cy, who reports to Ana
    world.cy.save()
    client.force_login(world.owner)
    level, reason = told(client, world.account, plant.pk, line.pk)
    assert (level, "manages" in reason and "Ana" in reason) == (1, True)
