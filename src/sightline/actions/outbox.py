"""The outbox, which is the queue: work requested by name in the change's own transaction.

Actions never call a job: they leave a row, and a worker claims it after commit.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from sightline.records.models import Job


def request(
    name: str,
    *,
    key: str = "",
    payload: Mapping[str, Any] | None = None,
    run_at: datetime | None = None,
    by: int | None = None,
) -> int | None:
    """Ask for the job `name`; answers its id.

    With a `key`, a waiting job of the same name and key is folded into this request:
    it keeps its place, takes the new payload, and its id is answered.
    """
    at = run_at or timezone.now()
    if not key:
        job = Job.objects.create(
            name=name, payload=dict(payload or {}), run_at=at, requested_by_id=by
        )
        return job.pk
    with transaction.atomic():
        waiting = Job.objects.filter(name=name, key=key, state=Job.State.WAITING)
        if connection.features.has_select_for_update:
            waiting = waiting.select_for_update()
        kept = waiting.first()
        if kept is not None:
            Job.objects.filter(pk=kept.pk).update(payload=dict(payload or {}))
            return kept.pk
        Job.objects.bulk_create(
            [Job(name=name, key=key, payload=dict(payload or {}), run_at=at, requested_by_id=by)],
            ignore_conflicts=True,
        )
        return waiting.values_list("pk", flat=True).first()
