"""Links of rows that just came into being here: nothing to merge, so a chunk is one statement.

A base holds what each side says now, as a merge of the same record would have left it.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Sequence
from json.encoder import encode_basestring_ascii
from typing import Any

from sightline.actions.imports.bulk import Written, insert_columns
from sightline.actions.sync.context import Context
from sightline.actions.sync.joining import rows_here
from sightline.actions.sync.sides import SaidColumns, said_columns, value_here
from sightline.agreement.records import RemoteRecord
from sightline.agreement.rules import FieldRule
from sightline.agreement.values import FieldShape
from sightline.records.models import SyncLink


def begin_links(context: Context, name: str, records: Sequence[RemoteRecord]) -> None:
    """Link the records that have a row here now; none of them has a link, each comes once."""
    live = {one.id: one for one in records if not one.deleted}
    found = {pk: remote_id for remote_id, pk in rows_here(context, name, list(live)).items()}
    if not found:
        return
    kept = _kept(context, name)
    said = said_columns(context, name, found, [rule.ours for rule, _ in kept])
    linked = [live[found[pk]] for pk in said.pks]
    count = len(linked)
    insert_columns(
        SyncLink,
        {
            "connection_id": [context.connection_id] * count,
            "target": [name] * count,
            "local_id": said.pks,
            "remote_id": [one.id for one in linked],
            "external_key": _keys(count),
            "stamp": [one.stamp for one in linked],
            "base": _bases(linked, said, kept),
            "seen_version": said.columns["_version"],
            "changed_by": [one.changed_by[:120] for one in linked],
            "changed_at": [one.changed_at or one.stamp for one in linked],
        },
    )


def _keys(count: int) -> list[str]:
    """Keys of a chunk, random in their first three quarters and counted up in the last: their index
    grows in a few places only, where keys random to the end touch a page of it each."""
    first = uuid.uuid4().int >> 32 << 32
    return [f"{first + n:032x}" for n in range(count)]


def _kept(context: Context, name: str) -> list[tuple[FieldRule, FieldShape]]:
    """The fields that they show and that a base may keep."""
    rule = context.rule(name)
    return [
        (one, shape)
        for one in (rule.fields if rule is not None else ())
        if (shape := context.shape(name, one.theirs)) is not None
        and not context.unkept(name, one.ours)
    ]


def _bases(
    records: Sequence[RemoteRecord], said: SaidColumns, kept: Sequence[tuple[FieldRule, FieldShape]]
) -> Written:
    """What both sides say of each field, as JSON; nothing of what a record does not carry."""
    if not kept:
        return Written(["{}"] * len(records))
    parts = []
    for rule, shape in kept:
        theirs = [one.values.get(rule.theirs, _ABSENT) for one in records]
        parts.append(_base(rule, shape, said.columns[rule.ours], theirs))
    rows = zip(*parts, strict=True)
    if any("" in part for part in parts):
        return Written([f"{{{', '.join(filter(None, row))}}}" for row in rows])
    return Written([f"{{{', '.join(row)}}}" for row in rows])


def _base(
    rule: FieldRule, shape: FieldShape, ours: Sequence[Any], theirs: Sequence[Any]
) -> list[str]:
    """One field of each row's base; empty where it is hidden."""
    say, begin = _sayer(shape), f"{json.dumps(rule.ours)}: ["
    here, there = say(ours), say(theirs)
    if here.count(here[0]) == there.count(there[0]) == len(here):  # rows of a load are much alike
        here, there = here[:1], there[:1]
    said = [
        f"{begin}{one}, {other}]" if other is not None else ""
        for one, other in zip(here, there, strict=True)
    ]
    return said if len(said) == len(ours) else said * len(ours)


_ABSENT = object()  # a field that is hidden


def _sayer(shape: FieldShape) -> Callable[[Sequence[Any]], list[str | None]]:
    """`value_here` of each value of a column as JSON. Rows of a load say the same few stages, days
    and owners, and both sides of a text the same: each is said once."""
    known: dict[Any, str | None] = {None: "null", _ABSENT: None}

    def said(raw: Any) -> str:
        value = value_here(raw, shape)
        written = encode_basestring_ascii(value) if type(value) is str else json.dumps(value)
        if type(raw) in _TOLD_APART:
            known[raw] = written
        return written

    def say(column: Sequence[Any]) -> list[str | None]:
        if list in set(map(type, column)):
            return [
                said(raw) if type(raw) is list or raw not in known else known[raw] for raw in column
            ]
        return [known[raw] if raw in known else said(raw) for raw in column]

    return say


# Values of these types equal none of another; 1 equals True, and the base would say so.
_TOLD_APART = frozenset({str, dt.date})
