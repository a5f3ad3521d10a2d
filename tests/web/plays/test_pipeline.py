"""What the plan says of a play beside what the CRM has of its opportunity, and how they agree again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sightline.planning.challenges import Challenge
from sightline.records.models import (
    Action,
    Job,
    Opportunity,
    OpportunityContactRole,
    Play,
    PlayPerson,
)
from sightline.records.queries.plan_challenges import plan_challenges
from tests import makers
from tests.web.account import world as worlds
from tests.web.account.world import World

pytestmark = pytest.mark.django_db
SHOWN = "Take the CRM's figures"
DAY = timedelta(days=1)


@pytest.fixture
def helvion() -> World:
    return worlds.world()


def made_of(of: World, **values: object) -> Play:
    """A play that says just what its opportunity does, but for `values`."""
    deal = of.deal
    agreed = {
        "value": deal.amount,
        "currency": deal.currency or "GBP",
        "target_close": deal.close_date,
        "owner": deal.owner,
        "stage": deal.stage,
        "changed_at": timezone.now() - 2 * DAY,
    }
    Opportunity.objects.filter(pk=deal.pk).update(changed_at=timezone.now() - 2 * DAY)
    return Play.objects.create(
        account=of.account,
        name="Second plant",
        opportunity=deal,
        created_on=worlds.today() - 3 * DAY,
        **(agreed | values),
    )


def argued(of: World, rule: str = "plan_and_pipeline") -> list[Challenge]:
    assert of.plan is not None
    listed = plan_challenges(of.plan.pk, now=timezone.now())
    return [one for one in (*listed.open, *listed.folded) if one.rule == rule]


def url(of: World, name: str, *more: object) -> str:
    return reverse(f"plays:{name}", args=[of.account.pk, *more])


def test_a_linked_play_that_says_what_the_crm_says_is_not_argued(helvion: World) -> None:
    assert not argued(helvion)  # an opportunity alone cannot disagree with itself
    made_of(helvion)
    assert not argued(helvion)


def test_amount_day_owner_and_stage_of_a_linked_play_are_compared(
    client: Client, helvion: World
) -> None:
    deal = helvion.deal
    assert deal.amount is not None and deal.close_date is not None
    play = made_of(
        helvion,
        value=deal.amount * 2,
        target_close=deal.close_date - 20 * DAY,
        owner=makers.crm_user("Robin"),
        stage=makers.stage("Signature", position=90),
    )
    (found,) = argued(helvion)
    assert found.money is not None and found.money.minor == deal.amount
    for word in ("amount (", "date (", "stage", "owner"):
        assert word in found.facts_say.text
    client.force_login(helvion.seller)
    board = client.get(url(helvion, "show")).content.decode()
    assert SHOWN in board and "a later stage" in board
    assert client.post(url(helvion, "follow", play.pk)).status_code == 303
    assert not argued(helvion)
    assert SHOWN not in client.get(url(helvion, "show")).content.decode()
    assert not Job.objects.filter(name="crm.update_opportunity").exists()  # it has them


def test_an_opportunity_that_moved_on_is_followed_and_one_day_of_grace_is_given(
    helvion: World,
) -> None:
    early = makers.stage("Idea", position=0)
    play = made_of(helvion, stage=early)
    assert not argued(helvion)
    Play.objects.filter(pk=play.pk).update(owner=makers.crm_user(), changed_at=timezone.now())
    assert not argued(helvion)


def test_a_parked_play_says_nothing(helvion: World) -> None:
    made_of(helvion, parked=True, value=1)
    assert not argued(helvion)


def test_people_and_steps_of_the_plan_make_a_linked_play_whole(helvion: World) -> None:
    OpportunityContactRole.objects.filter(opportunity=helvion.deal).delete()
    Action.objects.filter(opportunity=helvion.deal).delete()
    Opportunity.objects.filter(pk=helvion.deal.pk).update(
        next_step="", created_on=worlds.today() - 20 * DAY
    )
    assert "no person, no next action" in argued(helvion, "play_incomplete")[0].facts_say.text
    play = made_of(helvion)
    PlayPerson.objects.create(play=play, contact=helvion.champion)
    Action.objects.create(account=helvion.account, play=play, subject="Call", owner=helvion.owner)
    assert not argued(helvion, "play_incomplete")


def test_only_who_writes_plans_takes_the_figures(client: Client, helvion: World) -> None:
    play = made_of(helvion, value=1)
    there = url(helvion, "follow", play.pk)
    client.force_login(worlds.granted_reader(helvion))
    assert client.post(there).status_code == 403
    client.force_login(helvion.seller)
    assert client.get(there).status_code == 405
    assert client.post(url(helvion, "follow", play.pk + 99)).status_code == 404
    Play.objects.filter(pk=play.pk).update(opportunity=None)
    assert client.post(there).status_code == 422
