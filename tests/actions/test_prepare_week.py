"""Preparing Monday: what is kept of people equals what is computed fresh, and goes with its cause."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from sightline.actions.monday import fresh_facts, prepare_week
from sightline.actions.progress import Silent
from sightline.records.models import Account, ContactActivity, Opinion, TierResult, WeekFacts
from sightline.records.queries import company
from sightline.records.queries.week.planned import planned_stakes
from tests import makers

pytestmark = pytest.mark.django_db
DAY = makers.TODAY


def heard(contact: Any, days: list[date], **more: Any) -> None:
    ContactActivity.objects.create(
        contact=contact,
        account=contact.account,
        log={
            "two_way": [day.isoformat() for day in days],
            "by_ours": [[day.isoformat(), ["7"]] for day in days],
        },
        ledger_version=1,
        as_of=DAY,
        **more,
    )


def every(step: int, *, until: int, times: int) -> list[date]:
    """`times` days, `step` apart, the last one `until` days ago; in order."""
    return sorted(DAY - timedelta(days=until + step * back) for back in range(times))


@pytest.fixture
def account() -> Account:
    """Planned, worth money; Ana carries all contact, Ben was heard weekly and then no more."""
    makers.company()
    found = makers.account("Helvion", owner=makers.crm_user())
    makers.tier_result(found, proposed_tier=1, acv=100_00)
    ana = makers.contact(found, "Ana", title="Buyer")
    heard(ana, every(10, until=5, times=12))
    ben = makers.contact(found, "Ben", title="Chief Financial Officer")
    heard(ben, every(7, until=200, times=20))
    Opinion.objects.create(contact=ana, kind="strength", value="4", has_evidence=True)
    return found


def test_what_is_kept_equals_what_is_computed_fresh(account: Account) -> None:
    assert prepare_week(DAY, job=Silent()) == 1
    kept = WeekFacts.objects.get(account=account)
    fresh = fresh_facts(planned_stakes(), on=DAY, parameters=company.parameters_in_force(DAY))[
        account.pk
    ]
    assert (kept.quiet, kept.threads) == (fresh.quiet, fresh.threads)
    assert kept.as_of == DAY
    assert [one["executive"] for one in kept.quiet] == [True]
    assert kept.quiet[0]["since"] == (DAY - timedelta(days=200)).isoformat()
    assert [one["why"][-1] for one in kept.threads]


def test_people_are_kept_by_key_only(account: Account) -> None:
    prepare_week(DAY, job=Silent())
    kept = WeekFacts.objects.get(account=account)
    assert "Ana" not in str(kept.threads) and "Ben" not in str(kept.quiet)


def test_when_the_cause_goes_the_fact_goes(account: Account) -> None:
    prepare_week(DAY, job=Silent())
    ContactActivity.objects.all().delete()
    Opinion.objects.all().delete()
    prepare_week(DAY, job=Silent())
    kept = WeekFacts.objects.get(account=account)
    assert (kept.quiet, kept.threads) == ([], [])


def test_an_account_without_money_at_stake_hangs_on_nobody(account: Account) -> None:
    TierResult.objects.update(acv=None, revenue=None)
    prepare_week(DAY, job=Silent())
    assert WeekFacts.objects.get(account=account).threads == []
    makers.opportunity(account, amount=1)
    prepare_week(DAY, job=Silent())
    assert WeekFacts.objects.get(account=account).threads


def test_an_account_that_no_longer_plans_is_forgotten(account: Account) -> None:
    prepare_week(DAY, job=Silent())
    TierResult.objects.update(decided_tier=3)
    assert prepare_week(DAY, job=Silent()) == 0
    assert not WeekFacts.objects.exists()


def test_running_twice_changes_nothing(account: Account) -> None:
    prepare_week(DAY, job=Silent())
    before = WeekFacts.objects.values("quiet", "threads").get()
    prepare_week(DAY, job=Silent())
    assert WeekFacts.objects.values("quiet", "threads").get() == before
