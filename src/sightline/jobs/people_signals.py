"""The job `people.signals`: what happened to people since it was last told. Safe to run twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sightline.actions import people_signals
from sightline.jobs.handle import JobHandle


def run(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Look at everybody."""
    people_signals.watch_people(job=job)
