"""Their people on an account's page: the visible ones, with contact, strength and what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import QuerySet

from sightline.planning.parameters import Parameters
from sightline.planning.stakeholders import (
    ContactLog,
    Line,
    Person,
    PersonStatus,
    Rating,
    Relationship,
    StakeholderParameters,
    Stance,
    ThreadCheck,
    ThreadScope,
    check_threads,
    fresh_ratings,
    person_status,
    relationship,
)
from sightline.records.models import CrmUser, Opinion
from sightline.records.prepared import prepared
from sightline.records.queries import people as stakeholders
from sightline.records.queries.account_scope import AccountScope


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """One of theirs with what the rules make of them. Opinions are in `known` and `person` only where
    the reading person may see them, else `known` comes from logged contact alone, as `status` and
    `log` always do; buying roles are there for rules, and shown by `person_view`."""

    person: Person
    unit: str
    left_on: date | None
    added_on: date | None
    log: ContactLog
    status: PersonStatus
    known: Relationship
    interests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AccountPeople:
    """Everybody visible, and whether the whole account hangs on one of them.

    `threads` is judged with every rating, because the flag is a fact about the account; `ours`
    names our people by the key the logs use. `ratings` are the fresh ones by person, `lines`
    influence and conflict between people listed here: opinions, as `known` is.
    """

    people: tuple[KnownPerson, ...]
    threads: ThreadCheck
    ours: Mapping[str, str]
    logged_days: int
    ratings: Mapping[str, tuple[Rating, ...]] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)

    def name(self, key: str) -> str:
        """A visible person's name; empty for anybody else."""
        return next((one.person.name for one in self.people if one.person.key == key), "")


def account_people(
    scope: AccountScope,
    *,
    on: date,
    at_stake: bool,
    parameters: Parameters,
    back: bool = False,
    known: stakeholders.AccountPeople | None = None,
) -> AccountPeople:
    """The people of the account and the visible part of its family, with guests on its map.

    `known` is the map as it stands with every opinion, where it was read already. `back` takes statements and reporting lines back to the day as well. Twelve queries at most.
    """
    numbers = parameters.section(StakeholderParameters, "stakeholders")
    all_people = known or _everybody(scope.planning_id, on=on if back else None)
    rated = fresh_ratings(all_people.ratings, on=on, parameters=numbers)
    here = all_people.seen_in(scope.seen_ids)
    if back:
        here = [one for one in here if not (one.first_seen and one.first_seen > on)]
    held = _relationships(here, all_people, rated, on=on, numbers=numbers)
    check = check_threads(
        ThreadScope(str(scope.account_id), tuple(here), at_stake),
        relationships=held,
        logs=all_people.logs,
        on=on,
        parameters=numbers,
    )
    if not scope.rights.opinions:
        all_people, rated = replace(all_people, held={}, lines=[]), {}
        held = _relationships(here, all_people, rated, on=on, numbers=numbers)
        here = [replace(one, stance=Stance.UNKNOWN, only_through=None) for one in here]
    interests = _interests(scope) if scope.rights.roles else {}
    listed = tuple(_known(one, all_people, held, interests, on=on, numbers=numbers) for one in here)
    seen = {person.key for person in here}
    return AccountPeople(
        people=listed,
        threads=check,
        ours=_ours(listed, check, rated),
        logged_days=round(check.theirs.days),
        ratings={key: rows for key, rows in rated.items() if key in seen},
        lines=tuple(one for one in all_people.lines if {one.start, one.end} <= seen),
        units=_units(here, all_people.units),
    )


def _everybody(planning_id: int, *, on: date | None) -> stakeholders.AccountPeople:
    found = stakeholders.people_of([planning_id], with_opinions=True, on=on)
    return found.get(planning_id) or stakeholders.AccountPeople()


def _ours(
    listed: Sequence[KnownPerson],
    check: ThreadCheck,
    rated: Mapping[str, tuple[Rating, ...]],
) -> dict[str, str]:
    """Names of our people who hold, carry or rate somebody."""
    keys = {key for one in listed for key in one.known.holders}
    keys |= {key for key, _ in check.ours.by_key}
    keys |= {one.ours for rows in rated.values() for one in rows}
    wanted = sorted(int(key) for key in keys if key.isdecimal())
    return {str(pk): name for pk, name in _our_names(wanted)}


def _relationships(
    here: Sequence[Person],
    found: stakeholders.AccountPeople,
    rated: Mapping[str, tuple[Rating, ...]],
    *,
    on: date,
    numbers: StakeholderParameters,
) -> dict[str, Relationship]:
    """Everybody's strength; who holds them is told by contact, by ratings, and by what was said.

    All of whom nothing is logged and nothing was said are known alike, so that is worked out once.
    """
    known: dict[str, Relationship] = {}
    alike = relationship("", log=ContactLog(), ratings=(), on=on, parameters=numbers)
    for key in (person.key for person in here):
        log, ratings = found.logs.get(key), rated.get(key, ())
        if log is None and not ratings:
            one = replace(alike, person=key)
        else:
            log = log or ContactLog()
            one = relationship(key, log=log, ratings=ratings, on=on, parameters=numbers)
        said = found.held.get(key, ())
        holders = tuple(dict.fromkeys((*said, *one.holders)))
        known[key] = replace(one, holders=holders) if said else one
    return known


def _units(people: Sequence[Person], names: Mapping[str, str]) -> dict[str, str]:
    keys = {unit for one in people for unit in one.units}
    return {key: names[key] for key in sorted(keys, key=lambda key: (names[key], int(key)))}


@prepared
def _our_names(keys: list[int]) -> QuerySet[CrmUser, Any]:
    return CrmUser.objects.filter(pk__in=keys).values_list("pk", "name")


@prepared
def _interests_told(account_ids: list[int]) -> QuerySet[Opinion, Any]:
    rows = Opinion.here.filter(
        contact__account_id__in=account_ids, kind=Opinion.Kind.INTEREST, superseded_at=None
    )
    return rows.order_by("rated_at").values_list("contact_id", "value")


def _known(
    person: Person,
    found: stakeholders.AccountPeople,
    held: Mapping[str, Relationship],
    interests: Mapping[int, tuple[str, ...]],
    *,
    on: date,
    numbers: StakeholderParameters,
) -> KnownPerson:
    kept, log = found.kept[person.key], found.logs.get(person.key, ContactLog())
    return KnownPerson(
        person=person,
        unit=kept.unit,
        left_on=kept.left_on,
        added_on=kept.added_on,
        log=log,
        status=person_status(person, log=log, on=on, parameters=numbers),
        known=held[person.key],
        interests=interests.get(int(person.key), ()),
    )


def _interests(scope: AccountScope) -> dict[int, tuple[str, ...]]:
    found: dict[int, list[str]] = {}
    for contact, value in _interests_told(list(scope.seen_ids)):
        found.setdefault(contact, []).append(value)
    return {contact: tuple(dict.fromkeys(values)) for contact, values in found.items()}
