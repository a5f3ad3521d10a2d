"""Undo: what one person said of an account's people at one moment is taken back as a whole."""

from __future__ import annotations

from datetime import datetime

from django.db import models, transaction
from django.db.models import Q

from sightline.actions import journal
from sightline.actions.stakeholders.access import require
from sightline.actions.stakeholders.people import WAITED, fact_of, move_person, set_fact
from sightline.actions.whitespace import ask_for_plans
from sightline.planning.errors import InvalidValue
from sightline.planning.permissions import Category
from sightline.records.models import (
    Contact,
    FactChange,
    HeldRole,
    Holder,
    ManagerChange,
    MapLine,
    MapPlace,
    Opinion,
)
from sightline.records.queries.company import company_facts
from sightline.records.scoping import Person

_DATED: tuple[tuple[type[models.Model], str, str, str], ...] = (
    (Opinion, "rated_at", "superseded_at", "contact"),
    (HeldRole, "said_at", "ended_at", "contact"),
    (Holder, "said_at", "ended_at", "contact"),
    (MapLine, "said_at", "ended_at", "start"),
    (MapPlace, "said_at", "ended_at", "contact"),
)


def take_back(person: Person, account_id: int, at: datetime, *, now: datetime) -> int:
    """End what the person said here at that moment and let hold again what it ended.

    Answers how many statements. Raises InvalidValue where there is none, or where somebody has
    said something newer since: then nothing changes.
    """
    with transaction.atomic():
        require(person, account_id, Category.PLAN)
        count = sum(_dated(kind, person, account_id, at, now) for kind in _DATED)
        count += _moves(person, account_id, at, now) + _facts(person, account_id, at, now)
        if not count:
            raise InvalidValue("This was taken back already, or something newer was said since.")
        journal.record("take_back", actor_id=person.id, account_id=account_id)
        ask_for_plans(account_id, by=person.id)
    return count


def _here(account_id: int, column: str) -> Q:
    return Q(**{f"{column}__account__planning_account_id": account_id}) | Q(
        **{f"{column}__map_places__account_id": account_id}
    )


def _dated(
    kind: tuple[type[models.Model], str, str, str],
    person: Person,
    account_id: int,
    at: datetime,
    now: datetime,
) -> int:
    model, begun, ended, column = kind
    of = model._default_manager.filter(_here(account_id, column))
    said = of.filter(**{begun: at, "author_id": person.id}).distinct()
    made = [row.pk for row in said]
    if said.exclude(**{ended: None}).exists():
        raise InvalidValue("Something newer was said since: this cannot be undone any more.")
    ended_then = [row.pk for row in of.filter(**{ended: at}).distinct()]
    if ended_then:
        require(person, account_id, Category.OPINIONS)
    model._default_manager.filter(pk__in=made).update(**{ended: now})
    model._default_manager.filter(pk__in=ended_then).update(**{ended: None})
    if model is MapPlace:
        _forget_new(made, now)
    return len(made) + len(ended_then)


def _forget_new(places: list[int], now: datetime) -> None:
    """Somebody whom the undone act put on the map, and who came from nowhere else, goes with it."""
    people = MapPlace.objects.filter(pk__in=places).values("contact")
    for contact in Contact.objects.filter(pk__in=people, source=None, outside_id=""):
        if contact.map_places.count() == 1:
            Contact.objects.filter(pk=contact.pk).update(removed_at=now)


def _moves(person: Person, account_id: int, at: datetime, now: datetime) -> int:
    moves = ManagerChange.objects.filter(
        _here(account_id, "contact"), said_at=at, author_id=person.id
    ).distinct()
    count = 0
    for move in moves:
        move_person(
            person,
            account_id,
            move.contact_id,
            move.before_id,
            seen=move.after_id or 0,
            now=now,
        )
        count += 1
    return count


def _facts(person: Person, account_id: int, at: datetime, now: datetime) -> int:
    """Names, titles, units and statuses that still stand as they were set go back."""
    changes = FactChange.objects.filter(
        _here(account_id, "contact"), said_at=at, author_id=person.id, ended_at=None
    ).distinct()
    count, on = 0, company_facts().today(now)
    for change in changes.select_related("contact").order_by("pk"):
        contact = change.contact
        if change.field == WAITED:
            Contact.objects.filter(pk=contact.pk).update(is_placeholder=True)
            continue
        if fact_of(contact, change.field) != change.after:
            raise InvalidValue("Something newer was said since: this cannot be undone any more.")
        set_fact(*(person, account_id, contact.pk, change.field, change.before), now=now, on=on)
        count += 1
    FactChange.objects.filter(pk__in=[one.pk for one in changes]).update(ended_at=now)
    return count
