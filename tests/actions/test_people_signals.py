"""Signals about people: at once, once, with the departure test's answer; opinions do not travel."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from sightline.actions.people_signals import watch_people
from sightline.records.models import (
    Account,
    Contact,
    ContactActivity,
    HeldRole,
    Opinion,
    Signal,
)
from tests import makers
from tests.stakeholder_world import TODAY, world

pytestmark = pytest.mark.django_db


class Job:
    """A job that nobody watches."""

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Nothing."""

    def cancelled(self) -> bool:
        """Never."""
        return False


def look() -> int:
    return watch_people(TODAY, job=Job())


def test_the_first_look_is_silent_and_looking_again_tells_nothing() -> None:
    world()
    assert look() == 0
    assert look() == 0
    assert not Signal.objects.exists()


def test_who_leaves_raises_a_signal_with_what_lost_its_path() -> None:
    one = world()
    look()
    one.ana.status = "left"
    one.ana.save()
    assert look() == 1
    signal = Signal.objects.get()
    assert (signal.kind, signal.contact_id) == ("contact_left", one.ana.pk)
    departure = signal.facts["departure"]
    assert departure["lost"] == 10_000_000
    assert departure["lost_stakes"] == [f"opportunity:{one.deal.pk}"]
    assert signal.money == 10_000_000
    assert "Ana" not in str(signal.facts)
    assert look() == 0


def test_another_title_a_bounce_and_silence_each_raise_their_own() -> None:
    one = world()
    look()
    one.bo.title = "Head of Procurement"
    one.bo.bounced_on = TODAY
    one.bo.save()
    ContactActivity.objects.filter(contact=one.ana).update(status="quiet")
    assert look() == 3
    kinds = set(Signal.objects.values_list("kind", flat=True))
    assert kinds == {"contact_title", "contact_bounced", "contact_quiet"}


def test_case_and_spaces_of_a_title_are_no_news() -> None:
    one = world()
    look()
    one.bo.title = "  BUYER "
    one.bo.save()
    assert look() == 0


def test_who_moves_to_another_customer_leaves_what_was_thought_behind() -> None:
    one = world()
    theirs = makers.crm_user()
    other = makers.account("Castellan", owner=theirs)
    Opinion.objects.create(contact=one.ana, kind="interest", value="Cold chains")
    Opinion.objects.filter(kind="stance").update(reason="Xylophone")
    HeldRole.objects.create(contact=one.ana, role="blocker")
    look()
    one.ana.account = other
    one.ana.save()
    client = Client()
    client.force_login(makers.sign_in("account_manager", user=theirs))
    for rest in (f"/map/people/{one.ana.pk}", "/map", "/map?table=1", "/people"):
        page = client.get(f"/accounts/{other.pk}{rest}").content.decode()
        assert "Ana Müller" in page
        told = [word for word in ("Xylophone", "Cold chains", ", Blocker") if word in page]
        assert not told, (rest, "told before the signals were looked for", told)
    assert look() == 1
    signal = Signal.objects.get()
    assert signal.account_id == one.account.pk
    assert signal.facts["departure"]["lost_stakes"] == [f"opportunity:{one.deal.pk}"]
    assert signal.money == 10_000_000
    assert not Opinion.objects.filter(contact=one.ana).exists()


def test_whom_the_crm_deletes_is_told_with_what_lost_its_path() -> None:
    one = world()
    look()
    one.ana.removed_at = timezone.now()
    one.ana.save()
    assert look() == 1
    departure = Signal.objects.get(kind="contact_left").facts["departure"]
    assert departure["lost"] == 10_000_000


def test_a_family_planned_another_way_moves_nobody() -> None:
    one = world()
    child = makers.account("Northwind Nordic")
    Account.objects.filter(pk=child.pk).update(planning_account=child)
    cleo = makers.contact(child, "Cleo")
    Opinion.objects.create(contact=cleo, kind="stance", value="supports")
    look()
    for head in (one.account, child):
        Account.objects.filter(pk=child.pk).update(planning_account=head)
        assert look() == 0
    cleo.refresh_from_db()
    Account.objects.filter(pk=child.pk).update(planning_account=one.account)
    look()
    Contact.objects.filter(pk=cleo.pk).update(account=one.account)
    assert look() == 0
    assert Opinion.objects.filter(contact=cleo).exists()


def test_silence_that_lasts_is_told_once() -> None:
    one = world()
    look()
    activity = ContactActivity.objects.filter(contact=one.ana)
    activity.update(status="quiet")
    assert look() == 1
    activity.update(status="quiet", as_of=date.today() + timedelta(days=1))
    assert look() == 0
