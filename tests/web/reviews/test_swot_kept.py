"""A review freezes SWOT where it is switched on, and two snapshots show what became of it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sightline.actions.reviews.freeze import freeze
from sightline.planning.reviews import Snapshot
from sightline.records.models import Company, Review, SwotItem
from sightline.records.scoping import person_of
from tests.web.account import world as worlds
from tests.web.account.world import World

pytestmark = pytest.mark.django_db


def frozen(of: World) -> Snapshot:
    assert of.plan is not None
    review = Review.objects.create(
        plan=of.plan, account=of.account, held_on=worlds.today(), state=Review.State.CLOSED
    )
    return freeze(
        of.plan.pk,
        review=review,
        person=person_of(of.seller),
        on=worlds.today(),
        now=timezone.now(),
    )


def kept(found: Snapshot) -> set[str]:
    return {one.key for one in found.entries if one.key.startswith("swot:")}


def test_swot_is_frozen_and_compared_where_it_is_switched_on(client: Client) -> None:
    of = worlds.world()
    lead = {"plan": of.plan, "leads_to": f"opportunity:{of.deal.pk}"}
    threat = SwotItem.objects.create(kind="threat", words="They may tender", **lead)
    assert kept(frozen(of)) == set()  # off: not read

    Company.objects.update(plan_fields=["swot"])
    assert kept(frozen(of)) == {f"swot:{threat.pk}"}
    SwotItem.objects.filter(pk=threat.pk).update(leads_to=f"contract:{of.contract.pk}")
    SwotItem.objects.create(kind="strength", words="Known on every site", **lead)
    client.force_login(of.seller)
    compare = reverse("reviews:compare", args=[of.account.pk])
    shown = client.get(compare).content.decode()
    for words in ("They may tender", "leads to", "Field pilot", "Known on every site", "strength"):
        assert words in shown

    Company.objects.update(plan_fields=[])
    hidden = client.get(compare).content.decode()
    assert "They may tender" not in hidden and "Known on every site" not in hidden
