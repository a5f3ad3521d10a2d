"""Storing what was decided: one chunk, one transaction, with its journal, undo and cursor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from sightline.actions import journal
from sightline.actions.imports.bulk import insert_columns, update_rows
from sightline.actions.imports.decide import Change, Decision
from sightline.actions.imports.families import planned_columns
from sightline.actions.imports.lookups import Pending
from sightline.actions.imports.moves import keep_moves, moves_of
from sightline.actions.imports.targets import Target
from sightline.actions.imports.told_columns import Columns, columns_told, settled
from sightline.records.models import Account, ImportRun, JournalEntry


@dataclass(frozen=True, slots=True)
class Applied:
    """What an apply is part of: the run, its source, and the moment it is dated at."""

    run: ImportRun
    source_id: int
    now: dt.datetime


def write_chunk(
    target: Target, decision: Decision, *, applied: Applied, cursor: Mapping[str, Any]
) -> None:
    """Store a decision and move the run's cursor, all or nothing."""
    # Worked out before the database is held.
    told = columns_told(target, decision.creates)
    with transaction.atomic():
        _create(target, list(decision.creates), told, applied)
        _change(target, decision.changes, applied)
        if decision.deletes:
            pks = [one.pk for one in decision.deletes]
            target.model._default_manager.filter(pk__in=pks).delete()
        _journal(target, decision, applied)
        ImportRun.objects.filter(pk=applied.run.pk).update(cursor=dict(cursor))


def _create(target: Target, keys: Sequence[str], told: Columns, applied: Applied) -> None:
    if not keys:
        return
    fixed: dict[str, Any] = {"source_id": applied.source_id, "outside_object": target.name}
    fixed |= {"changed_at": applied.now} if target.versioned else {}
    shared = {name: [value] * len(keys) for name, value in fixed.items()}
    if target.model is Account:
        told = {**told, **planned_columns(len(keys), told.get("parent_id"))}
    insert_columns(target.model, {**shared, "outside_id": keys, **settled(target, told)})


def _change(target: Target, changes: Sequence[Change], applied: Applied) -> None:
    by_columns: dict[tuple[str, ...], list[tuple[int, list[Any]]]] = {}
    for change in changes:
        new = {name: value for name, value in change.new.items() if not isinstance(value, Pending)}
        if "removed_at" in new and new["removed_at"] is True:
            new["removed_at"] = applied.now
        if "outside_id" in new:
            new["source_id"] = applied.source_id
        columns = tuple(sorted(new))
        by_columns.setdefault(columns, []).append((change.pk, [new[name] for name in columns]))
    for columns, rows in by_columns.items():
        if columns:
            update_rows(target.model, columns, rows, versioned=target.versioned)
    keep_moves(moves_of(target, changes), source_id=applied.source_id, now=applied.now)


def _journal(target: Target, decision: Decision, applied: Applied) -> None:
    if decision.creates:
        journal.record(
            "import_create",
            actor_id=applied.run.created_by_id,
            note=f"{len(decision.creates)} rows of {target.name}",
            run=applied.run,
        )
    JournalEntry.objects.bulk_create(
        [
            *(_entry(target, "import_change", change, applied) for change in decision.changes),
            *(_entry(target, "import_delete", change, applied) for change in decision.deletes),
        ],
        batch_size=500,
    )


def _entry(target: Target, verb: str, change: Change, applied: Applied) -> JournalEntry:
    account = change.pk if target.account_column == "id" else change.account_id
    changes = {
        # People appear by key: which of their fields changed, not what it says.
        name: [None, None]
        if target.personal and isinstance(change.old[name] or value, str)
        else [_plain(change.old[name]), _plain(value)]
        for name, value in change.new.items()
    }
    return JournalEntry(
        at=applied.now,
        actor_id=applied.run.created_by_id,
        verb=verb,
        account_id=account,
        subject_kind=target.model._meta.model_name or "",
        subject_id=change.pk,
        changes=changes,
        import_run=applied.run,
    )


def _plain(value: Any) -> Any:
    return None if isinstance(value, Pending) else journal.plain(value)
