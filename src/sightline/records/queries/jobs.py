"""The queue as its page shows it: where each job stands, and whether a worker is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from sightline.records.models import CompanyHistory, Job, WorkerSeen
from sightline.records.queries.state import ALIVE

PAGE = 50


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job. `next_try` only while it waits for its time, not for a worker."""

    id: int
    name: str
    state: str
    attempts: int
    created_at: datetime
    next_try: datetime | None
    finished_at: datetime | None
    last_error: str
    done: int
    total: int | None
    note: str
    stopping: bool
    by: str


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of jobs, the newest first; `counts` by state; `more` whether another page is."""

    rows: tuple[JobRow, ...]
    counts: dict[str, int]
    workers: int
    more: bool


def job_exists(job_id: int) -> bool:
    """One query."""
    return Job.objects.filter(pk=job_id).exists()


def why_not_computed() -> str:
    """Why the last computation of every figure failed; "" where it did not, or one came after.

    The words of the error alone. One query, two where it failed.
    """
    tried = Job.objects.filter(name="measure").order_by("-pk")
    last = tried.values_list("last_error", "state", "created_at").first()
    if last is None:
        return ""
    error, state, asked_at = last
    if not error or state in (Job.State.DONE, Job.State.CANCELLED):
        return ""
    if CompanyHistory.objects.filter(computed_at__gt=asked_at).exists():
        return ""
    return str(error.strip().splitlines()[-1].split(": ", 1)[-1])


def queue_page(state: str, *, page: int, now: datetime) -> Queue:
    """A page (from 1) of the jobs in a state, or of all for "". Three queries."""
    jobs = Job.objects.select_related("requested_by").order_by("-pk")
    if state:
        jobs = jobs.filter(state=state)
    start = (page - 1) * PAGE
    listed = list(jobs[start : start + PAGE + 1])
    counted = Job.objects.values_list("state").annotate(count=Count("pk")).order_by()
    return Queue(
        rows=tuple(_row(job, now) for job in listed[:PAGE]),
        counts=dict(counted),
        workers=WorkerSeen.objects.filter(seen_at__gte=now - ALIVE).count(),
        more=len(listed) > PAGE,
    )


def _row(job: Job, now: datetime) -> JobRow:
    waits = job.state == Job.State.WAITING and job.run_at > now
    return JobRow(
        id=job.pk,
        name=job.name,
        state=job.state,
        attempts=job.attempts,
        created_at=job.created_at,
        next_try=job.run_at if waits else None,
        finished_at=job.finished_at,
        last_error=job.last_error,
        done=job.progress_done,
        total=job.progress_total,
        note=job.progress_note,
        stopping=job.cancel_requested and job.state == Job.State.RUNNING,
        by=job.requested_by.name if job.requested_by else "",
    )
