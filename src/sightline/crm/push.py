"""Sending: intents are claimed, their rows read and merged once more, then written and settled.

What is sent is only what still differs after that last look; every item has an outcome of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sightline.actions.sync import connections, gathering, merging, rehearsing, sending
from sightline.actions.sync.context import Context
from sightline.actions.sync.sending import Claimed
from sightline.agreement.records import Deed, Outcome, Settled, Write
from sightline.agreement.rules import ObjectRule, writable
from sightline.agreement.values import FieldKind, FieldShape, Value
from sightline.crm import rights
from sightline.crm.errors import CrmError
from sightline.crm.mirror import refresh_links, reread
from sightline.crm.new_deals import Whole, read_back, write_new_deals
from sightline.crm.relations import write_relations
from sightline.crm.session import Session


@dataclass(slots=True)
class Pushed:
    """How many writes ended how."""

    sent: int = 0
    refused: int = 0
    later: int = 0


def push(
    session: Session,
    *,
    only: Collection[str] | None = None,
    among: Collection[int] | None = None,
) -> Pushed:
    """Send everything that is due, parents before children; or only what is of some objects, and
    looked for in some accounts."""
    pushed = Pushed()
    context = session.context()
    refresh_links(session, context)
    gathering.gather(context, now=session.clock(), only=only, among=among)
    for name in sending.objects_due(context, now=session.clock()):
        rule = context.rule(name)
        if rule is None or (only is not None and name not in only):
            continue
        batch = session.crm.traits.batch
        while claimed := sending.claim(context, name, now=session.clock(), limit=batch):
            _send(session, context, rule, claimed, pushed)
    if among is None:
        pushed.sent += write_relations(session)
    if among is None or pushed.sent:
        connections.note_sent(session.connection_id, now=session.clock())
    return pushed


def planned(context: Context, *, now: dt.datetime, anew: int = 0) -> list[Write]:
    """What would be written as of the last read; nothing is stored and nothing is sent.

    `anew`: look again at so many rows of each object too, as a mapping not yet saved would.
    """
    found: list[Write] = []
    with rehearsing.rehearsal():
        if anew:
            gathering.look_again(context, newest=anew)
        gathering.gather(context, now=now)
        for name in context.rules.objects:
            rule = context.rule(name)
            intents = sending.due(context, name) if rule is not None else []
            writes = [_write(context, rule, one) for one in intents if rule is not None]
            found += [write for write in writes if write is not None]
    return found


def _send(
    session: Session,
    context: Context,
    rule: ObjectRule,
    claimed: Sequence[Claimed],
    pushed: Pushed,
) -> None:
    ready = _ready(session, context, rule, claimed, pushed)
    if not ready:
        return
    whole = Whole()
    outcomes = _written(session, context, ready, whole)
    for (one, _), outcome in zip(ready, outcomes, strict=True):
        sending.settle_outcome(context, one, outcome, now=session.clock())
        _count(pushed, outcome)
    _read_back(session, context, rule, ready, outcomes)
    pushed.sent += sum(map(len, whole.made.values()))
    read_back(session, context, whole)


def _written(
    session: Session, context: Context, ready: Sequence[tuple[Claimed, Write]], whole: Whole
) -> list[Outcome]:
    """How each ended. Raises CrmError, the intents settled, where not all could be tried."""
    ended = whole.ended
    try:
        write_new_deals(session, context, ready, whole)
        alone = [(one, write) for one, write in ready if one.intent_id not in ended]
        outcomes = session.crm.write([write for _, write in alone]) if alone else []
    except CrmError as problem:  # nothing was done of what did not end
        later = Outcome(Settled.RETRY, code=problem.code, message=str(problem))
        for one, _ in ready:
            outcome = ended.get(one.intent_id, later)
            sending.settle_outcome(context, one, outcome, now=session.clock())
        raise
    ended |= {one.intent_id: each for (one, _), each in zip(alone, outcomes, strict=True)}
    return [ended[one.intent_id] for one, _ in ready]


def _ready(
    session: Session,
    context: Context,
    rule: ObjectRule,
    claimed: Sequence[Claimed],
    pushed: Pushed,
) -> list[tuple[Claimed, Write]]:
    """What still has to be written after a last look, and may be, by whoever asked for it."""
    _look_once_more(session, context, rule, claimed)
    writes: list[tuple[Claimed, Write]] = []
    refused: dict[int, Outcome] = {}
    wanted = sending.still_wanted(claimed)
    for one in wanted:
        write = _write(context, rule, one)
        if write is None:
            refused[one.intent_id] = Outcome(
                Settled.REFUSED, code="NOTHING_WRITABLE", message=_NOTHING
            )
        else:
            writes.append((one, write))
    refused |= rights.forbidden(session, writes)
    for one in wanted:
        if one.intent_id in refused:
            sending.settle_outcome(context, one, refused[one.intent_id], now=session.clock())
            pushed.refused += 1
    return [(one, write) for one, write in writes if one.intent_id not in refused]


_NOTHING = "The connection's user may write none of the fields that changed."


def _count(pushed: Pushed, outcome: Outcome) -> None:
    if outcome.settled is Settled.DONE:
        pushed.sent += 1
    elif outcome.settled is Settled.REFUSED:
        pushed.refused += 1
    else:
        pushed.later += 1


def _look_once_more(
    session: Session, context: Context, rule: ObjectRule, claimed: Sequence[Claimed]
) -> None:
    """Merge the rows as they are now. A row we may have created before is found by its key."""
    ids = [one.remote_id for one in claimed if one.remote_id]
    if ids:
        reread(session, context, rule.object, ids)
    keyed = bool(rule.key_field) and rule.key_field in context.shapes[rule.object].fields
    # What has no key of its own may have been made beside another row, by an answer that was lost.
    tried = [one for one in claimed if not one.remote_id and (one.tries > 1 or not keyed)]
    if not tried:
        return
    fields = session.fields(context, rule.object)
    if keyed:
        keys = [one.key for one in tried]
        records = session.crm.find(rule.object, rule.key_field, keys, fields)
    else:
        parent = rule.natural[0]
        parents = {one.theirs: one.ours for one in rule.fields}
        values = sorted({str(one.values.get(parents[parent])) for one in tried})
        records = session.crm.find(rule.object, parent, values, fields)
    read, now = session.read(context, rule.object), session.clock()
    merging.merge_records(context, records, read=read, now=now, fresh=True)


def _read_back(
    session: Session,
    context: Context,
    rule: ObjectRule,
    ready: Sequence[tuple[Claimed, Write]],
    outcomes: Sequence[Outcome],
) -> None:
    """What the service made of it: automation there may have changed it at once."""
    ids = [
        outcome.id or one.remote_id
        for (one, write), outcome in zip(ready, outcomes, strict=True)
        if outcome.settled is Settled.DONE and write.deed is not Deed.DELETE
    ]
    if ids:
        reread(session, context, rule.object, ids)


def _write(context: Context, rule: ObjectRule, one: Claimed) -> Write | None:
    """The write of one intent: mapped, visible, allowed fields only; None where none is left."""
    if one.deed is Deed.DELETE:
        return Write(Deed.DELETE, rule.object, id=one.remote_id)
    shape, creating = context.shapes[rule.object], not one.remote_id
    values = {}
    for name, value in one.values.items():
        each = rule.field(name)
        if each is not None and writable(each, shape, creating=creating):
            values[each.theirs] = _raw(value, shape.fields[each.theirs])
    if not values:
        return None
    if not creating:
        return Write(Deed.UPDATE, rule.object, values, id=one.remote_id, unless_changed=one.stamp)
    keyed = rule.key_field if rule.key_field in shape.fields else ""
    return Write(Deed.CREATE, rule.object, values, key_field=keyed, key=one.key if keyed else "")


def _raw(value: Value, shape: FieldShape) -> object:
    """A canonical value as it is sent: numbers and switches typed, the rest as text."""
    if value is None:
        return None
    if shape.kind is FieldKind.SWITCH:
        return value == "true"
    if shape.kind is FieldKind.NUMBER:
        return float(value) if "." in value else int(value)
    return value
