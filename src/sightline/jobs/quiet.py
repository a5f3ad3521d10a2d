"""The job `quiet`: which accounts may fall quiet, and what became of earlier chances. Safe to run
twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sightline.actions.quiet import say_who_may_fall_quiet
from sightline.jobs.handle import JobHandle


def run(payload: Mapping[str, Any], job: JobHandle) -> None:
    """As of the payload's day, else today."""
    as_of = payload.get("as_of")
    say_who_may_fall_quiet(date.fromisoformat(as_of) if as_of else None, job=job)
