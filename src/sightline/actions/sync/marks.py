"""How far each object was read: marks, held by one transaction at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import connection, transaction

from sightline.records.models import SyncCursor


def locked(connection_id: int, name: str) -> SyncCursor:
    """The mark of one object, begun where there is none, held until the transaction ends."""
    rows = SyncCursor.objects.filter(connection=connection_id, object=name)
    if connection.features.has_select_for_update:
        rows = rows.select_for_update()
    found = rows.first()
    if found is not None:
        return found
    SyncCursor.objects.get_or_create(connection_id=connection_id, object=name)
    return rows.get()


def keep_mark(
    connection_id: int,
    name: str,
    mark: str,
    *,
    now: dt.datetime,
    rows: int = 0,
    again: Collection[str] = (),
    whole: bool = True,
) -> None:
    """How far something was read that is kept elsewhere; an empty mark begins again. `again` are
    ids that have to be read once more although nobody will have changed them. Not `whole`: the
    first reading goes on from here."""
    with transaction.atomic():
        cursor = locked(connection_id, name)
        if whole:
            cursor.phase = SyncCursor.Phase.STEADY
        cursor.mark, cursor.read_at = mark, now
        cursor.catching, cursor.rows = sorted(again), cursor.rows + rows
        cursor.save(update_fields=["mark", "read_at", "phase", "catching", "rows"])


def note_again(connection_id: int, name: str, ids: Collection[int]) -> None:
    """These have to be told once more, beside what waits for that already."""
    with transaction.atomic():
        cursor = locked(connection_id, name)
        cursor.catching = sorted({*cursor.catching, *ids})
        cursor.save(update_fields=["catching"])


def forget_mark(connection_id: int, name: str) -> None:
    """What is kept elsewhere is read from the beginning again."""
    SyncCursor.objects.filter(connection=connection_id, object=name).delete()
