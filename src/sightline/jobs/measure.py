"""The job `measure`: measures of every account, then suggestions and tiers. Safe to run twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sightline.actions import outbox
from sightline.actions.measuring import measure
from sightline.jobs.handle import JobHandle


def run(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Measure as of the payload's day, else today; then ask for suggestions and tiers."""
    as_of = payload.get("as_of")
    measure(date.fromisoformat(as_of) if as_of else None, job=job)
    outbox.request("suggest", key="all")
    outbox.request("requalify", key="all")
    outbox.request("people.signals", key="all")
    outbox.request("departures", key="all")
    outbox.request("quiet", key="all")
