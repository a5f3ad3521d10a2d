"""Jobs on reviews: propose their days, and count beforehand what each lacks. Safe to run twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from sightline.actions.reviews import preparation, schedule
from sightline.jobs.handle import JobHandle
from sightline.records.queries import company


def propose(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Set the next review of every running plan; days nobody moved follow what has changed."""
    schedule.propose_reviews(company.company_facts().today(timezone.now()))


def prepare(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Keep what is missing for every review that is near."""
    preparation.prepare_reviews(now=timezone.now(), job=job)
