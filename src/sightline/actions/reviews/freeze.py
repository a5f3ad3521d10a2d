"""Freezing a plan: entries by key and reference only, and the wordings they refer to."""

from __future__ import annotations

from datetime import date, datetime

from sightline.planning.reviews import Snapshot
from sightline.records.models import PlanSnapshot, PlanText, Review
from sightline.records.queries.reviews.snapshots import as_json, digest_of, plan_now
from sightline.records.scoping import Person


def freeze(
    plan_id: int, *, review: Review | None, person: Person, on: date, now: datetime
) -> Snapshot:
    """Keep the plan as it is; within the caller's transaction. Answers what was frozen."""
    found = plan_now(plan_id, on=on)
    PlanText.objects.bulk_create(
        (
            PlanText(plan_id=plan_id, key=one.key, digest=one.digest, text=one.text, kept_at=now)
            for one in found.texts
        ),
        ignore_conflicts=True,
    )
    entries = as_json(found.snapshot)
    PlanSnapshot.objects.create(
        plan_id=plan_id,
        review=review,
        taken_on=on,
        taken_at=now,
        taken_by_id=person.id,
        entries=entries,
        digest=digest_of(entries),
    )
    return found.snapshot
