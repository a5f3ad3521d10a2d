"""The worker: claims due jobs, runs them, and keeps their leases while they run.

Jobs are safe to run twice: one whose worker died is run again by another.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
import traceback

from django.db import close_old_connections, connection
from django.utils import timezone

from sightline.actions import queue
from sightline.jobs.handle import JobCancelled, JobHandle, LeaseLost
from sightline.jobs.registry import function_of
from sightline.planning.errors import PlanningError

log = logging.getLogger("sightline.worker")
IDLE_SECONDS = 1.0


class Worker:
    """One process's loop. `stop()` ends it after the job in hand."""

    def __init__(self) -> None:
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{time.time_ns() % 1_000_000}"
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Ask the loop to end."""
        self._stopped.set()

    def run_forever(self) -> None:
        """Work until stopped, ticking the schedule and saying that we are alive."""
        log.info("Worker %s started", self.owner)
        while not self._stopped.is_set():
            close_old_connections()
            queue.say_alive(self.owner, now=timezone.now())
            queue.tick(now=timezone.now())
            if not self.run_one():
                self._stopped.wait(IDLE_SECONDS)
        queue.say_goodbye(self.owner)

    def run_all(self, *, limit: int = 10_000) -> int:
        """Run every job that is due now; answers how many ran."""
        for count in range(limit):
            if not self.run_one():
                return count
        return limit

    def run_one(self) -> bool:
        """Claim and run one due job; False where none was due."""
        claimed = queue.claim(self.owner, now=timezone.now())
        if claimed is None:
            return False
        renewal = _Renewal(claimed.id, self.owner)
        renewal.start()
        try:
            self._run(claimed)
        finally:
            renewal.end()
        return True

    def _run(self, claimed: queue.Claimed) -> None:
        handle = JobHandle(claimed.id, self.owner, attempt=claimed.attempts)
        try:
            function_of(claimed.name)(claimed.payload, handle)
        except JobCancelled:
            queue.settle_cancelled(claimed.id, self.owner, now=timezone.now())
        except LeaseLost:
            log.warning("Job %s (%s) was taken over by another worker", claimed.id, claimed.name)
        except Exception as problem:
            _say(claimed, problem)
            error = "".join(traceback.format_exception_only(problem)).strip()
            retry = bool(getattr(problem, "retry", True))
            queue.settle_failed(claimed, self.owner, error=error, retry=retry, now=timezone.now())
        else:
            queue.settle_done(claimed.id, self.owner, now=timezone.now())


def _say(claimed: queue.Claimed, problem: Exception) -> None:
    """What a person can put right is said in its sentence; what nobody foresaw, with its trace."""
    if isinstance(problem, PlanningError):
        log.error("Job %s (%s) failed: %s", claimed.id, claimed.name, problem)
    else:
        log.error("Job %s (%s) failed", claimed.id, claimed.name, exc_info=problem)


class _Renewal(threading.Thread):
    """Renews the lease while a job runs, so that a long step is not taken for a death."""

    def __init__(self, job_id: int, owner: str) -> None:
        super().__init__(daemon=True)
        self._job_id = job_id
        self._owner = owner
        self._done = threading.Event()

    def run(self) -> None:
        """Renew every third of the lease until told to end."""
        while not self._done.wait(queue.LEASE.total_seconds() / 3):
            queue.renew(self._job_id, self._owner, now=timezone.now())
            connection.close()

    def end(self) -> None:
        """The job is over."""
        self._done.set()
