"""The job `keep_predictions`: keep what is expected of deals and renewals, to score it later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from sightline.actions import predictions
from sightline.jobs.handle import JobHandle
from sightline.records.queries import company


def run(payload: Mapping[str, Any], job: JobHandle) -> None:
    """One prediction for each deal and stage, and each renewal in sight, that has none. Safe to
    run twice."""
    today = company.company_facts().today(timezone.now())
    predictions.keep_predictions(today)
    predictions.keep_renewal_predictions(today)
