"""Repeat money stands beside the bridge, with what of it may fall quiet."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from sightline.records.models import CellMeasures, QuietChance
from tests.web.account import world as worlds

pytestmark = pytest.mark.django_db


def test_repeat_money_and_its_quiet_risk_are_said_in_money(client: Client) -> None:
    of = worlds.world()
    CellMeasures.objects.filter(product_line=of.extra).delete()
    CellMeasures.objects.create(
        account=of.account, unit=of.unit, product_line=of.extra, r12=100_000_00
    )
    client.force_login(of.seller)
    url = reverse("plan:bridge", args=[of.account.pk])
    body = client.get(url).content.decode()
    assert "£100k a year is bought repeatedly" in body
    assert "Of £100k no chance is known yet" in body
    QuietChance.objects.create(
        account=of.account, probability="0.22", days_silent=80, usual_gap=30, as_of=worlds.today()
    )
    body = client.get(url).content.decode()
    assert "By chance £22k of it falls quiet" in body and "no chance is known" not in body
