"""Measure every account: the ledger's measures and ACV, kept in the records.

Safe to run twice: it replaces what it wrote before. Steps: kinds and bookings into the ledger
where they changed, the ledger's engine, ACV account by account, days of contact. A run that was
stopped is taken up where it was; memory does not grow with the ledger.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from sightline.actions.ledger_place import elsewhere
from sightline.actions.measuring import (
    booked,
    engine,
    history,
    keep,
    paid,
    people_days,
    resuming,
    rows,
)
from sightline.actions.progress import Watched
from sightline.ledger.source import Source
from sightline.ledger.tables import ACTIVITIES, SPEND
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
    first_day = told.calendar.year_of(day).window.start
    frame = rows.Frame(
        as_of=day,
        currency=told.currency,
        rates=company.rates(),
        parameters=parameters,
        version=version.number,
        from_bookings=from_bookings,
        kinds=facts.line_kinds(),
        first_day=first_day,
        told_before=facts.told_before(first_day),
    )
    result = engine.added_up(version, folder=folder, frame=frame, job=job)
    ids = facts.measured_accounts()
    way = resuming.begin(
        result.folder if result else None,
        terms=f"{parameters.version} {told.currency} {from_bookings}",
        newest=facts.newest_change(),
        now=timezone.now(),
    )
    cells = way.cells
    with engine.opened_engine(
        version, folder=folder, frame=frame, result=result, job=job
    ) as opened:
        for some in _chunks(way.left(ids), engine.CHUNK):
            pass_ = opened.of(some)
            for batch in _chunks(some, BATCH):
                found = rows.rows_of(batch, pass_, frame=frame)
                keep.store_measures(
                    batch,
                    accounts=found.accounts,
                    cells=found.cells,
                    openings=found.openings,
                    opened_cells=found.opened_cells,
                )
                cells += len(found.cells)
                way.kept(batch[-1], cells=cells, now=timezone.now())
                job.progress(bisect_right(ids, batch[-1]), len(ids), "accounts measured")
        way.end()
        people = _people_and_paid(opened.source, frame=frame, job=job)
    keep.forget_stale_contact_activity(ledger_version=version.number)
    history.keep_history(day, parameters=parameters)
    return MeasureSummary(day, version.number, len(ids), cells, people, from_bookings)


def _people_and_paid(source: Source, *, frame: rows.Frame, job: Watched) -> int:
    """Days of contact, and payments where a warehouse tells them; answers the people."""
    if elsewhere(SPEND):
        paid.keep_paid(source, frame=frame, job=job)
    return people_days.keep_all(source, frame=frame, job=job) if source.holds(ACTIVITIES) else 0


def _chunks(ids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
