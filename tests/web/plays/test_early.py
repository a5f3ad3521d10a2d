"""A play whose date is earlier than its stage's history says so on its card, and by what."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from sightline.records.models import CompanyHistory
from tests import makers
from tests.web.plays.test_plays import World, world

__all__ = ["world"]
pytestmark = pytest.mark.django_db
PAST = {"won": 12, "closed": 40, "earliest_days": 40, "stuck_days": 30}


def board(client: Client, world: World, *, days: int, past: dict[str, Any]) -> str:
    """The board of a play in the first of two open stages that closes in some days."""
    today = timezone.now().date()
    first = makers.stage("Qualify", position=1)
    makers.stage("Proposal", position=2)
    if past:
        CompanyHistory.objects.create(pk=1, stages={str(first.pk): past}, as_of=today)
    deal = makers.opportunity(
        world.account, "Rollout", stage=first, close_date=today + timedelta(days=days)
    )
    world.make(client, crm=f"link:{deal.pk}")
    shown = client.get(world.url("show")).content.decode()
    assert "Rollout" in shown or "Analytics in Plant" in shown
    return shown


@pytest.mark.parametrize(
    ("days", "past", "said"),
    [
        (30, PAST | {"closings": 25}, "20% of 25 closed from here in 40 days"),
        (45, PAST | {"closings": 25}, ""),
        (45, PAST | {"closings": 0}, "2 stages left, 30 days each by default"),
        (45, {}, "2 stages left, 30 days each by default"),
        (65, {}, ""),
    ],
)
def test_a_date_before_its_stages_history_is_said_with_what_it_rests_on(
    client: Client, world: World, days: int, past: dict[str, Any], said: str
) -> None:
    shown = board(client, world, days=days, past=past)
    assert ("is before" in shown) == bool(said)
    assert said in shown


def test_the_date_proposed_for_a_play_is_not_warned_about_at_once(
    client: Client, world: World
) -> None:
    stages = [makers.stage(f"Stage {n}", position=n) for n in range(1, 6)]
    makers.stage("Won", is_closed=True, is_won=True, position=9)
    client.force_login(world.owner)
    page = client.get(world.url("start"), {"cell": world.cells[0]})
    form = page.context["form"]
    proposed = form["target_close"].value()
    assert date.fromisoformat(proposed) == timezone.now().date() + timedelta(days=150)
    assert "5 stages left, 30 days each by default" in page.content.decode()
    world.make(client, stage=str(stages[0].pk), target_close=proposed, crm="create")
    assert "is before" not in client.get(world.url("show")).content.decode()
