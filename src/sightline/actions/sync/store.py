"""Storing rows that came in: the importer's judgement, without a run, inside one transaction.

The same `decide` as imports use, so that a file and the sync can never disagree about a row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sightline.actions import journal
from sightline.actions.imports.bulk import insert_columns, update_rows
from sightline.actions.imports.decide import Change, Decision, decide
from sightline.actions.imports.lookups import PENDING, Scope, keys_of
from sightline.actions.imports.moves import keep_moves, moves_of
from sightline.actions.imports.names import make_names
from sightline.actions.imports.opinions import NAME as OPINION
from sightline.actions.imports.targets import TARGETS, Target
from sightline.actions.imports.told_columns import columns_of
from sightline.agreement.canonical import Unreadable
from sightline.agreement.records import RemoteRecord
from sightline.records.models import JournalEntry


class StagedRow(Protocol):
    """A row for one target, as the meanings of records make it."""

    @property
    def target(self) -> str:
        """Which kind of row."""

    @property
    def key(self) -> str:
        """Its outside id."""

    @property
    def removed(self) -> bool:
        """Whether it is deleted there."""

    @property
    def values(self) -> dict[str, object]:
        """Values by our field."""


# What a record comes to: rows for our targets, none where it is none of our business, or why it
# cannot be read. Many are read at once, one answer for each in their order.
Reading = Sequence[StagedRow] | Unreadable
Read = Callable[[Sequence[RemoteRecord]], Sequence[Reading]]


@dataclass(slots=True)
class Incoming:
    """A staged row in its place of the chunk."""

    n: int
    key: str
    removed: bool
    values: dict[str, object]


@dataclass(slots=True)
class Stored:
    """What storing came to. By outside id: `refused` rows were not stored, `waiting` ones were, but
    name a row that is not here yet; both have to come again. `fields` are those that changed."""

    created: int = 0
    changed: int = 0
    removed: int = 0
    skipped: int = 0
    waiting: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    fields: dict[str, list[str]] = field(default_factory=dict)

    def add(self, other: Stored) -> None:
        """Count another chunk in."""
        self.created += other.created
        self.changed += other.changed
        self.removed += other.removed
        self.skipped += other.skipped
        self.waiting |= other.waiting
        self.refused |= other.refused
        self.touched |= other.touched
        self.fields |= other.fields


def store_rows(
    target_name: str, rows: Sequence[StagedRow], *, source_id: int, now: dt.datetime
) -> Stored:
    """Judge and store rows of one target; the caller's transaction holds."""
    if target_name == OPINION or target_name not in TARGETS or not rows:
        return Stored()
    target = TARGETS[target_name]
    incoming = [Incoming(n, one.key, one.removed, dict(one.values)) for n, one in enumerate(rows)]
    scope = Scope(source_id, lambda name, keys: set())
    make_names(target, incoming, scope, run=None)
    decision = decide(target, incoming, scope)
    held = _unresolved(target, incoming, decision)
    _create(target, decision.creates, source_id, now)
    _tie(target, incoming, decision.creates, source_id)
    _change(target, decision.changes, source_id, now)
    if decision.deletes:
        pks = [one.pk for one in decision.deletes]
        target.model._default_manager.filter(pk__in=pks).delete()
    _journal(target, decision, now)
    refused = {one.n: one.message for one in decision.refused}
    return Stored(
        created=len(decision.creates),
        changed=len(decision.changes),
        removed=len(decision.deletes),
        skipped=decision.skipped,
        waiting={incoming[n].key: why for n, why in held.items() if n not in refused},
        touched={*decision.creates, *(one.key for one in decision.changes + decision.deletes)},
        refused={incoming[n].key: why for n, why in refused.items()},
        fields={one.key: sorted(one.new) for one in decision.changes},
    )


def _unresolved(target: Target, rows: Sequence[Incoming], decision: Decision) -> dict[int, str]:
    """Rows that name another row which is not here yet, by their place; not new ones that name
    each other."""
    waiting: dict[int, str] = {}
    creates = decision.creates
    for ref in target.refs:
        known = decision.refs[ref.column]
        for row in rows:
            other = row.values.get(ref.value)
            if not other or str(other) in known or row.removed:
                continue
            if not (ref.late and row.key in creates and str(other) in creates):
                waiting[row.n] = f"{ref.target} {other} is not here yet"
    return waiting


def _tie(
    target: Target, rows: Sequence[Incoming], creates: Collection[str], source_id: int
) -> None:
    """New rows that name new rows of the same kind, whose keys nobody knew before."""
    for ref in target.late:
        named = {row.key: str(row.values.get(ref.value)) for row in rows if row.key in creates}
        pairs = {key: other for key, other in named.items() if other in creates}
        if not pairs:
            continue
        pks = keys_of(target, {*pairs, *pairs.values()}, Scope(source_id, lambda name, keys: set()))
        lines = [(pks[key], [pks[other]]) for key, other in pairs.items()]
        update_rows(target.model, [ref.column], lines, versioned=False)


def _create(
    target: Target, creates: Mapping[str, Mapping[str, Any]], source_id: int, now: dt.datetime
) -> None:
    if not creates:
        return
    fixed: dict[str, Any] = {"source_id": source_id, "outside_object": target.name}
    fixed |= {"changed_at": now} if target.versioned else {}
    shared = {name: [value] * len(creates) for name, value in fixed.items()}
    told = columns_of(target, creates)
    insert_columns(target.model, {**shared, "outside_id": list(creates), **told})


def _settled(value: Any) -> Any:
    return None if value is PENDING else value


def _change(target: Target, changes: Sequence[Change], source_id: int, now: dt.datetime) -> None:
    by_columns: dict[tuple[str, ...], list[tuple[int, list[Any]]]] = {}
    for change in changes:
        new = {name: _settled(value) for name, value in change.new.items()}
        if new.get("removed_at") is True:
            new["removed_at"] = now
        if "outside_id" in new:
            new["source_id"] = source_id
        columns = tuple(sorted(new))
        by_columns.setdefault(columns, []).append((change.pk, [new[name] for name in columns]))
    for columns, rows in by_columns.items():
        update_rows(target.model, columns, rows, versioned=target.versioned)
    keep_moves(moves_of(target, changes), source_id=source_id, now=now)


def _journal(target: Target, decision: Decision, now: dt.datetime) -> None:
    if decision.creates:
        note = f"{len(decision.creates)} rows of {target.name}"
        journal.record("sync_create", actor_id=None, note=note)
    entries = [("sync_change", one) for one in decision.changes]
    entries += [("sync_delete", one) for one in decision.deletes]
    JournalEntry.objects.bulk_create(
        [_entry(target, verb, change, now) for verb, change in entries], batch_size=500
    )


def _entry(target: Target, verb: str, change: Change, now: dt.datetime) -> JournalEntry:
    account = change.pk if target.account_column == "id" else change.account_id
    return JournalEntry(
        at=now,
        verb=verb,
        account_id=account,
        subject_kind=target.model._meta.model_name or "",
        subject_id=change.pk,
        changes={
            # People appear by key: which of their fields changed, not what it says.
            name: [None, None]
            if target.personal and isinstance(change.old[name] or value, str)
            else [journal.plain(change.old[name]), journal.plain(_settled(value))]
            for name, value in change.new.items()
        },
    )
