"""Plays of the plan alone in the bridge: by the stage given, else named; whole when they are won."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from sightline.actions.plays import InCrm, NewPlay, change_play, park_play, start_play
from sightline.planning.bridge import Outcome
from sightline.records.models import CrmUser, Plan, Play
from sightline.records.queries import bridging
from tests import makers

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TODAY = date(2026, 11, 23)


def test_a_play_without_an_opportunity_is_named_and_counts_once_it_is_won() -> None:
    makers.company()
    dana = makers.person("account_manager", user=makers.crm_user())
    account = makers.account(owner=CrmUser.objects.get(pk=dana.crm_user_id))
    cell = (makers.unit(account).pk, makers.line().pk)
    plan = Plan.objects.create(
        account=account,
        year=2026,
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        currency="GBP",
    )
    new = NewPlay("Rollout", cells=(cell,), value=500_00, currency="GBP", target_close=TODAY)
    play = start_play(dana, account.pk, new, crm=InCrm(), now=NOW, on=TODAY)

    def plays() -> list[tuple[str, int, Outcome, float | None]]:
        (row,) = bridging.plan_rows([plan.pk])
        facts = bridging.bridge_facts(row, setting=bridging.bridge_setting(TODAY))
        return [
            (one.key, one.recurring.minor if one.recurring else 0, one.outcome, one.probability)
            for one in facts.plays
        ]

    assert plays() == [(f"play:{play}", 500_00, Outcome.OPEN, None)]
    stage = makers.stage("Proposal", probability=50)
    version = Play.objects.get(pk=play).version
    change_play(dana, play, {"stage_id": stage.pk}, seen_version=version, now=NOW)
    assert plays() == [(f"play:{play}", 500_00, Outcome.OPEN, 0.5)]
    Play.objects.filter(pk=play).update(stage=None)
    park_play(dana, play, parked=True, now=NOW)
    assert plays() == []
    Play.objects.filter(pk=play).update(parked=False, outcome="won", outcome_on=TODAY)
    assert plays() == [(f"play:{play}", 500_00, Outcome.WON, None)]
    Play.objects.filter(pk=play).update(outcome="", outcome_on=None)
    deal = makers.opportunity(account)
    Play.objects.filter(pk=play).update(opportunity=deal)
    assert f"play:{play}" not in [key for key, *_more in plays()]
