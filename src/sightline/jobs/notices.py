"""Jobs on messages: ask for Monday's mail wherever a Monday begins, and send what is due.

Both are safe to run twice. A failure is kept with the message, and tried again by the queue.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from sightline.actions import queue
from sightline.actions.messages import plan_mondays
from sightline.jobs.handle import JobHandle
from sightline.messages.deliver import deliver


def plan(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Every Monday that begins before the next daily round."""
    plan_mondays(now=timezone.now())


def send(payload: Mapping[str, Any], job: JobHandle) -> None:
    """What one person is due by one way."""
    deliver(
        int(payload["sign_in"]),
        str(payload["way"]),
        now=timezone.now(),
        last_try=job.attempt >= queue.ATTEMPTS,
    )
