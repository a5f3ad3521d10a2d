"""The worker: claims due jobs under a lease, runs them, retries with growing delay.

A job is claimed by one UPDATE … RETURNING; a worker that dies leaves a lease that runs out,
and the job runs again. Jobs are written to be safe to run twice.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
import traceback
from datetime import timedelta
from typing import NamedTuple

from django.db import close_old_connections, connection
from django.utils import timezone

from sightline.jobs import schedule
from sightline.jobs.handle import LEASE, JobCancelled, JobHandle, LeaseLost
from sightline.jobs.registry import function_of
from sightline.records.models import Job, WorkerSeen

log = logging.getLogger("sightline.worker")
ATTEMPTS = 5
IDLE_SECONDS = 1.0


class Claimed(NamedTuple):
    """A job that is ours until its lease runs out."""

    id: int
    name: str
    payload: dict[str, object]
    attempts: int


class Worker:
    """One process's loop. `stop()` ends it after the job in hand."""

    def __init__(self) -> None:
        self.owner = (
            f"{socket.gethostname()}:{os.getpid()}:{time.time_ns() % 1_000_000}"
        )
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Ask the loop to end."""
        self._stopped.set()

    def run_forever(self) -> None:
        """Work until stopped, ticking the schedule and saying that we are alive."""
        log.info("Worker %s started", self.owner)
        while not self._stopped.is_set():
            close_old_connections()
            self._say_alive()
            schedule.tick(timezone.now())
            if not self.run_one():
                self._stopped.wait(IDLE_SECONDS)
        WorkerSeen.objects.filter(owner=self.owner).delete()

    def run_all(self, limit: int = 10_000) -> int:
        """Run every job that is due now; answers how many ran."""
        for count in range(limit):
            if not self.run_one():
                return count
        return limit

    def run_one(self) -> bool:
        """Claim and run one due job; False where none was due."""
        claimed = claim(self.owner)
        if claimed is None:
            return False
        renewing = _Renewal(claimed.id, self.owner)
        renewing.start()
        try:
            self._run(claimed)
        finally:
            renewing.end()
        return True

    def _run(self, claimed: Claimed) -> None:
        handle = JobHandle(claimed.id, self.owner, attempt=claimed.attempts)
        try:
            function_of(claimed.name)(claimed.payload, handle)
        except JobCancelled:
            _settle(claimed, self.owner, Job.State.CANCELLED)
        except LeaseLost:
            log.warning(
                "Job %s (%s) was taken over by another worker", claimed.id, claimed.name
            )
        except Exception as problem:
            log.exception("Job %s (%s) failed", claimed.id, claimed.name)
            _retry_or_fail(claimed, self.owner, problem)
        else:
            _settle(claimed, self.owner, Job.State.DONE)

    def _say_alive(self) -> None:
        WorkerSeen.objects.update_or_create(
            owner=self.owner, defaults={"seen_at": timezone.now()}
        )
        stale = timezone.now() - timedelta(hours=1)
        WorkerSeen.objects.filter(seen_at__lt=stale).delete()


class _Renewal(threading.Thread):
    """Renews the lease while a job runs, so that a long step is not taken for a death."""

    def __init__(self, job_id: int, owner: str) -> None:
        super().__init__(daemon=True)
        self._job_id = job_id
        self._owner = owner
        self._done = threading.Event()

    def run(self) -> None:
        while not self._done.wait(LEASE.total_seconds() / 3):
            Job.objects.filter(pk=self._job_id, lease_owner=self._owner).update(
                lease_until=timezone.now() + LEASE
            )
        connection.close()

    def end(self) -> None:
        self._done.set()


_CLAIM = """
UPDATE records_job SET state = 'running', lease_owner = %s, lease_until = %s,
       attempts = attempts + 1
 WHERE id = (SELECT id FROM records_job
              WHERE (state = 'waiting' AND run_at <= %s)
                 OR (state = 'running' AND lease_until < %s)
              ORDER BY run_at, id LIMIT 1 {lock})
RETURNING id, name, payload, attempts
"""


def claim(owner: str) -> Claimed | None:
    """Take the next due job, or one whose worker died."""
    now = timezone.now()
    lock = "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM.format(lock=lock),
            [owner, adapt(now + LEASE), adapt(now), adapt(now)],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    job = Job.objects.only("payload").get(pk=row[0])
    return Claimed(row[0], row[1], dict(job.payload), row[3])


def _settle(claimed: Claimed, owner: str, state: str, error: str = "") -> None:
    Job.objects.filter(pk=claimed.id, lease_owner=owner).update(
        state=state, finished_at=timezone.now(), lease_until=None, last_error=error
    )


def _retry_or_fail(claimed: Claimed, owner: str, problem: Exception) -> None:
    text = "".join(traceback.format_exception_only(problem)).strip()[:2000]
    if claimed.attempts >= ATTEMPTS or not getattr(problem, "retry", True):
        _settle(claimed, owner, Job.State.FAILED, text)
        return
    delay = timedelta(seconds=5 * 4 ** (claimed.attempts - 1))
    try:
        Job.objects.filter(pk=claimed.id, lease_owner=owner).update(
            state=Job.State.WAITING,
            run_at=timezone.now() + delay,
            lease_until=None,
            lease_owner="",
            last_error=text,
        )
    except Exception:  # a newer request of the same key already waits: it does the work
        _settle(claimed, owner, Job.State.FAILED, text)
