"""Closing a review: nothing left open, the plan frozen, promises made into actions, the next set."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from sightline.actions import journal, outbox
from sightline.actions.reviews.allow import in_the_room
from sightline.actions.reviews.freeze import freeze
from sightline.actions.reviews.schedule import propose_reviews
from sightline.planning.errors import PlanningError
from sightline.planning.reasons import Reason
from sightline.planning.reviews import (
    Ending,
    SettledItem,
    changed_nothing,
    check_closed,
    differences,
)
from sightline.records.models import Action, Attendance, Play, Review, ReviewItem
from sightline.records.queries.reviews import snapshots
from sightline.records.scoping import Person


class NotReadyToClose(PlanningError):
    """Items are open or not whole; `reasons` names each with its key."""

    code = "review_not_ready"

    def __init__(self, reasons: Iterable[Reason]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(f"{len(self.reasons)} items have no whole ending yet.")


@dataclass(frozen=True, slots=True)
class Closed:
    """What closing did: whether the review changed nothing, and how many promises became actions."""

    changed_nothing: bool
    actions: int


def close_review(person: Person, review_id: int, *, on: date, now: datetime) -> Closed:
    """Close a review. Raises `NotReadyToClose`, `RoomClosed` or `NotAllowed`.

    One transaction: actions of the commitments, a frozen snapshot, absences, the next review's day.
    """
    with transaction.atomic():
        review = in_the_room(person, review_id)
        items = list(ReviewItem.objects.select_for_update().filter(review=review).order_by("pk"))
        settled = _settled(items)
        missing = check_closed([item.key for item in items], settled)
        if missing:
            raise NotReadyToClose(missing)
        made = _into_actions(review, items)
        before = snapshots.frozen_at_opening(review.plan_id, review.opened_at)
        after = freeze(review.plan_id, review=review, person=person, on=on, now=now)
        changes = differences(before, after) if before is not None else ()
        nothing = changed_nothing(settled, changes) is not None
        Attendance.objects.filter(review=review, state=Attendance.State.INVITED).update(
            state=Attendance.State.ABSENT, marked_at=now
        )
        Review.objects.filter(pk=review.pk).update(
            state=Review.State.CLOSED,
            closed_at=now,
            closed_by_id=person.id,
            changed_nothing=nothing,
            part="",
            part_since=None,
            version=review.version + 1,
            changed_at=now,
        )
        journal.record(
            "close_review",
            actor_id=person.id,
            account_id=review.account_id,
            subject=review,
            changes={"changed_nothing": (None, nothing), "actions": (None, made)},
        )
        propose_reviews(on, plan_ids=[review.plan_id])
        outbox.request(
            "refresh_plan", key=str(review.plan_id), payload={"plan": review.plan_id}, by=person.id
        )
    return Closed(nothing, made)


def _settled(items: Iterable[ReviewItem]) -> list[SettledItem]:
    return [
        SettledItem(
            key=item.key,
            ending=Ending(item.ending),
            words=item.words,
            owner=str(item.owner_id) if item.owner_id else None,
            by=item.due_on,
        )
        for item in items
        if item.ending
    ]


def _into_actions(review: Review, items: Iterable[ReviewItem]) -> int:
    """One dated action for each commitment, tied to what the item is about."""
    made = 0
    for item in items:
        if item.ending != Ending.COMMITMENT or item.action_id is not None:
            continue
        action = Action.objects.create(
            account_id=review.account_id,
            subject=item.words.strip()[:255],
            owner_id=item.owner_id,
            due_on=item.due_on,
            play_id=_play_of(review.account_id, item.key),
        )
        ReviewItem.objects.filter(pk=item.pk).update(action=action)
        made += 1
    return made


def _play_of(account_id: int, key: str) -> int | None:
    """The play that an item's key names at its end (`play:3`, `next:play:3`)."""
    head, _, number = key.rpartition(":")
    if not head.endswith("play") or not number.isdecimal():
        return None
    found = Play.objects.filter(pk=int(number), account_id=account_id, removed_at=None)
    return found.values_list("pk", flat=True).first()
