"""The job `demonstration.remove`: everything of the demonstration goes. Safe to run twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sightline.actions.demonstration import remove_demonstration
from sightline.jobs.handle import JobHandle


def run(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Remove it, account by account."""
    remove_demonstration(job=job)
