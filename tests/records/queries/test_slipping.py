"""What is left of a deal's probability past its date is counted from the company's own history."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from sightline.actions.measuring.history import keep_history
from sightline.planning.bridge.plays import counted_probability
from sightline.planning.parameters import load_defaults
from sightline.records.models import Account, Plan, PlanAccount, Stage, StageChange
from sightline.records.queries import bridging
from sightline.records.queries.history import counted_past
from tests import makers

pytestmark = pytest.mark.django_db
PROMISED = date(2026, 3, 1)
ON = date(2026, 6, 1)


@pytest.fixture
def stage(db: None) -> Stage:
    makers.company()
    return makers.stage("Proposal", position=2, probability=50)


def closed(account: Account, stage: Stage, *, late: bool, won: bool) -> None:
    day = PROMISED + timedelta(days=30 if late else 0)
    deal = makers.opportunity(
        account,
        is_closed=True,
        is_won=won,
        amount=1_000_00,
        stage=stage,
        close_date=day,
        closed_on=day,
    )
    at = datetime(2026, 1, 5, tzinfo=UTC)
    StageChange.objects.create(opportunity=deal, stage=stage, at=at, close_date=PROMISED)
    later = at + timedelta(days=9)
    StageChange.objects.create(opportunity=deal, stage=stage, at=later, close_date=day)


def test_slipped_deals_tell_what_a_date_passed_costs_once_there_are_twenty(stage: Stage) -> None:
    account = makers.account("Helvion")
    for number in range(20):
        closed(account, stage, late=False, won=True)
        if number:
            closed(account, stage, late=True, won=number <= 5)
    keep_history(ON, parameters=load_defaults())
    assert counted_past().slip is None
    closed(account, stage, late=True, won=False)
    keep_history(ON, parameters=load_defaults())
    # 5 of 20 late ones were won, 25 of all 40: .25 / .625
    assert counted_past().slip == pytest.approx(0.4)
    plan = Plan.objects.create(
        account=account,
        year=2026,
        currency="GBP",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
    )
    PlanAccount.objects.get_or_create(plan=plan, account=account, defaults={"year": 2026})
    makers.opportunity(account, "Overdue", amount=9_000_00, stage=stage, close_date=PROMISED)
    facts = bridging.bridge_facts(
        bridging.plan_rows([plan.pk])[0], setting=bridging.bridge_setting(ON)
    )
    overdue = next(play for play in facts.plays if play.label == "Overdue")
    probability, reasons = counted_probability(overdue, today=ON)
    assert probability == pytest.approx(0.4 * (overdue.probability or 0))
    assert reasons[-1].code == "bridge.past_date"
