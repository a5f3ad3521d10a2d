"""The job `keep_predictions`: keep what is expected of deals that entered a stage, to score later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from sightline.actions import predictions
from sightline.jobs.handle import JobHandle
from sightline.records.queries import company


def run(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Keep one prediction for each deal and stage that has none. Safe to run twice."""
    predictions.keep_predictions(company.company_facts().today(timezone.now()))
