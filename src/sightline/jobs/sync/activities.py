"""Closed tasks, meetings and mails of an org as lines of the activity ledger, archived ones too.

They are read like any object, staged in a file of their own, and handed to the importer's own step,
which makes the ledger's lines of each record those that it has now: reading them twice adds nothing,
what changed replaces, what was deleted leaves. A meeting to come is read again once it was. Safe to
run twice.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from sightline.actions.imports import runs
from sightline.actions.sync import marks
from sightline.agreement.canonical import Unreadable
from sightline.agreement.records import RemoteRecord
from sightline.agreement.values import ObjectShape
from sightline.crm.errors import StartOver
from sightline.crm.session import Session
from sightline.exchange.imports.activities import ACTIVITIES, is_to_come, load_activities
from sightline.exchange.imports.flow import chunks, scope_of
from sightline.exchange.imports.preview import Preview
from sightline.exchange.imports.specs import Staged
from sightline.exchange.imports.staging import Staging
from sightline.records.queries import sync as queries
from sightline.records.queries import sync_activities

# Attention and contact are counted in days; every reading that finds something is a part.
EVERY = dt.timedelta(hours=6)
PREFIX = "Activity:"
READ = ("Task", "Event", "EmailMessage")
# What is read with rows of another: the relations of meetings, and the mail behind a task.
_WITH = {"Event": ("EventRelation", "EventId"), "Task": ("EmailMessage", "ActivityId")}
_TARGETS = ("ClosedTask", "Event", "EmailMessage")
_ABOUT = ("who", "what", "parent")
# A record that does not show these says nothing of having no line any more.
_SHOWN = {
    "Task": {"ActivityDate", "Status", "WhatId", "WhoId"},
    "Event": {"StartDateTime", "WhatId", "WhoId"},
    "EmailMessage": {"MessageDate", "Incoming", "FromAddress", "ToAddress", "RelatedToId"},
}
_ADDRESSES = ("from_address", "to_address", "cc_address")


def due(connection_id: int, *, now: dt.datetime) -> bool:
    """Whether it is time: never before accounts were read."""
    if queries.cursor(connection_id, "Account").first_load:
        return False
    last = sync_activities.read_at(connection_id, f"{PREFIX}{READ[0]}")
    return last is None or now - last >= EVERY


@dataclass(slots=True)
class _Read:
    """What a reading came to: the mark of each object, the ids of its records whose lines are told
    anew, and those to be read again."""

    marks: dict[str, str] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    again: dict[str, set[str]] = field(default_factory=dict)
    rows: Counter[str] = field(default_factory=Counter)


def gather(session: Session) -> int:
    """Read what is new of them into the ledger; answers how many lines came or went."""
    read = _Read()
    with (
        TemporaryDirectory() as folder,
        closing(Staging(Path(folder) / "activities.sqlite3")) as staging,
    ):
        for name in READ:
            _stage(session, staging, name, read)
        for target in (*_TARGETS, "EventRelation"):
            staging.finish(target)
        _know(session, staging)
        moved = _load(session, staging, read.told)
    for name, mark in read.marks.items():
        marks.keep_mark(
            session.connection_id,
            f"{PREFIX}{name}",
            mark,
            now=session.clock(),
            rows=read.rows[name],
            again=read.again.get(name, ()),
        )
    return moved


def _stage(session: Session, staging: Staging, name: str, read: _Read) -> None:
    """Stage rows of an object since its mark, and note the next one, empty where it is hidden."""
    shape = session.crm.shape(name)
    if shape is None:
        read.marks[name] = ""
        return
    cursor = queries.cursor(session.connection_id, f"{PREFIX}{name}")
    fields = session.meanings.columns(shape, {})
    ask = session.crm.changes if cursor.mark else session.crm.everything
    mark = cursor.mark
    try:
        for page in ask(name, fields, cursor.mark):
            _take_page(session, staging, shape, page.rows, read, changes=bool(cursor.mark))
            mark = page.mark or mark
    except StartOver:
        mark = ""
    if mark and cursor.mark:
        _take_again(session, staging, shape, sorted(cursor.catching), read)
    if mark and not cursor.mark and name == "Event":
        _take_all(session, staging, _WITH[name][0])
    read.marks[name] = mark


def _take_again(
    session: Session, staging: Staging, shape: ObjectShape, ids: Sequence[str], read: _Read
) -> None:
    """Rows that are due for another look although nobody changed them."""
    fields, batch = session.meanings.columns(shape, {}), session.crm.traits.batch
    for start in range(0, len(ids), batch):
        found = session.crm.rows(shape.name, ids[start : start + batch], fields)
        _take_page(session, staging, shape, found, read, changes=True)


def _take_page(
    session: Session,
    staging: Staging,
    shape: ObjectShape,
    records: Sequence[RemoteRecord],
    read: _Read,
    *,
    changes: bool,
) -> None:
    name = shape.name
    read.rows[name] += len(records)
    known, to_come = _take(session, staging, shape, records)
    if _SHOWN[name] <= shape.fields.keys():
        read.told |= known
    again = read.again.setdefault(name, set())
    again |= to_come
    again -= known - to_come
    if changes and name in _WITH:
        read.told |= _take_with(session, staging, name, [one.id for one in records])


def _take_all(session: Session, staging: Staging, name: str) -> None:
    shape = session.crm.shape(name)
    if shape is not None:
        for page in session.crm.everything(name, session.meanings.columns(shape, {}), ""):
            _take(session, staging, shape, page.rows)


def _take_with(session: Session, staging: Staging, name: str, ids: list[str]) -> set[str]:
    """Stage what is read with rows of another object; answers the ids whose lines are told anew."""
    other, column = _WITH[name]
    told: set[str] = set()
    shape = session.crm.shape(other) if ids else None
    if shape is None or column not in shape.fields:
        return told
    fields, batch = session.meanings.columns(shape, {}), session.crm.traits.batch
    for start in range(0, len(ids), batch):
        found = session.crm.find(other, column, ids[start : start + batch], fields)
        told |= _take(session, staging, shape, found)[0]
    return told if _SHOWN.get(other, set()) <= shape.fields.keys() else set()


def _take(
    session: Session, staging: Staging, shape: ObjectShape, records: Sequence[RemoteRecord]
) -> tuple[set[str], set[str]]:
    """Stage records; answers the ids of those that could be read, and of meetings to come."""
    read, now = session.meanings.reader(shape, {}, {}, session.look), session.clock()
    known: set[str] = set()
    to_come: set[str] = set()
    for n, (record, rows) in enumerate(zip(records, read(records), strict=True)):
        if isinstance(rows, Unreadable):
            continue
        known.add(record.id)
        for one in rows:
            if not one.removed and one.target in (*_TARGETS, "EventRelation"):
                staging.add(Staged(one.target, one.key, False, one.values), file=0, row=n)
                if one.target == "Event" and is_to_come(one.values, now=now):
                    to_come.add(record.id)
    return known, to_come


def _know(session: Session, staging: Staging) -> None:
    """Stage whom and what they name, as far as it is here: accounts and addresses."""
    source, _ = sync_activities.source_of(session.connection_id)
    ids: set[str] = set()
    addresses: set[str] = set()
    for target in _TARGETS:
        for rows in chunks(staging, target):
            for row in rows:
                ids |= {str(row.values.get(name) or "") for name in _ABOUT}
                said = " ".join(str(row.values.get(name) or "") for name in _ADDRESSES)
                addresses |= {one.strip("<>,;\"'").lower() for one in said.split() if "@" in one}
    for target, key, account in sync_activities.accounts_of(source, ids):
        staging.add(Staged(target, key, False, {"account": account}), file=0, row=0)
    for target, key, address, place in sync_activities.people_at(source, addresses):
        values: dict[str, object] = {"email": address, "account": place or ""}
        staging.add(Staged(target, key, False, values), file=0, row=0)
    staging.flush()


def _load(session: Session, staging: Staging, told: Collection[str]) -> int:
    source, name = sync_activities.source_of(session.connection_id)
    scope = scope_of(staging, source_id=source, any_source=False)
    preview, now = Preview(), session.clock()
    load_activities(staging, scope, preview, now=now, retold=told)
    found = preview.tallies.get(ACTIVITIES)
    if found is None or not found.create + found.change:
        return 0
    title = f"Activities of {name}"
    run = runs.begin(runs.NewRun("sync", title, (), {}, {}), actor_id=None)
    held = runs.known_source(name)
    if held is not None:
        runs.set_source(run, held)
    load_activities(staging, scope, preview, now=now, run=run, retold=told)
    counts = {"create": found.create, "change": found.change, "skip": found.skip, "refuse": 0}
    runs.finish(run, counts={ACTIVITIES: counts}, now=now)
    return found.create + found.change
