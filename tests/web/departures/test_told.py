"""A signal about somebody who goes says what the departure test answered when it was raised."""

from __future__ import annotations

import pytest

from sightline.actions.people_signals import watch_people
from sightline.records.models import Contact, OpportunityContactRole
from sightline.records.queries.signals_kept import signals_kept
from sightline.web.pages.plan.signals import shown_kept
from tests import makers
from tests.actions.test_people_signals import Job
from tests.stakeholder_world import TODAY, World, meet, world

pytestmark = pytest.mark.django_db


def told(one: World, contact: Contact, *, carriers: bool = True) -> str:
    kept = signals_kept(one.account.pk, seen=[one.account.pk])
    assert kept is not None
    found = [row for row in kept if row.subject == contact.name]
    return shown_kept(found[0], whole="", carriers=carriers).why


def test_what_has_no_path_is_told_with_its_money() -> None:
    one = world()
    watch_people(TODAY, job=Job())
    Contact.objects.filter(pk=one.ana.pk).update(status="left")
    Contact.objects.filter(pk=one.cy.pk).update(title="Chief Engineer")
    watch_people(TODAY, job=Job())
    why = told(one, one.ana)
    assert "£100k on 1 play, renewal or cell has no path without them" in why
    assert told(one, one.cy) == "nothing loses its path without them"


def test_who_could_carry_it_is_named_to_those_who_see_opinions() -> None:
    one = world()
    dee = makers.contact(one.account, "Dee Fox")
    meet(dee, one.user, times=12)
    OpportunityContactRole.objects.create(opportunity=one.deal, contact=dee, role="User")
    watch_people(TODAY, job=Job())
    Contact.objects.filter(pk=one.ana.pk).update(status="left")
    watch_people(TODAY, job=Job())
    assert "£100k on 1 is left on one thread; Dee Fox could carry it" in told(one, one.ana)
    assert "Dee" not in told(one, one.ana, carriers=False)
