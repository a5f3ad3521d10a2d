"""The jobs `people.erase` and `people.retention`. Both are safe to run twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from sightline.actions import outbox, people_data
from sightline.exchange.exports.two_pages import files
from sightline.exchange.imports.erased_files import forget_files
from sightline.jobs.handle import JobHandle
from sightline.records.queries import company


def erase(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Empty everything about one person: files first, because the record says what to look for."""
    contact = int(payload["contact"])
    found = people_data.needles_for(contact)
    if found is None:
        return
    forget_files(Path(settings.SIGHTLINE_UPLOADS) / "imports", found.everywhere)
    files.forget_all()
    people_data.erase(contact, actor_id=payload.get("by"))
    outbox.request("measure", key="all")


def retention(payload: Mapping[str, Any], job: JobHandle) -> None:
    """End what is past its time, as of the payload's day, else today."""
    as_of = payload.get("as_of")
    today = company.company_facts().today(timezone.now())
    day = date.fromisoformat(as_of) if as_of else today
    people_data.end_what_is_past(day, parameters=company.parameters_in_force(day))
