"""Who may fall quiet: recalibrated on own outcomes where there are enough, kept and scored."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from sightline.actions.progress import Silent
from sightline.actions.quiet import say_who_may_fall_quiet
from sightline.records.models import KeptChance, QuietChance, QuietModel
from tests import makers
from tests.actions.test_measuring import load, sold

pytestmark = pytest.mark.django_db
FIRST, LATER = date(2026, 5, 1), date(2026, 11, 23)


def _buying(some: int, since: date = date(2025, 4, 1)) -> list[int]:
    """`some` accounts that buy each month, and as many that stop in March 2026; their numbers."""
    line, lines, ids = makers.line(kind="repeat"), [], []
    for number in range(2 * some):
        account = makers.account(f"Buyer {number:03}")
        ids.append(account.pk)
        last = date(2026, 3, 20) if number % 2 else date(2026, 11, 20)
        on = since + timedelta(days=number % 20)
        while on <= last:
            lines.append(sold(account, line, on, 10_000))
            on += timedelta(days=30 + number % 3)
    load("lines", *lines)
    return ids


def test_enough_own_outcomes_recalibrate_and_every_chance_is_scored() -> None:
    ids = _buying(55)
    say_who_may_fall_quiet(FIRST, job=Silent())
    assert QuietModel.objects.get().method == "formula"
    assert QuietChance.objects.filter(alike=None).count() == len(ids)
    assert KeptChance.objects.filter(settled_on=None, calibrated=False).count() == len(ids)

    say_who_may_fall_quiet(LATER, job=Silent())
    newest = QuietModel.objects.get(as_of=LATER)
    assert (newest.method, newest.events >= 50) == ("recalibrated", True)
    # those that stopped are quiet already and leave the population; the rest have a class
    assert set(QuietChance.objects.values_list("account_id", flat=True)) == set(ids[::2])
    assert not QuietChance.objects.filter(alike=None).exists()
    known = dict(KeptChance.objects.filter(made_on=FIRST).values_list("account_id", "happened"))
    assert all(known[pk] for pk in ids[1::2])
    assert not any(known[pk] for pk in ids[::2])


def test_a_month_is_kept_once_and_little_data_stays_uncalibrated(client: Client) -> None:
    makers.company()
    # less than a year of lines: no earlier cut can be replayed
    ids = _buying(3, since=date(2025, 12, 1))
    for day in (LATER, LATER + timedelta(days=1)):
        say_who_may_fall_quiet(day, job=Silent())
    assert KeptChance.objects.count() == len(ids) - 3
    client.force_login(makers.sign_in("reader"))
    assert "Uncalibrated until" in client.get("/analytics/quiet").content.decode()
    assert client.get("/analytics/quiet.csv").status_code == 200
    assert client.get("/analytics/quiet.pdf").status_code == 404
    assert client.post("/analytics/quiet").status_code == 405


def test_without_revenue_lines_nobody_is_judged() -> None:
    makers.account()
    assert say_who_may_fall_quiet(LATER, job=Silent()).accounts == 0
