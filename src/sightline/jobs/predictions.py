"""The job `keep_predictions`: keep what is expected of deals, renewals and targets, to score it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from sightline.actions import kept_targets, predictions
from sightline.jobs.handle import JobHandle
from sightline.records.queries import company


def run(payload: Mapping[str, Any], job: JobHandle) -> None:
    """One prediction for each deal and stage, each renewal in sight, and each plan and quarter that
    has none; targets of ended years are settled. Safe to run twice."""
    today = company.company_facts().today(timezone.now())
    predictions.keep_predictions(today)
    predictions.keep_renewal_predictions(today)
    kept_targets.settle_target_chances(today)
    kept_targets.keep_target_chances(today)
