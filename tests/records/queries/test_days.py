"""What a moment dates is dated by the company's own day: 18:00 in Los Angeles on 30 November is
already 1 December in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from sightline.actions.imports.stages import settle_stages
from sightline.planning.challenges.facts import LostKind
from sightline.records.models import (
    ChallengeSeen,
    HealthOverride,
    Opportunity,
    Plan,
    StageChange,
    TierDecision,
    TierMonth,
)
from sightline.records.queries import company, history, losing, season, signals
from sightline.records.queries.metrics import moving
from sightline.records.queries.portfolio.account import account_tier
from sightline.records.queries.reviews import calendar
from sightline.records.reach import reach_of
from tests import makers

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.parametrize(
        ("zone", "day"), [("America/Los_Angeles", date(2026, 11, 30)), ("UTC", date(2026, 12, 1))]
    ),
]
EVENING = datetime(2026, 12, 1, 2, tzinfo=UTC)
ON = date(2026, 12, 24)


@pytest.fixture
def told(zone: str) -> company.CompanyFacts:
    makers.company(time_zone=zone)
    return company.company_facts()


@pytest.fixture
def plan() -> Plan:
    plan = Plan.objects.create(
        account=makers.account("Helvion"),
        year=2026,
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        state="active",
        currency="GBP",
    )
    Plan.objects.filter(pk=plan.pk).update(created_at=EVENING)
    return plan


@pytest.fixture
def deal() -> Opportunity:
    deal = makers.opportunity(makers.account("Helvion"), stage=makers.stage())
    StageChange.objects.create(opportunity=deal, stage=deal.stage, at=EVENING)
    return deal


def test_a_plan_was_drafted_on_the_companys_day(
    told: company.CompanyFacts, plan: Plan, day: date
) -> None:
    assert season.plans_in_season([plan.pk], zone=told.time_zone)[0].drafted_on == day


def test_reviews_are_counted_from_the_companys_day(
    told: company.CompanyFacts, plan: Plan, day: date
) -> None:
    assert [one.since for one in calendar.due_plans(ON)] == [day]


def test_health_was_raised_on_the_companys_day(
    told: company.CompanyFacts, plan: Plan, day: date
) -> None:
    HealthOverride.objects.create(
        account=plan.account, value=90, reason="met", until=ON, set_at=EVENING
    )
    ChallengeSeen.objects.create(plan=plan, key=losing.ROSY, first_seen=day)
    numbers = company.parameters_in_force(ON)
    setting = signals.Setting(ON, told.time_zone, "GBP", company.rates(), numbers)
    accounts = [plan.account_id]
    (found,) = losing.beside_revenue(plan.account_id, accounts, setting=setting, wallet=False)
    assert (found.kind, found.since) == (LostKind.HEALTH_RAISED, day)


def test_a_stage_was_entered_on_the_companys_day(
    told: company.CompanyFacts, deal: Opportunity, day: date
) -> None:
    (stay,) = history.passages(ON, zone=told.time_zone)
    assert stay.days_in_stage == (ON - day).days
    assert len(list(history.passages(day, zone=told.time_zone))) == 1
    assert not list(history.passages(day - timedelta(days=1), zone=told.time_zone))
    settle_stages(run=None, today=ON)
    deal.refresh_from_db()
    assert (deal.stage_since, deal.stage_since_inferred) == (day, False)


def test_a_deal_was_open_at_a_quarters_start_by_the_companys_midnight(
    told: company.CompanyFacts, deal: Opportunity, day: date
) -> None:
    midnight = datetime(2026, 12, 1, tzinfo=told.time_zone)
    then = moving.plays_of([deal.account_id], start=midnight)
    assert bool(then) == (day < midnight.date())


def test_a_decision_is_compared_with_the_month_of_the_companys_day(
    told: company.CompanyFacts, day: date
) -> None:
    user = makers.crm_user()
    account = makers.account("Helvion", owner=user)
    makers.tier_result(account, as_of=date(2027, 1, 5), computed_tier=1, vulnerability=62)
    for month, vulnerability in ((11, 40), (12, 50)):
        TierMonth.objects.create(
            account=account,
            month=date(2026, month, 1),
            computed_tier=1,
            vulnerability=vulnerability,
        )
    TierDecision.objects.create(account=account, kind="accept", tier=1, decided_at=EVENING)
    reach = reach_of(makers.person("account_manager", user=user))
    found = account_tier(
        reach, account.pk, today=date(2027, 1, 5), zone=told.time_zone, may_answer=True
    )
    assert found is not None
    assert [one.before for one in found.moved] == [40 if day.month == 11 else 50]
