"""What a running job holds: its progress, its lease, and whether somebody cancelled it."""

from __future__ import annotations

import time

from django.utils import timezone

from sightline.actions import queue


class JobCancelled(Exception):
    """A person asked for this job to stop."""


class LeaseLost(Exception):
    """Another worker took this job over: stop without writing."""


class JobHandle:
    """Given to every job. Progress is written at most every half second."""

    def __init__(self, job_id: int, owner: str, *, attempt: int = 1) -> None:
        self.job_id = job_id
        self.attempt = attempt
        self._owner = owner
        self._written = 0.0

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Say how far it is, in the job's own unit. Raises `JobCancelled` or `LeaseLost`."""
        if time.monotonic() - self._written < 0.5 and done != total:
            return
        self._written = time.monotonic()
        now = timezone.now()
        if not queue.report_progress(
            self.job_id, self._owner, done=done, total=total, note=note, now=now
        ):
            raise LeaseLost(self.job_id)
        if self.cancelled():
            raise JobCancelled(self.job_id)

    def cancelled(self) -> bool:
        """Whether somebody asked to stop."""
        return queue.is_cancelled(self.job_id)
