"""What changed is told since the last review, of the map or of its plan."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from sightline.actions import stakeholders as verbs
from sightline.records.models import Review, Signal
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


def test_a_title_the_crm_changed_and_mail_that_came_back_are_told_since_then() -> None:
    of, day = world(), timezone.localdate()
    told = {"contact_title": (of.champion, 5), "contact_bounced": (of.buyer, 200)}
    for kind, (who, ago) in told.items():
        on = day - timedelta(days=ago)
        Signal.objects.create(
            account=of.account, contact=who, kind=kind, key=f"contact:{who.pk}", observed_on=on
        )
    client = Client()
    client.force_login(of.seller)
    address = f"/accounts/{of.account.pk}/map?view=changes"
    lately = client.get(address).content.decode()
    assert f"{of.champion.name} has another title" in lately
    assert f"Mail to {of.buyer.name} comes back" not in lately
    longer = client.get(f"{address}&since={day - timedelta(days=300)}").content.decode()
    assert f"Mail to {of.buyer.name} comes back" in longer
