"""Jobs on playbooks: the nightly look at every account, and a dry run. Both safe to run twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sightline.actions.playbooks import evaluate, try_playbook
from sightline.jobs.handle import JobHandle


def run(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Evaluate as of the payload's day, else today."""
    as_of = payload.get("as_of")
    evaluate(date.fromisoformat(as_of) if as_of else None, job=job)


def try_one(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Count what a playbook would start."""
    try_playbook(int(payload["trial"]), job=job)
