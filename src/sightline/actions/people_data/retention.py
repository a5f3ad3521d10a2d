"""Ending what is past its time: opinions, private notes, activity, values of the journal, raw rows.

Safe to run twice; what ended is counted in the journal and never told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from sightline.actions import journal
from sightline.actions.ledger_people import forget_before
from sightline.actions.people_data.erase import blank_values
from sightline.planning.parameters import Parameters
from sightline.planning.retention import Kept, RetentionParameters, cutoff, expired
from sightline.planning.stakeholders import StakeholderParameters
from sightline.records.models import (
    ContactActivity,
    FactChange,
    JournalEntry,
    MapLine,
    Opinion,
    SeenAddress,
    SyncCrossing,
    SyncInboxRow,
)
from sightline.records.queries.company import company_zone

CHUNK = 2000
KEPT_VERBS = ("erase_person", "ask_erasure", "export_person", "read_notes")


@dataclass(frozen=True, slots=True)
class Ended:
    """How many rows of each kind ended."""

    opinions: int
    notes: int
    lines: int
    activity_parts: int
    journal: int
    crossings: int
    inbox: int
    addresses: int
    fact_changes: int

    @property
    def any(self) -> bool:
        """Whether anything did."""
        return any(getattr(self, name) for name in self.__dataclass_fields__)


def end_what_is_past(on: date, *, parameters: Parameters) -> Ended:
    """End everything that is past its time on a day of the company's."""
    ends = {kind: _end(kind, on, parameters) for kind in Kept}
    zone = company_zone()
    opinions = Opinion.objects.exclude(kind=Opinion.Kind.NOTE)
    notes = Opinion.objects.filter(kind=Opinion.Kind.NOTE)
    ended = Ended(
        opinions=_end_opinions(opinions, ends[Kept.OPINION], zone),
        notes=_end_opinions(notes, ends[Kept.NOTE], zone),
        lines=_end_lines(ends[Kept.OPINION], zone),
        activity_parts=forget_before(Path(settings.SIGHTLINE_LEDGER), ends[Kept.ACTIVITY]),
        journal=_end_journal(_moment(ends[Kept.JOURNAL], zone)),
        crossings=_end_crossings(_moment(ends[Kept.JOURNAL], zone)),
        inbox=_end_inbox(_moment(ends[Kept.INBOX], zone)),
        addresses=SeenAddress.objects.filter(last_on__lte=ends[Kept.ADDRESS]).delete()[0],
        fact_changes=FactChange.objects.filter(
            said_at__lte=_moment(ends[Kept.UNDO], zone)
        ).delete()[0],
    )
    if ended.any:
        with transaction.atomic():
            counts = {name: getattr(ended, name) for name in ended.__dataclass_fields__}
            journal.record(
                "end_retention",
                actor_id=None,
                changes={name: (count, 0) for name, count in counts.items() if count},
            )
    return ended


def _end(kind: Kept, on: date, parameters: Parameters) -> date:
    return cutoff(
        kind,
        on=on,
        numbers=parameters.section(RetentionParameters, "people_data"),
        opinion_months=parameters.section(StakeholderParameters, "stakeholders").opinion_months,
    )


def _moment(day: date, zone: ZoneInfo) -> datetime:
    """The last moment of a day in `zone`."""
    return datetime.combine(day, time.max, tzinfo=zone)


def _end_opinions(rows: QuerySet[Opinion], end: date, zone: ZoneInfo) -> int:
    old = list(
        rows.filter(rated_at__lte=_moment(end, zone)).values_list("pk", "contact_id", "rated_at")
    )
    last = _last_contacts(contact for _, contact, _ in old)
    gone = [
        pk
        for pk, contact, given in old
        if expired(given.astimezone(zone).date(), last_contact=last.get(contact), end=end)
    ]
    for start in range(0, len(gone), CHUNK):
        rows.filter(pk__in=gone[start : start + CHUNK]).delete()
    return len(gone)


def _end_lines(end: date, zone: ZoneInfo) -> int:
    """Lines of influence and conflict are opinions about both their ends."""
    old = list(
        MapLine.objects.filter(said_at__lte=_moment(end, zone)).values_list(
            "pk", "start_id", "end_id", "said_at"
        )
    )
    last = _last_contacts(key for _, one, other, _ in old for key in (one, other))
    gone = []
    for pk, one, other, given in old:
        seen = max((day for key in (one, other) if (day := last.get(key))), default=None)
        if expired(given.astimezone(zone).date(), last_contact=seen, end=end):
            gone.append(pk)
    for start in range(0, len(gone), CHUNK):
        MapLine.objects.filter(pk__in=gone[start : start + CHUNK]).delete()
    return len(gone)


def _last_contacts(contacts: Iterable[int]) -> dict[int, date]:
    keys = sorted(set(contacts))
    found: dict[int, date] = {}
    for start in range(0, len(keys), CHUNK):
        rows = ContactActivity.objects.filter(
            contact_id__in=keys[start : start + CHUNK], last_contact_on__isnull=False
        ).values_list("contact_id", "last_contact_on")
        found |= {contact: day for contact, day in rows if day is not None}
    return found


def _end_journal(before: datetime) -> int:
    went = 0
    old = JournalEntry.objects.filter(at__lte=before).exclude(verb__in=KEPT_VERBS)
    for entry in old.exclude(changes={}).iterator(chunk_size=CHUNK):
        blank = blank_values(entry.changes)
        if entry.changes != blank or entry.note:
            entry.changes, entry.note = blank, ""
            entry.save(update_fields=["changes", "note"])
            went += 1
    return went


def _end_crossings(before: datetime) -> int:
    rows = SyncCrossing.objects.filter(at__lte=before)
    return rows.exclude(before=None, after=None, who="").update(before=None, after=None, who="")


def _end_inbox(before: datetime) -> int:
    """Rows that were read and could not be placed are not kept as they came."""
    went, _ = SyncInboxRow.objects.filter(received_at__lte=before).delete()
    return went
