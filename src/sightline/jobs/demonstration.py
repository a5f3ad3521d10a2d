"""The job `demonstration.load`: make the demonstration company and import it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from sightline.exchange.demonstration.load import load_demonstration
from sightline.jobs.handle import JobHandle
from sightline.records.queries import company, state

STEPS = 3


def load(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Safe to run twice: with accounts there already it does nothing."""
    if state.has_accounts() and not state.has_demonstration():
        return
    done = 0

    def say(text: str) -> None:
        nonlocal done
        job.progress(done, STEPS, text)
        done += 1

    today = company.company_facts().today(timezone.now())
    load_demonstration(Path(settings.SIGHTLINE_DATA), today=today, say=say)
