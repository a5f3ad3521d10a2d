"""Predictions are kept when made, scored when resolved, never per person; "too few" is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from sightline.actions.predictions import keep_predictions, keep_renewal_predictions
from sightline.records.models import (
    Contract,
    Opportunity,
    OpportunityLine,
    PlayPrediction,
    RenewalOutcome,
    RenewalPrediction,
    StageChange,
)
from sightline.records.queries.calibration import Source, predictions, renewal_predictions
from tests import makers
from tests.web.account import world as worlds
from tests.web.account.world import World

pytestmark = pytest.mark.django_db
PAGE = "/calibration"


@pytest.fixture
def helvion(db: None, client: Client) -> World:
    cache.clear()
    made = worlds.world()
    client.force_login(made.seller)
    return made


def closed_deals(of: World, count: int, *, won: int, probability: int) -> None:
    stage = makers.stage("Proposal")
    day = worlds.today()
    for number in range(count):
        deal = makers.opportunity(
            of.account,
            is_closed=True,
            is_won=number < won,
            amount=800_00,
            close_date=day,
            closed_on=day,
        )
        OpportunityLine.objects.create(opportunity=deal, product_line=of.core, total=800_00)
        StageChange.objects.create(
            opportunity=deal,
            stage=stage,
            at=datetime(2026, 1, 5, tzinfo=UTC),
            amount=1_000_00,
            close_date=day - timedelta(days=10),
            probability=probability,
        )


def test_what_the_crm_said_is_scored_by_stage_and_product(client: Client, helvion: World) -> None:
    closed_deals(helvion, 15, won=12, probability=80)
    closed_deals(helvion, 15, won=3, probability=20)
    body = client.get(PAGE).content.decode()
    # the worked example of docs/method/calibration.md
    assert "0.160" in body and "0.250" in body and "36" in body
    assert "+10" in body and "80" in body
    assert "Core platform" in body and "Proposal" in body
    assert "Dana Whitfield" not in body.split("<main")[1]


def test_too_few_is_said(client: Client, helvion: World) -> None:
    closed_deals(helvion, 29, won=12, probability=50)
    body = client.get(PAGE).content.decode()
    assert "Too few: 29 resolved, 30 needed." in body


def test_a_prediction_is_kept_once_as_it_was_when_made(helvion: World) -> None:
    day = worlds.today()
    assert keep_predictions(day) == 1
    row = PlayPrediction.objects.get()
    assert (row.opportunity_id, row.amount, row.made_on) == (helvion.deal.pk, 19_000_00, day)
    Opportunity.objects.filter(pk=helvion.deal.pk).update(
        is_closed=True, is_won=True, amount=9_500_00, closed_on=day + timedelta(days=35)
    )
    assert keep_predictions(day + timedelta(days=40)) == 0
    (told,) = predictions()
    assert told.source is Source.KEPT
    assert told.prediction.happened is True
    assert told.prediction.value_ratio == 0.5
    assert told.prediction.days_late == 30


def test_a_renewal_is_kept_when_in_sight_and_scored_when_decided(
    client: Client, helvion: World
) -> None:
    day, end = worlds.today(), worlds.today() + timedelta(days=100)
    Contract.objects.filter(pk=helvion.contract.pk).update(
        ends_on=end,
        annual_value=1_000_00,
        currency="GBP",
        uplift_percent=10,
        product_line=helvion.core,
    )
    assert keep_renewal_predictions(day) == 1 and keep_renewal_predictions(day) == 0
    row = RenewalPrediction.objects.get()
    assert (row.value, row.level, row.ends_on) == (1_100_00, "unjudged", end)
    RenewalOutcome.objects.create(
        contract=helvion.contract,
        kind="contracted",
        ended_on=end,
        up=1_000_00,
        renewed=550_00,
        currency="GBP",
        decided_on=end + timedelta(days=9),
    )
    (told,) = renewal_predictions()
    one = told.prediction
    assert (told.source, one.product, one.happened) == (Source.KEPT, "Core platform", True)
    assert (one.value_ratio, one.days_late, one.size) == (0.5, 9, 1_100_00)
    body = client.get(PAGE, {"about": "renewals", "of": "kept"}).content.decode()
    assert "Too few: 1 resolved, 30 needed." in body and "Not judged, counted as middle" in body


def test_deals_are_scored_by_size_as_well(client: Client, helvion: World) -> None:
    closed_deals(helvion, 30, won=12, probability=50)
    body = client.get(PAGE, {"of": "crm"}).content.decode()
    assert "By planned value" in body and "£1,000" in body.replace("£1k", "£1,000")


def test_who_may_see_it(client: Client, helvion: World) -> None:
    client.force_login(makers.sign_in("operations"))
    assert client.get(PAGE).status_code == 403
    client.force_login(helvion.seller)
    assert client.post(PAGE).status_code == 405
