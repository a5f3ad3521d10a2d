"""Since when a deal is in its stage: from its history, else from the day we first saw it there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from sightline.actions import journal
from sightline.actions.imports.bulk import update_rows
from sightline.records.models import ImportRun, Opportunity, StageChange
from sightline.records.queries.company import company_facts

_CHUNK = 1_000


def settle_stages(*, run: ImportRun | None, today: dt.date) -> int:
    """Set `stage_since` of every deal that has none, or whose history tells another day.

    With history: the day on which its present stage began and held. Without: today, marked as
    inferred, and kept at later imports while the stage stays. Answers how many changed.
    """
    changed, after = 0, 0
    while True:
        rows = list(
            Opportunity.objects.filter(pk__gt=after)
            .order_by("pk")
            .values_list("pk", "stage_id", "stage_since", "stage_since_inferred")[:_CHUNK]
        )
        if not rows:
            return changed
        after = rows[-1][0]
        changed += _settle(rows, run=run, today=today)


def _settle(
    rows: Sequence[tuple[int, int | None, dt.date | None, bool]],
    *,
    run: ImportRun | None,
    today: dt.date,
) -> int:
    known = _from_history({pk: stage for pk, stage, _, _ in rows})
    differing: list[tuple[int, list[Any]]] = []
    for pk, _, since, inferred in rows:
        if pk in known:
            wanted: tuple[dt.date | None, bool] = (known[pk], False)
        elif since is not None and inferred:
            # Told by the source without a history, or inferred by an earlier import.
            wanted = (since, inferred)
        else:
            wanted = (since or today, since is None or inferred)
        if wanted != (since, inferred):
            differing.append((pk, list(wanted)))
    if differing:
        with transaction.atomic():
            columns = ["stage_since", "stage_since_inferred"]
            update_rows(Opportunity, columns, differing, versioned=False)
            journal.record(
                "settle_stages",
                actor_id=run.created_by_id if run else None,
                note=f"{len(differing)} deals",
                run=run,
            )
    return len(differing)


def _from_history(stages: dict[int, int | None]) -> dict[int, dt.date]:
    """The day on which each deal's present stage began, where its history ends in that stage."""
    rows = StageChange.objects.filter(opportunity_id__in=stages, removed_at=None).order_by(
        "opportunity_id", "at", "pk"
    )
    zone = company_facts().time_zone
    current: dict[int, tuple[int | None, dt.datetime]] = {}
    for deal, stage, at in rows.values_list("opportunity_id", "stage_id", "at"):
        if deal not in current or current[deal][0] != stage:
            current[deal] = (stage, at)
    return {
        deal: at.astimezone(zone).date()
        for deal, (stage, at) in current.items()
        if stage == stages[deal] and stage
    }
