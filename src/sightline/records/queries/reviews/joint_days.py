"""The joint review before an internal one: set already, or the day proposed for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from sightline.records.models import Review
from sightline.records.prepared import prepared
from sightline.records.queries.reviews.rows import ReviewRow


@dataclass(frozen=True, slots=True)
class JointDay:
    """The joint review before an internal one: `review_id` and `held_on` where one is set, else the
    day `proposed`, which binds nobody."""

    review_id: int | None = None
    held_on: date | None = None
    proposed: date | None = None


def joint_days(reviews: Iterable[ReviewRow], *, today: date) -> dict[int, JointDay]:
    """By internal review that is planned for a day; those without either are left out. One query.

    The caller has asked whether the plans may be read.
    """
    asked = [
        row
        for row in reviews
        if row.state == Review.State.PLANNED and not row.joint and row.held_on is not None
    ]
    if not asked:
        return {}
    waiting = {
        account: JointDay(review_id=pk, held_on=day)
        for pk, account, day in _to_come(sorted({row.account_id for row in asked}))
    }
    found = {}
    for row in asked:
        set_already = waiting.get(row.account_id)
        if set_already is not None:
            found[row.id] = set_already
        elif row.joint_on is not None and row.held_on and today <= row.joint_on < row.held_on:
            found[row.id] = JointDay(proposed=row.joint_on)
    return found


@prepared
def _to_come(account_ids: list[int]) -> QuerySet[Review, Any]:
    rows = Review.objects.filter(account_id__in=account_ids, kind=Review.Kind.JOINT)
    return rows.exclude(state=Review.State.CLOSED).values_list("pk", "account_id", "held_on")
