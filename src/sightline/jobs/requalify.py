"""The job `requalify`: every planning account's proposed tier. Safe to run twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sightline.actions import outbox
from sightline.actions.qualifying import requalify
from sightline.actions.upkeep import refresh_statistics
from sightline.jobs.handle import JobHandle


def run(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Compute as of the payload's day, else today; then prepare the week and draft the plans due."""
    as_of = payload.get("as_of")
    requalify(date.fromisoformat(as_of) if as_of else None, job=job)
    refresh_statistics()
    outbox.request("prepare_week", key="all")
    outbox.request("draft_plans", key="all")
    outbox.request("signals", key="all")
    outbox.request("losing_ground", key="all")
    outbox.request("portfolio_sums", key="all")
    outbox.request("playbooks.evaluate", key="all")
