"""The jobs `departures` and `departures.one`: what each departure would cost. Safe to run twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sightline.actions import departures, outbox
from sightline.jobs.handle import JobHandle


def run(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Every account, as of the payload's day, else today."""
    as_of = payload.get("as_of")
    departures.rank_all(date.fromisoformat(as_of) if as_of else None, job=job)
    outbox.request("portfolio_sums", key="all")


def one(payload: Mapping[str, Any], job: JobHandle) -> None:
    """One planning account."""
    departures.rank_account(int(payload["account"]))
