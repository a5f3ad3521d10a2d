"""The life of an import: uploaded, previewed, applied, cancelled, undone; and its mappings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone

from sightline.actions import journal, outbox
from sightline.planning.errors import PlanningError
from sightline.records.models import (
    Account,
    Company,
    ImportRefusal,
    ImportRun,
    SavedMapping,
    Source,
)

# Uploads and refused rows hold people's data: they go after this time.
KEPT = dt.timedelta(days=30)
_SILENT_APPLY = dt.timedelta(seconds=90)
_REFUSALS_SHOWN = 1_000


# What other rooms call a run: they hold it, and change it through this module only.
Run = ImportRun


class ImportProblem(PlanningError):
    """An import cannot be what was asked."""

    code = "import"


@dataclass(frozen=True, slots=True)
class NewRun:
    """An import to begin. `folder` is where its files and its staging lie."""

    kind: str
    title: str
    files: Sequence[str]
    options: Mapping[str, Any]
    mapping: Mapping[str, Any]


def begin(wanted: NewRun, *, actor_id: int | None) -> ImportRun:
    """Make the run's row, not yet read."""
    with transaction.atomic():
        run = ImportRun.objects.create(
            kind=wanted.kind,
            title=wanted.title[:200],
            files=list(wanted.files),
            options=dict(wanted.options),
            mapping=dict(wanted.mapping),
            created_by_id=actor_id,
            expires_at=timezone.now() + KEPT,
        )
        journal.record("import_begin", actor_id=actor_id, subject=run, note=run.title, run=run)
    return run


def get(run_id: int) -> ImportRun:
    """A run by its number. Raises ImportProblem."""
    run = ImportRun.objects.filter(pk=run_id).first()
    if run is None:
        raise ImportProblem(f"There is no import {run_id}.")
    return run


def attach(run: ImportRun, paths: Sequence[str], names: Sequence[str]) -> None:
    """Say which files the run reads, once they lie in its folder."""
    run.files = list(names)
    run.options = {**run.options, "paths": list(paths)}
    run.title = run.title or ", ".join(names)[:200]
    run.save(update_fields=["files", "options", "title"])


def set_source(
    run: ImportRun, source: Source, *, owned: Mapping[str, Iterable[str]] | None = None
) -> None:
    """Say whose rows the run brings, and which fields of which object the source owns.

    Fields stay owned that an earlier file brought: a smaller export hands nothing back.
    """
    run.source = source
    run.save(update_fields=["source"])
    held = {name: set(fields) for name, fields in source.owned_fields.items()}
    for name, fields in (owned or {}).items():
        held.setdefault(name, set()).update(fields)
    plain = {name: sorted(fields) for name, fields in sorted(held.items())}
    if plain != source.owned_fields:
        source.owned_fields = plain
        source.save(update_fields=["owned_fields"])


def place(run: ImportRun, folder: str) -> None:
    """Say where the run's files lie."""
    run.folder = folder
    run.save(update_fields=["folder"])


def request_preview(
    run_id: int, *, actor_id: int | None, answers: Mapping[str, Any] | None = None
) -> None:
    """Ask the worker to read the files; `answers` settle formats and columns."""
    with transaction.atomic():
        run = _locked(run_id)
        _require(run, ImportRun.State.UPLOADED, ImportRun.State.READY, ImportRun.State.REFUSED)
        for name, value in (answers or {}).items():
            target = run.mapping if name == "mapping" else run.options
            target.update(value)
        run.state = ImportRun.State.PREVIEWING
        run.save(update_fields=["state", "mapping", "options"])
        outbox.request(
            "imports.preview", key=f"preview:{run.pk}", payload={"run": run.pk}, by=actor_id
        )
        journal.record("import_preview", actor_id=actor_id, subject=run, run=run)


def store_preview(
    run: ImportRun,
    *,
    counts: Mapping[str, Any],
    warnings: Sequence[Any],
    refusals: Iterable[Mapping[str, Any]],
) -> None:
    """Keep what the preview found; the run waits for a person."""
    with transaction.atomic():
        ImportRefusal.objects.filter(run=run).delete()
        kept = [ImportRefusal(run=run, **one) for one in islice(refusals, _REFUSALS_SHOWN)]
        ImportRefusal.objects.bulk_create(kept, batch_size=200)
        run.counts, run.warnings = dict(counts), list(warnings)
        run.state = ImportRun.State.READY
        run.cursor = {}
        run.save(update_fields=["counts", "warnings", "state", "cursor"])
        journal.record("import_ready", actor_id=run.created_by_id, subject=run, run=run)


def refuse(run: ImportRun, *, code: str, message: str, questions: Sequence[Any] = ()) -> None:
    """The files cannot be taken as they are; says why."""
    with transaction.atomic():
        run.state = ImportRun.State.REFUSED
        run.warnings = [{"code": code, "message": message[:1000]}]
        run.counts = {"questions": list(questions)}
        run.finished_at = timezone.now()
        run.save(update_fields=["state", "warnings", "counts", "finished_at"])
        journal.record(
            "import_refused", actor_id=run.created_by_id, subject=run, note=code, run=run
        )


def request_apply(run_id: int, *, actor_id: int | None) -> None:
    """Ask the worker to store what the preview showed."""
    with transaction.atomic():
        run = _locked(run_id)
        _require(run, ImportRun.State.READY)
        run.state = ImportRun.State.APPLYING
        run.save(update_fields=["state"])
        outbox.request("imports.apply", key=f"apply:{run.pk}", payload={"run": run.pk}, by=actor_id)
        journal.record("import_apply", actor_id=actor_id, subject=run, run=run)


def request_undo(run_id: int, *, actor_id: int | None) -> None:
    """Ask the worker to take the import back."""
    with transaction.atomic():
        run = _locked(run_id)
        states = ImportRun.State
        _require(run, states.DONE, states.CANCELLED, states.FAILED)
        payload = {"run": run.pk, "undo": True, "by": actor_id}
        outbox.request("imports.apply", key=f"undo:{run.pk}", payload=payload, by=actor_id)
        journal.record("import_undo_asked", actor_id=actor_id, subject=run, run=run)


def start_apply(run_id: int, *, now: dt.datetime) -> ImportRun:
    """Take the run up, at first or after a stop. One import applies at a time."""
    with transaction.atomic():
        run = _locked(run_id)
        states = ImportRun.State
        _require(run, states.READY, states.APPLYING, states.FAILED)
        for other in ImportRun.objects.filter(state=ImportRun.State.APPLYING).exclude(pk=run.pk):
            seen = other.cursor.get("seen")
            if seen and now - dt.datetime.fromisoformat(seen) < _SILENT_APPLY:
                raise ImportProblem(
                    f"Import {other.pk} is being stored; this one follows it. If it was stopped: "
                    f"sightline import --resume {other.pk}"
                )
        run.state = ImportRun.State.APPLYING
        run.cursor = {**run.cursor, "seen": now.isoformat()}
        run.save(update_fields=["state", "cursor"])
    return run


def finish(run: ImportRun, *, counts: Mapping[str, Any], now: dt.datetime) -> None:
    """The last row is in: ask for measures and tiers, and say what was done."""
    with transaction.atomic():
        run.refresh_from_db()
        run.state = ImportRun.State.DONE
        run.counts = {**run.counts, "applied": dict(counts)}
        run.finished_at = now
        run.save(update_fields=["state", "counts", "finished_at"])
        journal.record(
            "import_done", actor_id=run.created_by_id, subject=run, note=run.title, run=run
        )
        outbox.request("measure", key="measure", by=run.created_by_id)
        outbox.request("requalify", key="requalify", by=run.created_by_id)


def fail(run_id: int, *, message: str) -> None:
    """The apply broke off; what was stored stays, and it can be taken up again."""
    with transaction.atomic():
        run = _locked(run_id)
        run.state = ImportRun.State.FAILED
        run.warnings = [*run.warnings, {"code": "failed", "message": message[:1000]}]
        run.save(update_fields=["state", "warnings"])
        journal.record(
            "import_failed", actor_id=run.created_by_id, subject=run, note=message, run=run
        )


def cancel(run_id: int, *, actor_id: int | None) -> None:
    """Stop an import: at once where it waits, after its present chunk where it runs."""
    with transaction.atomic():
        run = _locked(run_id)
        over = (ImportRun.State.DONE, ImportRun.State.UNDONE, ImportRun.State.CANCELLED)
        if run.state in over:
            raise ImportProblem("This import is over already.")
        run.state = ImportRun.State.CANCELLED
        run.finished_at = timezone.now()
        run.save(update_fields=["state", "finished_at"])
        journal.record("import_cancel", actor_id=actor_id, subject=run, run=run)


def is_cancelled(run_id: int) -> bool:
    """Whether somebody cancelled the run."""
    return ImportRun.objects.filter(pk=run_id, state=ImportRun.State.CANCELLED).exists()


def source_for(kind: str, name: str, *, demonstration: bool, outside_org: str = "") -> Source:
    """The source that rows come from, made at first use.

    A Salesforce source holds one org: files of another are refused.
    """
    with transaction.atomic():
        source, made = Source.objects.get_or_create(
            name=name,
            defaults={"kind": kind, "demonstration": demonstration, "outside_org": outside_org},
        )
        if made:
            journal.record("source_made", actor_id=None, subject=source, note=name)
        elif outside_org and source.outside_org not in ("", outside_org):
            raise ImportProblem(
                f"{name} holds rows of the org {source.outside_org}; these files are from "
                f"{outside_org}. Name another source."
            )
        elif outside_org and not source.outside_org:
            source.outside_org = outside_org
            source.save(update_fields=["outside_org"])
    return source


def known_source(name: str) -> Source | None:
    """The source of that name."""
    return Source.objects.filter(name=name).first()


def has_accounts_of(name: str) -> bool:
    """Whether accounts of the source of that name are here."""
    return Account.objects.filter(source__name=name, removed_at=None).exists()


def company_currency() -> str:
    """What amounts are in where a file does not say."""
    return Company.objects.values_list("reporting_currency", flat=True).first() or "GBP"


def save_mapping(
    kind: str,
    name: str,
    *,
    columns: Mapping[str, Any],
    options: Mapping[str, Any],
    actor_id: int | None,
) -> None:
    """Keep a mapping under a name, over an older one of that name."""
    if not name.strip():
        raise ImportProblem("A mapping needs a name.", field="name")
    with transaction.atomic():
        row, _ = SavedMapping.objects.update_or_create(
            kind=kind,
            name=name.strip()[:80],
            defaults={
                "columns": dict(columns),
                "options": dict(options),
                "changed_at": timezone.now(),
            },
        )
        journal.record("mapping_saved", actor_id=actor_id, subject=row, note=f"{kind} {name}")


def saved_mapping(kind: str, name: str) -> Mapping[str, Any] | None:
    """A mapping kept under a name: columns and options."""
    row = SavedMapping.objects.filter(kind=kind, name=name).first()
    return None if row is None else {**row.columns, "options": row.options}


def expired(*, now: dt.datetime) -> list[tuple[int, str]]:
    """Runs whose files are past their time, with their folders."""
    rows = ImportRun.objects.filter(expires_at__lt=now).exclude(folder="")
    return list(rows.values_list("pk", "folder"))


def forget(run_id: int) -> None:
    """The run's files are gone: blank what is left of their rows."""
    with transaction.atomic():
        ImportRefusal.objects.filter(run_id=run_id).update(raw={})
        ImportRun.objects.filter(pk=run_id).update(folder="")
        journal.record("import_expired", actor_id=None, note=f"files of import {run_id}")


def _locked(run_id: int) -> ImportRun:
    try:
        return ImportRun.objects.select_for_update().get(pk=run_id)
    except ImportRun.DoesNotExist:
        raise ImportProblem(f"There is no import {run_id}.") from None


def _require(run: ImportRun, *states: str) -> None:
    if run.state not in states:
        raise ImportProblem(f"This import is {ImportRun.State(run.state).label.lower()}.")
