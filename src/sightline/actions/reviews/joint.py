"""The joint business review: what the customer says becomes priorities, signals, promises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from sightline.actions import asks, journal, priorities
from sightline.actions.reviews.allow import RoomClosed, writable
from sightline.planning.errors import InvalidValue, MissingValue
from sightline.records.models import (
    Action,
    Attendance,
    Contact,
    CrmUser,
    JointNote,
    Review,
    Signal,
)
from sightline.records.scoping import Person

LONGEST = 500
WHERE = "joint business review"


@dataclass(frozen=True, slots=True)
class NewNote:
    """What was said: by one of theirs, or promised by one of ours, with a day."""

    kind: str
    text: str
    contact_id: int | None = None
    owner_id: int | None = None
    due_on: date | None = None


def write_note(person: Person, review_id: int, new: NewNote, *, on: date, now: datetime) -> int:
    """Keep a note and what it becomes; answers its id.

    A priority is kept as said by the customer and unconfirmed, a signal with its source, our
    promise as an action. Raises `MissingValue`, `InvalidValue`, `RoomClosed` or `NotAllowed`.
    """
    _check(new)
    with transaction.atomic():
        review = writable(person, review_id)
        if review.kind != Review.Kind.JOINT:
            raise InvalidValue("Notes of the customer belong to a joint review.", field="kind")
        if review.state == Review.State.CLOSED:
            raise RoomClosed("This review is over.", field="review")
        contact = _contact(review, new.contact_id)
        note = JointNote.objects.create(
            review=review,
            kind=new.kind,
            text=new.text.strip()[:LONGEST],
            contact=contact,
            owner_id=new.owner_id if new.kind == JointNote.Kind.OURS else None,
            due_on=new.due_on,
            action=_action(review, new),
            author_id=person.id,
            at=now,
        )
        asks.mention(person, review.account_id, note.text, place=f"joint:{note.pk}", now=now)
        _becomes(person, review, note, on=on, now=now)
        journal.record(
            "write_joint_note",
            actor_id=person.id,
            account_id=review.account_id,
            subject=review,
            changes={"kind": (None, new.kind)},
        )
    return note.pk


def close_joint(person: Person, review_id: int, *, on: date, now: datetime) -> None:
    """The meeting is over; who was not seen there was absent. Twice changes nothing."""
    with transaction.atomic():
        review = writable(person, review_id)
        if review.kind != Review.Kind.JOINT:
            raise InvalidValue("This is an internal review.", field="kind")
        if review.state == Review.State.CLOSED:
            return
        Attendance.objects.filter(review=review, state=Attendance.State.INVITED).update(
            state=Attendance.State.ABSENT, marked_at=now
        )
        Review.objects.filter(pk=review.pk).update(
            state=Review.State.CLOSED,
            held_on=on,
            closed_at=now,
            closed_by_id=person.id,
            version=review.version + 1,
            changed_at=now,
        )
        journal.record(
            "close_joint", actor_id=person.id, account_id=review.account_id, subject=review
        )


def _check(new: NewNote) -> None:
    if new.kind not in JointNote.Kind.values:
        raise InvalidValue("A note is a priority, a signal or a promise.", field="kind")
    if not new.text.strip():
        raise MissingValue("Say it in the customer's words.", field="text")
    if new.kind == JointNote.Kind.PRIORITY and new.contact_id is None:
        raise MissingValue("Who said it?", field="contact")
    if new.kind == JointNote.Kind.OURS:
        if new.owner_id is None or not CrmUser.objects.filter(pk=new.owner_id).exists():
            raise MissingValue("Our promise needs an owner.", field="owner")
        if new.due_on is None:
            raise MissingValue("Our promise needs a day.", field="due_on")


def _contact(review: Review, contact_id: int | None) -> Contact | None:
    if contact_id is None:
        return None
    found = Contact.objects.filter(
        pk=contact_id, account__planning_account_id=review.account_id, erased_at=None
    ).first()
    if found is None:
        raise InvalidValue("That person is not of this customer.", field="contact")
    return found


def _action(review: Review, new: NewNote) -> Action | None:
    if new.kind != JointNote.Kind.OURS:
        return None
    return Action.objects.create(
        account_id=review.account_id,
        subject=new.text.strip()[:255],
        owner_id=new.owner_id,
        due_on=new.due_on,
    )


def _becomes(person: Person, review: Review, note: JointNote, *, on: date, now: datetime) -> None:
    if note.kind == JointNote.Kind.PRIORITY:
        wanted = priorities.WantedPriority(
            words=note.text, said_on=on, said_by_id=note.contact_id, where=WHERE
        )
        priorities.add_priority(person, review.plan_id, wanted, today=on, now=now)
    elif note.kind == JointNote.Kind.SIGNAL:
        Signal.objects.create(
            account_id=review.account_id,
            kind="said_by_customer",
            key=f"joint:{note.pk}",
            contact=note.contact,
            observed_on=on,
            source="joint",
            facts={"note": note.pk},
        )
