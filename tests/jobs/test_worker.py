"""The queue and the worker that empties it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from sightline.actions import outbox, queue
from sightline.jobs import worker as worker_module
from sightline.jobs.handle import JobCancelled, JobHandle
from sightline.jobs.worker import Worker
from sightline.planning.errors import MissingRate
from sightline.records.models import Job, Schedule, WorkerSeen

pytestmark = pytest.mark.django_db(transaction=True)
ran: list[Mapping[str, Any]] = []


@pytest.fixture(autouse=True)
def job_that_remembers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def remember(payload: Mapping[str, Any], handle: JobHandle) -> None:
        ran.append(payload)
        if payload.get("fail"):
            raise RuntimeError("no luck")
        if payload.get("rate"):
            raise MissingRate("no rate from JPY to EUR on 2026-01-01")
        if payload.get("cancel"):
            queue.ask_to_cancel(handle.job_id, now=timezone.now())
            handle.progress(1, 2)

    ran.clear()
    monkeypatch.setattr(worker_module, "function_of", lambda name: remember)
    yield


def now() -> datetime:
    return timezone.now()


def test_work_asked_for_in_a_change_that_fails_is_not_done() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        outbox.request("measure")
        raise ZeroDivisionError
    assert Worker().run_all() == 0


def test_a_due_job_runs_once_and_is_done() -> None:
    outbox.request("measure", payload={"a": 1})
    assert Worker().run_all() == 1
    assert ran == [{"a": 1}]
    assert Job.objects.get().state == Job.State.DONE


def test_a_job_for_later_waits() -> None:
    outbox.request("measure", run_at=now() + timedelta(hours=1))
    assert Worker().run_all() == 0


def test_requests_with_one_key_fold_into_the_waiting_one() -> None:
    first = outbox.request("measure", key="all", payload={"n": 1})
    second = outbox.request("measure", key="all", payload={"n": 2})
    assert first == second
    Worker().run_all()
    assert ran == [{"n": 2}]
    assert outbox.request("measure", key="all") != first


def test_a_running_job_is_not_claimed_twice_until_its_lease_runs_out() -> None:
    outbox.request("measure")
    claimed = queue.claim("one", now=now())
    assert claimed is not None
    assert queue.claim("two", now=now()) is None
    later = queue.claim("two", now=now() + queue.LEASE + timedelta(seconds=1))
    assert later is not None and later.id == claimed.id and later.attempts == 2


def test_a_worker_that_lost_its_lease_cannot_settle_the_job() -> None:
    outbox.request("measure")
    claimed = queue.claim("one", now=now())
    assert claimed is not None
    queue.claim("two", now=now() + queue.LEASE + timedelta(seconds=1))
    queue.settle_done(claimed.id, "one", now=now())
    assert Job.objects.get().state == Job.State.RUNNING
    assert not queue.renew(claimed.id, "one", now=now())


def test_a_failing_job_is_tried_again_later_then_kept_with_its_reason() -> None:
    outbox.request("measure", payload={"fail": True})
    for _ in range(queue.ATTEMPTS):
        Job.objects.update(run_at=now())
        Worker().run_all()
    job = Job.objects.get()
    assert (job.state, job.attempts) == (Job.State.FAILED, queue.ATTEMPTS)
    assert "no luck" in job.last_error


def test_what_a_person_can_put_right_is_logged_in_its_sentence(
    caplog: pytest.LogCaptureFixture,
) -> None:
    outbox.request("measure", payload={"rate": True})
    outbox.request("measure", payload={"fail": True})
    Worker().run_all()
    told, unforeseen = caplog.records
    assert told.getMessage().endswith("(measure) failed: no rate from JPY to EUR on 2026-01-01")
    assert told.exc_info is None
    assert unforeseen.exc_info is not None


def test_a_job_asked_to_stop_stops_at_its_next_word_of_progress() -> None:
    outbox.request("measure", payload={"cancel": True})
    Worker().run_all()
    assert Job.objects.get().state == Job.State.CANCELLED


def test_a_waiting_job_is_cancelled_at_once() -> None:
    wanted = outbox.request("measure")
    assert wanted is not None
    queue.ask_to_cancel(wanted, now=now())
    assert Worker().run_all() == 0


def test_the_day_ticks_once_for_two_workers() -> None:
    queue.tick(now=now())
    row = Schedule.objects.get(name="daily")
    due = row.next_at + timedelta(seconds=1)
    queue.tick(now=due)
    queue.tick(now=due)
    assert Job.objects.filter(name="daily").count() == 1
    assert Schedule.objects.get().next_at > due


def test_a_worker_says_that_it_is_alive_and_goodbye() -> None:
    queue.say_alive("one", now=now())
    assert WorkerSeen.objects.count() == 1
    queue.say_goodbye("one")
    assert WorkerSeen.objects.count() == 0


def test_progress_of_a_cancelled_job_says_so() -> None:
    wanted = outbox.request("measure")
    claimed = queue.claim("one", now=now())
    assert claimed is not None and wanted is not None
    queue.ask_to_cancel(wanted, now=now())
    with pytest.raises(JobCancelled):
        JobHandle(claimed.id, "one").progress(1, 10)
