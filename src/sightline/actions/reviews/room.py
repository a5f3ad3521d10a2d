"""In the room: open it, run its clock, settle items, write minutes, mark who came.

Everything is one short transaction on the review or one item, so that several people at once lose
nothing: an item that somebody else settled meanwhile raises `StaleItem` with what it is now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from sightline.actions import asks, journal
from sightline.actions.reviews.allow import RoomClosed, in_the_room, writable
from sightline.actions.reviews.freeze import freeze
from sightline.planning.errors import InvalidValue, MissingValue, PlanningError
from sightline.planning.money import Money
from sightline.planning.reviews import Ending, PartCode
from sightline.records.models import Attendance, CrmUser, MinuteLine, Review, ReviewItem
from sightline.records.scoping import Person

LONGEST = 4000
SETTLES_ITSELF = {"holds": "Still holds.", "kept": "Kept."}
ANSWERS = frozenset({"holds", "unsure", "no_longer", "kept", "not_kept"})


class StaleItem(PlanningError):
    """Somebody settled the item meanwhile; `theirs` holds what it is now."""

    code = "stale_item"

    def __init__(self, message: str, *, theirs: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class NewItem:
    """One item of the agenda: its key, kind and money, with keys, codes and numbers beside."""

    key: str
    kind: str
    money: Money | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settling:
    """How an item ends; a commitment has an owner and a day."""

    ending: Ending
    words: str
    owner_id: int | None = None
    due_on: date | None = None


def open_room(
    person: Person, review_id: int, items: Iterable[NewItem], *, on: date, now: datetime
) -> None:
    """Open the room with its agenda and freeze the plan as it is now. Twice changes nothing."""
    with transaction.atomic():
        review = writable(person, review_id)
        if review.state == Review.State.OPEN:
            return
        if review.state == Review.State.CLOSED:
            raise RoomClosed("This review is over.", field="review")
        ReviewItem.objects.bulk_create(
            [
                ReviewItem(
                    review=review,
                    key=one.key[:160],
                    kind=one.kind,
                    money=one.money.minor if one.money else None,
                    currency=one.money.currency if one.money else "",
                    facts=dict(one.facts),
                )
                for one in items
            ],
            ignore_conflicts=True,
        )
        freeze(review.plan_id, review=None, person=person, on=on, now=now)
        values = {
            "state": Review.State.OPEN,
            "opened_at": now,
            "held_on": on,
            "part": PartCode.OPENING.value,
            "part_since": now,
            "spent": {},
        }
        _save(review, values, now=now)
        if person.crm_user_id is not None:
            _seat(review, person.crm_user_id, Attendance.State.PRESENT, now)
        journal.record(
            "open_review", actor_id=person.id, account_id=review.account_id, subject=review
        )


def run_clock(person: Person, review_id: int, *, part: str, running: bool, now: datetime) -> None:
    """Start a part, or let the clock stand still. The time spent so far is kept."""
    if part not in set(PartCode):
        raise InvalidValue("There is no such part.", field="part")
    with transaction.atomic():
        review = in_the_room(person, review_id)
        spent = dict(review.spent)
        if review.part and review.part_since is not None:
            passed = max(0, round((now - review.part_since).total_seconds()))
            spent[review.part] = spent.get(review.part, 0) + passed
        _save(
            review,
            {"part": part, "part_since": now if running else None, "spent": spent},
            now=now,
        )
        _note("run_review_clock", person, review, review)


def settle_item(
    person: Person, item_id: int, given: Settling, *, seen_version: int, now: datetime
) -> int:
    """End an item as decision, commitment or deliberate leave; answers its new version.

    Raises `MissingValue` naming the field, `StaleItem`, `RoomClosed` or `NotAllowed`.
    """
    _check(given)
    with transaction.atomic():
        item, review = _item(person, item_id, seen_version)
        promise = given.ending is Ending.COMMITMENT
        values = {
            "ending": given.ending.value,
            "words": given.words.strip()[:LONGEST],
            "owner_id": given.owner_id if promise else None,
            "due_on": given.due_on if promise else None,
            "settled_by_id": person.id,
            "settled_at": now,
        }
        version = _change(item, values, now=now)
        place = f"item:{item.pk}"
        asks.mention(person, review.account_id, given.words, place=place, now=now)
        MinuteLine.objects.filter(item=item).delete()
        MinuteLine.objects.create(
            review=review,
            item=item,
            kind=given.ending.value,
            text=given.words.strip()[:LONGEST],
            author_id=person.id,
            at=now,
        )
        changes = {"ending": ("", given.ending.value), "due_on": (None, values["due_on"])}
        _note("settle_review_item", person, review, item, changes)
    return version


def answer_item(
    person: Person, item_id: int, said: str, *, why: str, seen_version: int, now: datetime
) -> int:
    """Whether an assumption holds or a commitment was kept; where not, why not.

    What holds or was kept is settled with it; the rest still needs an ending.
    """
    if said not in ANSWERS:
        raise InvalidValue("There is no such answer.", field="said")
    if said == "not_kept" and not why.strip():
        raise MissingValue("Why was it not kept?", field="why")
    with transaction.atomic():
        item, review = _item(person, item_id, seen_version)
        values: dict[str, Any] = {"said": said, "why": why.strip()[:500]}
        whole = SETTLES_ITSELF.get(said, "")
        values |= {
            "ending": Ending.LEAVE.value if whole else "",
            "words": whole,
            "owner_id": None,
            "due_on": None,
            "settled_by_id": person.id if whole else None,
            "settled_at": now if whole else None,
        }
        version = _change(item, values, now=now)
        MinuteLine.objects.filter(item=item).delete()
        if why.strip() or whole:
            MinuteLine.objects.create(
                review=review,
                item=item,
                kind=said,
                text=why.strip() or whole,
                author_id=person.id,
                at=now,
            )
        _note("answer_review_item", person, review, item, {"said": ("", said)})
    return version


def reopen_item(person: Person, item_id: int, *, now: datetime) -> None:
    """Take an ending back: the item is open again."""
    with transaction.atomic():
        item, review = _item(person, item_id, None)
        cleared = {
            "ending": "",
            "words": "",
            "owner_id": None,
            "due_on": None,
            "said": "",
            "why": "",
            "settled_by_id": None,
            "settled_at": None,
        }
        _change(item, cleared, now=now)
        MinuteLine.objects.filter(item=item).delete()
        _note("reopen_review_item", person, review, item)


def write_minute(person: Person, review_id: int, text: str, *, now: datetime) -> int:
    """One line of the minutes, by hand; answers its id."""
    if not text.strip():
        raise MissingValue("There is nothing to write down.", field="text")
    with transaction.atomic():
        review = in_the_room(person, review_id)
        line = MinuteLine.objects.create(
            review=review, text=text.strip()[:LONGEST], author_id=person.id, at=now
        )
        asks.mention(person, review.account_id, line.text, place=f"minute:{line.pk}", now=now)
        _note("write_minute", person, review, review)
    return line.pk


def mark_attendance(
    person: Person, review_id: int, user_id: int, state: str, *, now: datetime
) -> None:
    """Whether one of ours is in the room; somebody not asked before is added."""
    if state not in Attendance.State.values:
        raise InvalidValue("Somebody is invited, present or absent.", field="state")
    with transaction.atomic():
        review = writable(person, review_id)
        if review.state == Review.State.CLOSED:
            raise RoomClosed("This review is over.", field="review")
        if not CrmUser.objects.filter(pk=user_id).exists():
            raise InvalidValue("That person is not known.", field="user")
        _seat(review, user_id, state, now)
        _note("mark_attendance", person, review, review)


def _check(given: Settling) -> None:
    if not given.words.strip():
        raise MissingValue("Say what was decided, or why not.", field="words")
    if given.ending is Ending.COMMITMENT:
        if given.owner_id is None or not CrmUser.objects.filter(pk=given.owner_id).exists():
            raise MissingValue("A commitment needs an owner.", field="owner")
        if given.due_on is None:
            raise MissingValue("A commitment needs a date.", field="due_on")


def _item(person: Person, item_id: int, seen_version: int | None) -> tuple[ReviewItem, Review]:
    found = ReviewItem.objects.filter(pk=item_id).values_list("review_id", flat=True).first()
    if found is None:
        raise InvalidValue("There is no such item.", field="item")
    review = in_the_room(person, found)
    item = ReviewItem.objects.select_for_update().get(pk=item_id)
    if seen_version is not None and item.version != seen_version:
        theirs = {
            "ending": item.ending,
            "words": item.words,
            "said": item.said,
            "version": item.version,
            "by": item.settled_by.name if item.settled_by else "",
            "at": item.settled_at,
        }
        raise StaleItem("Somebody settled this meanwhile.", theirs=theirs)
    return item, review


def _change(item: ReviewItem, values: Mapping[str, Any], *, now: datetime) -> int:
    version = item.version + 1
    ReviewItem.objects.filter(pk=item.pk).update(**values, version=version, changed_at=now)
    return version


def _seat(review: Review, user_id: int, state: str, now: datetime) -> None:
    Attendance.objects.update_or_create(
        review=review, user_id=user_id, defaults={"state": state, "marked_at": now}
    )


def _save(review: Review, values: Mapping[str, Any], *, now: datetime) -> None:
    Review.objects.filter(pk=review.pk).update(**values, version=review.version + 1, changed_at=now)


def _note(
    verb: str,
    person: Person,
    review: Review,
    subject: Review | ReviewItem,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
) -> None:
    # words may name people: they stay with the item, the journal keeps codes and days
    journal.record(
        verb, actor_id=person.id, account_id=review.account_id, subject=subject, changes=changes
    )
