"""Threads and buyers as the challenge rules take them: the account, and each open play by its own
people."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from sightline.records.models import (
    Account,
    Contact,
    ContactActivity,
    HeldRole,
    Opinion,
    Opportunity,
    OpportunityContactRole,
    Plan,
)
from sightline.records.queries.plan_challenges import plan_challenges
from tests import makers

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def plan() -> Plan:
    """Two people well known, and a deal that names the first of them."""
    makers.company()
    account = makers.account(owner=makers.crm_user())
    made = Plan.objects.create(
        account=account,
        year=2026,
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        currency="GBP",
    )
    made.members.create(account=account, year=2026)
    for name in ("Ada Lind", "Bo Ek"):
        rating = {"value": "4", "has_evidence": True, "reason": "asked for us by name"}
        Opinion.objects.create(
            contact=makers.contact(account, name),
            kind="strength",
            rater=account.owner,
            rated_at=NOW,
            **rating,
        )
    deal = makers.opportunity(account, amount=90_000_00, close_date=date(2027, 2, 1))
    OpportunityContactRole.objects.create(opportunity=deal, contact=person(account, "Ada Lind"))
    return made


def person(of: Account, name: str) -> Contact:
    return Contact.objects.get(account=of, name=name)


def argued(plan: Plan, rule: str) -> list[tuple[tuple[str, ...], int | None]]:
    found = plan_challenges(plan.pk, now=NOW)
    rows = [*found.open, *found.folded]
    return [(one.about, one.money.minor if one.money else None) for one in rows if one.rule == rule]


def test_a_play_that_hangs_on_one_person_is_argued_until_a_second_is_linked(plan: Plan) -> None:
    deal = Opportunity.objects.get()
    assert argued(plan, "single_thread") == [((f"opportunity:{deal.pk}",), 90_000_00)]
    OpportunityContactRole.objects.create(opportunity=deal, contact=person(plan.account, "Bo Ek"))
    assert argued(plan, "single_thread") == []


def test_a_play_with_nobody_linked_is_incomplete_and_not_single_threaded(plan: Plan) -> None:
    OpportunityContactRole.objects.all().delete()
    assert argued(plan, "single_thread") == []


def test_the_account_and_its_play_that_hang_on_the_same_person_are_one_challenge(
    plan: Plan,
) -> None:
    makers.tier_result(plan.account, acv=500_000_00)
    person(plan.account, "Bo Ek").delete()
    deal = Opportunity.objects.get()
    about = tuple(sorted((f"account:{plan.account_id}", f"opportunity:{deal.pk}")))
    assert argued(plan, "single_thread") == [(about, 590_000_00)]


def test_a_plays_own_economic_buyer_is_argued_where_enough_is_logged(plan: Plan) -> None:
    HeldRole.objects.create(contact=person(plan.account, "Ada Lind"), role="economic_buyer")
    assert argued(plan, "buyer_unreached") == []
    days = [f"2026-10-{day:02}" for day in range(1, 9)]
    ContactActivity.objects.create(
        contact=person(plan.account, "Bo Ek"),
        account=plan.account,
        log={"two_way": days},
        ledger_version=1,
        as_of=NOW.date(),
    )
    deal = Opportunity.objects.get()
    assert argued(plan, "buyer_unreached") == [((f"opportunity:{deal.pk}",), 90_000_00)]
