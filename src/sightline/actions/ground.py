"""Keeping what planning accounts lose, for the portfolio's page. Safe to run twice.

Definition: docs/method/losing-ground.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from sightline.actions.progress import Watched
from sightline.records.models import GroundLost, Plan
from sightline.records.queries import company, losing
from sightline.records.queries.signals import Setting

BATCH = 500


def keep_ground(*, job: Watched, plan_id: int | None = None) -> int:
    """Compute and keep it for every planning account, or for that of one plan; answers how many
    lose anything."""
    told = company.company_facts()
    now = timezone.now()
    day = told.today(now)
    numbers = company.parameters_in_force(day)
    setting = Setting(day, told.time_zone, told.currency, company.rates(), numbers)
    if plan_id is None:
        ids = losing.planning_accounts()
    else:
        ids = list(Plan.objects.filter(pk=plan_id).values_list("account_id", flat=True))
    kept = 0
    for start in range(0, len(ids), BATCH):
        kept += _keep(ids[start : start + BATCH], setting, now)
        job.progress(min(start + BATCH, len(ids)), len(ids), "accounts looked at")
    if plan_id is None:
        GroundLost.objects.filter(computed_at__lt=now).delete()
    return kept


def _keep(batch: Sequence[int], setting: Setting, now: datetime) -> int:
    found = losing.grounds_of(batch, setting=setting)
    rows = [
        GroundLost(
            account_id=pk,
            revenue=one.revenue.minor,
            unnamed=one.unnamed.minor,
            others=one.others,
            items=losing.as_kept(one.found.items),
            currency=setting.currency,
            as_of=one.as_of or setting.on,
            computed_at=now,
        )
        for pk, one in sorted(found.items())
    ]
    with transaction.atomic():
        GroundLost.objects.filter(account_id__in=batch).delete()
        GroundLost.objects.bulk_create(rows, batch_size=200)
    return len(rows)
