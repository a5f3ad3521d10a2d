"""After a win the cell's footprint, the wallet and the bridge follow."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sightline.actions.measuring import measure
from sightline.actions.progress import Silent
from sightline.planning.bridge import Outcome
from sightline.planning.money import Money
from sightline.records.models import (
    CellMeasures,
    Opportunity,
    OpportunityLine,
    Plan,
    PlanAccount,
)
from sightline.records.queries import bridging
from sightline.wording.money import short_money
from tests import makers
from tests.web.laid_out import one_line
from tests.web.plays.test_plays import World, world

__all__ = ["world"]
pytestmark = pytest.mark.django_db


def test_a_won_play_is_owned_in_its_cell_ours_in_the_wallet_and_whole_in_the_bridge(
    client: Client, world: World
) -> None:
    today = timezone.now().date()
    signed = today - timedelta(days=300)
    account, line = world.account, world.lines[0]
    year = Plan.objects.create(
        account=account,
        year=today.year,
        starts_on=today - timedelta(days=330),
        ends_on=today + timedelta(days=34),
        currency="GBP",
    )
    PlanAccount.objects.create(plan=year, account=account, year=today.year)
    open_stage = makers.stage("Proposal", position=1, probability=50)
    won = makers.stage("Closed Won", position=2, is_closed=True, is_won=True, probability=100)
    deal = makers.opportunity(
        account,
        "Rollout",
        stage=open_stage,
        amount=90_000_00,
        close_date=today + timedelta(days=20),
    )
    OpportunityLine.objects.create(opportunity=deal, product_line=line, total=90_000_00)
    world.make(client, crm=f"link:{deal.pk}")
    said = {"likely": "900k", "source": "CFO"}
    assert client.post(reverse("wallet:estimate-add", args=[account.pk]), said).status_code == 303
    here = f'href="{world.unit.pk}/{line.pk}"'
    grid = reverse("whitespace:show", args=[account.pk])
    wallet = reverse("wallet:show", args=[account.pk])

    def brought() -> tuple[int, float]:
        """What the play brings to the bridge, and with what chance."""
        setting = bridging.bridge_setting(today)
        (plan,) = bridging.plan_rows([year.pk])
        (one,) = bridging.bridge_facts(plan, setting=setting).plays
        assert one.recurring is not None
        chance = 1.0 if one.outcome is Outcome.WON else one.probability
        return one.recurring.minor, chance or 0.0

    def seen() -> tuple[str, str, tuple[int, float]]:
        """The cell, ours in the wallet, and what the play brings to the bridge."""
        measure(today, job=Silent())
        cells, ours = (one_line(client.get(url).content.decode()) for url in (grid, wallet))
        (cell,) = [one for one in cells.split("<td>") if here in one]
        look = cell.split('class="')[1].split('"')[0]
        words = " ".join(re.sub(r"<[^>]+>", " ", ours).split())
        return look, words.split("Ours £")[1].split()[0], brought()

    assert seen() == ("p", "0", (90_000_00, 0.5))
    Opportunity.objects.filter(pk=deal.pk).update(
        stage=won, is_closed=True, is_won=True, close_date=signed, closed_on=signed
    )
    look, ours, brings = seen()
    billed = CellMeasures.objects.get(unit=world.unit, product_line=line).r12
    assert 60_000_00 < billed < 90_000_00  # ten months of a year's 90k lie behind us
    assert (look, f"£{ours}") == ("o", short_money(Money(billed, "GBP")))
    assert brings == (90_000_00, 1.0)
