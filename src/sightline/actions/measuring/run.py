"""Measure every account: the ledger's measures and ACV, kept in the records.

Safe to run twice: it replaces what it wrote before. Steps: kinds and bookings into the ledger
where they changed, one pass of the ledger's engine, ACV account by account, days of contact.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from sightline.actions.measuring import booked, history, keep, people_days, rows
from sightline.actions.progress import Watched
from sightline.ledger.tables import ACTIVITIES
from sightline.records.queries import company
from sightline.records.queries import measuring as facts

BATCH = 500


@dataclass(frozen=True, slots=True)
class MeasureSummary:
    """What a run did."""

    as_of: date
    ledger_version: int
    accounts: int
    cells: int
    people: int
    from_bookings: bool


def measure(as_of: date | None = None, *, job: Watched) -> MeasureSummary:
    """Measure every account. Raises `MissingRate` where an amount cannot be converted."""
    told = company.company_facts()
    day = as_of or told.today(timezone.now())
    folder = Path(settings.SIGHTLINE_LEDGER)
    version, from_bookings = booked.prepare(folder, as_of=day)
    parameters = company.parameters_in_force(day)
    frame = rows.Frame(
        as_of=day,
        currency=told.currency,
        rates=company.rates(),
        parameters=parameters,
        version=version.number,
        from_bookings=from_bookings,
        kinds=facts.line_kinds(),
    )
    pass_ = rows.ledger_pass(version, folder=folder, frame=frame)
    ids = facts.measured_accounts()
    cells = 0
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        found = rows.rows_of(batch, pass_, frame=frame)
        keep.store_measures(batch, accounts=found.accounts, cells=found.cells)
        cells += len(found.cells)
        job.progress(start + len(batch), len(ids), "accounts measured")
    people = 0
    if version.of(ACTIVITIES):
        people = people_days.keep_all(version, folder=folder, frame=frame, job=job)
    keep.forget_stale_contact_activity(ledger_version=version.number)
    history.keep_history(day, parameters=parameters)
    return MeasureSummary(day, version.number, len(ids), cells, people, from_bookings)
