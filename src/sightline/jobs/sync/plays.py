"""The jobs `crm.create_opportunity` and `crm.update_opportunity`: what plays ask of the CRM."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from sightline.actions.sync import asking, plays
from sightline.jobs.handle import JobHandle


def create_opportunity(payload: Mapping[str, Any], job: JobHandle) -> None:
    """An opportunity for `payload["play"]`. Safe to run twice: the play holds it once."""
    asked_by = asking.asker_of(job.job_id)
    plays.open_deal(int(payload["play"]), asked_by=asked_by, now=timezone.now())


def update_opportunity(payload: Mapping[str, Any], job: JobHandle) -> None:
    """What people changed of `payload["play"]`, carried over. Safe to run twice."""
    asked_by = asking.asker_of(job.job_id)
    plays.follow_play(int(payload["play"]), asked_by=asked_by, now=timezone.now())
