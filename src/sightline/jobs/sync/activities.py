"""Closed tasks, meetings and mails of an org as lines of the activity ledger, archived ones too.

They are read like any object, staged in a file of their own, and handed to the importer's own step,
which leaves out what the ledger holds: reading them twice adds nothing. Safe to run twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from sightline.actions.imports import runs
from sightline.actions.sync import inbox
from sightline.agreement.canonical import Unreadable
from sightline.agreement.records import RemoteRecord
from sightline.agreement.values import ObjectShape
from sightline.crm.errors import StartOver
from sightline.crm.session import Session
from sightline.exchange.imports.activities import ACTIVITIES, load_activities
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
_ADDRESSES = ("from_address", "to_address", "cc_address")


def due(connection_id: int, *, now: dt.datetime) -> bool:
    """Whether it is time: never before accounts were read."""
    if queries.cursor(connection_id, "Account").first_load:
        return False
    last = sync_activities.read_at(connection_id, f"{PREFIX}{READ[0]}")
    return last is None or now - last >= EVERY


def gather(session: Session) -> int:
    """Read what is new of them into the ledger; answers how many lines that were."""
    with (
        TemporaryDirectory() as folder,
        closing(Staging(Path(folder) / "activities.sqlite3")) as staging,
    ):
        marks = {name: _stage(session, staging, name) for name in READ}
        for target in (*_TARGETS, "EventRelation"):
            staging.finish(target)
        _know(session, staging)
        added = _load(session, staging)
    for name, mark in marks.items():
        inbox.keep_mark(session.connection_id, f"{PREFIX}{name}", mark, now=session.clock())
    return added


def _stage(session: Session, staging: Staging, name: str) -> str:
    """Stage rows of an object since its mark; answers the next mark, empty where it is hidden."""
    shape = session.crm.shape(name)
    if shape is None:
        return ""
    cursor = queries.cursor(session.connection_id, f"{PREFIX}{name}")
    fields = session.meanings.columns(shape, {})
    ask = session.crm.changes if cursor.mark else session.crm.everything
    mark = cursor.mark
    try:
        for page in ask(name, fields, cursor.mark):
            _take(session, staging, shape, page.rows)
            if cursor.mark and name in _WITH:
                _take_with(session, staging, name, [one.id for one in page.rows])
            mark = page.mark or mark
    except StartOver:
        return ""
    if not cursor.mark and name == "Event":
        _take_all(session, staging, _WITH[name][0])
    return mark


def _take_all(session: Session, staging: Staging, name: str) -> None:
    shape = session.crm.shape(name)
    if shape is not None:
        for page in session.crm.everything(name, session.meanings.columns(shape, {}), ""):
            _take(session, staging, shape, page.rows)


def _take_with(session: Session, staging: Staging, name: str, ids: list[str]) -> None:
    other, column = _WITH[name]
    shape = session.crm.shape(other) if ids else None
    if shape is None or column not in shape.fields:
        return
    fields, batch = session.meanings.columns(shape, {}), session.crm.traits.batch
    for start in range(0, len(ids), batch):
        found = session.crm.find(other, column, ids[start : start + batch], fields)
        _take(session, staging, shape, found)


def _take(
    session: Session, staging: Staging, shape: ObjectShape, records: Iterable[RemoteRecord]
) -> None:
    read = session.meanings.reader(shape, {}, {}, session.look)
    for n, record in enumerate(records):
        try:
            rows = read(record)
        except Unreadable:
            continue
        for one in rows:
            if not one.removed and one.target in (*_TARGETS, "EventRelation"):
                staging.add(Staged(one.target, one.key, False, one.values), file=0, row=n)


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


def _load(session: Session, staging: Staging) -> int:
    source, name = sync_activities.source_of(session.connection_id)
    scope = scope_of(staging, source_id=source, any_source=False)
    preview, now = Preview(), session.clock()
    load_activities(staging, scope, preview, now=now)
    found = preview.tallies.get(ACTIVITIES)
    if found is None or not found.create:
        return 0
    title = f"Activities of {name}"
    run = runs.begin(runs.NewRun("sync", title, (), {}, {}), actor_id=None)
    held = runs.known_source(name)
    if held is not None:
        runs.set_source(run, held)
    load_activities(staging, scope, preview, now=now, run=run)
    counts = {"create": found.create, "change": 0, "skip": found.skip, "refuse": 0}
    runs.finish(run, counts={ACTIVITIES: counts}, now=now)
    return found.create
