"""What an administrator does to a job: stop it, or try it again."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from sightline.actions import journal, queue
from sightline.planning.errors import InvalidValue, NotAllowed
from sightline.planning.permissions import Act, Category, relations_that_may
from sightline.records.models import Job
from sightline.records.scoping import Person

STOPPABLE = (Job.State.WAITING, Job.State.RUNNING)
REPEATABLE = (Job.State.FAILED, Job.State.CANCELLED)


def cancel_job(person: Person, job_id: int, *, now: datetime) -> None:
    """Cancel a waiting job at once, and ask a running one to stop.

    Raises `NotAllowed`, or `InvalidValue` where it is settled already.
    """
    _operations(person)
    with transaction.atomic():
        job = _locked(job_id)
        if job.state not in STOPPABLE:
            raise InvalidValue("This job is settled already.", field="job")
        queue.ask_to_cancel(job.pk, now=now)
        journal.record("cancel_job", actor_id=person.id, subject=job, note=job.name)


def retry_job(person: Person, job_id: int, *, now: datetime) -> None:
    """Let a failed or cancelled job be tried again, with all its attempts.

    Raises `NotAllowed`, or `InvalidValue` where it is not settled or the same work waits already.
    """
    _operations(person)
    with transaction.atomic():
        job = _locked(job_id)
        if job.state not in REPEATABLE:
            raise InvalidValue("Only a failed or cancelled job is tried again.", field="job")
        try:
            with transaction.atomic():
                Job.objects.filter(pk=job.pk).update(
                    state=Job.State.WAITING,
                    run_at=now,
                    attempts=0,
                    cancel_requested=False,
                    finished_at=None,
                    lease_until=None,
                    lease_owner="",
                )
        except IntegrityError as twice:
            raise InvalidValue("The same work waits already.", field="job") from twice
        journal.record("retry_job", actor_id=person.id, subject=job, note=job.name)


def _operations(person: Person) -> None:
    if not relations_that_may(person.roles, category=Category.SETTINGS, act=Act.WRITE):
        raise NotAllowed("Only Operations may stop or repeat jobs.", field="job")


def _locked(job_id: int) -> Job:
    job = Job.objects.select_for_update().filter(pk=job_id).first()
    if job is None:
        raise InvalidValue("That job does not exist any more.", field="job")
    return job
