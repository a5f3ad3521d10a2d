"""What is counted of settled deals narrows the chance of an open one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from sightline.actions.measuring.history import keep_history
from sightline.records.models import CompanyHistory, Opportunity, OpportunityLine, StageChange
from sightline.records.queries.bridging import bridge_setting
from sightline.records.queries.company import parameters_in_force
from sightline.records.queries.stage_odds import deal_odds
from tests import makers

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)


def test_a_product_line_that_is_seldom_won_lowers_the_chance_of_its_deals_alone() -> None:
    account, stage = makers.account(), makers.stage("Proposal", probability=50, position=1)
    hard, easy = makers.line("Hard"), makers.line("Easy")
    for number in range(80):
        line, won = (hard, number % 10 == 0) if number < 40 else (easy, number % 10 != 0)
        deal = makers.opportunity(
            account,
            stage=stage,
            is_closed=True,
            is_won=won,
            amount=1_000_00 + number,
            currency="GBP",
            close_date=DAY - timedelta(days=30),
            closed_on=DAY - timedelta(days=30),
        )
        at = timezone.now().replace(year=2026, month=9, day=1)
        StageChange.objects.create(opportunity=deal, stage=stage, at=at)
        OpportunityLine.objects.create(opportunity=deal, product_line=line, total=1_000_00)
    keep_history(DAY, parameters=parameters_in_force(DAY))
    past = CompanyHistory.objects.get().stages[str(stage.pk)]
    assert past["splits"]["lines"] == {str(hard.pk): [4, 40], str(easy.pk): [36, 40]}
    assert CompanyHistory.objects.get().sizes == []  # fewer than thirty a third
    setting = bridge_setting(DAY)
    chances = {}
    for lines in ((hard,), (easy,), (hard, easy)):
        deal = makers.opportunity(account, stage=stage, amount=1_000_00, currency="GBP")
        for line in lines:
            OpportunityLine.objects.create(opportunity=deal, product_line=line, total=500_00)
        (odds,) = deal_odds(
            [Opportunity.objects.get(pk=deal.pk)], table=setting.stages, convert=setting.reporting
        ).values()
        assert odds is not None
        chances[lines] = odds
    assert chances[hard,].probability == pytest.approx((5 + 4) / 50)
    assert "(of this product line); stage default 50%" in chances[hard,].reasons[0].text
    assert chances[easy,].probability == pytest.approx((5 + 36) / 50)
    assert chances[hard, easy].probability == pytest.approx((5 + 40) / 90)
