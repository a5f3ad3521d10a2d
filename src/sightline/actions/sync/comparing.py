"""The full comparison: every row there held against every row here, and what differed.

A comparison is a merge that is taken back; a repair is the same merge, kept. In steady state a
comparison finds nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sightline.actions.imports.targets import TARGETS
from sightline.actions.sync.context import Context
from sightline.actions.sync.merging import merge_records
from sightline.actions.sync.rehearsing import rehearsal
from sightline.actions.sync.store import Read, Stored
from sightline.agreement.records import RemoteRecord
from sightline.records.models import SyncComparison, SyncConflict, SyncIntent

_SAMPLES = 50


@dataclass(slots=True)
class Tally:
    """What a comparison found so far."""

    rows: int = 0
    missing_here: int = 0
    missing_there: int = 0
    differing: int = 0
    repaired: int = 0
    samples: list[dict[str, Any]] = field(default_factory=list)

    @property
    def drift(self) -> int:
        """Rows that are on one side only, or differ."""
        return self.missing_here + self.missing_there + self.differing

    def note(
        self,
        name: str,
        what: str,
        ids: Collection[str],
        fields: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """Keep some ids to look at, with the fields in which they differ."""
        for one in sorted(ids)[: max(0, _SAMPLES - len(self.samples))]:
            told = list((fields or {}).get(one, ()))
            self.samples.append({"object": name, "id": one, "what": what, "fields": told})


def compare_rows(
    context: Context,
    records: Sequence[RemoteRecord],
    tally: Tally,
    *,
    read: Read,
    now: dt.datetime,
    repair: bool,
) -> None:
    """Hold one chunk of rows against ours; with `repair` what differs is merged."""
    if not records:
        return
    tally.rows += len(records)
    if repair:
        stored = merge_records(context, records, read=read, now=now, fresh=True)
        tally.repaired += stored.created + stored.changed + stored.removed
    else:
        with rehearsal():
            stored = merge_records(context, records, read=read, now=now)
    _count(records[0].object, records, stored, tally)


def _count(name: str, records: Sequence[RemoteRecord], stored: Stored, tally: Tally) -> None:
    tally.missing_here += stored.created
    tally.differing += stored.changed + stored.removed
    gone = {one.id for one in records if one.deleted}
    new = stored.touched - stored.fields.keys() - gone
    tally.note(name, "missing here", new)
    tally.note(name, "differs", stored.touched - new, stored.fields)


def ids_here(context: Context, name: str) -> set[str]:
    """Outside ids of the rows of this source that count as there."""
    rows = TARGETS[name].model._default_manager.filter(
        source_id=context.source_id, outside_object=name, removed_at=None
    )
    return set(rows.exclude(outside_id="").values_list("outside_id", flat=True))


def compare_missing(
    context: Context,
    name: str,
    ids: Collection[str],
    tally: Tally,
    *,
    read: Read,
    now: dt.datetime,
    repair: bool,
) -> None:
    """Rows that are here and neither there nor in its recycle bin; one that was deleted there and
    waits for a person's word is no drift, as no conflict is."""
    ids = set(ids) - _asked_about(context)
    tally.missing_there += len(ids)
    tally.note(name, "missing there", ids)
    if repair and ids:
        gone = [RemoteRecord(name, one, {}, now, deleted=True) for one in sorted(ids)]
        merge_records(context, gone, read=read, now=now)
        tally.repaired += len(gone)


def _asked_about(context: Context) -> set[str]:
    """Rows of which a person is asked whether their deletion there stands."""
    asked = SyncConflict.objects.filter(
        link__connection=context.connection_id, kind=SyncConflict.Kind.DELETED, decision=""
    )
    return set(asked.values_list("link__remote_id", flat=True))


def keep_comparison(
    connection_id: int, tally: Tally, *, started: dt.datetime, now: dt.datetime
) -> None:
    """Store what a comparison found, for the page and the record."""
    waiting = SyncIntent.objects.filter(link__connection=connection_id).count()
    waiting += SyncConflict.objects.filter(link__connection=connection_id, decision="").count()
    SyncComparison.objects.create(
        connection_id=connection_id,
        rows=tally.rows,
        missing_here=tally.missing_here,
        missing_there=tally.missing_there,
        differing=tally.differing,
        waiting=waiting,
        repaired=tally.repaired,
        samples=tally.samples,
        started_at=started,
        finished_at=now,
    )
