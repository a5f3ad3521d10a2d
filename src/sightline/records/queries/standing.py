"""How well one account's people are known: the rules of strength applied to what is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sightline.planning.stakeholders import (
    ContactLog,
    PeopleMap,
    Person,
    Relationship,
    StakeholderParameters,
    fresh_ratings,
    people_map,
    relationship,
)
from sightline.records.queries.people import AccountPeople

WHOLE = "account"
_NO_LOG = ContactLog()


def standing(
    own: AccountPeople, *, on: date, parameters: StakeholderParameters
) -> dict[str, Relationship]:
    """Everybody's relationship on a day, by key; who holds it by contact, by rating, or because
    somebody said so. No query."""
    rated = fresh_ratings(own.ratings, on=on, parameters=parameters)
    stranger = relationship("", log=_NO_LOG, ratings=(), on=on, parameters=parameters)
    found = {}
    for person in own.people:
        log, ratings = own.logs.get(person.key, _NO_LOG), rated.get(person.key, ())
        if ratings or log.ever or log.by_ours:
            known = relationship(person.key, log=log, ratings=ratings, on=on, parameters=parameters)
        else:
            # very many people of a large account, and the same of each
            known = replace(stranger, person=person.key)
        said = own.held.get(person.key)
        if said:
            known = replace(known, holders=tuple(sorted({*known.holders, *said})))
        found[person.key] = known
    return found


def map_of(own: AccountPeople, *, held: Mapping[str, Relationship]) -> PeopleMap:
    """The map that paths and the departure test are computed from. No query."""
    return people_map(
        [_placed(one) for one in own.people], relationships=held, lines=tuple(own.lines)
    )


def _placed(one: Person) -> Person:
    """Who names no unit belongs to the account as a whole, where cells without a unit stand."""
    return one if one.units else replace(one, units=(WHOLE,))
