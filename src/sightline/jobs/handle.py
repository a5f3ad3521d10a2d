"""What a running job holds: its progress, its lease, and whether somebody cancelled it."""

from __future__ import annotations

import time
from datetime import timedelta

from django.utils import timezone

from sightline.records.models import Job

LEASE = timedelta(seconds=60)


class JobCancelled(Exception):
    """A person asked for this job to stop."""


class LeaseLost(Exception):
    """Another worker took this job over: stop without writing."""


class JobHandle:
    """Progress is written at most every half second, and renews the lease."""

    def __init__(self, job_id: int, owner: str, *, attempt: int = 1) -> None:
        self.job_id = job_id
        self.attempt = attempt
        self._owner = owner
        self._written = 0.0

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Say how far it is. Raises `JobCancelled` or `LeaseLost`."""
        if time.monotonic() - self._written < 0.5 and done != total:
            return
        self._written = time.monotonic()
        mine = Job.objects.filter(pk=self.job_id, lease_owner=self._owner)
        changed = mine.update(
            progress_done=done,
            progress_total=total,
            progress_note=note[:200],
            lease_until=timezone.now() + LEASE,
        )
        if not changed:
            raise LeaseLost(self.job_id)
        if self.cancelled():
            raise JobCancelled(self.job_id)

    def cancelled(self) -> bool:
        """Whether somebody asked to stop."""
        return Job.objects.filter(pk=self.job_id, cancel_requested=True).exists()
