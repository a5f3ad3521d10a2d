"""What a plan stands on: a false assumption takes something down, and the plan is challenged."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sightline.records.models import Assumption, HealthOverride, Objective, PlanRisk
from sightline.records.queries.plan_challenges import plan_challenges
from tests import makers
from tests.web.account import world as worlds
from tests.web.account.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def helvion(db: None, client: Client) -> World:
    made = worlds.world()
    client.force_login(made.seller)
    return made


def at(name: str, of: World, *rest: int) -> str:
    return reverse(f"assumptions:{name}", args=[of.account.pk, *rest])


def day(days: int) -> str:
    return (worlds.today() + timedelta(days=days)).isoformat()


def rules(of: World) -> dict[str, int | None]:
    assert of.plan is not None
    listed = plan_challenges(of.plan.pk, now=timezone.now())
    every = (*listed.open, *listed.folded)
    return {one.rule: one.money.minor if one.money else None for one in every}


def test_a_false_assumption_shows_what_it_takes_down_and_is_challenged(
    client: Client, helvion: World
) -> None:
    carries = f"opportunity:{helvion.deal.pk}"
    sent = {"words": "The plant opens", "look_again": day(30), "carries": carries}
    assert client.post(at("assumption-add", helvion), sent).status_code == 303
    row = Assumption.objects.get()
    assert "assumption_due" not in rules(helvion)
    settled = {"standing": "false", "version": 1, "look_again": ""}
    client.post(at("assumption-set", helvion, row.pk), settled)
    assert "It takes down" in client.get(at("show", helvion)).content.decode()
    assert rules(helvion)["assumption_due"] == helvion.deal.amount
    late = settled | {"standing": "true", "look_again": day(77)}
    stale = client.post(at("assumption-set", helvion, row.pk), late)
    said = stale.content.decode()
    assert stale.status_code == 409
    assert "You chose “Holds”; somebody else chose “Is false”" in said
    assert f'value="{day(77)}"' in said


def test_a_risk_has_reason_likelihood_owner_answer_and_money(
    client: Client, helvion: World
) -> None:
    sent = {
        "words": "A tender",
        "reason": "Procurement asked",
        "likelihood": "high",
        "severity": "high",
        "owner_id": helvion.owner.pk,
        "answer": "Value review",
        "money": "420000.50",
    }
    assert client.post(at("risk-add", helvion), sent).status_code == 303
    row = PlanRisk.objects.get()
    assert (row.money, row.owner_id, row.likelihood) == (420_000_50, helvion.owner.pk, "high")
    assert client.post(at("risk-add", helvion), sent | {"money": "-1"}).status_code == 422
    client.post(at("risk-end", helvion, row.pk))
    assert "A tender" not in client.get(at("show", helvion)).content.decode()


def test_a_risk_is_changed_and_who_was_slower_sees_both_and_keeps_the_typing(
    client: Client, helvion: World
) -> None:
    client.post(at("risk-add", helvion), {"words": "A tender", "money": "10"})
    row = PlanRisk.objects.get()
    form = client.get(at("show", helvion), {"risk": row.pk}).content.decode()
    assert 'value="A tender"' in form and at("risk-set", helvion, row.pk) in form
    first = {"words": "A tender in May", "money": "20", "version": row.version}
    assert client.post(at("risk-set", helvion, row.pk), first).status_code == 303
    late = {"words": "A tender in June", "likelihood": "low", "version": row.version}
    answer = client.post(at("risk-set", helvion, row.pk), late)
    body = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="A tender in June"' in body and "A tender in May" in body and "20" in body
    assert PlanRisk.objects.get().words == "A tender in May"
    again = late | {"version": row.version + 1}
    assert client.post(at("risk-set", helvion, row.pk), again).status_code == 303
    row = PlanRisk.objects.get()
    assert (row.words, row.money, row.likelihood) == ("A tender in June", None, "low")
    wrong = again | {"words": "", "version": row.version}
    assert client.post(at("risk-set", helvion, row.pk), wrong).status_code == 422
    assert client.post(at("risk-set", helvion, 9999), again).status_code == 404
    assert client.get(at("show", helvion), {"risk": "9999"}).status_code == 404
    assert client.get(at("risk-set", helvion, row.pk)).status_code == 405


def test_objectives_are_met_or_dropped(client: Client, helvion: World) -> None:
    sent = {"words": "Two plants", "owner_id": helvion.owner.pk, "due_on": day(90)}
    assert client.post(at("objective-add", helvion), sent).status_code == 303
    row = Objective.objects.get()
    client.post(at("objective-set", helvion, row.pk), {"state": "met", "version": 1})
    assert Objective.objects.get().state == "met"
    again = {"state": "dropped", "version": 1}
    assert client.post(at("objective-set", helvion, row.pk), again).status_code == 409


def test_health_is_contradicted_with_a_reason_and_an_end(client: Client, helvion: World) -> None:
    sent = {"value": 95, "reason": "A planned shutdown", "until": day(60)}
    assert client.post(at("health-set", helvion), sent).status_code == 303
    assert HealthOverride.objects.get().value == 95
    body = client.get(at("show", helvion)).content.decode()
    assert "A planned shutdown" in body
    assert client.post(at("health-set", helvion), sent | {"reason": ""}).status_code == 422
    assert client.post(at("health-set", helvion), sent | {"until": day(900)}).status_code == 422
    client.post(at("health-end", helvion))
    assert HealthOverride.objects.filter(ended_at=None).count() == 0


def test_who_may_write_them(client: Client, helvion: World) -> None:
    for person, status in (
        (worlds.granted_reader(helvion), 403),
        (makers.sign_in("marketing"), 403),
        (makers.sign_in("account_manager"), 404),
    ):
        client.force_login(person)
        for name in ("objective-add", "assumption-add", "risk-add", "health-set"):
            assert client.post(at(name, helvion), {"words": "x"}).status_code == status
        assert client.post(at("risk-set", helvion, 1), {"words": "x"}).status_code == status
    client.force_login(helvion.seller)
    assert client.get(at("risk-add", helvion)).status_code == 405
    assert client.post(at("risk-end", helvion, 9999)).status_code == 404
