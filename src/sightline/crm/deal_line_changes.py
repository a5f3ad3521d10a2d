"""Products of an opportunity changed or taken out because its play was changed.

A line is looked at first: one that does not stand there as it was written is somebody's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation

from sightline.actions.sync import deal_line_changes as books
from sightline.actions.sync.deal_line_changes import Change
from sightline.actions.sync.deal_lines import TARGET
from sightline.actions.sync.sending import Claimed
from sightline.agreement.records import Deed, RemoteRecord, Settled, Write
from sightline.crm import rights
from sightline.crm.mirror import reread
from sightline.crm.session import Session

_LINE, _DEAL = "OpportunityLineItem", "Opportunity"


def change_lines(session: Session) -> int:
    """Write the changes that are due; answers how many were."""
    wanted = books.due(session.context())
    if not wanted:
        return 0
    due = _allowed(session, _as_written(session, wanted))
    done = 0
    for part in _parts(session, due):
        outcomes = session.crm.write([_write(one) for one in part])
        for one, outcome in zip(part, outcomes, strict=True):
            books.settle(one, outcome, now=session.clock())
            done += outcome.settled is Settled.DONE
    look_again(session, {one.deal for one in wanted}, {one.remote_id for one in wanted})
    return done


def look_again(session: Session, deals: Iterable[str], lines: Iterable[str]) -> None:
    """Read opportunities and lines as they are now: an amount is the sum of its lines."""
    context = session.context()
    for name, ids in ((_DEAL, deals), (_LINE, lines)):
        if name in context.shapes:
            for part in _ids(session, ids):
                reread(session, context, name, part)


def _parts(session: Session, rows: Sequence[Change]) -> Iterable[Sequence[Change]]:
    size = session.crm.traits.batch
    return (rows[start : start + size] for start in range(0, len(rows), size))


def _ids(session: Session, ids: Iterable[str]) -> Iterable[list[str]]:
    every, size = sorted(set(ids)), session.crm.traits.batch
    return (every[start : start + size] for start in range(0, len(every), size))


def _as_written(session: Session, wanted: Sequence[Change]) -> list[Change]:
    """The lines that stand there as they were last written, and those to be written anyway."""
    there: dict[str, RemoteRecord] = {}
    for part in _ids(session, (one.remote_id for one in wanted)):
        rows = session.crm.rows(_LINE, part, ["Quantity", "UnitPrice"])
        there |= {row.id: row for row in rows if not row.deleted}
    found = []
    for one in wanted:
        row = there.get(one.remote_id)
        if row is None:
            books.gone(one)
        elif one.then is not None and says(row, one.then):
            books.done(one)  # an earlier answer was lost
        elif one.anyway or any(says(row, value) for value in (one.was, *one.earlier)):
            found.append(one)
        else:
            books.changed_there(one)
    return found


def says(row: RemoteRecord, value: str | None) -> bool:
    """Whether a line stands there at this value, once."""
    told = (row.values.get("Quantity"), row.values.get("UnitPrice"))
    if value is None or None in told:
        return False
    try:
        count, price = (Decimal(str(one)) for one in told)
        return count == Decimal(1) and price == Decimal(value)
    except InvalidOperation:
        return False


def _write(one: Change) -> Write:
    if one.then is None:
        return Write(Deed.DELETE, _LINE, id=one.remote_id)
    number = float(one.then) if "." in one.then else int(one.then)
    return Write(Deed.UPDATE, _LINE, {"Quantity": 1, "UnitPrice": number}, id=one.remote_id)


def _allowed(session: Session, changes: Sequence[Change]) -> list[Change]:
    """What the person who asked may do there: products of an opportunity change it."""
    asked = [(_claimed(one), Write(Deed.UPDATE, _DEAL, id=one.deal)) for one in changes]
    refused = rights.forbidden(session, asked) if asked else {}
    for one in changes:
        if one.link_id in refused:
            books.settle(one, refused[one.link_id], now=session.clock())
    return [one for one in changes if one.link_id not in refused]


def _claimed(one: Change) -> Claimed:
    return Claimed(
        intent_id=one.link_id,
        link_id=one.link_id,
        target=TARGET,
        deed=one.deed,
        remote_id=one.remote_id,
        key="",
        values={},
        number=1,
        tries=1,
        stamp=None,
        asked_by=one.asked_by,
    )
