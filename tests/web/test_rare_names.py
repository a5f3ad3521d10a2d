"""Opinions about a planted person never reach marketing, files for marketing or customers, the
journal's page, mails in the queue or a log line; and a name is in no snapshot."""

from __future__ import annotations

import json
import logging
from datetime import date

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from sightline.records.models import Job, JournalEntry, MapLine, Opinion, Plan, PlanSnapshot
from sightline.records.scoping import person_of
from tests import makers
from tests.stakeholder_world import World, world

pytestmark = pytest.mark.django_db
NAME = "Zephyrine Quöckenbüsch"
OPINION = "xylophonically unconvinced"
NOTE = "prefers kumquat marmalade"


def planted() -> World:
    one = world(ana=NAME)
    makers.tier_result(one.account, decided_tier=1)
    Opinion.objects.create(contact=one.ana, kind="stance", value="against", reason=OPINION)
    Opinion.objects.create(contact=one.ana, kind="note", value="", reason=NOTE)
    Opinion.objects.create(contact=one.ana, kind="strength", value="5", reason=OPINION)
    MapLine.objects.create(kind="conflicts", start=one.ana, end=one.bo)
    return one


def pages(one: World) -> list[str]:
    """Every page that names this account and that a reader of some kind may open."""
    named = (
        "account:show",
        "account:people",
        "account:figures",
        "account:history",
        "marketing:account",
        "stakeholders:show",
        "stakeholders:map",
    )
    found = []
    for name in named:
        try:
            found.append(reverse(name, args=[one.account.pk]))
        except NoReverseMatch:
            continue
    return [*found, reverse("marketing:list")]


@pytest.mark.parametrize("role", ["marketing", "reader", "operations"])
def test_opinions_and_notes_reach_nobody_outside_the_team(client: Client, role: str) -> None:
    one = planted()
    visitor = makers.sign_in(role, user=makers.crm_user())
    if role == "reader":
        one.account.grants.create(sign_in=visitor)
    client.force_login(visitor)
    opened = 0
    for address in pages(one):
        response = client.get(address)
        body = response.content.decode()
        opened += response.status_code == 200
        assert OPINION not in body, address
        assert NOTE not in body, address
        assert "Against" not in body, address
    assert opened, role


def test_the_team_sees_the_opinion_that_others_do_not(client: Client) -> None:
    """The pages that were looked at do show it to those it is for."""
    one = planted()
    client.force_login(one.owner)
    assert (
        "Against" in client.get(reverse("account:people", args=[one.account.pk])).content.decode()
    )


def test_journal_queue_snapshots_and_logs_hold_no_name(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    one = planted()
    plan = Plan.objects.create(
        account=one.account,
        year=2027,
        starts_on=date(2026, 10, 1),
        ends_on=date(2027, 9, 30),
        currency="GBP",
    )
    client.force_login(one.owner)
    with caplog.at_level(logging.DEBUG):
        client.get(reverse("departures:show", args=[one.account.pk]), {"who": f"t{one.ana.pk}"})
        client.get(reverse("coverage:show", args=[one.account.pk]))
        client.post(
            reverse("departures:build", args=[one.account.pk]),
            {"person": str(one.ana.pk), "role": "champion"},
        )
    assert person_of(one.owner)
    kept = [json.dumps(row.changes) + row.note for row in JournalEntry.objects.all()]
    kept += [json.dumps(row.payload) + row.last_error for row in Job.objects.all()]
    kept += [json.dumps(row.entries) for row in PlanSnapshot.objects.filter(plan=plan)]
    kept += [
        record.getMessage() for record in caplog.records if not record.name.startswith("django.db")
    ]
    assert kept
    for text in kept:
        assert "Quöckenbüsch" not in text
        assert "Qu\\u00f6" not in text
