"""Putting a signal aside from its page: works, undone, refused, unknown, wrong method, over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from sightline.records.models import Account, Signal
from tests import makers
from tests.web.laid_out import one_line

pytestmark = pytest.mark.django_db


@pytest.fixture
def signal() -> Signal:
    makers.company(time_zone="UTC", reporting_currency="GBP")
    account = makers.account("Helvion", owner=makers.crm_user("Eoin"))
    makers.tier_result(account, proposed_tier=1, acv=100_00)
    day = timezone.now().date() - timedelta(days=2)
    return Signal.objects.create(
        account=account,
        kind="serious_cases",
        key="cases",
        observed_on=day,
        source="cases",
        facts={"text": "1 open case is critical", "accounts": [account.pk]},
    )


def as_owner(signal: Signal) -> Client:
    client = Client()
    client.force_login(makers.sign_in("account_manager", user=signal.account.owner, name="Eoin"))
    return client


def test_monday_and_the_account_show_it_until_it_is_put_aside(signal: Signal) -> None:
    client = as_owner(signal)
    page = f"/accounts/{signal.account_id}/plan/signals"
    assert "Serious cases are open" in client.get("/").content.decode()
    answer = client.post(f"/signals/{signal.pk}/dismiss", {"next": page, "reason": "in hand"})
    assert (answer.status_code, answer["Location"]) == (303, page)
    shown = one_line(client.get(page).content.decode())
    assert "Put aside by Eoin: in hand." in shown
    assert "Serious cases are open" not in client.get("/").content.decode()
    client.post(f"/signals/{signal.pk}/restore", {})
    assert "Serious cases are open" in client.get("/").content.decode()


def test_one_that_is_over_is_said_to_be_over(signal: Signal) -> None:
    Signal.objects.update(ended_on=timezone.now().date())
    answer = as_owner(signal).post(f"/signals/{signal.pk}/dismiss", {}, follow=True)
    assert "its cause has gone" in answer.content.decode()


def test_strangers_find_nothing_readers_are_refused_and_reading_changes_nothing(
    signal: Signal,
) -> None:
    stranger = Client()
    stranger.force_login(makers.sign_in("account_manager", user=makers.crm_user("Noa")))
    assert stranger.post(f"/signals/{signal.pk}/dismiss").status_code == 404
    reader = Client()
    reader.force_login(makers.sign_in("reader"))
    assert reader.post(f"/signals/{signal.pk}/dismiss").status_code == 403
    client = as_owner(signal)
    assert client.post("/signals/99999/restore").status_code == 404
    assert client.get(f"/signals/{signal.pk}/dismiss").status_code == 405
    assert Signal.objects.get().dismissed_at is None
    assert Account.objects.count() == 1
