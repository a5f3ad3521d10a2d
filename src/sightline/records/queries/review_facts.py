"""Closed reviews of a plan as the challenge rules take them: promises missed, sponsor, changes."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from sightline.planning.challenges import ReviewFacts
from sightline.records.models import Action, Attendance, Review, ReviewItem
from sightline.records.prepared import prepared

MOST = 4


def review_facts(plan_id: int, *, on: date) -> tuple[ReviewFacts, ...]:
    """The last reviews of a plan, oldest first. Three queries, one where none was held.

    A promise is missed when its day has passed and its action is not done (docs/method/reviews.md).
    """
    rows = _last_held(plan_id)
    if not rows:
        return ()
    promised: dict[int, list[bool]] = {}
    for review, due, state in ReviewItem.objects.filter(
        review__in=rows, ending=ReviewItem.Ending.COMMITMENT, action__isnull=False
    ).values_list("review_id", "due_on", "action__state"):
        if due is not None and due <= on:
            promised.setdefault(review, []).append(state != Action.State.DONE)
    came = {
        row.review_id: row.state == Attendance.State.PRESENT
        for row in Attendance.objects.filter(review__in=rows).select_related("review__account")
        if row.user_id == row.review.account.executive_sponsor_id
    }
    return tuple(
        ReviewFacts(
            key=f"review:{row.pk}",
            held=row.held_on,
            commitments=len(promised.get(row.pk, ())),
            missed=sum(promised.get(row.pk, ())),
            sponsor_present=came.get(row.pk),
            changed_nothing=bool(row.changed_nothing),
        )
        for row in reversed(rows)
        if row.held_on is not None
    )


@prepared
def _last_held(plan_id: int) -> QuerySet[Review]:
    held = Review.objects.filter(
        plan_id=plan_id,
        kind=Review.Kind.REVIEW,
        state=Review.State.CLOSED,
        held_on__isnull=False,
    )
    return held.select_related("account").order_by("-held_on", "-pk")[:MOST]
