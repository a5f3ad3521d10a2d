"""The queue's page: what stands there, stopping and trying again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from sightline.actions import queue
from sightline.jobs.registry import JOBS
from sightline.records.models import Job, JournalEntry
from sightline.web.pages.jobs.views import NAMES
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(makers.sign_in("operations"))
    return client


def post(client: Client, name: str, job: Job) -> Any:
    return client.post(reverse(f"jobs:job-{name}", args=[job.pk]), follow=True)


def test_state_attempts_progress_and_error_are_shown(admin: Client) -> None:
    Job.objects.create(
        name="measure",
        state="failed",
        attempts=5,
        last_error="No rate <USD>",
        progress_done=1200,
        progress_total=5000,
        progress_note="accounts measured",
    )
    body = admin.get(reverse("jobs:list")).content.decode()
    for words in ("Measure revenue", "Failed", "1,200 / 5,000", "No rate &lt;USD&gt;"):
        assert words in body
    assert "No worker is running" in body


@pytest.mark.parametrize(("minutes", "due"), [(-10, True), (10, False)])
def test_a_job_that_waits_for_a_worker_names_no_time_gone_by(
    admin: Client, minutes: int, due: bool
) -> None:
    at = timezone.now() + timedelta(minutes=minutes)
    Job.objects.create(name="measure", run_at=at)
    body = admin.get(reverse("jobs:list")).content.decode()
    assert ("next in turn" in body) is due
    assert (f'datetime="{at.isoformat()}"' in body) is not due


def test_a_worker_that_lives_is_seen(admin: Client) -> None:
    queue.say_alive("here", now=timezone.now())
    assert "No worker is running" not in admin.get(reverse("jobs:list")).content.decode()


def test_a_waiting_job_stops_and_is_tried_again(admin: Client) -> None:
    job = Job.objects.create(name="measure", key="all")
    post(admin, "cancel", job)
    job.refresh_from_db()
    assert job.state == "cancelled"
    post(admin, "retry", job)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.finished_at) == ("waiting", 0, None)
    assert JournalEntry.objects.filter(subject_kind="job").count() == 2


def test_a_running_job_is_asked_to_stop(admin: Client) -> None:
    job = Job.objects.create(name="measure", state="running")
    post(admin, "cancel", job)
    job.refresh_from_db()
    assert (job.state, job.cancel_requested) == ("running", True)


def test_the_same_work_is_not_queued_twice(admin: Client) -> None:
    failed = Job.objects.create(name="measure", key="all", state="failed")
    Job.objects.create(name="measure", key="all")
    assert "The same work waits already." in post(admin, "retry", failed).content.decode()
    failed.refresh_from_db()
    assert failed.state == "failed"


@pytest.mark.parametrize(("name", "state"), [("cancel", "done"), ("retry", "running")])
def test_what_cannot_be_done_is_said(admin: Client, name: str, state: str) -> None:
    job = Job.objects.create(name="measure", state=state)
    post(admin, name, job)
    job.refresh_from_db()
    assert job.state == state
    assert not JournalEntry.objects.filter(subject_kind="job").exists()


@pytest.mark.parametrize("name", ["cancel", "retry"])
def test_unknown_wrong_method_and_other_roles(admin: Client, name: str) -> None:
    job = Job.objects.create(name="measure")
    assert admin.post(reverse(f"jobs:job-{name}", args=[987654])).status_code == 404
    assert admin.get(reverse(f"jobs:job-{name}", args=[job.pk])).status_code == 405
    other = Client()
    other.force_login(makers.sign_in("leader"))
    assert other.post(reverse(f"jobs:job-{name}", args=[job.pk])).status_code == 403
    assert other.get(reverse("jobs:list")).status_code == 403


def test_pages_and_states_and_the_number_of_queries(admin: Client) -> None:
    def queries(count: int) -> int:
        Job.objects.bulk_create(Job(name="tidy", state="done") for _ in range(count))
        with CaptureQueriesContext(connection) as found:
            assert admin.get(reverse("jobs:list")).status_code == 200
        return len(found)

    queries(1)
    assert queries(10) == queries(1000)
    assert "Older" in admin.get(reverse("jobs:list"), {"state": "done"}).content.decode()
    for page in ("2", "0", "-1", "x", "9" * 30):
        assert admin.get(reverse("jobs:list"), {"page": page}).status_code == 200
    assert admin.get(reverse("jobs:list"), {"state": "lost"}).status_code == 404


def test_every_job_has_a_name_that_people_read() -> None:
    assert not JOBS.keys() - NAMES.keys()
