"""The worker's side of imports: read a run's files, store a run's rows.

Both are safe to run twice: a preview begins its staging anew, an apply goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sightline.actions.imports.runs import ImportProblem
from sightline.exchange.imports import service
from sightline.exchange.imports.apply import Cancelled
from sightline.exchange.imports.undoing import undo_run
from sightline.exchange.tables.errors import TableRefused
from sightline.jobs.handle import JobCancelled, JobHandle


def preview(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Read the files of `payload["run"]`. A refusal is the run's answer, not the job's failure."""
    try:
        service.preview_run(int(payload["run"]), progress=job.progress)
    except (TableRefused, ImportProblem):
        return


def apply(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Store the rows of `payload["run"]`, from where an earlier try stopped; or undo the run."""
    if payload.get("undo"):
        by = payload.get("by")
        undo_run(int(payload["run"]), actor_id=int(by) if by else None, progress=job.progress)
        return
    try:
        service.apply_run(int(payload["run"]), progress=job.progress, cancelled=job.cancelled)
    except Cancelled as stopped:
        raise JobCancelled(job.job_id) from stopped
