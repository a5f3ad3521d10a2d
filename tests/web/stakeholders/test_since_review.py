"""What changed is told since the last review, of the map or of its plan."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from sightline.actions import stakeholders as verbs
from sightline.records.models import Review
from sightline.records.queries.account_scope import account_scope
from sightline.records.queries.stakeholders import last_review
from sightline.records.scoping import person_of
from tests.web.account.world import world

pytestmark = pytest.mark.django_db


def test_the_newer_of_a_closed_review_and_a_walk_through_the_map_counts() -> None:
    of = world()
    who, now = person_of(of.seller), timezone.now()
    scope = account_scope(who, of.account.pk)
    assert scope is not None
    assert last_review(scope) is None
    closed = now - timedelta(days=20)
    about = {"plan": of.plan, "account": of.account}
    Review.objects.create(**about, state="closed", closed_at=closed)
    Review.objects.create(**about, state="planned")
    assert last_review(scope) == closed
    verbs.review_map(who, of.account.pk, now=now - timedelta(days=3))
    assert last_review(scope) == now - timedelta(days=3)
