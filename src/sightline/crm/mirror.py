"""Fetching: describe, first load, changes, and the rows that somebody wants to see anew.

Pages of changes go to the inbox with their mark before anything is merged, pages of a first load
are merged before their mark moves; so a crash at any point only means reading a little again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sightline.actions.sync import connections, inbox, merging
from sightline.actions.sync.context import Context
from sightline.actions.sync.store import Stored
from sightline.agreement.values import ObjectShape
from sightline.crm.errors import CrmError, StartOver
from sightline.crm.session import Session
from sightline.records.queries import sync as queries

Progress = Callable[[int, int | None, str], None]
Stopped = Callable[[], bool]
Due = Callable[[queries.CursorFacts], bool]


@dataclass(slots=True)
class Pulled:
    """What a read came to."""

    rows: int = 0
    created: int = 0
    changed: int = 0
    removed: int = 0
    held: int = 0

    def add(self, stored: Stored) -> None:
        """Count merged rows in."""
        self.created += stored.created
        self.changed += stored.changed
        self.removed += stored.removed
        self.held += len(stored.waiting) + len(stored.refused)


def refresh_shapes(session: Session) -> list[str]:
    """Ask for every mapped object's describe; answers those that changed."""
    org = session.crm.org()
    connections.pin_org(session.connection_id, org.id)
    rules, changed = session.context().rules, []
    session.crm.ahead(shapes=rules.objects)
    for name in rules.objects:
        if connections.keep_shape(session.connection_id, name, describe(session, name)):
            changed.append(name)
    return changed


def describe(session: Session, name: str) -> ObjectShape | None:
    """An object as it is shown to us, without what the mapping's profile may not read."""
    shape, rules = session.crm.shape(name), session.context().rules
    if shape is None or not rules.profile:
        return shape
    rule = rules.two_way.get(name)
    ours = {rule.key_field, *rule.natural} if rule is not None else set()  # by which rows are known
    hidden = session.withheld(rules.profile).get(name, frozenset()) - ours
    shown = {key: one for key, one in shape.fields.items() if key not in hidden}
    return replace(shape, fields=shown)


def pull(
    session: Session,
    *,
    due: Due = lambda cursor: True,
    progress: Progress = lambda done, total, note: None,
    stopped: Stopped = lambda: False,
) -> Pulled:
    """Read every mapped object that is due on from its mark and merge what came."""
    pulled = Pulled()
    context = session.context()
    cursors = queries.cursors_of(session.connection_id, session.mirrored(context))
    asked = [one for one in cursors if due(one)]
    session.crm.ahead(
        [
            (one.object, session.fields(context, one.object), one.mark)
            for one in asked
            if one.mark and not one.first_load
        ]
    )
    for cursor in asked:
        if stopped():
            break
        before = pulled.rows
        _pull_as_shown(session, context, cursor, pulled, progress, stopped)
        if pulled.rows != before:  # that may have taken long: the mapping may be another by now
            context = session.context()
    _retry_held(session, context, pulled)
    connections.note_read(session.connection_id, now=session.clock())
    return pulled


# A field, or the whole object, was hidden after the last describe.
HIDDEN_MEANWHILE = frozenset({"INVALID_FIELD", "INVALID_TYPE"})


def _pull_as_shown(
    session: Session,
    context: Context,
    cursor: queries.CursorFacts,
    pulled: Pulled,
    progress: Progress,
    stopped: Stopped,
) -> None:
    """Read an object; where a field was hidden since the describe, describe and read once more."""
    name = cursor.object
    try:
        _pull_object(session, context, cursor, pulled, progress, stopped)
    except CrmError as problem:
        if problem.code not in HIDDEN_MEANWHILE:
            raise
        connections.keep_shape(session.connection_id, name, describe(session, name))
        context, cursor = session.context(), queries.cursor(session.connection_id, name)
        if name in session.mirrored(context):
            _pull_object(session, context, cursor, pulled, progress, stopped)


def _pull_object(
    session: Session,
    context: Context,
    cursor: queries.CursorFacts,
    pulled: Pulled,
    progress: Progress,
    stopped: Stopped,
) -> None:
    name = cursor.object
    read, fields = session.read(context, name), session.fields(context, name)
    ask = session.crm.everything if cursor.first_load else session.crm.changes
    after: queries.CursorFacts | None = None
    try:
        for page in ask(name, fields, cursor.mark):
            pulled.rows += len(page.rows)
            now = session.clock()
            if cursor.first_load:
                pulled.add(inbox.load_page(context, name, page, fields=fields, read=read, now=now))
            else:
                pk = session.connection_id
                after = inbox.take_page(pk, name, page, fields=fields, now=now)
                pulled.add(inbox.merge_waiting(context, name, read=read, now=session.clock()))
            progress(pulled.rows, page.total, name)
            if page.last and cursor.first_load:
                inbox.finish_first_load(session.connection_id, name)
            if stopped():
                return
    except StartOver:
        inbox.begin_again(session.connection_id, name)
        anew = queries.cursor(session.connection_id, name)
        _pull_object(session, context, anew, pulled, progress, stopped)
        return
    after = after or queries.cursor(session.connection_id, name)
    catch_up(session, context, after, pulled, progress, stopped)


# A field that is computed there changes without a stamp.
FORMULAS_EVERY = dt.timedelta(days=1)


def catch_up(
    session: Session,
    context: Context,
    cursor: queries.CursorFacts,
    pulled: Pulled,
    progress: Progress,
    stopped: Stopped,
) -> None:
    """Read every row once more where a field is read that some rows were read without: it was
    hidden then, or not mapped. So are, once a day, the rows of an object with formula fields."""
    name = cursor.object
    fields = session.fields(context, name)
    owed = _owed(session, context, cursor, fields)
    if cursor.first_load or not owed:
        return
    mark, catching = cursor.catch_mark, set(cursor.catching)
    if not (owed <= catching <= set(fields)):
        inbox.begin_catching(session.connection_id, name, fields)
        mark, catching = "", set(fields)
    read, wanted = session.read(context, name), sorted(catching)
    try:
        for page in session.crm.everything(name, wanted, mark):
            pulled.rows += len(page.rows)
            now = session.clock()
            left = inbox.take_caught(session.connection_id, name, page, fields=wanted, now=now)
            pulled.add(inbox.merge_waiting(context, name, read=read, now=session.clock()))
            progress(pulled.rows, page.total, name)
            if stopped() or not owed <= left:  # or it is hidden once more
                return
    except StartOver:
        inbox.begin_catching(session.connection_id, name, fields)


def _owed(
    session: Session, context: Context, cursor: queries.CursorFacts, fields: Sequence[str]
) -> set[str]:
    owed = set(fields) - (cursor.whole or frozenset())
    shapes = context.shapes[cursor.object].fields
    formulas = {one for one in fields if shapes[one].formula}
    caught = cursor.caught_at
    if formulas and (caught is None or session.clock() - caught >= FORMULAS_EVERY):
        owed |= formulas
    return owed


def _retry_held(session: Session, context: Context, pulled: Pulled) -> None:
    """Rows that named a row which was not here yet: it may be by now."""
    held = queries.held_objects(session.connection_id)
    for name in session.mirrored(context):
        if name in held:
            read = session.read(context, name)
            again = inbox.merge_waiting(context, name, read=read, now=session.clock(), held=True)
            pulled.created += again.created
            pulled.changed += again.changed


def refresh_links(session: Session, context: Context) -> Stored:
    """Read and merge anew the rows of links that ask for it (decided conflicts, lost rows)."""
    total = Stored()
    for name, ids in queries.dirty_links(session.connection_id).items():
        if name in context.shapes:
            for start in range(0, len(ids), session.crm.traits.batch):
                part = ids[start : start + session.crm.traits.batch]
                total.add(reread(session, context, name, part))
    return total


def reread(session: Session, context: Context, name: str, ids: list[str]) -> Stored:
    """Read rows by id and merge them as they are now."""
    records = session.crm.rows(name, ids, session.fields(context, name))
    read, now = session.read(context, name), session.clock()
    stored = merging.merge_records(context, records, read=read, now=now, fresh=True)
    found = {one.id for one in records}
    lost = [one for one in ids if one not in found]
    if lost:
        inbox.take_lost(context, name, lost, read=read, now=now)
    return stored
