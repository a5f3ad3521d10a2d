"""The guided tour: four pages, each with its step above it, and nothing left when it ends."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from sightline.records.models import TierResult
from tests.web.account import world as customer
from tests.web.laid_out import one_line

pytestmark = pytest.mark.django_db
STEP = re.compile(r"Step (\d) of 4")


@pytest.fixture
def on_tour() -> tuple[Client, str]:
    """The seller of a customer with a dip and a lone champion, and the tour's first address."""
    world = customer.world()
    codes = [{"code": "vulnerable_off_trend"}, {"code": "vulnerable_single_thread"}]
    fell = {"revenue": 70_00, "revenue_before": 100_00}
    TierResult.objects.update(parts=codes, single_threaded=True, **fell)
    client = Client()
    client.force_login(world.seller)
    shown = client.get(reverse("start:tour")).content.decode()
    found = re.search(r'href="([^"]+\?tour=1)"', shown)
    assert found
    return client, found.group(1)


def test_four_clicks_lead_from_the_dip_to_the_play(on_tour: tuple[Client, str]) -> None:
    client, address = on_tour
    steps = []
    while address:
        shown = one_line(client.get(address).content.decode())
        steps.append(STEP.findall(shown))
        onward = re.search(r'rel="next" href="([^"]+tour=\d)"', shown)
        address = onward.group(1) if onward else ""
    assert steps == [["1"], ["2"], ["3"], ["4"]]


def test_ended_it_leaves_no_trace(on_tour: tuple[Client, str]) -> None:
    client, address = on_tour
    shown = one_line(client.get(address).content.decode())
    out = re.search(r'href="([^"]+)">End the tour', shown)
    assert out and "tour" not in out.group(1)
    kept = _kept(client)
    after = one_line(client.get(out.group(1)).content.decode())
    assert not STEP.search(after) and "tour.css" not in after
    assert _kept(client) == kept


def _kept(client: Client) -> tuple[dict[str, str], dict[str, object]]:
    """Cookies by name, without the day they expire (every answer with a form sets that anew), session."""
    cookies = {name: cookie.value for name, cookie in client.cookies.items()}
    return cookies, dict(client.session)


def test_an_address_that_is_no_step_shows_no_banner(on_tour: tuple[Client, str]) -> None:
    client, address = on_tour
    for wrong in ("tour=9", "tour=x", "tour=2", "tour="):
        assert not STEP.search(
            one_line(client.get(address.replace("tour=1", wrong)).content.decode())
        )
    assert not STEP.search(
        one_line(client.get(reverse("start:doors") + "?tour=1").content.decode())
    )
