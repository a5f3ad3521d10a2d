"""Closed reviews of a plan as the challenge rules take them: promises missed, sponsor, changes."""

from __future__ import annotations

from datetime import date
from typing import Any

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
    held = [row.pk for row in rows]
    for review, due, state in _promised(held):
        if due is not None and due <= on:
            promised.setdefault(review, []).append(state != Action.State.DONE)
    came = {
        review: state == Attendance.State.PRESENT
        for review, state, user, sponsor in _seats(held)
        if user == sponsor
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
def _promised(review_ids: list[int]) -> QuerySet[ReviewItem, Any]:
    rows = ReviewItem.objects.filter(
        review_id__in=review_ids, ending=ReviewItem.Ending.COMMITMENT, action__isnull=False
    )
    return rows.values_list("review_id", "due_on", "action__state")


@prepared
def _seats(review_ids: list[int]) -> QuerySet[Attendance, Any]:
    rows = Attendance.objects.filter(review_id__in=review_ids)
    sponsor = "review__account__executive_sponsor_id"
    return rows.values_list("review_id", "state", "user_id", sponsor)


@prepared
def _last_held(plan_id: int) -> QuerySet[Review]:
    held = Review.objects.filter(
        plan_id=plan_id,
        kind=Review.Kind.REVIEW,
        state=Review.State.CLOSED,
        held_on__isnull=False,
    )
    return held.select_related("account").order_by("-held_on", "-pk")[:MOST]
