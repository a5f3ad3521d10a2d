"""Before a review: what is missing is counted three days ahead and kept for lists and reminders."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from sightline.actions.messages import notify
from sightline.actions.progress import Watched
from sightline.planning.errors import PlanningError
from sightline.planning.notices import Kind
from sightline.planning.permissions import Act, Category
from sightline.planning.reviews import Readiness, ReviewParameters
from sightline.records.models import Review
from sightline.records.queries import bridging
from sightline.records.queries.account_scope import Rights
from sightline.records.queries.asks import person_of_user
from sightline.records.queries.company import company_facts
from sightline.records.queries.reviews import preparing, rows
from sightline.records.queries.reviews.rows import ReviewRow
from sightline.records.scoping import may_on

# What is kept is for everybody who reads the plan: it counts what all of them may see.
EVERY_READER = Rights(facts=True, plan=True)


def prepare_reviews(*, now: datetime, job: Watched) -> int:
    """Count what every review near lacks; answers how many were counted. Safe to run twice."""
    today = company_facts().today(now)
    setting = bridging.bridge_setting(today)
    days = setting.parameters.section(ReviewParameters, "reviews").prepare_days
    near = rows.reviews_near(today, until=today + timedelta(days=days))
    for done, review in enumerate(near, start=1):
        try:
            found = preparing.argued(review.plan_id, setting=setting, now=now)
        except PlanningError:
            # a missing rate refuses the figures; the pre-read says which
            continue
        made = preparing.prepared(review, found, setting=setting, today=today, rights=EVERY_READER)
        _keep(review, made.readiness, now=now)
        job.progress(done, len(near), "reviews prepared")
    return len(near)


def _keep(review: ReviewRow, found: Readiness, *, now: datetime) -> None:
    kept = {
        "share": found.share,
        "missing": [
            [reason.code, reason.inputs.get("missing"), reason.inputs.get("of")]
            for reason in found.missing
        ],
        "at": now.isoformat(),
    }
    with transaction.atomic():
        planned = Review.objects.filter(pk=review.id, state=Review.State.PLANNED)
        if planned.update(readiness=kept):
            _tell(review, now=now)


def _tell(review: ReviewRow, *, now: datetime) -> None:
    """Everybody invited hears once for its day that the pre-read is there."""
    if review.held_on is None:
        return
    day = review.held_on.isoformat()
    facts = {"account": review.account_id, "review": review.id, "day": day}
    for seat in rows.seats_of(review.id):
        reader = person_of_user(seat.user_id)
        if reader is not None and may_on(reader, review.account_id, Category.PLAN, Act.READ):
            notify(reader, Kind.REVIEW, key=f"{review.id}:{day}", facts=facts, now=now)
