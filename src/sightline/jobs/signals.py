"""The job `signals`: raise and end the signals of every planned account. Safe to run twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sightline.actions.signals import raise_signals
from sightline.jobs.handle import JobHandle


def run(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Look as of the payload's day, else today."""
    as_of = payload.get("as_of")
    raise_signals(date.fromisoformat(as_of) if as_of else None, job=job)
