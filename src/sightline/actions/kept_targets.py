"""The chance that a plan reaches its target: kept once a quarter as it was shown, and scored when
the plan year has ended. Safe to run twice. Definition: docs/method/calibration.md.
"""

from __future__ import annotations

from datetime import date, timedelta

from sightline.planning.fiscal import quarter_of
from sightline.planning.portfolio import PortfolioParameters
from sightline.records.models import KeptChance, Plan
from sightline.records.queries import company
from sightline.records.queries.target_outcomes import ended_with

CHUNK = 2000
TARGET = KeptChance.Kind.TARGET


def keep_target_chances(on: date) -> int:
    """The first chance of each running plan in a fiscal quarter, with its target; answers how many.

    A plan without a target, or whose chance is not known, is not kept.
    """
    since = quarter_of(company.company_facts().calendar, on).window.start
    kept = KeptChance.objects.filter(kind=TARGET, made_on__gte=since)
    seen = set(kept.values_list("account_id", flat=True))
    plans = Plan.objects.filter(
        starts_on__lte=on, ends_on__gt=on, target__gt=0, result__chance__isnull=False
    ).values_list("account_id", "result__chance", "target", "currency", "ends_on")
    new = [
        KeptChance(
            account_id=account,
            kind=TARGET,
            probability=chance,
            wanted=target,
            currency=code,
            made_on=on,
            due_on=ends_on,
        )
        for account, chance, target, code, ends_on in plans.order_by("pk").iterator(CHUNK)
        if account not in seen and chance is not None
    ]
    KeptChance.objects.bulk_create(new, batch_size=CHUNK, ignore_conflicts=True)
    return len(new)


def settle_target_chances(on: date) -> int:
    """Chances whose year has ended; answers how many were settled.

    What cannot be known by the end of the time for it, because measures were not there or the
    currency changed, is settled without an outcome: it is never guessed.
    """
    told = company.company_facts()
    numbers = company.parameters_in_force(on).section(PortfolioParameters, "portfolio")
    due = list(
        KeptChance.objects.filter(kind=TARGET, settled_on=None, due_on__lt=on).order_by("pk")
    )
    fresh = [row for row in due if on <= row.due_on + timedelta(days=numbers.settle_days)]
    reached = ended_with(
        {(row.account_id, row.due_on) for row in fresh}, basis=told.basis, rates=company.rates()
    )
    settled = []
    for row in due:
        value = reached.get((row.account_id, row.due_on))
        if value is not None and row.wanted is not None and value.currency == row.currency:
            row.happened = value.minor >= row.wanted
        elif on <= row.due_on + timedelta(days=numbers.settle_days):
            continue
        row.settled_on = on
        settled.append(row)
    KeptChance.objects.bulk_update(settled, ["happened", "settled_on"], batch_size=500)
    return len(settled)
