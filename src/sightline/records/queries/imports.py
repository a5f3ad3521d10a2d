"""What the pages of imports read: the history, one run with its progress, saved mappings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sightline.records.models import ImportRefusal, ImportRun, Job, SavedMapping

_JOBS = ("imports.preview", "imports.apply")


@dataclass(frozen=True, slots=True)
class RunLine:
    """One import in the history."""

    id: int
    title: str
    kind: str
    state: str
    state_label: str
    by: str
    at: datetime
    counts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run's job is; `total` None where nobody knows."""

    done: int
    total: int | None
    note: str
    state: str
    error: str


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """One refused row: where and why."""

    file: str
    row: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class RunPage:
    """One import with everything that its page shows."""

    line: RunLine
    source: str
    folder: str
    warnings: tuple[Mapping[str, Any], ...]
    options: Mapping[str, Any]
    mapping: Mapping[str, Any]
    refusals: tuple[RefusedRow, ...]
    progress: Progress | None
    finished_at: datetime | None
    expires_at: datetime | None


def import_history(*, limit: int = 50) -> tuple[RunLine, ...]:
    """The newest imports first."""
    rows = ImportRun.objects.select_related("created_by").order_by("-pk")[:limit]
    return tuple(_line(row) for row in rows)


def import_page(run_id: int, *, refusals: int = 50) -> RunPage | None:
    """One import; None where there is none of that number."""
    row = ImportRun.objects.select_related("created_by", "source").filter(pk=run_id).first()
    if row is None:
        return None
    found = ImportRefusal.objects.filter(run_id=run_id).order_by("file", "row")[:refusals]
    return RunPage(
        line=_line(row),
        source=row.source.name if row.source else str(row.options.get("source", "")),
        folder=row.folder,
        warnings=tuple(row.warnings),
        options=row.options,
        mapping=row.mapping,
        refusals=tuple(RefusedRow(one.file, one.row, one.column, one.message) for one in found),
        progress=_progress(run_id),
        finished_at=row.finished_at,
        expires_at=row.expires_at,
    )


def mapping_names() -> tuple[tuple[str, str], ...]:
    """Saved mappings: kind and name."""
    return tuple(SavedMapping.objects.order_by("kind", "name").values_list("kind", "name"))


def _progress(run_id: int) -> Progress | None:
    job = Job.objects.filter(name__in=_JOBS, payload__run=run_id).order_by("-pk").first()
    if job is None:
        return None
    return Progress(
        job.progress_done, job.progress_total, job.progress_note, job.state, job.last_error
    )


def _line(row: ImportRun) -> RunLine:
    return RunLine(
        id=row.pk,
        title=row.title,
        kind=row.kind,
        state=row.state,
        state_label=row.get_state_display(),
        by=row.created_by.name if row.created_by else "",
        at=row.created_at,
        counts=row.counts,
    )
