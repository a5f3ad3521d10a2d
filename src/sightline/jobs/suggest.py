"""The job `suggest`: what every customer may take next, ranked over all. Safe to run twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sightline.actions import suggesting
from sightline.jobs.handle import JobHandle


def run(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Rank as of today."""
    suggesting.rank_all(job=job)
