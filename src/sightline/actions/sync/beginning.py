"""Links of rows that just came into being here: nothing to merge, so a chunk is one statement.

A base holds what each side says now, as a merge of the same record would have left it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import count
from typing import Any

from sightline.actions.imports.bulk import insert_rows
from sightline.actions.sync.context import Context
from sightline.actions.sync.joining import rows_here
from sightline.actions.sync.sides import Said, said_here, value_here
from sightline.agreement.records import RemoteRecord
from sightline.agreement.values import FieldShape, Value
from sightline.records.models import SyncLink

_COLUMNS = (
    *("connection_id", "target", "local_id", "remote_id", "external_key", "stamp", "base"),
    *("seen_version", "changed_by", "changed_at"),
)
Based = Callable[[RemoteRecord, Said], dict[str, list[Value]]]


def begin_links(context: Context, name: str, records: Sequence[RemoteRecord]) -> None:
    """Link the records that have a row here now; none of them has a link, each comes once."""
    live = {one.id: one for one in records if not one.deleted}
    pks = rows_here(context, name, list(live))
    if pks:
        said = said_here(context, name, pks.values())
        based = _based(context, name)
        insert_rows(SyncLink, _COLUMNS, _lines(context, name, live, pks, said, based))


def _lines(
    context: Context,
    name: str,
    records: dict[str, RemoteRecord],
    pks: dict[str, int],
    said: dict[int, Said],
    based: Based,
) -> Iterator[Sequence[object]]:
    keys = _keys()
    for remote_id, record in records.items():
        pk = pks.get(remote_id)
        if pk is None:
            continue
        yield (
            *(context.connection_id, name, pk, remote_id, next(keys)),
            *(record.stamp, based(record, said[pk]), said[pk]["_version"]),
            *(record.changed_by[:120], record.changed_at or record.stamp),
        )


def _keys() -> Iterator[uuid.UUID]:
    """Keys of a chunk, random in their first three quarters and counted up in the last: their index
    grows in a few places only, where keys random to the end touch a page of it each."""
    first = uuid.uuid4().int >> 32 << 32
    return (uuid.UUID(int=first + n) for n in count())


def _based(context: Context, name: str) -> Based:
    """What both sides say of each field that they show and that a base may keep."""
    rule = context.rule(name)
    shown = [
        (one.ours, one.theirs, _sayer(shape))
        for one in (rule.fields if rule is not None else ())
        if (shape := context.shape(name, one.theirs)) is not None
        and not context.unkept(name, one.ours)
    ]

    def based(record: RemoteRecord, here: Said) -> dict[str, list[Value]]:
        values = record.values
        return {
            ours: [say(here[ours]), say(values[theirs])]
            for ours, theirs, say in shown
            if theirs in values
        }

    return based


def _sayer(shape: FieldShape) -> Callable[[Any], Value]:
    """`value_here` of one field. Rows of a load say the same few stages, days and owners, and both
    sides of a text the same."""
    kept = lru_cache(maxsize=4096, typed=True)(partial(value_here, shape=shape))

    def say(raw: Any) -> Value:
        return None if raw is None else value_here(raw, shape) if type(raw) is list else kept(raw)

    return say
