"""A round of one connection: describe, read, send; alone by a lease, within the day's share."""

from __future__ import annotations

import datetime as dt
import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.utils import timezone

from sightline.actions import outbox
from sightline.actions.access import refresh_access, refresh_role_paths
from sightline.actions.imports.families import settle_families
from sightline.actions.imports.stages import settle_stages
from sightline.actions.sync import connections, inbox, plays, rehearsing
from sightline.actions.sync.comparing import Tally
from sightline.actions.sync.context import SyncProblem
from sightline.actions.sync.relations import TARGET as ROLES_OF_ACCOUNTS
from sightline.agreement.records import Write
from sightline.crm import (
    compare,
    deal_line_changes,
    deal_lines,
    mirror,
    publish,
    push,
    registry,
    relations,
)
from sightline.crm.budget import SHARES, Guarded, Purpose
from sightline.crm.errors import CrmError, Retry
from sightline.crm.mirror import Pulled
from sightline.crm.port import Spent
from sightline.crm.push import Pushed
from sightline.crm.session import Session
from sightline.exchange.imports.meanings import buying_role
from sightline.jobs.handle import JobHandle
from sightline.jobs.sync import activities
from sightline.jobs.sync.meanings import SalesforceMeanings
from sightline.records.queries import sync as queries
from sightline.records.queries import sync_plans
from sightline.records.queries.company import company_facts

Progress = Callable[[int, int | None, str], None]
# A background round follows the last after this time.
EVERY = dt.timedelta(seconds=60)
# What changes seldom is read seldom: seventeen objects at two calls each would spend 49,000 calls a
# day at one round a minute, this spends 14,000. What somebody looks at is read live besides.
QUICK = frozenset({"Opportunity", "Task"})
SLOW_EVERY = dt.timedelta(seconds=300)
COMPARE_EVERY = dt.timedelta(days=7)
DESCRIBE_EVERY = dt.timedelta(minutes=15)
_DEFAULT_WAIT = 300.0
NOTED_EVERY = dt.timedelta(seconds=5)


def interval(share: float | None) -> dt.timedelta:
    """How long to the next background round, by the used share of the org's day: a minute while
    there is plenty, up to five where others have used most of it."""
    used = (share or 0.0) / SHARES[Purpose.BACKGROUND]
    return min(SLOW_EVERY, max(EVERY, SLOW_EVERY * (used * 2 - 1)))


def silent(done: int, total: int | None, note: str) -> None:
    """Progress that nobody watches."""


class Busy(SyncProblem):
    """Another worker is at this connection."""

    code = "sync_busy"


def session_of(
    connection_id: int, *, purpose: Purpose = Purpose.BACKGROUND, leased: bool = True
) -> Session:
    """A worker's session. Raises SyncProblem where the connection is not to be used.

    `leased`: the caller holds the connection's lease, which every answer renews.
    """
    facts = queries.connection(connection_id)
    if facts is None:
        raise SyncProblem(f"There is no connection {connection_id}.")
    if facts.state != "ready":
        raise SyncProblem(f"{facts.name}: {facts.state_note or facts.state}")
    crm = registry.open_crm(
        connection_id, brand=facts.brand, settings=facts.settings, clock=timezone.now
    )

    noted = dt.datetime.min.replace(tzinfo=dt.UTC)

    def heard(spent: Spent) -> None:
        # A long first load keeps its lease as it goes on; not with every answer, because each of
        # these is a transaction of its own.
        nonlocal noted
        now = timezone.now()
        if now - noted < NOTED_EVERY:
            return
        noted = now
        if leased:
            connections.take_lease(connection_id, _me(), now=now)
        if spent.used is not None and spent.limit is not None:
            connections.note_budget(connection_id, used=spent.used, limit=spent.limit, now=now)

    meanings = SalesforceMeanings(today=company_facts().today(timezone.now()).isoformat())
    return Session(connection_id, Guarded(crm, purpose, heard), meanings, timezone.now)


def _me() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


@contextmanager
def alone(connection_id: int) -> Iterator[None]:
    """Be the one worker at a connection. Raises Busy; limits and lost grants are kept as its
    state."""
    owner = _me()
    if not connections.take_lease(connection_id, owner, now=timezone.now()):
        raise Busy("Another worker is at this connection.")
    try:
        yield
    except CrmError as problem:
        keep_problem(connection_id, problem)
        raise
    finally:
        connections.leave_lease(connection_id, owner)


@contextmanager
def at_work(connection_id: int, *, purpose: Purpose = Purpose.BACKGROUND) -> Iterator[Session]:
    """Alone at a connection, with its session. Raises Busy, SyncProblem or CrmError."""
    with alone(connection_id):
        session = session_of(connection_id, purpose=purpose)
        try:
            yield session
        finally:
            session.crm.close()


def keep_problem(connection_id: int, problem: CrmError) -> None:
    """A limit parks the connection, a lost grant asks for a person; what else is refused is said on
    the page until a round goes well. What was hidden since the last describe is described anew."""
    if problem.retry_kind is Retry.PERSON:
        connections.need_person(connection_id, note=str(problem))
        return
    if problem.code in mirror.HIDDEN_MEANWHILE:
        connections.describe_soon(connection_id)
        return
    if problem.retry_kind is Retry.NEVER:
        connections.note_problem(connection_id, note=f"{problem.code}: {problem}")
    wait = problem.wait if problem.wait is not None else _DEFAULT_WAIT
    if problem.retry_kind is Retry.LIMITED:
        until = timezone.now() + dt.timedelta(seconds=wait)
        connections.park(connection_id, until=until, note=str(problem))


def round_of(
    session: Session,
    *,
    progress: Progress = silent,
    stopped: Callable[[], bool] = lambda: False,
    whole: bool = True,
) -> tuple[Pulled, Pushed]:
    """Describe, read and send once, and settle what rests on accounts and roles.

    Not `whole`: only what is due is described and read.
    """
    now = timezone.now()
    taken = queries.shapes_taken(session.connection_id)
    describing = whole or taken is None or now - taken >= DESCRIBE_EVERY
    if describing:
        mirror.refresh_shapes(session)
        publish.refresh_plan_shapes(session, next_asked=[ROLES_OF_ACCOUNTS])

    def due(cursor: queries.CursorFacts) -> bool:
        if whole or cursor.first_load or cursor.read_at is None or cursor.object in QUICK:
            return True
        return now - cursor.read_at >= SLOW_EVERY

    pulled = mirror.pull(session, due=due, progress=progress, stopped=stopped)
    if describing:
        relations.read_relations(session, meaning=buying_role)
    swept = compare.sweep(session).repaired if describing and taken is not None else 0
    if pulled.created or pulled.changed or pulled.removed or swept:
        settle()
    plays.open_deals(session.connection_id, now=timezone.now())
    pushed = push.push(session)
    pushed.sent += deal_lines.write_lines(session)
    pushed.sent += deal_line_changes.change_lines(session)
    write_plans(session, pushed)
    if activities.due(session.connection_id, now=now):
        activities.gather(session)
    return pulled, pushed


def rehearsed(session: Session, *, since: dt.datetime) -> list[Write]:
    """What would be written once what changed there since a moment was read; nothing is kept."""
    with rehearsing.rehearsal():
        inbox.read_again_since(session.connection_id, since)
        mirror.pull(session)
        return push.planned(session.context(), now=session.clock())


def write_plans(session: Session, pushed: Pushed) -> None:
    """Plans, objectives and measures, unless the connection's settings say `plans: false`."""
    facts = queries.connection(session.connection_id)
    if facts is None or facts.settings.get("plans") is False:
        return
    if publish.backend_of(session) is not None:
        found = sync_plans.parts(session.context().source_id)
        pushed.sent += publish.publish(session, found)


def settle() -> None:
    """Families, days in stage, and who sees what, after rows came in. Safe to repeat."""
    settle_families(run=None)
    settle_stages(run=None, today=company_facts().today(timezone.now()))
    refresh_role_paths()
    refresh_access()
    outbox.request("measure", key="measure")
    outbox.request("requalify", key="requalify")


def compare_all(session: Session, *, repair: bool, progress: Progress = silent) -> Tally:
    """The full comparison."""
    return compare.compare(session, repair=repair, progress=progress)


def run(payload: Mapping[str, Any], job: JobHandle) -> None:
    """The job: one round of `payload["id"]`, and the next asked for. Safe to run twice."""
    connection_id = int(payload["id"])
    facts = queries.connection(connection_id)
    if facts is None or facts.state != "ready":
        return
    now = timezone.now()
    try:
        if facts.parked_until is None or facts.parked_until <= now:
            with at_work(connection_id) as session:
                round_of(
                    session,
                    progress=job.progress,
                    stopped=job.cancelled,
                    whole=False,
                )
    except Busy:
        pass
    except CrmError as problem:
        if problem.retry_kind is Retry.NEVER and problem.code not in mirror.HIDDEN_MEANWHILE:
            raise
    finally:  # whatever broke this round, there is a next one
        _compare_weekly(connection_id)
        again(connection_id, after=interval(facts.budget))


def _compare_weekly(connection_id: int) -> None:
    last = queries.last_comparison(connection_id)
    if last is None or timezone.now() - last.started_at >= COMPARE_EVERY:
        # the first waits for the first rounds, and for an org that is only just starting
        _compare(connection_id, after=EVERY if last is None else dt.timedelta())


def again(connection_id: int, *, after: dt.timedelta) -> None:
    """Ask for the next background round."""
    outbox.request(
        "sync",
        key=f"sync:{connection_id}",
        payload={"id": connection_id},
        run_at=timezone.now() + after,
    )


def weekly(payload: Mapping[str, Any], job: JobHandle) -> None:
    """The job: a full comparison of `payload["id"]`, repaired where it differs.

    Where another worker is at the connection, or the service does not answer, it comes again.
    """
    connection_id = int(payload["id"])
    try:
        with at_work(connection_id) as session:
            compare_all(session, repair=True, progress=job.progress)
    except Busy:
        _compare(connection_id, after=EVERY)
    except CrmError as problem:
        if not problem.retry:
            raise
        _compare(connection_id, after=SLOW_EVERY)


def _compare(connection_id: int, *, after: dt.timedelta) -> None:
    outbox.request(
        "sync.compare",
        key=f"compare:{connection_id}",
        payload={"id": connection_id},
        run_at=timezone.now() + after,
    )
