"""Plays of the plan alone in the bridge: by the stage given, else named; whole when they are won;
nothing of a cell that nobody reaches."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from sightline.actions.plays import InCrm, NewPlay, change_play, park_play, start_play
from sightline.actions.whitespace import Place, Saying, override_path, say_value
from sightline.planning.bridge import BridgeParameters, Outcome, belongs_to_base, build_bridge
from sightline.records.models import Contract, CrmUser, Plan, Play
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


def test_a_fantasy_cell_is_refused_from_the_plans_sum_and_named() -> None:
    makers.company()
    dana = makers.person("account_manager", user=makers.crm_user())
    account = makers.account(owner=CrmUser.objects.get(pk=dana.crm_user_id))
    unit, lines = makers.unit(account), [makers.line("One"), makers.line("Two")]
    makers.contact(account, "Nobody Reached", unit=unit)
    stage = makers.stage("Proposal", probability=50)
    plan = Plan.objects.create(
        account=account,
        year=2026,
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        currency="GBP",
    )
    new = NewPlay(
        "Rollout",
        cells=tuple((unit.pk, line.pk) for line in lines),
        value=800_00,
        currency="GBP",
        target_close=TODAY,
        stage_id=stage.pk,
    )
    start_play(dana, account.pk, new, crm=InCrm(), now=NOW, on=TODAY)

    def counted() -> tuple[int, list[str]]:
        (row,) = bridging.plan_rows([plan.pk])
        setting = bridging.bridge_setting(TODAY)
        facts = bridging.bridge_facts(row, setting=setting)
        numbers = setting.parameters.section(BridgeParameters, "bridge")
        bridge = build_bridge(facts, today=TODAY, parameters=numbers)
        named = [one.text for one in bridge.left_out if one.code == "bridge.play_fantasy"]
        return bridge.landing.minor, named

    assert counted() == (0, ["Rollout adds nothing: fantasy, no path, 800.00 GBP a year."])
    reached = Place(account.pk, unit.pk, lines[0].pk)
    for part in ("access", "budget"):
        override_path(reached, part, 2, reason="met her", saying=Saying(dana, NOW, TODAY, None))
    half = "Rollout adds nothing for 1 of its 2 cells: fantasy, no path, 400.00 GBP a year."
    assert counted() == (200_00, [half])
    # 300 and 100 a year: the dearer cell is reached, and three quarters of the play count
    saying = Saying(dana, NOW, TODAY, None)
    for line, worth in zip(lines, (300_00, 100_00), strict=True):
        say_value(Place(account.pk, unit.pk, line.pk), (worth,) * 3, currency="GBP", saying=saying)
    quarter = "Rollout adds nothing for 1 of its 2 cells: fantasy, no path, 200.00 GBP a year."
    assert counted() == (300_00, [quarter])


def test_a_renewal_that_became_a_play_and_an_opportunity_is_counted_once() -> None:
    """In the base, through its contract: not again as a play, with an opportunity or without."""
    makers.company()
    dana = makers.person("account_manager", user=makers.crm_user())
    account = makers.account(owner=CrmUser.objects.get(pk=dana.crm_user_id))
    stage = makers.stage("Proposal", probability=50)
    contract = Contract.objects.create(
        account=account, name="Service", ends_on=TODAY, annual_value=900_00, currency="GBP"
    )
    plan = Plan.objects.create(
        account=account,
        year=2026,
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        currency="GBP",
    )
    plan.members.create(account=account, year=2026)
    deal = makers.opportunity(account, amount=900_00, close_date=TODAY, stage=stage)

    def kept_apart() -> dict[str, bool]:
        (row,) = bridging.plan_rows([plan.pk])
        facts = bridging.bridge_facts(row, setting=bridging.bridge_setting(TODAY))
        return {one.key: belongs_to_base(one) for one in facts.plays}

    assert kept_apart() == {f"opportunity:{deal.pk}": False}
    new = NewPlay("Keep them", value=900_00, currency="GBP", renewal_id=contract.pk)
    start_play(dana, account.pk, new, crm=InCrm(opportunity_id=deal.pk), now=NOW, on=TODAY)
    assert kept_apart() == {f"opportunity:{deal.pk}": True}
