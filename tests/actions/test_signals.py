"""Signals are raised once for each cause, end with it, come back with it, and stay put aside."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from sightline.actions.progress import Silent
from sightline.actions.signals import dismiss_signal, raise_signals, restore_signal
from sightline.planning.errors import NotAllowed
from sightline.records.models import Account, Case, Contact, Contract, CrmUser, Signal
from sightline.records.queries.signals_kept import newest_signals, signals_kept
from tests import makers

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@pytest.fixture
def owner() -> CrmUser:
    makers.company(time_zone="UTC", reporting_currency="GBP")
    return makers.crm_user("Eoin")


@pytest.fixture
def account(owner: CrmUser) -> Account:
    """A planned account whose contract ends in 100 days and that lost somebody a week ago."""
    made = makers.account("Helvion", owner=owner)
    makers.tier_result(made, proposed_tier=1, acv=100_00)
    Contract.objects.create(
        account=made,
        number="0042",
        ends_on=TODAY + timedelta(days=100),
        annual_value=80_000_00,
        currency="GBP",
    )
    makers.contact(made, "Ada Lind", status="left", left_on=TODAY - timedelta(days=7))
    return made


def look(day: date = TODAY) -> int:
    return raise_signals(day, job=Silent())


def test_a_cause_raises_one_signal_with_its_day_its_source_and_its_money(account: Account) -> None:
    assert look() == 2
    assert look(TODAY + timedelta(days=1)) == 0
    renewal, left = (Signal.objects.get(kind=kind) for kind in ("renewal_in_sight", "contact_left"))
    assert (renewal.money, renewal.currency, renewal.source) == (80_000_00, "GBP", "contract")
    assert renewal.observed_on == TODAY - timedelta(days=170)
    assert (left.observed_on, left.source) == (TODAY - timedelta(days=7), "crm")
    assert "Ada" not in f"{left.subject}{left.facts}"


def test_a_signal_ends_with_its_cause_and_is_raised_anew_when_it_comes_back(
    account: Account,
) -> None:
    case = Case.objects.create(
        account=account, number="7", is_critical=True, opened_at=timezone.now()
    )
    look()
    signal = Signal.objects.get(kind="serious_cases")
    Signal.objects.filter(pk=signal.pk).update(dismissed_at=timezone.now())
    Case.objects.filter(pk=case.pk).update(is_closed=True)
    look(TODAY + timedelta(days=1))
    signal.refresh_from_db()
    assert signal.ended_on == TODAY + timedelta(days=1)
    Case.objects.filter(pk=case.pk).update(is_closed=False)
    assert look(TODAY + timedelta(days=2)) == 1
    signal.refresh_from_db()
    assert (signal.ended_on, signal.dismissed_at) == (None, None)


def test_what_was_put_aside_stays_so_while_its_cause_lasts(
    account: Account, owner: CrmUser
) -> None:
    look()
    mine = makers.person("account_manager", user=owner)
    signal = Signal.objects.get(kind="contact_left")
    dismiss_signal(mine, signal.pk, reason="known", now=timezone.now())
    look(TODAY + timedelta(days=1))
    kept = signals_kept(account.pk, seen=[account.pk]) or ()
    assert {one.kind: one.dismissed_reason for one in kept} == {
        "contact_left": "known",
        "renewal_in_sight": "",
    }
    week = newest_signals([(account.pk, [account.pk])], since=TODAY - timedelta(days=365), most=5)
    assert [one.kind for one in week] == ["renewal_in_sight"]
    restore_signal(mine, signal.pk)
    assert not Signal.objects.get(pk=signal.pk).dismissed_at


def test_somebody_who_may_not_write_the_plan_puts_nothing_aside(account: Account) -> None:
    look()
    stranger = makers.person("account_manager", user=makers.crm_user("Noa"))
    with pytest.raises(NotAllowed):
        dismiss_signal(stranger, Signal.objects.all()[0].pk, reason="", now=timezone.now())


def test_a_cause_at_a_child_that_one_may_not_see_is_not_told(account: Account) -> None:
    child = makers.account("Helvion Nord", owner=None, parent=account, planning_account=account)
    Contract.objects.create(account=child, number="9", ends_on=TODAY + timedelta(days=30))
    gone = makers.contact(child, "Kai Moor", status="left", left_on=TODAY)
    look()
    kept = signals_kept(account.pk, seen=[account.pk]) or ()
    assert {one.subject for one in kept} == {"Ada Lind", "0042"}
    whole = signals_kept(account.pk, seen=[account.pk, child.pk]) or ()
    assert {one.subject for one in whole} == {"Ada Lind", "0042", "9", "Kai Moor"}
    Contact.objects.filter(pk=gone.pk).update(erased_at=timezone.now())
    after = signals_kept(account.pk, seen=[account.pk, child.pk]) or ()
    assert "Kai Moor" not in {one.subject for one in after}


def test_reading_many_accounts_takes_as_many_queries_as_few(
    owner: CrmUser, django_assert_max_num_queries: object
) -> None:
    for number in range(12):
        one = makers.account(f"A {number}", owner=owner)
        makers.tier_result(one, proposed_tier=1, acv=100_00)
        makers.contact(one, f"P {number}", status="left", left_on=TODAY)
    with django_assert_max_num_queries(45):  # type: ignore[operator]
        assert look() == 12
