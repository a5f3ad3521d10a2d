"""The inbox: pages are kept with the move of their cursor, then merged a chunk at a time."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import F

from sightline.actions import outbox
from sightline.actions.sync.context import Context
from sightline.actions.sync.merging import Read, merge_records
from sightline.actions.sync.store import Stored
from sightline.agreement.records import Page, RemoteRecord
from sightline.records.models import SyncConnection, SyncCursor, SyncInboxRow, SyncLink

CHUNK = 200
# A row that names what is not here is tried at so many reads, and then left as it is.
HELD_TRIES = 5


def take_page(connection_id: int, name: str, page: Page, *, now: dt.datetime) -> int:
    """Keep a page's rows and, with them, the mark from which the next read goes on.

    A row that waits already is not kept twice. Answers how many rows it held.
    """
    with transaction.atomic():
        rows = [_row(connection_id, record, now) for record in page.rows]
        SyncInboxRow.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
        moved = {"rows": F("rows") + len(rows), "read_at": now}
        if page.mark is not None:
            moved["mark"] = page.mark
        if page.total is not None:
            moved["total"] = page.total
        known = SyncCursor.objects.filter(connection=connection_id, object=name)
        if not known.update(**moved):
            SyncCursor.objects.get_or_create(connection_id=connection_id, object=name)
            known.update(**moved)
    return len(rows)


def finish_first_load(connection_id: int, name: str) -> None:
    """From now on only changes are read."""
    SyncCursor.objects.filter(connection=connection_id, object=name).update(
        phase=SyncCursor.Phase.STEADY
    )


def begin_again(connection_id: int, name: str) -> None:
    """The service can no longer say what changed since the mark: everything is read anew.

    What was deleted since then is in no such read, so a comparison is asked for with it.
    """
    with transaction.atomic():
        SyncCursor.objects.filter(connection=connection_id, object=name).update(
            phase=SyncCursor.Phase.FIRST, mark="", rows=0
        )
        payload = {"id": connection_id}
        outbox.request("sync.compare", key=f"compare:{connection_id}", payload=payload)


def read_again_since(connection_id: int, since: dt.datetime) -> None:
    """Set every mark back to a moment, where it stands later: what changed since comes again."""
    with transaction.atomic():
        for cursor in SyncCursor.objects.filter(
            connection=connection_id, phase=SyncCursor.Phase.STEADY
        ):
            held = json.loads(cursor.mark or "{}")
            if "safe" in held and dt.datetime.fromisoformat(held["safe"]) > since:
                cursor.mark = json.dumps({**held, "safe": since.isoformat()})
                cursor.save(update_fields=["mark"])


def merge_waiting(
    context: Context, name: str, *, read: Read, now: dt.datetime, held: bool = False
) -> Stored:
    """Merge what waits of an object, oldest first; each chunk is one transaction.

    With `held`, rows that waited for another row are tried once more.
    """
    total, after = Stored(), 0
    waiting = SyncInboxRow.objects.filter(connection=context.connection_id, object=name, held=held)
    if not waiting.exists():  # a transaction takes SQLite's one writer, even for nothing
        return total
    while True:
        with transaction.atomic():
            rows = _next(context.connection_id, name, held=held, after=after)
            if not rows:
                return total
            after = rows[-1].pk
            stored = merge_records(context, [_record(row) for row in rows], read=read, now=now)
            _settle(rows, stored)
            if stored.created or stored.changed or stored.removed:
                SyncConnection.objects.filter(pk=context.connection_id).update(changed_at=now)
            total.add(stored)
            if len(rows) < CHUNK:
                return total


def take_lost(
    context: Context, name: str, ids: Sequence[str], *, read: Read, now: dt.datetime
) -> None:
    """Linked rows that the service does not know any more, not even as deleted: purged, or no
    longer shared with us. They count as deleted; should one come again, it is linked again."""
    links = SyncLink.objects.filter(
        connection=context.connection_id,
        target=name,
        remote_id__in=ids,
        state=SyncLink.State.LINKED,
    )
    records = [
        RemoteRecord(name, one.remote_id, {}, one.stamp or now, deleted=True) for one in links
    ]
    merge_records(context, records, read=read, now=now)
    SyncLink.objects.filter(
        connection=context.connection_id, target=name, remote_id__in=ids
    ).update(dirty=False)


def _next(connection_id: int, name: str, *, held: bool, after: int) -> list[SyncInboxRow]:
    rows = SyncInboxRow.objects.filter(
        connection=connection_id, object=name, held=held, pk__gt=after
    ).order_by("pk")
    if connection.features.has_select_for_update:
        rows = rows.select_for_update()
    return list(rows[:CHUNK])


def _settle(rows: Sequence[SyncInboxRow], stored: Stored) -> None:
    waiting = stored.waiting | stored.refused
    gone = [row.pk for row in rows if row.remote_id not in waiting or row.tries >= HELD_TRIES]
    SyncInboxRow.objects.filter(pk__in=gone).delete()
    left = [row for row in rows if row.remote_id in waiting and row.tries < HELD_TRIES]
    for row in left:
        row.held, row.tries = True, row.tries + 1
        row.reason = waiting[row.remote_id][:255]
    SyncInboxRow.objects.bulk_update(left, ["held", "tries", "reason"], batch_size=200)


def _row(connection_id: int, record: RemoteRecord, now: dt.datetime) -> SyncInboxRow:
    return SyncInboxRow(
        connection_id=connection_id,
        object=record.object,
        remote_id=record.id,
        stamp=record.stamp,
        digest=record.digest(),
        content={
            "values": dict(record.values),
            "deleted": record.deleted,
            "merged_into": record.merged_into,
            "changed_by": record.changed_by,
            "changed_at": record.changed_at.isoformat() if record.changed_at else None,
        },
        received_at=now,
    )


def _record(row: SyncInboxRow) -> RemoteRecord:
    content = row.content
    changed_at = content["changed_at"]
    return RemoteRecord(
        object=row.object,
        id=row.remote_id,
        values=content["values"],
        stamp=row.stamp,
        deleted=content["deleted"],
        merged_into=content["merged_into"],
        changed_by=content["changed_by"],
        changed_at=dt.datetime.fromisoformat(changed_at) if changed_at else None,
    )
