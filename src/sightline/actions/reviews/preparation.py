"""Before a review: what is missing is counted three days ahead and kept for lists and reminders."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from sightline.actions.progress import Watched
from sightline.planning.errors import PlanningError
from sightline.planning.reviews import Readiness, ReviewParameters
from sightline.records.models import Review
from sightline.records.queries import bridging
from sightline.records.queries.reviews import preparing, rows


def prepare_reviews(*, now: datetime, job: Watched) -> int:
    """Count what every review near lacks; answers how many were counted. Safe to run twice."""
    setting = bridging.bridge_setting(now.date())
    today = setting.company.today(now)
    days = setting.parameters.section(ReviewParameters, "reviews").prepare_days
    near = rows.reviews_near(today, until=today + timedelta(days=days))
    for done, review in enumerate(near, start=1):
        try:
            found = preparing.argued(review.plan_id, setting=setting, now=now)
        except PlanningError:
            # a missing rate refuses the figures; the pre-read says which
            continue
        made = preparing.prepared(review, found, setting=setting, today=today)
        _keep(review.id, made.readiness, now=now)
        job.progress(done, len(near), "reviews prepared")
    return len(near)


def _keep(review_id: int, found: Readiness, *, now: datetime) -> None:
    kept = {
        "share": found.share,
        "missing": [
            [reason.code, reason.inputs.get("missing"), reason.inputs.get("of")]
            for reason in found.missing
        ],
        "at": now.isoformat(),
    }
    with transaction.atomic():
        Review.objects.filter(pk=review_id, state=Review.State.PLANNED).update(readiness=kept)
