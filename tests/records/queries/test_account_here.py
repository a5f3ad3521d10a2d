"""Who is still there is told alike by the list of what is lost and by the people's own page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from sightline.planning.stakeholders import Status
from sightline.records.models import Contact, MapPlace
from sightline.records.queries import company, people
from sightline.records.queries.account_here import people_here
from sightline.records.queries.account_people import account_people
from sightline.records.queries.account_scope import account_scope
from sightline.records.scoping import person_of
from tests import makers
from tests.web.account import world as customer

pytestmark = pytest.mark.django_db


def test_nobody_is_missed_and_nobody_is_told_otherwise() -> None:
    of, today = customer.world(), customer.today()
    gone = makers.contact(of.account, "Gone", status=Contact.Status.LEFT)
    Contact.objects.filter(pk=gone.pk).update(left_on=today - timedelta(days=9))
    erased = makers.contact(of.account, "Erased")
    Contact.objects.filter(pk=erased.pk).update(erased_at=timezone.now())
    guest = makers.contact(makers.account("Elsewhere"), "Guest")
    MapPlace.objects.create(account=of.account, contact=guest, shown=True)
    scope = account_scope(person_of(of.seller), of.account.pk)
    assert scope is not None
    known = people.everybody(scope.planning_id)
    numbers = company.parameters_in_force(today)
    here = people_here(scope, known=known, on=today, parameters=numbers)
    whole = account_people(scope, on=today, at_stake=True, parameters=numbers, known=known).people
    assert here and [(one.person, one.left_on, one.log, one.status) for one in here] == [
        (one.person, one.left_on, one.log, one.status) for one in whole
    ]
    told = {one.person.name: one.status.status for one in here}
    assert told["Gone"] is Status.LEFT and "Guest" in told and "Erased" not in told
