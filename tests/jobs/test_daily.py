"""What a new day does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from sightline.actions import outbox
from sightline.jobs.worker import Worker
from sightline.records.models import AccountMeasures, ImportRun, Job, TierResult
from tests import makers

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_day_measures_and_qualifies_every_account() -> None:
    makers.account()
    outbox.request("daily")
    Worker().run_all()
    assert not Job.objects.exclude(state=Job.State.DONE).exists()
    assert AccountMeasures.objects.count() == TierResult.objects.count() == 1


def test_settled_work_and_uploads_past_their_time_are_forgotten() -> None:
    now = timezone.now()
    old = Job.objects.create(name="measure", state=Job.State.DONE, finished_at=now - timedelta(31))
    failed = Job.objects.create(
        name="measure", state=Job.State.FAILED, finished_at=now - timedelta(31)
    )
    ImportRun.objects.create(
        kind="accounts", state=ImportRun.State.REFUSED, expires_at=now - timedelta(1)
    )
    outbox.request("tidy")
    Worker().run_all()
    assert not Job.objects.filter(pk=old.pk).exists()
    assert Job.objects.filter(pk=failed.pk).exists()
