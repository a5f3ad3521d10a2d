"""The job `renewal_steps`: the milestones of contracts as dated actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from sightline.actions import renewal_steps
from sightline.jobs.handle import JobHandle
from sightline.records.queries import company


def run(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Make what is missing and move what has moved. Safe to run twice."""
    renewal_steps.keep_steps(company.company_facts().today(timezone.now()))
