"""Taking an import back, a batch at a time: never what people changed or built on since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from sightline.actions import journal, outbox
from sightline.actions.access import refresh_access, refresh_role_paths
from sightline.actions.imports.bulk import keys_outside, update_rows
from sightline.actions.imports.families import settle_families
from sightline.actions.imports.runs import ImportProblem, get
from sightline.actions.imports.targets import TARGETS, Target
from sightline.actions.ledger import take_back
from sightline.records.models import (
    Account,
    Contact,
    ImportRun,
    MondayAnswer,
    Opinion,
    Plan,
    TierDecision,
)

_UNDOABLE = (ImportRun.State.DONE, ImportRun.State.CANCELLED, ImportRun.State.FAILED)


def start(run_id: int) -> ImportRun:
    """The run, if it can be taken back: the newest of its source that is not undone yet."""
    run = get(run_id)
    if run.state not in _UNDOABLE:
        raise ImportProblem(f"This import is {run.get_state_display().lower()}.")
    later = ImportRun.objects.filter(
        pk__gt=run.pk, source=run.source, kind=run.kind, state=ImportRun.State.DONE
    )
    if any(_changed_something(one) for one in later):
        raise ImportProblem(
            "A later import of the same source stands on this one: undo that first."
        )
    return run


def _changed_something(run: ImportRun) -> bool:
    applied = run.counts.get("applied", {})
    return any(one.get("create") or one.get("change") for one in applied.values())


def restore(
    run: ImportRun, name: str, batch: Sequence[tuple[int, Mapping[str, Any], Mapping[str, Any]]]
) -> tuple[int, int]:
    """Put values back where the row still holds what the import wrote; answers done and kept."""
    target = TARGETS[name]
    columns = sorted({column for _, old, _ in batch for column in old})
    rows = target.model._default_manager.in_bulk([pk for pk, _, _ in batch])
    by_columns: dict[tuple[str, ...], list[tuple[int, list[Any]]]] = {}
    kept = 0
    for pk, old, new in batch:
        row = rows.get(pk)
        if row is None:
            continue
        same = [
            name
            for name in old
            if journal.plain(getattr(row, name)) == new.get(name) or name == "removed_at"
        ]
        kept += len(same) < len(old)
        if same:
            values = [_value(target, column, old[column]) for column in same]
            by_columns.setdefault(tuple(same), []).append((pk, values))
    with transaction.atomic():
        for names, values in by_columns.items():
            update_rows(target.model, names, values, versioned=target.versioned)
        done = sum(len(values) for values in by_columns.values())
        note = f"{done} rows of {name} ({len(columns)} fields)"
        journal.record("import_undo", actor_id=run.created_by_id, note=note, run=run)
    return done, kept


def remove(run: ImportRun, name: str, keys: Sequence[str]) -> tuple[int, int]:
    """Delete rows that the import made, except those that people built on."""
    target = TARGETS[name]
    held_rows = keys_outside(target.model, name, keys, source_id=run.source_id)
    rows = target.model._default_manager.filter(pk__in=held_rows)
    found = set(rows.values_list("pk", flat=True))
    held = _built_on(target, found)
    with transaction.atomic():
        target.model._default_manager.filter(pk__in=found - held).delete()
        note = f"{len(found - held)} rows of {name} removed"
        journal.record("import_undo", actor_id=run.created_by_id, note=note, run=run)
    return len(found - held), len(held)


def opinions(run: ImportRun) -> int:
    """Opinions of the import's own moment go; those that they superseded count again."""
    started = run.created_at
    with transaction.atomic():
        mine = Opinion.objects.filter(
            from_source_id=run.source_id, superseded_at=None, contact__isnull=False
        )
        replaced = Opinion.objects.filter(from_source_id=run.source_id, superseded_at__gte=started)
        pairs = set(replaced.values_list("contact_id", "kind"))
        gone = [
            pk
            for pk, contact, kind in mine.values_list("pk", "contact_id", "kind")
            if (contact, kind) in pairs
        ]
        Opinion.objects.filter(pk__in=gone).delete()
        replaced.update(superseded_at=None)
        journal.record(
            "import_undo", actor_id=run.created_by_id, note=f"{len(gone)} opinions", run=run
        )
    return len(gone)


def ledger(run: ImportRun) -> int:
    """The run's lines leave the ledger by a new version; answers how many."""
    return take_back(run)


def finish(run: ImportRun, *, actor_id: int | None, counts: Mapping[str, int]) -> None:
    """Settle families and access, and ask for measures and tiers anew."""
    settle_families(run=run)
    refresh_role_paths(run=run)
    refresh_access(run=run)
    with transaction.atomic():
        run.state = ImportRun.State.UNDONE
        run.counts = {**run.counts, "undone": dict(counts)}
        run.finished_at = timezone.now()
        run.save(update_fields=["state", "counts", "finished_at"])
        journal.record("import_undone", actor_id=actor_id, subject=run, note=run.title, run=run)
        outbox.request("measure", key="measure", by=actor_id)
        outbox.request("requalify", key="requalify", by=actor_id)


def _value(target: Target, column: str, old: Any) -> Any:
    field = target.fields[column]
    if old is None:
        return None
    if isinstance(field, models.DateTimeField):
        return dt.datetime.fromisoformat(old)
    return target.converters[column](old) if old != "" else ""


def _built_on(target: Target, keys: set[int]) -> set[int]:
    """Rows that people's own work rests on: they stay."""
    if target.model is Account:
        held = {
            *Plan.objects.filter(account_id__in=keys).values_list("account_id", flat=True),
            *TierDecision.objects.filter(account_id__in=keys).values_list("account_id", flat=True),
            *MondayAnswer.objects.filter(account_id__in=keys).values_list("account_id", flat=True),
        }
        return held & keys
    if target.model is Contact:
        rated = Opinion.objects.filter(contact_id__in=keys, from_source=None)
        return set(rated.values_list("contact_id", flat=True))
    return set()
