"""Requalification shows our share of the wallet and competitors', and says where neither is known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sightline.records.models import TierResult
from sightline.records.queries.portfolio import Row
from sightline.records.queries.portfolio.rows import row_of
from sightline.web.pages.portfolio.share import share_of
from tests import makers

pytestmark = pytest.mark.django_db
FACTOR = 0.5


def _row(**values: object) -> Row:
    account = makers.account()
    row, _ = TierResult.objects.update_or_create(
        account=account, defaults={"as_of": makers.TODAY, "currency": "GBP"}
    )
    return replace(row_of(row), **values)  # type: ignore[arg-type]


def test_share_is_revenue_over_the_wallet() -> None:
    shown = share_of(_row(revenue=250_00, wallet=1000_00), factor=FACTOR)
    assert shown.ours.startswith("25") and shown.ours.endswith("%")


def test_an_unknown_wallet_is_not_zero() -> None:
    assert share_of(_row(revenue=250_00, wallet=None), factor=FACTOR).ours == ""
    assert share_of(_row(revenue=250_00, wallet=0), factor=FACTOR).ours == ""


def test_competitors_share_is_told_from_vulnerability() -> None:
    part = {"code": "vulnerable_competitor", "text": "", "p": 0.2}
    assert "40" in share_of(_row(parts=(part,)), factor=FACTOR).others
    assert share_of(_row(parts=()), factor=FACTOR).others == ""


def test_a_small_share_is_not_none() -> None:
    assert share_of(_row(revenue=3_00, wallet=1000_00), factor=FACTOR).ours == "under 1%"
    assert share_of(_row(revenue=0, wallet=1000_00), factor=FACTOR).ours.startswith("0")
