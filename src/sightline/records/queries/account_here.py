"""Who of an account's people is still there: less than their page reads, for lists of what is lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sightline.planning.parameters import Parameters
from sightline.planning.stakeholders import (
    ContactLog,
    Person,
    PersonStatus,
    StakeholderParameters,
    person_status,
)
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
    them. No query: the map tells who is kept where."""
    numbers = parameters.section(StakeholderParameters, "stakeholders")
    here = known.seen_in(scope.seen_ids)
    logs = [known.logs.get(person.key, ContactLog()) for person in here]
    return tuple(
        PersonHere(
            person=person,
            left_on=known.kept[person.key].left_on,
            log=log,
            status=person_status(person, log=log, on=on, parameters=numbers),
        )
        for person, log in zip(here, logs, strict=True)
    )
