"""The job `weights.try`: what other numbers of the tiers would do, kept for whoever asked.

Safe to run twice: what is kept for the person is replaced.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from sightline.actions import weights
from sightline.jobs.handle import JobHandle


def run(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Work it out on the last computation of tiers."""
    weights.work_out(int(payload["person"]), payload["changes"], now=timezone.now(), job=job)
