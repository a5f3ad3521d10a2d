"""Who of an account's people is still there: less than their page reads, for lists of what is lost."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from sightline.planning.parameters import Parameters
from sightline.planning.stakeholders import (
    ContactLog,
    Person,
    PersonStatus,
    StakeholderParameters,
    person_status,
)
from sightline.records.models import Contact, MapPlace
from sightline.records.prepared import prepared
from sightline.records.queries.account_scope import AccountScope
from sightline.records.queries.people import AccountPeople


@dataclass(frozen=True, slots=True)
class PersonHere:
    """One of theirs with what logged contact alone tells: no opinion."""

    person: Person
    left_on: date | None
    log: ContactLog
    status: PersonStatus


def people_here(
    scope: AccountScope, *, known: AccountPeople, on: date, parameters: Parameters
) -> tuple[PersonHere, ...]:
    """The people of the visible part of the family and the map's guests, as `account_people` lists
    them. Two queries, three with guests."""
    numbers = parameters.section(StakeholderParameters, "stakeholders")
    left = _left(scope.planning_id, scope.seen_ids)
    here = [person for person in known.people if int(person.key) in left]
    logs = [known.logs.get(person.key, ContactLog()) for person in here]
    return tuple(
        PersonHere(
            person=person,
            left_on=left[int(person.key)],
            log=log,
            status=person_status(person, log=log, on=on, parameters=numbers),
        )
        for person, log in zip(here, logs, strict=True)
    )


def _left(planning_id: int, seen: Collection[int]) -> dict[int, date | None]:
    guests = _guests(planning_id)
    return dict([*_contacts(list(seen)), *(_invited(guests) if guests else ())])


@prepared
def _guests(planning_id: int) -> QuerySet[MapPlace, Any]:
    rows = MapPlace.objects.filter(account_id=planning_id, shown=True, ended_at=None)
    return rows.values_list("contact_id", flat=True)


@prepared
def _contacts(account_ids: list[int]) -> QuerySet[Contact, Any]:
    rows = Contact.objects.filter(account_id__in=account_ids, removed_at=None, erased_at=None)
    return rows.values_list("pk", "left_on")


@prepared
def _invited(ids: list[int]) -> QuerySet[Contact, Any]:
    rows = Contact.objects.filter(pk__in=ids, removed_at=None, erased_at=None)
    return rows.values_list("pk", "left_on")
