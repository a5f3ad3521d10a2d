"""The job `daily`: what a new day changes even where nobody did anything.

Runs in the small hours of the company's time zone. Windows roll, contracts come nearer, overrides
lapse: measures, then tiers, then plans are computed again. Raw uploads past their time go.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from sightline.actions import outbox, queue
from sightline.exchange.exports.two_pages import files
from sightline.exchange.imports import service
from sightline.jobs.handle import JobHandle


def run(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Ask for the day's work; each part is a job of its own, in order."""
    outbox.request("measure", key="all")
    outbox.request("propose_reviews", key="all")
    outbox.request("prepare_reviews", key="all")
    outbox.request("people.retention", key="all")
    outbox.request("messages.plan", key="all")
    outbox.request("tidy", key="all")


def tidy(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Forget settled jobs, old sign-in tries, and uploads and prints past their time."""
    now = timezone.now()
    queue.forget_settled(now=now)
    service.expire(now=now)
    files.forget_old(now=now)
