"""The books of a merge: bases, intents, conflicts and history, a chunk at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sightline.actions.imports.bulk import update_rows
from sightline.actions.imports.targets import TARGETS
from sightline.actions.sync.context import Context
from sightline.actions.sync.sides import Said, value_here
from sightline.actions.sync.told_people import is_private
from sightline.agreement.canonical import Unreadable
from sightline.agreement.merge import Base, Merged, Verdict, Way
from sightline.agreement.records import Deed, RemoteRecord
from sightline.agreement.rules import FieldRule, ObjectRule
from sightline.agreement.values import HIDDEN, FieldShape, Hidden, Value, canonical, is_cut
from sightline.records.models import (
    JournalEntry,
    SyncConflict,
    SyncCrossing,
    SyncIntent,
    SyncLink,
)

# A field whose direction turned more often than this within the window waits for a person.
TURNS = 3
TURN_WINDOW = dt.timedelta(hours=24)
_LINK_FIELDS = (
    *("remote_id", "local_id", "state", "stamp", "base", "turns", "frozen", "cut"),
    *("seen_version", "dirty", "changed_by", "changed_at"),
)


# A link as it is stored.
Kept = tuple[Any, ...]


def as_stored(link: SyncLink) -> Kept:
    """What of a link is written: equal where there is nothing to write."""
    kept = tuple(getattr(link, name) for name in _LINK_FIELDS)
    return tuple(dict(one) if isinstance(one, dict) else one for one in kept)


@dataclass(slots=True)
class Judged:
    """One record with its link and what was decided. `kept` are staged values held back; `was` is
    how the link is stored, where it is known that nothing else of it was changed."""

    record: RemoteRecord
    link: SyncLink | None
    here: Said | None
    was: Kept | None = None
    kept: set[str] = field(default_factory=set)
    verdicts: dict[str, Merged] = field(default_factory=dict)
    theirs: dict[str, Value] = field(default_factory=dict)
    ours: dict[str, Value] = field(default_factory=dict)
    stop: bool = False


def base_of(link: SyncLink, name: str) -> Base | None:
    """What both sides last agreed on for a field."""
    kept = link.base.get(name)
    return None if kept is None else Base(kept[0], kept[1])


def theirs_of(record: RemoteRecord, rule: FieldRule, shape: FieldShape) -> Value | Hidden:
    """Their value in canonical form; HIDDEN where the record does not carry the field."""
    if rule.theirs not in record.values:
        return HIDDEN
    try:
        return canonical(record.values[rule.theirs], shape)
    except Unreadable:
        return str(record.values[rule.theirs])


class Books:
    """What a chunk of merges leaves behind. `save` writes it within the caller's transaction."""

    def __init__(
        self, context: Context, name: str, links: Sequence[SyncLink], *, now: dt.datetime
    ) -> None:
        self._context, self._name, self._now = context, name, now
        known = [link.pk for link in links if link.pk]
        self._intents = {one.link_id: one for one in SyncIntent.objects.filter(link__in=known)}
        self._conflicts = {
            (one.link_id, one.field): one
            for one in SyncConflict.objects.filter(link__in=known, decision="")
        }
        self._links: list[SyncLink] = []
        self._crossings: list[SyncCrossing] = []
        self._changed_intents: list[SyncIntent] = []
        self._gone_intents: list[int] = []
        self._settled: list[int] = []
        self._opened: list[SyncConflict] = []

    def settle(
        self, one: Judged, link: SyncLink, after: Said | None, *, fresh: bool = False
    ) -> None:
        """Book one record's merge. `after` is what our row says once theirs is stored."""
        self._settle(one, link, after, fresh=fresh)
        if one.was is None or one.was != as_stored(link):
            self._links.append(link)

    def _settle(self, one: Judged, link: SyncLink, after: Said | None, *, fresh: bool) -> None:
        record = one.record
        link.stamp, link.changed_by = record.stamp, record.changed_by[:120]
        link.changed_at, link.dirty = record.changed_at or record.stamp, False
        if record.deleted:
            self._tombstone(link, after)
            return
        self._close(link, "")
        if link.state in (SyncLink.State.TOMBSTONE, SyncLink.State.CREATING):
            link.state = SyncLink.State.LINKED
        if after is None:
            return
        link.seen_version = after["_version"]
        sends = {}
        rule = self._context.rule(self._name)
        for each in rule.fields if rule else ():
            shape = self._context.shape(self._name, each.theirs)
            if self._context.unkept(self._name, each.ours):
                continue
            if shape is not None and self._field(one, link, each, shape, after):
                sends[each.ours] = one.ours[each.ours]
        gave_way = {
            name: merged.overruled for name, merged in one.verdicts.items() if name in sends
        }
        self.intend(link, sends, gave_way=gave_way, resolved=fresh)

    def note(self, link: SyncLink) -> None:
        """A link that was looked at from our side: its version and dirtiness are stored."""
        link.dirty = link.dirty and bool(link.remote_id)
        self._links.append(link)

    def contested(self, link: SyncLink) -> set[str]:
        """The fields of a link that wait for a person's word."""
        return {name for pk, name in self._conflicts if pk == link.pk}

    def _field(
        self, one: Judged, link: SyncLink, rule: FieldRule, shape: FieldShape, after: Said
    ) -> bool:
        """Book one field; True where ours has to be sent."""
        name, merged = rule.ours, one.verdicts.get(rule.ours)
        if merged is None:
            theirs = theirs_of(one.record, rule, shape)
            if not isinstance(theirs, Hidden):
                link.base[name] = [value_here(after[name], shape), theirs]
            return False
        if merged.verdict is Verdict.CONFLICT:
            self._conflict(one, link, name)
        elif merged.verdict is not Verdict.NO_OPINION:
            self._close(link, name)
        if merged.verdict in (Verdict.SAME, Verdict.AGREED, Verdict.TAKE):
            self._agreed(one, link, name, merged, value_here(after[name], shape))
        cut = is_cut(after[name], shape)
        if cut != (name in link.cut):
            link.cut = sorted({*link.cut, name} if cut else {*link.cut} - {name})
        return merged.verdict is Verdict.SEND or self._unheard(one, link, rule, merged)

    def _unheard(self, one: Judged, link: SyncLink, rule: FieldRule, merged: Merged) -> bool:
        """Whether ours still waits to be told where theirs was hidden from this read: a silence
        settles nothing, and an edit on its way stays on its way. One that waits for a person's
        word asks to be read once more."""
        name, base = rule.ours, base_of(link, rule.ours)
        if merged.verdict is not Verdict.NO_OPINION:
            return False
        if self._context.way(self._name, rule) is Way.IN or (link.pk, name) in self._conflicts:
            return False
        known = {None} if base is None else {base.ours, base.theirs}
        untold = one.ours[name] not in known
        stopped = name in link.frozen
        link.dirty = link.dirty or (untold and stopped)
        return untold and not stopped

    def _agreed(self, one: Judged, link: SyncLink, name: str, merged: Merged, ours: Value) -> None:
        theirs = one.theirs.get(name)
        if merged.verdict is Verdict.SAME and name not in one.theirs:
            return
        link.base[name] = [ours, theirs]
        if merged.verdict is not Verdict.TAKE:
            return
        self._cross(link, name, "in", one.ours.get(name), theirs, who=link.changed_by)
        if merged.overruled is not None:
            self._cross(link, name, "lost", merged.overruled, theirs)
        if note_turn(link, name, "in", now=self._now):
            link.frozen = sorted({*link.frozen, name})

    def _tombstone(self, link: SyncLink, after: Said | None) -> None:
        link.state = SyncLink.State.TOMBSTONE
        if after is None:
            link.local_id = None
        else:
            link.seen_version = after["_version"]
        self._gone_intents.append(link.pk)
        for (pk, _), conflict in self._conflicts.items():
            if pk == link.pk:
                self._settled.append(conflict.pk)

    def intend(
        self,
        link: SyncLink,
        sends: Mapping[str, Value],
        *,
        deed: str = Deed.UPDATE,
        gave_way: Mapping[str, Value] | None = None,
        resolved: bool = True,
    ) -> None:
        """Fold what is to be sent into the link's one intent; nothing to send takes it away.

        Without `resolved` (nothing was read there just now) an intent whose last try has no known
        end stays, so that the next read can tell what became of it.
        """
        held = self._intents.get(link.pk)
        if held is not None and not resolved:
            sends = {**self._still_owed(held, link), **sends}
        if not sends and (held is None or resolved or not held.sent):
            if held is not None:
                self._gone_intents.append(link.pk)
            return
        if held is None:
            held = SyncIntent(link=link, deed=deed, values={}, next_at=self._now)
            self._intents[link.pk] = held
        if resolved and held.sent:
            held.sent = {}
            self._changed_intents.append(held)
        if held.values != dict(sends) or held.deed != deed:
            self._note_overruled(link, held, sends, gave_way or {})
            self._renew(held, sends, deed)

    def _renew(self, held: SyncIntent, sends: Mapping[str, Value], deed: str) -> None:
        held.values, held.deed, held.number = dict(sends), deed, held.number + 1
        tries = 1 if held.sent else 0  # a row that may have been made is looked for first
        held.state, held.tries, held.next_at = SyncIntent.State.WAITING, tries, self._now
        held.code, held.message, held.fields = "", "", []
        held.changed_at = self._now
        self._changed_intents.append(held)

    def _note_overruled(
        self,
        link: SyncLink,
        held: SyncIntent,
        sends: Mapping[str, Value],
        gave_way: Mapping[str, Value],
    ) -> None:
        for name, value in sends.items():
            lost = gave_way.get(name)
            if lost is not None and held.values.get(name) != value:
                self._cross(link, name, "lost", lost, value, who=link.changed_by)

    @staticmethod
    def _still_owed(held: SyncIntent, link: SyncLink) -> dict[str, Value]:
        """What an earlier try carried and nobody has seen the end of, as we now say it."""
        owed: dict[str, Value] = {}
        for name, value in held.sent.items():
            base = link.base.get(name)
            if base is not None and base[1] != value:
                owed[name] = base[0]
        return owed

    def _conflict(self, one: Judged, link: SyncLink, name: str) -> None:
        held = self._conflicts.get((link.pk, name))
        base = link.base.get(name)
        turning = name in link.frozen
        values = {
            "base": base[1] if base else None,
            "ours": one.ours[name],
            "theirs": one.theirs.get(name),
            "theirs_by": link.changed_by,
            "theirs_at": link.changed_at,
            "kind": SyncConflict.Kind.TURNING if turning else SyncConflict.Kind.FIELD,
        }
        if held is None:
            held = SyncConflict(link=link, field=name, found_at=self._now, **values)
            self._conflicts[link.pk, name] = held
            self._opened.append(held)
        elif any(getattr(held, key) != value for key, value in values.items()):
            SyncConflict.objects.filter(pk=held.pk).update(**values)

    def _close(self, link: SyncLink, name: str) -> None:
        held = self._conflicts.pop((link.pk, name), None)
        if held is not None and held.pk:
            self._settled.append(held.pk)

    def _cross(
        self, link: SyncLink, name: str, way: str, before: Value, after: Value, *, who: str = ""
    ) -> None:
        values = {"before": before, "after": after}
        if is_private(self._name, name):
            values = {}
        self._crossings.append(
            SyncCrossing(link=link, field=name, way=way, **values, who=who, at=self._now)
        )

    def _name_authors(self) -> None:
        """Who here made what is contested, and when: the newest word of the journal on the field."""
        if not self._opened:
            return
        kind = TARGETS[self._name].model._meta.model_name or ""
        rows = {one.link.local_id for one in self._opened}
        entries = JournalEntry.objects.filter(
            subject_kind=kind, subject_id__in=rows, actor__isnull=False
        ).order_by("pk")
        for row, at, actor, changes in entries.values_list(
            "subject_id", "at", "actor_id", "changes"
        ):
            for one in self._opened:
                said = {one.field, f"{one.field}_id"} & changes.keys()
                if one.link.local_id == row and (said or not one.field):
                    one.ours_by_id, one.ours_at = actor, at

    def save(self) -> None:
        """Write everything."""
        fresh = [link for link in self._links if not link.pk]
        held = [link for link in self._links if link.pk]
        SyncLink.objects.bulk_create(fresh, batch_size=500)
        if held:
            lines = [(one.pk, [getattr(one, name) for name in _LINK_FIELDS]) for one in held]
            update_rows(SyncLink, _LINK_FIELDS, lines, versioned=False)
        if self._gone_intents:
            SyncIntent.objects.filter(link__in=self._gone_intents).delete()
        for intent in self._changed_intents:
            intent.save()
        if self._settled:
            SyncConflict.objects.filter(pk__in=self._settled).update(
                decision="settled", decided_at=self._now
            )
        self._name_authors()
        for conflict in self._opened:
            conflict.save()
        SyncCrossing.objects.bulk_create(self._crossings, batch_size=500)


def note_landed(
    context: Context,
    rule: ObjectRule,
    records: Sequence[RemoteRecord],
    links: Mapping[str, SyncLink],
) -> None:
    """A write whose answer was lost and whose value is there now has landed: both said it."""
    known = {link.pk: link for link in links.values()}
    sent = SyncIntent.objects.filter(link__in=known).exclude(sent={})
    by_link = {intent.link_id: intent.sent for intent in sent}
    landed: list[SyncCrossing] = []
    for record in records:
        link = links.get(record.id)
        tried = by_link.get(link.pk, {}) if link is not None else {}
        for name, value in tried.items():
            one, base = rule.field(name), link.base.get(name) if link is not None else None
            shape = context.shape(rule.object, one.theirs) if one is not None else None
            if link is None or one is None or shape is None or context.unkept(rule.object, name):
                continue
            if theirs_of(record, one, shape) == value and (base is None or base[1] != value):
                link.base = {**link.base, name: [value, value]}
                before = base[1] if base is not None else None
                landed.append(went_out(link, name, before, value, record.stamp))
    SyncCrossing.objects.bulk_create(landed)


def went_out(
    link: SyncLink, name: str, before: Value, after: Value, at: dt.datetime
) -> SyncCrossing:
    """A line of the history: what was sent, or only that something was."""
    values = {} if is_private(link.target, name) else {"before": before, "after": after}
    return SyncCrossing(link=link, field=name, way="out", **values, at=at)


def note_turn(link: SyncLink, name: str, way: str, *, now: dt.datetime) -> bool:
    """Remember in which direction a field crossed; True where it turned too often."""
    kept: dict[str, Any] = dict(link.turns.get(name) or {"last": way, "at": []})
    recent = [at for at in kept["at"] if now - dt.datetime.fromisoformat(at) < TURN_WINDOW]
    if kept["last"] != way:
        recent.append(now.isoformat())
    link.turns = {**link.turns, name: {"last": way, "at": recent}}
    return len(recent) > TURNS


def open_deleted_conflict(link: SyncLink, record: RemoteRecord, *, now: dt.datetime) -> None:
    """Their row is gone and ours was edited: both stay until a person says what holds."""
    SyncIntent.objects.filter(link=link).delete()
    SyncLink.objects.filter(pk=link.pk).update(dirty=False)
    SyncConflict.objects.get_or_create(
        link=link,
        field="",
        decision="",
        defaults={
            "kind": SyncConflict.Kind.DELETED,
            "theirs_by": record.changed_by[:120],
            "theirs_at": record.changed_at or record.stamp,
            "found_at": now,
        },
    )


def asked_about_deletion(link: SyncLink) -> bool:
    """Whether a person is being asked already: then nothing but their word settles it."""
    kind = SyncConflict.Kind.DELETED
    return SyncConflict.objects.filter(link=link, kind=kind, decision="").exists()
