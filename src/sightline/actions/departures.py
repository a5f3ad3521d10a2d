"""What each departure would cost, computed for every account and kept for the portfolio's page.

The rows are derived: computing them again replaces them, and nothing is journalled.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone

from sightline.actions.progress import Watched
from sightline.planning.stakeholders import AccountStakes, Departure, Side, rank_departures
from sightline.records.models import DepartureCost
from sightline.records.queries import company
from sightline.records.queries.departures import (
    Setting,
    accounts_with_people,
    stakes_for_ranking,
)

BATCH = 500
EVERYBODY = 1_000_000


def rank_all(on: date | None = None, *, job: Watched) -> int:
    """Compute every account's departures as of a day, else today; answers how many rows stand.

    Accounts with nobody on them lose their rows. Safe to run twice.
    """
    told, began = company.company_facts(), timezone.now()
    day = on or told.today(began)
    setting = Setting(
        on=day,
        currency=told.currency,
        rates=company.rates(),
        parameters=company.parameters_in_force(day),
    )
    ids = accounts_with_people()
    rows = 0
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        rows += _keep(batch, setting)
        job.progress(start + len(batch), len(ids), "accounts ranked")
    DepartureCost.objects.filter(computed_at__lt=began).delete()
    return rows


def rank_account(planning_id: int, *, on: date | None = None) -> None:
    """The same for one account, after its people changed."""
    told = company.company_facts()
    day = on or told.today(timezone.now())
    numbers = company.parameters_in_force(day)
    _keep([planning_id], Setting(day, told.currency, company.rates(), numbers))


def _keep(batch: list[int], setting: Setting) -> int:
    rows = [
        row
        for pk, stakes in stakes_for_ranking(batch, setting=setting)
        for row in _rows(pk, stakes, setting)
    ]
    with transaction.atomic():
        DepartureCost.objects.filter(account_id__in=batch).delete()
        DepartureCost.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def _rows(pk: int, stakes: AccountStakes, setting: Setting) -> Iterable[DepartureCost]:
    """Those whose departure takes the only path to anything; a rater nobody knows is nobody."""
    unvalued = {one.key for one in stakes.stakes if one.money is None}
    for one in rank_departures(
        [stakes],
        currency=setting.currency,
        on=setting.on,
        parameters=setting.numbers,
        most=EVERYBODY,
    ):
        if one.stakes and one.who[1].isdecimal():
            yield _row(pk, one, unvalued, setting)


def _row(pk: int, one: Departure, unvalued: set[str], setting: Setting) -> DepartureCost:
    side, key = one.who
    return DepartureCost(
        account_id=pk,
        contact_id=int(key) if side is Side.THEIRS else None,
        user_id=int(key) if side is Side.OURS else None,
        lost=one.lost.minor,
        currency=one.lost.currency,
        share=round(one.share, 4) if one.share is not None else None,
        stakes=list(one.stakes),
        unvalued=sum(key in unvalued for key in one.stakes),
        as_of=setting.on,
    )
