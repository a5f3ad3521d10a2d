"""Who may fall quiet: the chance of each account, recalibrated on the company's own past where that
is enough, kept once a month and scored when half a year has passed.

Definition: docs/method/quiet.md. Safe to run twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
from django.db import transaction
from django.utils import timezone

from sightline.actions.ledger import DatabaseCatalogue
from sightline.actions.ledger_lines import opened_lines
from sightline.actions.ledger_place import has_lines
from sightline.actions.measuring.rows import ledger_rates
from sightline.actions.progress import Watched
from sightline.ledger.errors import NothingToJudge
from sightline.ledger.insight.quiet import FORMULA_DAYS, Model
from sightline.ledger.insight.quiet_rows import QuietAnswer, QuietRow, quiet_rows
from sightline.ledger.method import insight
from sightline.ledger.source import Source
from sightline.planning.parameters import Parameters
from sightline.records.models import Account, KeptChance, QuietChance, QuietModel
from sightline.records.queries import company

BATCH = 1000
QUIET = KeptChance.Kind.QUIET
RECALIBRATED = "recalibrated"


@dataclass(frozen=True, slots=True)
class QuietSummary:
    """What a run did: accounts with a chance, and earlier chances whose outcome became known."""

    accounts: int
    settled: int


def say_who_may_fall_quiet(as_of: date | None = None, *, job: Watched) -> QuietSummary:
    """Compute and keep every chance as of a day, else today; settle those that are due."""
    told = company.company_facts()
    day = as_of or told.today(timezone.now())
    parameters = company.parameters_in_force(day)
    version = DatabaseCatalogue().current()
    if not has_lines(version):
        QuietChance.objects.all().delete()
        return QuietSummary(0, 0)
    with opened_lines(
        version,
        as_of=day,
        rates=ledger_rates(company.rates(), told.currency),
        reporting_currency=told.currency,
        parameters=insight(parameters),
    ) as source:
        settled = _settle(source, day=day)
        job.progress(0, None, "earlier chances settled")
        try:
            answer = quiet_rows(
                source, as_of=day, horizon=FORMULA_DAYS, parameters=insight(parameters)
            )
        except NothingToJudge:
            QuietChance.objects.all().delete()
            return QuietSummary(0, settled)
    kept = _keep(answer, day=day, version=version.number, parameters=parameters)
    job.progress(kept, kept, "accounts judged")
    return QuietSummary(kept, settled)


def _keep(answer: QuietAnswer, *, day: date, version: int, parameters: Parameters) -> int:
    numbers = insight(parameters)
    here = set(Account.objects.filter(removed_at=None).values_list("pk", flat=True))
    rows = [row for row in answer.rows if row.account.isdecimal() and int(row.account) in here]
    watched = max(1, int(numbers.quiet_watch_share * len(rows))) if rows else 0
    model = answer.model
    calibrated = model.method == RECALIBRATED
    with transaction.atomic():
        QuietModel.objects.update_or_create(
            as_of=day,
            defaults={
                "method": model.method,
                "horizon": FORMULA_DAYS,
                "outcomes": model.outcomes,
                "events": model.events,
                "weights": [round(float(one), 8) for one in model.weights],
                "left_out": answer.left_out,
                "ledger_version": version,
                "computed_at": timezone.now(),
            },
        )
        QuietChance.objects.all().delete()
        QuietChance.objects.bulk_create(
            (_chance(row, place < watched, model, day) for place, row in enumerate(rows)),
            batch_size=BATCH,
        )
        _remember(rows, day=day, calibrated=calibrated)
    return len(rows)


def _chance(row: QuietRow, watch: bool, model: Model, day: date) -> QuietChance:
    alike = quiet = None
    if model.method == RECALIBRATED:
        place = int(np.searchsorted(model.edges, row.probability, side="right"))
        alike = int(model.seen[place])
        quiet = round(float(model.observed[place]) * alike)
    return QuietChance(
        account_id=int(row.account),
        probability=Decimal(str(round(row.probability, 5))),
        alarm=row.alarm == "true",
        watch=watch,
        days_silent=row.days_silent,
        usual_gap=row.usual_gap,
        alike=alike,
        alike_quiet=quiet,
        as_of=day,
    )


def _remember(rows: Sequence[QuietRow], *, day: date, calibrated: bool) -> None:
    """The first chance of a month as it was shown, to be scored later."""
    if KeptChance.objects.filter(kind=QUIET, made_on__gte=day.replace(day=1)).exists():
        return
    KeptChance.objects.bulk_create(
        (
            KeptChance(
                account_id=int(row.account),
                kind=QUIET,
                probability=Decimal(str(round(row.probability, 5))),
                calibrated=calibrated,
                made_on=day,
                due_on=day + timedelta(days=FORMULA_DAYS),
            )
            for row in rows
        ),
        batch_size=BATCH,
        ignore_conflicts=True,
    )


def _settle(source: Source, *, day: date) -> int:
    """Chances that are due: quiet is who bought nothing from the day after up to the day due."""
    due = KeptChance.objects.filter(kind=QUIET, settled_on=None, due_on__lt=day)
    cohorts = due.order_by("made_on").values_list("made_on", "due_on").distinct()
    settled = 0
    for made, until in list(cohorts):
        source.at(made, outcome_last=until)
        bought = {int(name) for row in source.rows("outcomes") if (name := str(row[0])).isdecimal()}
        rows = list(due.filter(made_on=made, due_on=until))
        for row in rows:
            row.happened, row.settled_on = row.account_id not in bought, day
        KeptChance.objects.bulk_update(rows, ["happened", "settled_on"], batch_size=500)
        settled += len(rows)
    return settled
