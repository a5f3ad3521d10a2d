"""What changed in a room since a moment: one indexed read of the account's journal.

Every write is journalled in its own transaction, so whatever anybody changes, here or on the plan's
own pages, is found. A transaction that commits late is found too: each read goes back over the last
seconds again, and whoever asks knows by the entry's id what it has seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from sightline.planning.permissions import Act, Category, Role
from sightline.records.models import JournalEntry, Review, ReviewItem
from sightline.records.prepared import prepared
from sightline.records.scoping import Person, asked_as, visible_accounts

OVERLAP = timedelta(seconds=6)
MOST = 200
_ROOM = {
    "run_review_clock": ("clock",),
    "write_minute": ("minutes",),
    "mark_attendance": ("people",),
    "write_joint_note": ("notes",),
}
_PLAY_KINDS = frozenset({"play", "opportunity", "action"})
_PEOPLE_KINDS = frozenset({"contact", "opinion"})


@dataclass(frozen=True, slots=True)
class Change:
    """One journalled change and the fragments of the room that it touches; `whole`: the page."""

    id: int
    at: datetime
    fragments: tuple[str, ...]
    whole: bool = False


def changes_since(person: Person, review_id: int, since: datetime) -> tuple[Change, ...] | None:
    """What happened since a moment, oldest first; None where the room is not the person's to see.

    Two queries while nothing happens.
    """
    rooms = _entered(review_id, *asked_as(person, Category.PLAN, Act.READ))
    account = next((row[0] for row in rooms), None)
    if account is None:
        return None
    rows = _told(account, since - OVERLAP)
    if not rows:
        return ()
    items = _items(review_id, {(kind, subject) for _, _, _, kind, subject in rows})
    return tuple(
        Change(
            pk,
            at,
            _touched(verb, kind, subject, items),
            whole=verb in ("open_review", "close_review"),
        )
        for pk, at, verb, kind, subject in rows
    )


@prepared
def _entered(
    review_id: int,
    roles: frozenset[Role],
    sign_in: int | None,
    user: int | None,
    role: int | None,
    now: datetime | None,
) -> QuerySet[Review, Any]:
    """The account of a room, for somebody who may read its plan."""
    person = Person(sign_in or 0, "", "", roles, crm_user_id=user, crm_role_id=role)
    seen = visible_accounts(person, Category.PLAN, Act.READ, now=now)
    one = Exists(seen.filter(pk=OuterRef("account_id")))
    return Review.objects.filter(one, pk=review_id).values_list("account_id")


@prepared
def _told(account: int, after: datetime) -> QuerySet[JournalEntry, Any]:
    """The account's journal after a moment, oldest first: one read of its index."""
    found = JournalEntry.objects.filter(account_id=account, at__gt=after).order_by("at")
    return found.values_list("pk", "at", "verb", "subject_kind", "subject_id")[:MOST]


def _touched(
    verb: str, kind: str, subject: int | None, items: dict[tuple[str, int], list[str]]
) -> tuple[str, ...]:
    if verb in _ROOM:
        return _ROOM[verb]
    own = tuple(items.get((kind, subject or 0), ()))
    if kind == "reviewitem":
        return (*own, "minutes", "closing")
    if kind == "plan":
        return ("head",)
    return (*own, "head")


def _items(
    review_id: int, subjects: set[tuple[str, int | None]]
) -> dict[tuple[str, int], list[str]]:
    """The fragments of the items that some subjects stand behind. One query."""
    found: dict[tuple[str, int], list[str]] = {}
    for pk, kind, key in ReviewItem.objects.filter(review_id=review_id).values_list(
        "pk", "kind", "key"
    ):
        found[("reviewitem", pk)] = [f"item-{pk}"]
        about, _, number = key.rpartition(":")
        about = about.rpartition(":")[2]
        for name, subject in subjects:
            if subject is None or name == "reviewitem":
                continue
            same = about == name and number == str(subject)
            near = (name in _PLAY_KINDS and kind in ("play", "next_play")) or (
                name in _PEOPLE_KINDS and kind in ("departure", "relationship_risk", "new_person")
            )
            if same or near:
                found.setdefault((name, subject), []).append(f"item-{pk}")
    return found
