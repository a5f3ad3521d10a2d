"""The job `losing_ground`: what accounts lose, kept for the portfolio's page. Safe to run twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sightline.actions.ground import keep_ground
from sightline.jobs.handle import JobHandle


def run(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Every planning account, or that of the payload's plan."""
    plan = payload.get("plan")
    keep_ground(job=job, plan_id=int(plan) if plan is not None else None)
