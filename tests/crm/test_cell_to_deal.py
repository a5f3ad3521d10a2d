"""From a qualified cell to the CRM and back: play, opportunity, its stage moved there and seen here."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from sightline.records.models import Account, CellFact, Job, Opportunity, Play, SignIn
from tests import makers
from tests.crm.test_plays import manager, run_jobs, world
from tests.crm.world import World

__all__ = ["world"]
pytestmark = pytest.mark.django_db


def test_a_qualified_cell_becomes_a_deal_there_and_its_stage_comes_back(
    client: Client, world: World
) -> None:
    account = Account.objects.get(outside_id=world.account)
    makers.company()
    unit, line = makers.unit(account, "Plant"), makers.line("Analytics")
    client.force_login(SignIn.objects.get(pk=manager(account).id))
    cell = reverse("whitespace:cell", args=[account.pk, unit.pk, line.pk])
    client.post(f"{cell}/need", {"version": "0", "level": "3", "evidence": "said so"})
    assert CellFact.objects.get(kind="need").level == 3
    form = {
        "cell": f"{unit.pk}-{line.pk}",
        "name": "Analytics in Plant",
        "value": "90k",
        "target_close": "2027-06-30",
        "crm": "create",
    }
    start = reverse("plays:start", args=[account.pk])
    assert client.post(start, form).status_code == 303
    assert Job.objects.get(name="crm.create_opportunity").payload["lines"][0]["line"] == line.pk
    run_jobs(world)
    world.settle(3)
    deal = Play.objects.get().opportunity
    assert deal is not None
    assert world.crm.value("Opportunity", deal.outside_id, "Amount") == 90000
    assert 'data-look="p"' in client.get(cell).content.decode()  # the cell is in progress
    won = {"StageName": "Closed Won", "IsClosed": True, "IsWon": True}
    world.crm.edit("Opportunity", deal.outside_id, won)
    world.settle(2)
    assert Opportunity.objects.get(pk=deal.pk).is_won
    board = client.get(reverse("plays:show", args=[account.pk])).context["board"]
    landed = next(one for one in board.columns if one.code == "landed")
    assert [card.name for card in landed.cards] == ["Analytics in Plant"]
