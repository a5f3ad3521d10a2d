"""The queue's verbs: claim a due job under a lease, say how far it is, settle it.

A job is claimed by one UPDATE … RETURNING, so two workers never take the same one; a worker
that dies leaves a lease that runs out. `docs/decisions/0004-the-outbox-is-the-queue.md`.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from sightline.actions import outbox
from sightline.planning.errors import NotAllowed
from sightline.records.models import Company, Job, Schedule, WorkerSeen
from sightline.records.scoping import Person

LEASE = timedelta(seconds=60)
ATTEMPTS = 5
FIRST_RETRY = timedelta(seconds=5)
DAILY_AT = time(4, 30)
KEEP_DONE = timedelta(days=30)
KEEP_FAILED = timedelta(days=90)


class Claimed(NamedTuple):
    """A job that is ours until its lease runs out."""

    id: int
    name: str
    payload: dict[str, object]
    attempts: int


_CLAIM = """
UPDATE records_job SET state = 'running', lease_owner = %s, lease_until = %s,
       attempts = attempts + 1
 WHERE id = (SELECT id FROM records_job
              WHERE (state = 'waiting' AND run_at <= %s)
                 OR (state = 'running' AND lease_until < %s)
              ORDER BY run_at, id LIMIT 1 {lock})
RETURNING id
"""


def claim(owner: str, *, now: datetime) -> Claimed | None:
    """Take the next due job, or one whose worker died; None where nothing is due."""
    lock = "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    adapt = connection.ops.adapt_datetimefield_value
    moments = [adapt(now + LEASE), adapt(now), adapt(now)]
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM.format(lock=lock), [owner, *moments])
        row = cursor.fetchone()
    if row is None:
        return None
    job = Job.objects.get(pk=row[0])
    return Claimed(job.pk, job.name, dict(job.payload), job.attempts)


def renew(job_id: int, owner: str, *, now: datetime) -> bool:
    """Keep the lease; False where another worker has taken the job over."""
    mine = Job.objects.filter(pk=job_id, lease_owner=owner, state=Job.State.RUNNING)
    return bool(mine.update(lease_until=now + LEASE))


def report_progress(
    job_id: int, owner: str, *, done: int, total: int | None, note: str, now: datetime
) -> bool:
    """Say how far a job is, which renews its lease; False where it was taken over."""
    mine = Job.objects.filter(pk=job_id, lease_owner=owner, state=Job.State.RUNNING)
    return bool(
        mine.update(
            progress_done=done,
            progress_total=total,
            progress_note=note[:200],
            lease_until=now + LEASE,
        )
    )


def is_cancelled(job_id: int) -> bool:
    """Whether a person asked for this job to stop."""
    return Job.objects.filter(pk=job_id, cancel_requested=True).exists()


def ask_to_cancel(job_id: int, *, now: datetime) -> None:
    """Cancel a waiting job at once, and ask a running one to stop."""
    waiting = Job.objects.filter(pk=job_id, state=Job.State.WAITING)
    if not waiting.update(state=Job.State.CANCELLED, finished_at=now):
        Job.objects.filter(pk=job_id, state=Job.State.RUNNING).update(cancel_requested=True)


def ask_to_cancel_own(person: Person, job_id: int, *, name: str, now: datetime) -> None:
    """Cancel a job of one name that the person asked for; one that is settled stays as it is.

    Raises `NotAllowed` for anybody else's. Verbs that stop a file are written with it.
    """
    if not Job.objects.filter(pk=job_id, name=name, requested_by_id=person.id).exists():
        raise NotAllowed("There is no such file of yours.", field="job")
    ask_to_cancel(job_id, now=now)


def settle_done(job_id: int, owner: str, *, now: datetime) -> None:
    """The job is done."""
    _settle(job_id, owner, Job.State.DONE, "", now)


def settle_cancelled(job_id: int, owner: str, *, now: datetime) -> None:
    """The job stopped because a person asked."""
    _settle(job_id, owner, Job.State.CANCELLED, "", now)


def settle_failed(claimed: Claimed, owner: str, *, error: str, retry: bool, now: datetime) -> None:
    """Try again later with a growing delay, or give up and keep the reason."""
    if claimed.attempts >= ATTEMPTS or not retry:
        _settle(claimed.id, owner, Job.State.FAILED, error, now)
        return
    delay = FIRST_RETRY * 4 ** (claimed.attempts - 1)
    try:
        with transaction.atomic():
            Job.objects.filter(pk=claimed.id, lease_owner=owner).update(
                state=Job.State.WAITING,
                run_at=now + delay,
                lease_until=None,
                lease_owner="",
                last_error=error[:2000],
            )
    except IntegrityError:  # a newer request with the same key waits already and does the work
        _settle(claimed.id, owner, Job.State.FAILED, error, now)


def say_alive(owner: str, *, now: datetime) -> None:
    """Let pages and `doctor` see that a worker runs."""
    WorkerSeen.objects.update_or_create(owner=owner, defaults={"seen_at": now})
    WorkerSeen.objects.filter(seen_at__lt=now - timedelta(hours=1)).delete()


def say_goodbye(owner: str) -> None:
    """The worker stops."""
    WorkerSeen.objects.filter(owner=owner).delete()


def tick(*, now: datetime) -> None:
    """Add what the schedule says is due. Two workers ticking at once add it once."""
    row = Schedule.objects.filter(name="daily").first()
    if row is None:
        Schedule.objects.get_or_create(name="daily", defaults={"next_at": _next_daily(now)})
        return
    if row.next_at > now:
        return
    with transaction.atomic():
        due = Schedule.objects.filter(pk=row.pk, next_at=row.next_at)
        if due.update(next_at=_next_daily(now), last_at=now):
            outbox.request("daily", key="daily")


def _settle(job_id: int, owner: str, state: str, error: str, now: datetime) -> None:
    Job.objects.filter(pk=job_id, lease_owner=owner).update(
        state=state, finished_at=now, lease_until=None, last_error=error[:2000]
    )


def _next_daily(now: datetime) -> datetime:
    """Half past four in the morning of the company's time zone."""
    zone = ZoneInfo(Company.objects.values_list("time_zone", flat=True).first() or "UTC")
    here = now.astimezone(zone)
    today = datetime.combine(here.date(), DAILY_AT, tzinfo=zone)
    return today if today > here else today + timedelta(days=1)


def forget_settled(*, now: datetime) -> int:
    """Drop jobs that were settled more than thirty days ago; failed ones are kept for ninety."""
    done = (Job.State.DONE, Job.State.CANCELLED)
    old = Q(state__in=done, finished_at__lt=now - KEEP_DONE)
    old |= Q(state=Job.State.FAILED, finished_at__lt=now - KEEP_FAILED)
    count, _ = Job.objects.filter(old).delete()
    return count
