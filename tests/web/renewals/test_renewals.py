"""Renewals by quarter and money; steps made once and moved; outcomes and what follows from them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sightline.actions import renewal_steps
from sightline.planning.bridge import BarCode, BridgeParameters, build_bridge
from sightline.planning.money import Money
from sightline.records.models import (
    Action,
    Contract,
    Play,
    RenewalGroup,
    RenewalOutcome,
    RenewalStep,
    RenewalStrategy,
)
from sightline.records.queries import bridging
from tests import makers
from tests.web.account import world as worlds
from tests.web.account.world import World

pytestmark = pytest.mark.django_db
GBP = "GBP"


@pytest.fixture
def helvion(db: None, client: Client) -> World:
    made = worlds.world()
    # inside the plan year, whatever day the tests run on
    end = min(worlds.today() + timedelta(days=30), date(worlds.today().year, 12, 31))
    Contract.objects.filter(pk=made.contract.pk).update(ends_on=end)
    made.contract.refresh_from_db()
    client.force_login(made.seller)
    return made


def at(name: str, of: World, *rest: int) -> str:
    return reverse(f"renewals:{name}", args=[of.account.pk, of.contract.pk, *rest])


def decided(of: World, **changes: Any) -> dict[str, Any]:
    assert of.contract.ends_on
    year_on = of.contract.ends_on + timedelta(days=365)
    return {
        "went": "renewed",
        "renewed": "27000.00",
        "until": year_on.isoformat(),
        "decided_on": worlds.today().isoformat(),
        **changes,
    }


def bar(of: World, code: BarCode) -> Money:
    assert of.plan is not None
    setting = bridging.bridge_setting(worlds.today())
    facts = bridging.bridge_facts(bridging.plan_rows([of.plan.pk])[0], setting=setting)
    numbers = setting.parameters.section(BridgeParameters, "bridge")
    return build_bridge(facts, today=worlds.today(), parameters=numbers).bar(code).amount


def test_the_calendar_says_what_is_up_what_is_at_risk_and_why(
    client: Client, helvion: World
) -> None:
    body = client.get(reverse("renewals:show")).content.decode()
    assert "Helvion Industries" in body
    assert "in sight without a strategy" in body
    RenewalStrategy.objects.create(
        contract=helvion.contract,
        goal="renew",
        risk="high",
        owner=helvion.owner,
        decider=helvion.champion,
    )
    body = client.get(reverse("renewals:show")).content.decode()
    assert "judged a high risk" in body and "in sight without a strategy" not in body


def test_a_notice_day_that_is_over_is_said_to_be(client: Client, helvion: World) -> None:
    assert helvion.contract.ends_on
    left = (helvion.contract.ends_on - worlds.today()).days
    for days, words in ((max(0, left - 1), "notice by"), (left + 1, "notice was due by")):
        Contract.objects.filter(pk=helvion.contract.pk).update(notice_days=days)
        body = client.get(reverse("renewals:show")).content.decode()
        assert words in body


def test_queries_do_not_grow_with_contracts(client: Client, helvion: World) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(reverse("renewals:show")).status_code == 200
        return len(seen)

    few = count()
    values = {"ends_on": helvion.contract.ends_on, "annual_value": 100_00, "currency": GBP}
    Contract.objects.bulk_create(
        [Contract(account=helvion.account, name=f"C{n}", **values) for n in range(200)]
    )
    assert count() <= few


def test_steps_are_made_once_and_move_with_the_end(helvion: World) -> None:
    today = worlds.today()
    end = today + timedelta(days=100)
    Contract.objects.filter(pk=helvion.contract.pk).update(ends_on=end)
    renewal_steps.keep_steps(today)
    renewal_steps.keep_steps(today)
    steps = {s.days_before: s.action for s in RenewalStep.objects.select_related("action")}
    # 270 days before is long past; 180 is current and due at once
    assert set(steps) == {180, 90, 30}
    assert steps[180] is not None and steps[180].due_on == today
    assert steps[90] is not None and steps[90].due_on == end - timedelta(days=90)
    assert steps[90].owner_id == helvion.owner.pk
    Action.objects.filter(pk=steps[90].pk).update(state="done")
    Contract.objects.filter(pk=helvion.contract.pk).update(ends_on=end + timedelta(days=20))
    renewal_steps.keep_steps(today)
    moved = Action.objects.get(pk=steps[30].pk)  # type: ignore[union-attr]
    assert moved.due_on == end - timedelta(days=10)
    assert Action.objects.get(pk=steps[90].pk).due_on == end - timedelta(days=90)
    Action.objects.filter(pk=moved.pk).update(due_on=today + timedelta(days=3))
    renewal_steps.keep_steps(today)
    assert Action.objects.get(pk=moved.pk).due_on == today + timedelta(days=3)


def test_an_outcome_moves_contract_strategy_steps_and_bridge_and_can_be_taken_back(
    client: Client, helvion: World
) -> None:
    RenewalStrategy.objects.create(
        contract=helvion.contract, goal="grow", risk="low", owner=helvion.owner
    )
    before = bar(helvion, BarCode.CHURN)
    assert before.minor < 0
    assert client.post(at("outcome-set", helvion), decided(helvion)).status_code == 303
    row = RenewalOutcome.objects.get()
    held = Contract.objects.get(pk=helvion.contract.pk)
    assert (row.kind, row.up, row.renewed) == ("uplifted", 24_000_00, 27_000_00)
    assert (held.annual_value, held.ends_on) == (27_000_00, row.until)
    assert RenewalStrategy.objects.get().goal == ""
    assert bar(helvion, BarCode.CHURN).minor == 0
    assert bar(helvion, BarCode.UPLIFT) == Money(3_000_00, GBP)
    undo = at("outcome-undo", helvion, row.pk)
    assert client.post(undo).status_code == 303
    held.refresh_from_db()
    assert (held.annual_value, held.ends_on) == (24_000_00, helvion.contract.ends_on)
    assert RenewalStrategy.objects.get().goal == "grow"
    assert bar(helvion, BarCode.CHURN) == before
    assert client.post(undo).status_code == 422


def test_a_contract_of_the_crm_keeps_its_dates_and_the_outcome_stands_for_it(
    client: Client, helvion: World
) -> None:
    Contract.objects.filter(pk=helvion.contract.pk).update(outside_id="800000000000001AAA")
    lost = decided(helvion, went="lost", reason="price")
    assert client.post(at("outcome-set", helvion), lost | {"reason": ""}).status_code == 422
    assert client.post(at("outcome-set", helvion), lost).status_code == 303
    held = Contract.objects.get(pk=helvion.contract.pk)
    assert (held.ends_on, held.annual_value) == (helvion.contract.ends_on, 24_000_00)
    assert bar(helvion, BarCode.CHURN) == Money(-24_000_00, GBP)
    assert client.post(at("outcome-set", helvion), lost).status_code == 422
    assert "Helvion" not in client.get(reverse("renewals:show")).content.decode().split("<main")[1]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"renewed": ""}, "renewed"),
        ({"renewed": "0"}, "renewed"),
        ({"until": worlds.today().isoformat()}, "until"),
        ({"renewed": "1000"}, "reason"),
        ({"decided_on": (worlds.today() + timedelta(days=2)).isoformat()}, "decided_on"),
    ],
)
def test_an_outcome_that_does_not_add_up_is_refused(
    client: Client, helvion: World, changes: dict[str, str], field: str
) -> None:
    answer = client.post(at("outcome-set", helvion), decided(helvion, **changes))
    assert answer.status_code == 422
    assert field in answer.context["forms"].outcome.errors
    assert not RenewalOutcome.objects.exists()


def test_contracts_renewed_as_one_share_the_new_value_by_what_each_was_worth(
    client: Client, helvion: World
) -> None:
    assert helvion.contract.ends_on
    other = Contract.objects.create(
        account=helvion.account,
        name="Second",
        ends_on=helvion.contract.ends_on - timedelta(days=10),
        annual_value=8_000_00,
        currency=GBP,
    )
    sent = {"contracts": [other.pk], "ends_on": helvion.contract.ends_on.isoformat()}
    assert other.ends_on
    early = sent | {"ends_on": other.ends_on.isoformat()}
    assert client.post(at("together-set", helvion), early).status_code == 422
    assert client.post(at("together-set", helvion), sent).status_code == 303
    client.post(at("outcome-set", helvion), decided(helvion, renewed="33333.33"))
    values = list(RenewalOutcome.objects.order_by("contract_id").values_list("renewed", flat=True))
    assert values == [25_000_00, 8_333_33]
    assert client.post(at("apart-set", helvion)).status_code == 303
    assert not RenewalGroup.objects.exists()
    assert client.post(at("apart-set", helvion)).status_code == 422


def test_clauses_are_written_and_an_uplift_counts_in_the_bridge(
    client: Client, helvion: World
) -> None:
    sent = {"uplift_percent": "5", "notice_days": "90", "auto_renews": "1", "version": 1}
    assert client.post(at("clauses-set", helvion), sent).status_code == 303
    held = Contract.objects.get(pk=helvion.contract.pk)
    assert (held.notice_days, held.auto_renews) == (90, True)
    assert bar(helvion, BarCode.UPLIFT).minor > 0
    stale = client.post(at("clauses-set", helvion), sent | {"notice_days": "30"})
    body = stale.content.decode()
    assert stale.status_code == 409 and 'value="30"' in body and "Somebody else set: 90" in body
    assert 'name="version" value="2"' in body
    assert "Somebody else set: 90" in stale.content.decode()
    assert client.post(at("clauses-set", helvion), sent | {"notice_days": "-1"}).status_code == 422


def test_a_renewal_leads_to_its_play_or_to_where_one_begins(client: Client, helvion: World) -> None:
    begin = f"{reverse('plays:start', args=[helvion.account.pk])}?renewal={helvion.contract.pk}"
    pages = (
        reverse("renewals:show"),
        reverse("account:renewals", args=[helvion.account.pk]),
        at("contract", helvion),
    )
    assert all(f'href="{begin}"' in client.get(page).content.decode() for page in pages)
    play = Play.objects.create(
        account=helvion.account,
        name="Keep the heart of it",
        renewal=helvion.contract,
        created_on=worlds.today(),
    )
    board = f"{reverse('plays:show', args=[helvion.account.pk])}#play-{play.pk}"
    for page in pages:
        told = client.get(page).content.decode()
        assert f'href="{board}"' in told and begin not in told
        assert play.name in told
    client.force_login(worlds.granted_reader(helvion))
    Play.objects.filter(pk=play.pk).update(outcome="lost")  # none is open any more
    assert all("?renewal=" not in client.get(page).content.decode() for page in pages)


def test_who_may_see_and_write(client: Client, helvion: World) -> None:
    posts = ("outcome-set", "clauses-set", "together-set", "apart-set")
    for person, seen, written in (
        (worlds.granted_reader(helvion), 200, 403),
        (makers.sign_in("marketing"), 403, 403),
        (makers.sign_in("account_manager"), 404, 404),
    ):
        client.force_login(person)
        page = client.get(at("contract", helvion))
        assert page.status_code == seen
        assert "Turn into a play" not in page.content.decode()
        for name in posts:
            assert client.post(at(name, helvion), {}).status_code == written
    client.force_login(makers.sign_in("account_manager"))
    assert "No renewal in sight" in client.get(reverse("renewals:show")).content.decode()
    client.force_login(helvion.seller)
    page = client.get(at("contract", helvion))
    link = f"{reverse('plays:start', args=[helvion.account.pk])}?renewal={helvion.contract.pk}"
    assert f'href="{link}"' in page.content.decode()
    assert client.get(link).status_code == 200
    assert client.get(at("outcome-set", helvion)).status_code == 405
    unknown = reverse("renewals:contract", args=[helvion.account.pk, 999_999])
    assert client.get(unknown).status_code == 404
