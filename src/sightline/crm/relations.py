"""Buying roles told of opportunities, told of the account contact relation too, where there is one."""

from __future__ import annotations

from sightline.actions.sync import relations
from sightline.actions.sync.relations import TARGET, THEIRS, Told
from sightline.agreement.records import Deed, RemoteRecord, Settled, Write
from sightline.agreement.values import ObjectShape
from sightline.crm.session import Session

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
        for one, row, roles in _changed(session, shape, waiting.told):
            write = Write(Deed.UPDATE, TARGET, {THEIRS: roles}, id=row.id, unless_changed=row.stamp)
            outcome = session.crm.write([write])[0]
            whole &= relations.settle(
                context,
                one,
                row.id,
                before=str(row.values.get(THEIRS) or ""),
                after=roles,
                outcome=outcome,
                now=session.clock(),
            )
            written += outcome.settled is Settled.DONE
    if whole:
        relations.keep_mark(context, waiting.mark, written=written, now=session.clock())
    return written


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
