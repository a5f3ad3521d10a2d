"""The inbox: pages are kept with the move of their cursor, then merged a chunk at a time.

Pages of a first load are merged at once, and only rows that have to come again are kept.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Sequence
from contextlib import nullcontext

from django.db import connection, transaction

from sightline.actions import outbox
from sightline.actions.sync.context import Context
from sightline.actions.sync.marks import locked
from sightline.actions.sync.merging import merge_records
from sightline.actions.sync.store import Read, Stored
from sightline.agreement.records import Page, RemoteRecord
from sightline.records.models import SyncConnection, SyncCursor, SyncInboxRow, SyncLink
from sightline.records.queries.linked import links_there
from sightline.records.queries.sync import CursorFacts, cursor_facts

CHUNK = 200
# Nobody's work waits for a row of a first load: chunks may be larger.
LOAD_CHUNK = 2_000
# A row that names what is not here is tried at so many reads, and then left as it is.
HELD_TRIES = 5


def take_page(
    connection_id: int, name: str, page: Page, *, fields: Collection[str], now: dt.datetime
) -> CursorFacts:
    """Keep a page's rows and, with them, the mark from which the next read goes on.

    `fields` were asked for; one that a row did not carry has to be caught up with. A row that waits
    already is not kept twice. Answers how far the object is read now.
    """
    with transaction.atomic():
        _keep(connection_id, page, now)
        cursor = locked(connection_id, name)
        _move(cursor, page, fields, now, loading=False)
    return cursor_facts(cursor)


def load_page(
    context: Context,
    name: str,
    page: Page,
    *,
    fields: Collection[str],
    read: Read,
    now: dt.datetime,
) -> Stored:
    """Merge a page of a first load and move its mark, without keeping its rows in between.

    Each chunk is one transaction and the mark moves after the last: what a crash leaves half done
    is read again, and merged again it changes nothing. Until a mark stands, which holds the moment
    since when deletions are asked for, a page is one transaction. What waits goes first.
    """
    total = merge_waiting(context, name, read=read, now=now)
    marks = SyncCursor.objects.filter(connection=context.connection_id, object=name)
    with nullcontext() if marks.exclude(mark="").exists() else transaction.atomic():
        for start in range(0, len(page.rows), LOAD_CHUNK):
            part = page.rows[start : start + LOAD_CHUNK]
            total.add(_load(context, name, part, read=read, now=now))
        with transaction.atomic():
            _move(locked(context.connection_id, name), page, fields, now, loading=True)
    return total


def _load(
    context: Context, name: str, records: Sequence[RemoteRecord], *, read: Read, now: dt.datetime
) -> Stored:
    with transaction.atomic():
        locked(context.connection_id, name)  # or two workers would make the same rows
        stored = merge_records(context, records, read=read, now=now)
        again = stored.waiting | stored.refused
        rows = [_row(context.connection_id, one, now) for one in records if one.id in again]
        for row in rows:
            row.held, row.tries, row.reason = True, 1, again[row.remote_id][:255]
        SyncInboxRow.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
        _note_changed(context.connection_id, stored, now)
    return stored


def _move(
    cursor: SyncCursor, page: Page, fields: Collection[str], now: dt.datetime, *, loading: bool
) -> None:
    """The mark from which the next read goes on, and which fields every row carried so far.

    A mark for changes stands only where the first load is done, so the last page of one ends it. A
    read that was overtaken (begun again, or loaded by another worker) leaves the mark as it is.
    """
    cursor.rows, cursor.read_at = cursor.rows + len(page.rows), now
    first = cursor.phase == SyncCursor.Phase.FIRST
    if page.mark is not None and (loading == first or (loading and page.last)):
        cursor.mark = page.mark
    if loading and page.last:
        cursor.phase = SyncCursor.Phase.STEADY
    if page.total is not None:
        cursor.total = page.total
    carried = _carried(page, fields)
    if cursor.whole is None:
        cursor.whole, cursor.caught_at = sorted(carried), now
    elif page.rows:
        cursor.whole = sorted(carried.intersection(cursor.whole))
        cursor.catching = sorted(carried.intersection(cursor.catching))
    cursor.save()


def take_caught(
    connection_id: int, name: str, page: Page, *, fields: Collection[str], now: dt.datetime
) -> frozenset[str]:
    """Keep a page of rows that are read once more for `fields`; its last makes the object whole.

    Answers the fields that all of these pages carried.
    """
    with transaction.atomic():
        _keep(connection_id, page, now)
        cursor = locked(connection_id, name)
        carried = _carried(page, fields).intersection(cursor.catching)
        cursor.catching = sorted(carried)
        cursor.catch_mark = page.mark or cursor.catch_mark
        if page.last:
            cursor.whole = sorted({*(cursor.whole or ()), *cursor.catching})
            cursor.catching, cursor.catch_mark, cursor.caught_at = [], "", now
        cursor.save(update_fields=["whole", "catching", "catch_mark", "caught_at"])
    return frozenset(carried)


def begin_catching(connection_id: int, name: str, fields: Collection[str]) -> None:
    """Every row of an object has to be read once more, with these fields."""
    SyncCursor.objects.filter(connection=connection_id, object=name).update(
        catching=sorted(fields), catch_mark=""
    )


def _keep(connection_id: int, page: Page, now: dt.datetime) -> None:
    rows = [_row(connection_id, record, now) for record in page.rows]
    SyncInboxRow.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


def _carried(page: Page, fields: Collection[str]) -> set[str]:
    """The fields that every row carried; a notice of a deletion carries none."""
    carried = set(fields)
    for one in page.rows:
        if not one.deleted and not carried <= one.values.keys():
            carried &= one.values.keys()
    return carried


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
            phase=SyncCursor.Phase.FIRST, mark="", rows=0, whole=None, catching=[], catch_mark=""
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
            if (
                isinstance(held, dict)
                and "safe" in held
                and dt.datetime.fromisoformat(held["safe"]) > since
            ):
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
            _note_changed(context.connection_id, stored, now)
            total.add(stored)
            if len(rows) < CHUNK:
                return total


def _note_changed(connection_id: int, stored: Stored, now: dt.datetime) -> None:
    if stored.created or stored.changed or stored.removed:
        SyncConnection.objects.filter(pk=connection_id).update(changed_at=now)


def take_lost(
    context: Context, name: str, ids: Sequence[str], *, read: Read, now: dt.datetime
) -> None:
    """Linked rows that the service does not know any more, not even as deleted: purged, or no
    longer shared with us. They count as deleted; should one come again, it is linked again."""
    links = SyncLink.objects.filter(pk__in=links_there(context.connection_id, name, ids))
    records = [
        RemoteRecord(name, one.remote_id, {}, one.stamp or now, deleted=True)
        for one in links.filter(state__in=[SyncLink.State.LINKED, SyncLink.State.CREATING])
    ]
    merge_records(context, records, read=read, now=now, fresh=True)
    links.update(dirty=False)


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
