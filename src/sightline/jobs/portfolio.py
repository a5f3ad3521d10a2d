"""The job `portfolio_sums`: what large portfolios say in sums. Safe to run twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sightline.actions.analytics_sums import keep_pictures
from sightline.actions.kept_lists import keep_lists
from sightline.actions.portfolio_sums import keep_sums
from sightline.jobs.handle import JobHandle


def run(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Compute and keep the sums of today."""
    keep_sums(job=job)
    keep_pictures(job=job)
    keep_lists(job=job)
