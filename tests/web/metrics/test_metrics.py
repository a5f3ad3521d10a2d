"""Metrics are computed, have a baseline frozen once, a target, a day, and plays that move them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sightline.planning.money import Money
from sightline.records.models import CellMeasures, PlanMetric
from sightline.records.queries.metrics import plan_decomposition, price_share
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


def at(name: str, of: World, *rest: str) -> str:
    return reverse(f"metrics:{name}", args=[of.account.pk, *rest])


def sent(of: World, **changes: Any) -> dict[str, Any]:
    end = date(worlds.today().year, 12, 31).isoformat()
    moves = [f"opportunity:{of.deal.pk}"]
    return {"target": "95", "by": end, "moves": moves, "version": 0, **changes}


def test_every_metric_stands_there_with_its_definition_and_what_is_not_known_says_so(
    client: Client, helvion: World
) -> None:
    body = client.get(at("show", helvion)).content.decode()
    # recurring: 22,000 of 26,000
    assert "84.6%" in body and "Net revenue retention" in body
    assert "not known" in body and "Wallet share" in body and "7.3%" in body


def test_a_target_freezes_its_baseline_once_and_names_its_plays(
    client: Client, helvion: World
) -> None:
    assert client.post(at("metric-set", helvion, "grr"), sent(helvion)).status_code == 303
    row = PlanMetric.objects.get()
    assert (float(row.target), round(float(row.baseline or 0), 4)) == (0.95, 0.8462)
    assert row.baseline_on == timezone.now().date()
    CellMeasures.objects.update(r12=26_000_00)
    again = sent(helvion, version=1, target="100")
    assert client.post(at("metric-set", helvion, "grr"), again).status_code == 303
    row.refresh_from_db()
    assert round(float(row.baseline or 0), 4) == 0.8462
    body = client.get(at("show", helvion)).content.decode()
    assert "Helvion Industries: Field pilot" in body and "100.0%" in body


def test_a_metric_without_a_play_is_challenged(client: Client, helvion: World) -> None:
    assert helvion.plan is not None
    client.post(at("metric-set", helvion, "nrr"), sent(helvion, moves=[]))
    listed = plan_challenges(helvion.plan.pk, now=timezone.now())
    assert "metric_without_play" in {one.rule for one in (*listed.open, *listed.folded)}
    argued = reverse("challenges:show", args=[helvion.account.pk])
    body = client.get(argued).content.decode()
    assert "Net revenue retention" in body and "1 play moves no metric" in body
    moving = sent(helvion, version=1)
    assert client.post(at("metric-set", helvion, "nrr"), moving).status_code == 303
    body = client.get(argued).content.decode()
    assert "Net revenue retention" not in body and "moves no metric" not in body


def test_what_cannot_be_is_refused(client: Client, helvion: World) -> None:
    client.post(at("metric-set", helvion, "acv"), sent(helvion))
    stale = client.post(at("metric-set", helvion, "acv"), sent(helvion))
    assert stale.status_code == 409
    assert 'name="version" value="1"' in stale.content.decode()
    late = (worlds.today() + timedelta(days=900)).isoformat()
    for key, changes in (
        ("grr", {"target": "101"}),
        ("nrr", {"by": late}),
        ("nrr", {"moves": ["play:9"]}),
    ):
        assert (
            client.post(at("metric-set", helvion, key), sent(helvion, **changes)).status_code == 422
        )
    assert client.post(at("metric-set", helvion, "mood"), sent(helvion)).status_code == 404
    assert client.post(at("metric-drop", helvion, "acv")).status_code == 303
    assert client.post(at("metric-drop", helvion, "acv")).status_code == 404


def test_revenue_change_is_decomposed_without_a_residual(helvion: World) -> None:
    lost = makers.line("Lost line")
    back = makers.account("Came back", parent=helvion.account)
    values: dict[str, Any] = {"account": helvion.account, "unit": None}
    CellMeasures.objects.create(**values, product_line=lost, r12=0, r12_before=3_000_01)
    CellMeasures.objects.create(
        account=back, product_line=lost, r12=5_000_00, r12_before=0, monthly=[100] + [0] * 35
    )
    found = next(iter(plan_decomposition([helvion.account.pk, back.pk], currency="GBP")))
    assert found.kind == "recurring"
    assert found.why.residual == found.exchange == Money(0, "GBP")
    change = found.why.change
    assert (change.contraction, change.reactivated) == (-7_000_01, 5_000_00)
    assert (found.why.split, found.why.compared > 0) == (0, True)


def test_quantities_split_price_volume_and_mix_and_exchange_stands_apart(
    client: Client, helvion: World
) -> None:
    tools = makers.line("Tools", kind="repeat")
    north = makers.unit(helvion.account, "North")
    for unit, now, before, quantity, quantity_before in (
        (None, 1_320_00, 1_000_00, 12_0000, 10_0000),
        (north, 200_00, 400_00, 10_0000, 20_0000),
    ):
        CellMeasures.objects.create(
            account=helvion.account,
            unit=unit,
            product_line=tools,
            r12=now + 7_00,
            r12_before=before + 5_00,
            steady=now,
            steady_before=before,
            quantity=quantity,
            quantity_before=quantity_before,
        )
    found = plan_decomposition([helvion.account.pk], currency="GBP")
    (repeat,) = [one for one in found if one.kind == "repeat"]
    change = repeat.why.change
    assert (change.price, change.volume, change.mix) == (120_00, -373_33, 373_33)
    assert (repeat.why.residual, repeat.exchange) == (Money(0, "GBP"), Money(14_00, "GBP"))
    assert price_share([helvion.account.pk], line_id=tools.pk) == 1.0
    assert price_share([helvion.account.pk], line_id=helvion.core.pk) is None
    client.force_login(helvion.seller)
    page = client.get(at("show", helvion)).content.decode()
    assert "Repeat: quantities are known wherever there is revenue in both years." in page
    assert "Recurring: no quantities are known in both years" in page
    assert "Exchange" in page and "373" in page


def test_who_may_see_and_write(client: Client, helvion: World) -> None:
    for person, seen, written in (
        (worlds.granted_reader(helvion), 200, 403),
        (makers.sign_in("account_manager"), 404, 404),
        (makers.sign_in("marketing"), 403, 403),
    ):
        client.force_login(person)
        assert client.get(at("show", helvion)).status_code == seen
        assert client.post(at("metric-set", helvion, "nrr"), sent(helvion)).status_code == written
    client.force_login(helvion.seller)
    assert client.get(at("metric-set", helvion, "nrr")).status_code == 405
