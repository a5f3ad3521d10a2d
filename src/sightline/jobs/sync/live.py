"""The job `sync.live`: while somebody looks, what is on screens crosses every three seconds.

One call for each connection, none when nobody looks. Safe to run twice, and beside a round: rows
are merged under their locks.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from typing import Any

from django.db import close_old_connections
from django.utils import timezone

from sightline.actions.sync import watching
from sightline.actions.sync.context import SyncProblem
from sightline.crm import live, push
from sightline.crm.budget import Purpose
from sightline.crm.errors import CrmError
from sightline.jobs.handle import JobHandle
from sightline.jobs.sync import rounds
from sightline.records.queries import sync as queries
from sightline.records.queries import sync_live

log = logging.getLogger("sightline.worker")
TURN = 0.5


def run(payload: Mapping[str, Any], job: JobHandle) -> None:
    """The job, where no thread takes it first: one live read, and the next asked for."""
    connection_id = int(payload["id"])
    if read(connection_id):
        watching.ask_live(connection_id, run_at=timezone.now() + watching.EVERY)


def read(connection_id: int) -> bool:
    """Read what is looked at, and send what waits; False where there is no next time."""
    facts, now = queries.connection(connection_id), timezone.now()
    watched = sync_live.watched_accounts(connection_id, now=now)
    if facts is None or facts.state != "ready" or not watched:
        return False
    if facts.parked_until is not None and facts.parked_until > now:
        return False
    try:
        session = rounds.session_of(connection_id, purpose=Purpose.ASKED, leased=False)
        try:
            stored = live.read_watched(session, sorted(watched))
            push.push(session, only=live.PROMPT)
        finally:
            session.crm.close()
        if stored.created or stored.changed or stored.removed:
            watching.tell_plans(sorted(set(watched.values())))
    except SyncProblem:
        return False
    except CrmError as problem:
        rounds.keep_problem(connection_id, problem)
        return problem.retry
    return True


class LiveReads(threading.Thread):
    """Beside a worker: live reads do not wait behind long jobs. A worker without one runs the job."""

    def __init__(self) -> None:
        super().__init__(daemon=True, name="live-reads")
        self._stopped = threading.Event()

    def run(self) -> None:
        """Until the worker ends. A busy database is tried again at the next turn."""
        while not self._stopped.wait(TURN):
            try:
                for connection_id in watching.take_due(now=timezone.now()):
                    if not read(connection_id):
                        watching.end_live(connection_id)
            except Exception:
                log.exception("A live read failed")
            finally:
                close_old_connections()

    def stop(self) -> None:
        """End after the read in hand."""
        self._stopped.set()
