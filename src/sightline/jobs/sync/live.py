"""The job `sync.live`: while somebody looks, what is on screens crosses every three seconds.

One call for each connection, none when nobody looks. Safe to run twice, and beside a round: rows
are merged under their locks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from sightline.actions.sync import watching
from sightline.actions.sync.context import SyncProblem
from sightline.crm import live, push
from sightline.crm.budget import Purpose
from sightline.crm.errors import CrmError, Retry
from sightline.jobs.handle import JobHandle
from sightline.jobs.sync import rounds
from sightline.records.queries import sync as queries
from sightline.records.queries import sync_live


def run(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Read what is looked at in `payload["id"]`, send what waits, and ask for the next time."""
    connection_id = int(payload["id"])
    facts, now = queries.connection(connection_id), timezone.now()
    watched = sync_live.watched_accounts(connection_id, now=now)
    if facts is None or facts.state != "ready" or not watched:
        return
    if facts.parked_until is not None and facts.parked_until > now:
        return
    try:
        session = rounds.session_of(connection_id, purpose=Purpose.ASKED, leased=False)
        try:
            stored = live.read_watched(session, sorted(watched))
            push.push(session)
        finally:
            session.crm.close()
        if stored.created or stored.changed or stored.removed:
            watching.tell_plans(sorted(set(watched.values())))
    except SyncProblem:
        return
    except CrmError as problem:
        rounds.keep_problem(connection_id, problem)
        if problem.retry_kind in (Retry.NEVER, Retry.PERSON):
            return
    watching.ask_live(connection_id, run_at=timezone.now() + watching.EVERY)
