"""The job `sync.live`: while somebody looks, what is on screens crosses every three seconds.

One call for each connection, none when nobody looks. Safe to run twice, and beside a round: rows
are merged under their locks.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import close_old_connections
from django.utils import timezone

from sightline.actions.sync import watching
from sightline.actions.sync.context import SyncProblem
from sightline.crm import live, push
from sightline.crm.budget import Purpose
from sightline.crm.errors import CrmError
from sightline.crm.session import Session
from sightline.jobs.handle import JobHandle
from sightline.jobs.sync import rounds
from sightline.records.queries import sync_live
from sightline.records.queries.sync_live import Standing

log = logging.getLogger("sightline.worker")
TURN = 0.5
OPEN_FOR = dt.timedelta(minutes=5)


def run(payload: Mapping[str, Any], job: JobHandle) -> None:
    """The job, where no thread takes it first: one live read, and the next asked for."""
    connection_id = int(payload["id"])
    if read(connection_id):
        watching.ask_live(connection_id, run_at=timezone.now() + watching.every(timezone.now()))


@dataclass(slots=True)
class Open:
    """A connection kept open between live reads: a new one each time would cost a handshake, a
    read of the certificates and of the secrets every three seconds. `key`: as what it was opened;
    `until`: then anew, because the org's describe may be another."""

    key: object
    session: Session
    seen: live.Seen
    until: dt.datetime


Opened = dict[int, Open]


def read(connection_id: int, opened: Opened | None = None) -> bool:
    """Read what is looked at, and send what waits; False where there is no next time."""
    kept: Opened = {} if opened is None else opened
    try:
        return _read(connection_id, kept)
    finally:
        if opened is None:
            close(kept)


def close(opened: Opened) -> None:
    """Let go of what is open."""
    for pk in list(opened):
        opened.pop(pk).session.crm.close()


def _read(connection_id: int, opened: Opened) -> bool:
    facts, now = sync_live.standing(connection_id), timezone.now()
    watched = sync_live.watched_accounts(connection_id, now=now)
    if facts is None or not facts.ready or not watched:
        return False
    if facts.parked_until is not None and facts.parked_until > now:
        return False
    try:
        one = _open(connection_id, facts, opened)
        stored = live.read_watched(one.session, sorted(watched), seen=one.seen)
        among = sorted(watched.values())
        push.push(one.session, only=live.PROMPT, among=among)
        if stored.created or stored.changed or stored.removed:
            watching.tell_plans(among)
    except SyncProblem:
        return False
    except CrmError as problem:
        rounds.keep_problem(connection_id, problem)
        return problem.retry
    return True


def _open(connection_id: int, facts: Standing, opened: Opened) -> Open:
    key = (facts.brand, json.dumps(facts.settings, sort_keys=True), facts.grant_version)
    held = opened.get(connection_id)
    if held is None or held.key != key or timezone.now() > held.until:
        if held is not None:
            opened.pop(connection_id).session.crm.close()
        session = rounds.session_of(connection_id, purpose=Purpose.ASKED, leased=False)
        held = opened[connection_id] = Open(key, session, live.Seen(), timezone.now() + OPEN_FOR)
    return held


class LiveReads(threading.Thread):
    """Beside a worker: live reads do not wait behind long jobs. A worker without one runs the job."""

    def __init__(self) -> None:
        super().__init__(daemon=True, name="live-reads")
        self._stopped = threading.Event()

    def run(self) -> None:
        """Until the worker ends. A busy database is tried again at the next turn."""
        opened: Opened = {}
        while not self._stopped.wait(TURN):
            try:
                for connection_id in watching.take_due(now=timezone.now()):
                    if not read(connection_id, opened):
                        watching.end_live(connection_id)
            except Exception:
                log.exception("A live read failed")
                close(opened)
            finally:
                close_old_connections()
        close(opened)

    def stop(self) -> None:
        """End after the read in hand."""
        self._stopped.set()
