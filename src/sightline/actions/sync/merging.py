"""Merging rows that were read with rows here: one transaction a chunk, links and rows locked.

For every linked row the mapped fields are decided three ways; what is ours to keep is held back
from what is stored, what is ours to tell becomes an intent, what is both's becomes a conflict.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from sightline.actions.sync import joining, relations
from sightline.actions.sync.beginning import begin_links
from sightline.actions.sync.books import (
    Books,
    Judged,
    as_stored,
    asked_about_deletion,
    base_of,
    note_landed,
    open_deleted_conflict,
    theirs_of,
)
from sightline.actions.sync.context import Context
from sightline.actions.sync.sides import COARSE, Said, said_here, value_here
from sightline.actions.sync.store import Read, StagedRow, Stored, store_rows
from sightline.agreement.canonical import Unreadable
from sightline.agreement.merge import Merged, Verdict, merge_field
from sightline.agreement.records import RemoteRecord
from sightline.agreement.rules import FieldRule
from sightline.agreement.values import FieldKind, FieldShape, Hidden, Value, is_cut
from sightline.records.models import SyncLink


def merge_records(
    context: Context,
    records: Sequence[RemoteRecord],
    *,
    read: Read,
    now: dt.datetime,
    fresh: bool = False,
) -> Stored:
    """Merge one chunk of records of one object. Delivering it again changes nothing more.

    `fresh`: they were read after the last write to them, so a write whose answer was lost is known
    to have landed, or not.
    """
    if not records:
        return Stored()
    name = records[0].object
    with transaction.atomic():
        wanted = joining.newest(records)
        wanted = joining.follow_merges(context, name, wanted, now=now)
        judged = _judge(context, name, wanted, now, fresh=fresh)
        stored = _store(context, name, judged, read, now)
        if context.rule(name) is not None:
            _book(context, name, judged, stored, now=now, fresh=fresh)
    return stored


def _judge(
    context: Context,
    name: str,
    records: Sequence[RemoteRecord],
    now: dt.datetime,
    *,
    fresh: bool,
) -> list[Judged]:
    rule = context.rule(name)
    if rule is None:
        return [Judged(record, None, None) for record in records]
    links = joining.links_of(context, name, records, now=now)
    pks = [link.local_id for link in links.values() if link.local_id is not None]
    said = said_here(context, name, pks, lock=True)
    was = {key: as_stored(link) for key, link in links.items()}
    note_landed(context, rule, records, links)
    judged = []
    for record in records:
        link = links.get(record.id)
        here = said.get(link.local_id) if link is not None and link.local_id else None
        one = Judged(record, link, here, was.get(record.id))
        if link is not None and link.stamp is not None and record.stamp < link.stamp:
            one.stop = True  # an older delivery of what was merged already
        elif link is not None and _deleted_here(link, here):
            one.stop = True  # it stays there, and is not brought back
        elif link is not None and link.state == SyncLink.State.CREATING and record.deleted:
            one.stop = True  # somebody asked for it to be made anew, were it still gone
            if fresh:
                joining.begin_anew(link)
        elif link is not None and here is not None:
            _judge_linked(context, rule.fields, one, now)
        judged.append(one)
    return judged


def _said_after(
    context: Context, name: str, rows: Sequence[tuple[Judged, SyncLink]], stored: Stored
) -> dict[int, Said]:
    """What our rows say once theirs are stored: nothing else than before where nothing was."""
    still = not (stored.created or stored.changed or stored.removed)
    said = {
        link.local_id: one.here
        for one, link in rows
        if still and link.local_id is not None and one.here is not None
    }
    pks = {link.local_id for _, link in rows if link.local_id is not None} - said.keys()
    return {**said, **said_here(context, name, pks)} if pks else said


def _comes_back(one: Judged, link: SyncLink) -> bool:
    return link.state == SyncLink.State.TOMBSTONE and not one.record.deleted


def _deleted_here(link: SyncLink, here: Said | None) -> bool:
    if link.state == SyncLink.State.UNLINKED:
        return True
    return link.local_id is not None and here is None


def _judge_linked(
    context: Context, rules: Sequence[FieldRule], one: Judged, now: dt.datetime
) -> None:
    assert one.link is not None and one.here is not None
    if one.record.deleted:
        if _edited(context, rules, one) or asked_about_deletion(one.link):
            open_deleted_conflict(one.link, one.record, now=now)
            one.stop = True
        return
    for rule in (each for each in rules if not context.unkept(one.record.object, each.ours)):
        shape = context.shape(one.record.object, rule.theirs)
        if shape is None:
            one.kept |= {rule.ours, *rule.also}
            continue
        ours, theirs = value_here(one.here[rule.ours], shape), theirs_of(one.record, rule, shape)
        base = base_of(one.link, rule.ours)
        merged = merge_field(
            base,
            ours=ours,
            theirs=theirs,
            owner=rule.owner,
            way=context.way(one.record.object, rule),
        )
        if rule.ours in one.link.frozen and merged.verdict in _MOVES:
            merged = Merged(Verdict.CONFLICT)
        one.verdicts[rule.ours], one.ours[rule.ours] = merged, ours
        if not isinstance(theirs, Hidden):
            one.theirs[rule.ours] = theirs
        coarse = ours == theirs and (one.record.object, rule.ours) in COARSE
        one.kept |= _kept(rule, merged, coarse=coarse, cut=is_cut(one.here[rule.ours], shape))


_MOVES = (Verdict.TAKE, Verdict.SEND)


def _kept(rule: FieldRule, merged: Merged, *, coarse: bool, cut: bool) -> set[str]:
    """Our fields that are left as they are. Where both agree and theirs is a `coarse` word for
    ours, what follows from the word here says more than it, and stays."""
    if not _comes_in(merged, cut=cut):
        return {rule.ours, *rule.also}
    return set(rule.also) if coarse else set()


def _comes_in(merged: Merged, *, cut: bool) -> bool:
    """Theirs is stored where it is taken, and again where both agree: what it names may be here by
    now. Only the whole of a text, of which they hold the beginning, is left as it is."""
    if merged.verdict is Verdict.TAKE:
        return True
    return merged.verdict in (Verdict.SAME, Verdict.AGREED) and not cut


def _edited(context: Context, rules: Sequence[FieldRule], one: Judged) -> bool:
    """Whether somebody here changed a field since both agreed."""
    assert one.link is not None and one.here is not None
    if one.here["_removed"]:
        return False
    for rule in rules:
        shape, base = context.shape(one.record.object, rule.theirs), base_of(one.link, rule.ours)
        if base is None:
            continue
        here = one.here[rule.ours]
        if shape is None:  # hidden meanwhile: what was typed here counts all the same
            if _unlike(here, base.ours, cut=rule.ours in one.link.cut):
                return True
            continue
        if value_here(here, shape) != base.ours:
            return True
    return False


_KINDS = tuple(
    FieldShape("", kind) for kind in (FieldKind.TEXT, FieldKind.NUMBER, FieldKind.SWITCH)
)


def _unlike(here: Any, base: Value, *, cut: bool) -> bool:
    """Whether a value whose kind nobody tells any more is another than it was."""
    said = [value_here(here, shape) for shape in _KINDS]
    return base not in said and not (cut and base and str(here).startswith(base))


def _store(
    context: Context, name: str, judged: Sequence[Judged], read: Read, now: dt.datetime
) -> Stored:
    total = Stored()
    by_target: dict[str, list[StagedRow]] = {}
    asked = [one for one in judged if not one.stop]
    for one, staged in zip(asked, read([one.record for one in asked]), strict=True):
        if isinstance(staged, Unreadable):
            total.refused[one.record.id] = str(staged)
            continue
        for row in staged:
            kept = _trimmed(row, one)
            if kept is not None:
                by_target.setdefault(kept.target, []).append(kept)
    order = [name, *sorted(by_target.keys() - {name})]
    for target in order:
        total.add(
            store_rows(target, by_target.get(target, ()), source_id=context.source_id, now=now)
        )
    return total


@dataclass(slots=True)
class _Row:
    target: str
    key: str
    removed: bool
    values: dict[str, object]


def _trimmed(row: StagedRow, one: Judged) -> StagedRow | None:
    """The staged row without what is held back; a task closed there closes ours."""
    target, values = row.target, row.values
    if target == "ClosedTask":
        if one.here is None:
            return None  # it was never anybody's next step here
        target, values = "Task", _closed(values)
    elif target != one.record.object or not one.kept:
        return row
    if not one.kept:
        return _Row(target, row.key, row.removed, values)
    left = {name: value for name, value in values.items() if name not in one.kept}
    return _Row(target, row.key, row.removed, left)


def _closed(values: dict[str, object]) -> dict[str, object]:
    return {
        "subject": values.get("subject") or "Task",
        "due_on": values.get("day"),
        "priority": values.get("priority") or "",
        "owner": values.get("owner"),
        "state": "done",
        "done_on": values.get("completed_on") or values.get("day"),
    }


def _book(
    context: Context,
    name: str,
    judged: Sequence[Judged],
    stored: Stored,
    *,
    now: dt.datetime,
    fresh: bool,
) -> None:
    """Bases, intents, conflicts and history of what was decided, and links of what is new."""
    taken = [one for one in judged if not one.stop and one.record.id not in stored.refused]
    begin_links(context, name, [one.record for one in taken if one.link is None])
    rows = [(one, one.link) for one in taken if one.link is not None]
    if not rows:
        return
    joining.find_again(context, name, [link for _, link in rows])
    back = [link.pk for one, link in rows if _comes_back(one, link)]
    if back and name == relations.ROLE:
        relations.note_back(context, back)
    after = _said_after(context, name, rows, stored)
    books = Books(context, name, [link for _, link in rows], now=now)
    for one, link in rows:
        books.settle(one, link, after.get(link.local_id or 0), fresh=fresh)
    books.save()
