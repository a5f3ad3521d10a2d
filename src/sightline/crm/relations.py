"""Buying roles told of opportunities, told of the account contact relation too, where there is one;
and what the org says there, read back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sightline.actions.sync import account_roles, marks, relations
from sightline.actions.sync.relations import READ, TARGET, THEIRS, Told
from sightline.agreement.records import Deed, Outcome, Page, RemoteRecord, Settled, Write
from sightline.agreement.values import ObjectShape
from sightline.crm import rights
from sightline.crm.errors import StartOver
from sightline.crm.session import Session
from sightline.records.queries import sync as queries

_FIELDS = ("AccountId", "ContactId", THEIRS)


def write_relations(session: Session) -> int:
    """Tell what crossed since the last time; answers how many relations were written. Asks nothing
    of the org where no role crossed."""
    context = session.context()
    waiting = relations.waiting(context)
    if not waiting.told and not waiting.moved:
        return 0
    shape = session.crm.shape(TARGET) if waiting.told else None
    known = shape.fields.get(THEIRS) if shape is not None else None
    written, whole = 0, True
    if shape is not None and known is not None and known.updateable:
        changed = _changed(session, shape, waiting.told)
        writes = [_write(row, roles) for _, row, roles in changed]
        asked = [(one.asked_by, write) for (one, *_), write in zip(changed, writes, strict=True)]
        refused = rights.refusals(session, asked)
        for place, (one, row, roles) in enumerate(changed):
            outcome = refused.get(place) or session.crm.write([writes[place]])[0]
            whole &= relations.settle(
                context,
                one,
                row.id,
                before=str(row.values.get(THEIRS) or ""),
                after=_stored(session, row, roles, outcome),
                outcome=outcome,
                now=session.clock(),
            )
            written += outcome.settled is Settled.DONE
    if whole:
        relations.keep_mark(context, waiting, written=written, now=session.clock())
    return written


def _write(row: RemoteRecord, roles: str) -> Write:
    return Write(Deed.UPDATE, TARGET, {THEIRS: roles}, id=row.id, unless_changed=row.stamp)


def _stored(session: Session, row: RemoteRecord, roles: str, outcome: Outcome) -> str:
    """What the org made of it, which automation there may have changed at once."""
    if outcome.settled is not Settled.DONE:
        return roles
    found = session.crm.rows(TARGET, [row.id], [THEIRS])
    if not found or THEIRS not in found[0].values:
        return roles
    words = {word for word in str(found[0].values[THEIRS] or "").split(";") if word}
    return ";".join(sorted(words))


def read_relations(session: Session, *, meaning: Callable[[str], str]) -> int:
    """Read the roles that the org keeps of people in accounts; answers how many relations moved.

    `meaning` says which role of ours a word of theirs is. An org without such rows, or whose roles
    are hidden from us, is asked for a describe and nothing more.
    """
    shape = session.crm.shape(TARGET)
    if shape is None or THEIRS not in shape.fields:
        return 0
    fields = [one for one in _FIELDS if one in shape.fields]
    try:
        return _read(session, fields, meaning)
    except StartOver:
        marks.forget_mark(session.connection_id, READ)
        return _read(session, fields, meaning)


def _read(session: Session, fields: list[str], meaning: Callable[[str], str]) -> int:
    context, moved = session.context(), 0
    for page in _pages(session, fields):
        now = session.clock()
        moved += account_roles.take_relations(context, page.rows, meaning=meaning, now=now)
        if page.mark is not None:
            marks.keep_mark(
                session.connection_id,
                READ,
                page.mark,
                now=now,
                rows=len(page.rows),
                whole=page.last,
            )
    return moved


def _pages(session: Session, fields: list[str]) -> Iterator[Page]:
    cursor = queries.cursor(session.connection_id, READ)
    if cursor.first_load:
        return session.crm.everything(TARGET, fields, cursor.mark)
    session.crm.ahead([(TARGET, fields, cursor.mark)])
    return session.crm.changes(TARGET, fields, cursor.mark)


def _changed(
    session: Session, shape: ObjectShape, told: tuple[Told, ...]
) -> list[tuple[Told, RemoteRecord, str]]:
    """The relations that say something else than they should, with what they should."""
    fields = [one for one in _FIELDS if one in shape.fields]
    ids = sorted({one.contact_id for one in told})
    rows = [one for one in session.crm.find(TARGET, "ContactId", ids, fields) if not one.deleted]
    by_pair = {(str(row.values["ContactId"]), str(row.values["AccountId"])): row for row in rows}
    known = shape.fields[THEIRS]
    found = []
    for one in told:
        row = by_pair.get((one.contact_id, one.account_id))
        if row is None:  # of that account they are no contact
            continue
        there = {word for word in str(row.values.get(THEIRS) or "").split(";") if word}
        wanted = relations.after_telling(one, there)
        if known.restricted:
            wanted &= set(known.options) | there
        if wanted != there:
            found.append((one, row, ";".join(sorted(wanted))))
    return found
