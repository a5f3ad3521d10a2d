"""The job `prepare_week`: what the people of planned accounts ask of a week, then everybody's week.

Safe to run twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from sightline.actions.monday import keep_weeks, prepare_week
from sightline.jobs.handle import JobHandle


def run(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Prepare as of the payload's day, else today."""
    as_of = payload.get("as_of")
    prepare_week(date.fromisoformat(as_of) if as_of else None, job=job)
    keep_weeks(now=timezone.now(), job=job)
