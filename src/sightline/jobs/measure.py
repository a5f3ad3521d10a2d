"""The job `measure`: the ledger's measures and ACV of every account, kept in the records.

Safe to run twice: it replaces what it wrote before. Steps: kinds and bookings into the ledger
where they changed, one pass of the ledger's engine, ACV account by account, days of contact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from sightline.actions import measures as keep
from sightline.actions import outbox
from sightline.jobs import booked, measuring, people_days
from sightline.jobs.handle import JobHandle
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


class Silent:
    """A handle that nobody watches: for the command and for tests."""

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Nobody asks."""


def run(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Measure as of the payload's day, else today; then ask for tiers."""
    as_of = payload.get("as_of")
    measure(date.fromisoformat(as_of) if as_of else None, job=job)
    outbox.request("requalify", key="all")


def measure(as_of: date | None = None, *, job: JobHandle | Silent) -> MeasureSummary:
    """Measure every account. Raises `MissingRate` where an amount cannot be converted."""
    told = company.company_facts()
    day = as_of or told.today(timezone.now())
    folder = Path(settings.SIGHTLINE_LEDGER)
    version, from_bookings = booked.prepare(folder, as_of=day)
    parameters = company.parameters_in_force(day)
    frame = measuring.Frame(
        as_of=day,
        currency=told.currency,
        rates=company.rates(),
        parameters=parameters,
        version=version.number,
        from_bookings=from_bookings,
        kinds=facts.line_kinds(),
    )
    pass_ = measuring.ledger_pass(version, folder=folder, frame=frame)
    ids = facts.measured_accounts()
    cells = 0
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        rows = measuring.rows_of(batch, pass_, frame=frame)
        keep.store_measures(batch, accounts=rows.accounts, cells=rows.cells)
        cells += len(rows.cells)
        job.progress(start + len(batch), len(ids), "accounts measured")
    people = 0
    if version.of(ACTIVITIES):
        people = people_days.keep_all(version, folder=folder, frame=frame, job=job)
    keep.forget_stale_contact_activity(ledger_version=version.number)
    return MeasureSummary(day, version.number, len(ids), cells, people, from_bookings)
