"""Challenges stand in the panel of the cell and of the person they are about."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from sightline.actions.plan_drafts import refresh_plans
from sightline.actions.progress import Silent
from sightline.records.models import (
    ChallengeSeen,
    Opinion,
    OpportunityContactRole,
    OpportunityLine,
    SignIn,
    Unit,
)
from tests import makers
from tests.web.account import world as worlds
from tests.web.account.world import World
from tests.web.laid_out import one_line

pytestmark = pytest.mark.django_db
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
STANCE = "A stance is rosier than contact shows"
CELL = "Whitespace without a path is in the plan"


@pytest.fixture
def helvion(db: None) -> World:
    """A deal in a unit where nobody is mapped, and a supporter whom nobody met."""
    of = worlds.world()
    depot = makers.unit(of.account, "Depot")
    deal = makers.opportunity(
        of.account, "Depot rollout", unit=depot, amount=30_000_00, owner=of.owner
    )
    OpportunityLine.objects.create(opportunity=deal, product_line=of.extra, total=30_000_00)
    silent = makers.contact(of.account, "Ilse Brandt", title="Head of Plants")
    Opinion.objects.create(contact=silent, kind="stance", value="supports", rater=of.owner)
    OpportunityContactRole.objects.create(opportunity=of.deal, contact=silent, role="Champion")
    refresh_plans(worlds.today(), job=Silent())
    return of


def panel(client: Client, who: SignIn, address: str) -> str:
    client.force_login(who)
    answer = client.get(address, headers=PARTIAL)
    assert answer.status_code == 200
    return one_line(answer.content.decode())


def test_a_cell_without_a_path_says_so_with_money_way_out_and_where_to_answer(
    client: Client, helvion: World
) -> None:
    depot = Unit.objects.get(name="Depot")
    place = [helvion.account.pk, depot.pk, helvion.extra.pk]
    body = panel(client, helvion.seller, reverse("whitespace:cell", args=place))
    assert CELL in body and "£30k" in body
    assert "Build a path first, or take it out of the sum." in body
    anchor = f"asks-fantasy-in-plan-cell-{depot.pk}-{helvion.extra.pk}"
    page = reverse("challenges:show", args=[helvion.account.pk])
    assert f'href="{page}#{anchor}"' in body
    assert f'id="{anchor}"' in client.get(page).content.decode()
    other = [helvion.account.pk, helvion.unit.pk, helvion.core.pk]
    assert CELL not in panel(client, helvion.seller, reverse("whitespace:cell", args=other))


def test_a_person_carries_what_the_plan_argues_about_them(client: Client, helvion: World) -> None:
    seen = ChallengeSeen.objects.get(key__startswith="stance_rosier|")
    number = int(seen.key.partition("|")[2])
    address = reverse("stakeholders:person", args=[helvion.account.pk, number])
    body = panel(client, helvion.seller, address)
    assert STANCE in body and "Meet them, or rate again." in body
    assert f"#asks-stance-rosier-{number}" in body
    assert STANCE in panel(client, worlds.sponsor(helvion), address)
    assert STANCE not in panel(client, worlds.granted_reader(helvion), address)
    other = reverse("stakeholders:person", args=[helvion.account.pk, helvion.buyer.pk])
    assert STANCE not in panel(client, helvion.seller, other)
