"""The customer's own priorities: write one down, confirm it, say which plays answer it.

One sentence and who said it is a whole priority (docs/method/priorities.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from sightline.actions.plan_parts import (
    StalePart,
    ask_for_account,
    changed,
    moves,
    sentence,
    told,
    writable_plan,
)
from sightline.planning.errors import InvalidValue, MissingValue, NotAllowed
from sightline.planning.priorities import Link, Standing
from sightline.records.models import Contact, Plan, Priority, PriorityAnswer
from sightline.records.scoping import Person

LONGEST = 500
_ORDER = {link: place for place, link in enumerate(Link)}


@dataclass(frozen=True, slots=True)
class WantedPriority:
    """What a person wrote. Who said it is one of theirs by key, or a role in words."""

    words: str
    said_on: date
    said_by_id: int | None = None
    said_as: str = ""
    where: str = ""
    link: str = Link.GOAL.value
    under_id: int | None = None


def add_priority(
    person: Person, plan_id: int, wanted: WantedPriority, *, today: date, now: datetime
) -> int:
    """Write down one sentence of the customer's; answers its id.

    Raises `NotAllowed`, `MissingValue` or `InvalidValue`, naming the field.
    """
    with transaction.atomic():
        plan = writable_plan(person, plan_id)
        values = _checked(plan.account_id, wanted, today=today)
        row = Priority.objects.create(
            account_id=plan.account_id, created_by_id=person.id, changed_at=now, **values
        )
        told("add_priority", person, plan, row, {"link": (None, row.link)})
    return row.pk


def set_standing(
    person: Person,
    plan_id: int,
    priority_id: int,
    standing: str,
    *,
    seen_version: int,
    now: datetime,
) -> None:
    """Say that the customer confirmed or reached it, or take that back."""
    if standing not in set(Standing):
        raise InvalidValue("Choose one of the three.", field="standing")
    with transaction.atomic():
        plan, row = _own(person, plan_id, priority_id)
        changes = changed(row, {"standing": standing}, seen_version=seen_version, now=now)
        if changes:
            told("set_priority_standing", person, plan, row, changes)


def answer_priority(
    person: Person,
    plan_id: int,
    priority_id: int,
    keys: Iterable[str],
    *,
    seen_version: int,
    now: datetime,
) -> None:
    """Say which plays and deals answer it: those named, and no others.

    Raises `StalePart` where somebody changed the priority or its answers meanwhile.
    """
    with transaction.atomic():
        plan, row = _own(person, plan_id, priority_id)
        wanted = moves(keys, account_id=plan.account_id, kinds=("play", "opportunity"))
        held = _answers(row)
        if {tuple(one.items()) for one in wanted} == {tuple(one.items()) for one in held}:
            return
        if row.version != seen_version:
            raise StalePart(
                "Somebody changed this while you were writing.", theirs={"version": row.version}
            )
        PriorityAnswer.objects.filter(priority=row).delete()
        PriorityAnswer.objects.bulk_create(
            PriorityAnswer(priority=row, **columns) for columns in wanted
        )
        Priority.objects.filter(pk=row.pk).update(version=F("version") + 1, changed_at=now)
        told("answer_priority", person, plan, row, {"answers": (None, len(wanted))})


def _answers(row: Priority) -> list[dict[str, int]]:
    """The plays and deals that answer it, as `moves` names them."""
    kept = PriorityAnswer.objects.filter(priority=row).values_list("play_id", "opportunity_id")
    return [
        {"play_id": play} if play is not None else {"opportunity_id": deal or 0}
        for play, deal in kept
    ]


def remove_priority(person: Person, plan_id: int, priority_id: int, *, now: datetime) -> None:
    """Take one away, with what stands under it; undone by `restore_priority`."""
    with transaction.atomic():
        plan, row = _own(person, plan_id, priority_id)
        Priority.objects.filter(pk=row.pk).update(removed_at=now)
        told("remove_priority", person, plan, row)


def restore_priority(person: Person, plan_id: int, priority_id: int, *, today: date) -> None:
    """Put back what was taken away."""
    with transaction.atomic():
        plan = writable_plan(person, plan_id)
        row = Priority.objects.filter(pk=priority_id, account_id=plan.account_id).first()
        if row is None:
            raise NotAllowed("That priority is not of this plan.", field="priority")
        Priority.objects.filter(pk=row.pk).update(removed_at=None)
        told("restore_priority", person, plan, row)
        ask_for_account(plan.account_id, on=today)


def _own(person: Person, plan_id: int, priority_id: int) -> tuple[Plan, Priority]:
    plan = writable_plan(person, plan_id)
    row = (
        Priority.objects.select_for_update()
        .filter(pk=priority_id, account_id=plan.account_id, removed_at=None)
        .first()
    )
    if row is None:
        raise NotAllowed("That priority is not of this plan.", field="priority")
    return plan, row


def _checked(account_id: int, wanted: WantedPriority, *, today: date) -> dict[str, object]:
    words = sentence(wanted.words, field="words", most=LONGEST)
    said_as = " ".join(wanted.said_as.split())
    if wanted.said_by_id is None and not said_as:
        raise MissingValue("Who said it?", field="said_by")
    if wanted.said_on > today:
        raise InvalidValue("That day is still to come.", field="said_on")
    theirs = Contact.objects.filter(
        pk=wanted.said_by_id or 0,
        account__planning_account_id=account_id,
        removed_at=None,
        erased_at=None,
    )
    if wanted.said_by_id is not None and not theirs.exists():
        raise InvalidValue("Choose somebody of this account.", field="said_by")
    return {
        "words": words,
        "said_by_id": wanted.said_by_id,
        "said_as": "" if wanted.said_by_id is not None else said_as[:120],
        "said_on": wanted.said_on,
        "where": " ".join(wanted.where.split())[:120],
        **_place(account_id, wanted),
    }


def _place(account_id: int, wanted: WantedPriority) -> dict[str, object]:
    """Its link, and what it stands under: a goal under nothing, the others under an earlier one."""
    if wanted.link not in set(Link):
        raise InvalidValue("Choose one of the five links.", field="link")
    link = Link(wanted.link)
    if link is Link.GOAL:
        return {"link": link.value, "under_id": None}
    above = Priority.objects.filter(
        pk=wanted.under_id or 0, account_id=account_id, removed_at=None
    ).first()
    if above is None or _ORDER[Link(above.link)] >= _ORDER[link]:
        raise InvalidValue("Choose the goal it belongs to.", field="under")
    return {"link": link.value, "under_id": above.pk}
