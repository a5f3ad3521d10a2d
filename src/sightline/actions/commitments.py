"""What became of a promise made in a review: kept, not kept and why, or carried over.

The promise's action is finished, dropped or moved with the answer, so that both say the same.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from sightline.actions import journal, play_actions
from sightline.actions.reviews.room import answer_item
from sightline.planning.errors import InvalidValue, MissingValue
from sightline.records.models import Action, ReviewItem
from sightline.records.scoping import Person

PROMISE = "commitment:"


def answer_commitment(
    person: Person,
    item_id: int,
    *,
    kept: bool,
    why: str,
    seen_version: int,
    on: date,
    now: datetime,
) -> int:
    """Answer in the room whether an earlier promise was kept; its action follows.

    Not kept leaves the action open: carry it over, or drop it. Answers the item's new version.
    """
    with transaction.atomic():
        said = "kept" if kept else "not_kept"
        version = answer_item(person, item_id, said, why=why, seen_version=seen_version, now=now)
        action = _action_of(item_id)
        if kept and action is not None and action.state == Action.State.OPEN:
            play_actions.finish_action(
                person, action.pk, seen_version=action.version, now=now, on=on
            )
    return version


def carry_over(person: Person, item_id: int, due: date, *, why: str, now: datetime) -> None:
    """Another day for a promise that was not kept, with the reason."""
    if not why.strip():
        raise MissingValue("Why was it not kept?", field="why")
    with transaction.atomic():
        action = _action_of(item_id)
        if action is None or action.state != Action.State.OPEN:
            raise InvalidValue("Its action is settled already.", field="action")
        play_actions.move_action(
            person, action.pk, due, reason=why, seen_version=action.version, now=now
        )
        journal.record(
            "carry_over",
            actor_id=person.id,
            account_id=action.account_id,
            subject=action,
            changes={"due_on": (action.due_on, due)},
        )


def _action_of(item_id: int) -> Action | None:
    """The action of the earlier promise that an item of the agenda asks about."""
    key = ReviewItem.objects.filter(pk=item_id).values_list("key", flat=True).first() or ""
    number = key.removeprefix(PROMISE)
    if not key.startswith(PROMISE) or not number.isdecimal():
        return None
    promise = ReviewItem.objects.filter(pk=int(number)).select_related("action").first()
    return promise.action if promise is not None else None
