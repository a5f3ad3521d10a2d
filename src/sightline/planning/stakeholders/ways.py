"""Ways in: who must stay for a relationship to stand, and who is one line away.

A way is a set of people, theirs and ours, who must all stay. A relationship or a path is lost
when every one of its ways has lost somebody; so losing more people never brings a path back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sightline.planning.stakeholders.facts import (
    LineKind,
    PeopleMap,
    Person,
    StakeholderParameters,
)


class Side(StrEnum):
    """Whose person it is."""

    THEIRS = "theirs"
    OURS = "ours"


Who = tuple[Side, str]
Way = frozenset[Who]


def theirs(key: str) -> Who:
    """One of the customer's people."""
    return (Side.THEIRS, key)


def ours(key: str) -> Who:
    """One of our people."""
    return (Side.OURS, key)


@dataclass(frozen=True, slots=True)
class Ways:
    """The map indexed for questions about paths; `gone` are those taken away.

    `people` are all on the map who have not moved, left or been taken away, placeholders too.
    `near` are the people one reports-to or influence line away, in order of key.
    """

    people: Mapping[str, Person]
    near: Mapping[str, tuple[str, ...]]
    levels: Mapping[str, int]
    by_person: Mapping[str, tuple[Way, ...]]
    source: PeopleMap
    gone: frozenset[Who] = frozenset()

    def level(self, person: str) -> int:
        """Effective strength that still stands: 0 once no way to the person is left."""
        return self.levels.get(person, 0)

    def bridges(self, person: str, *, strong: int) -> tuple[str, ...]:
        """People one line away with a strength of at least `strong`, strongest first."""
        near = (one for one in self.near.get(person, ()) if self.level(one) >= strong)
        return tuple(sorted(near, key=lambda one: (-self.level(one), one)))

    def without(self, leavers: Iterable[Who]) -> Ways:
        """The same map after these people have gone as well."""
        return ways_in(self.source, gone=self.gone | frozenset(leavers))


def ways_in(source: PeopleMap, *, gone: frozenset[Who] = frozenset()) -> Ways:
    """Index a map; people of another presence than here, and those gone, open no way."""
    people = {
        one.key: one
        for one in source.people
        if (one.here or one.placeholder) and theirs(one.key) not in gone
    }
    by_person = {key: _standing(one, people, source, gone) for key, one in people.items()}
    levels = {
        key: source.levels.get(key, 0) if by_person[key] and not one.placeholder else 0
        for key, one in people.items()
    }
    return Ways(people, _near(source, people), levels, by_person, source, gone)


def _standing(
    person: Person, people: Mapping[str, Person], source: PeopleMap, gone: frozenset[Who]
) -> tuple[Way, ...]:
    """Each way in which the relationship with this person stands; () when none is left."""
    chain = _chain(person, people)
    if chain is None:
        return ()
    holders = source.holders.get(chain[-1], ())
    base = frozenset(theirs(key) for key in chain)
    if not holders:
        return (base,)
    left = (ours(one) for one in holders if ours(one) not in gone)
    return tuple(base | {one} for one in left)


def _chain(person: Person, people: Mapping[str, Person]) -> list[str] | None:
    """The person and those by whom alone they are reached, nearest first; None if it is broken."""
    chain, seen, current = [person.key], {person.key}, person
    while current.only_through is not None:
        following = people.get(current.only_through)
        if following is None or following.key in seen:
            return None
        chain.append(following.key)
        seen.add(following.key)
        current = following
    return chain


def _near(source: PeopleMap, people: Mapping[str, Person]) -> dict[str, tuple[str, ...]]:
    pairs: dict[str, set[str]] = {}
    for start, end in open_lines(source):
        if start in people and end in people and start != end:
            pairs.setdefault(start, set()).add(end)
            pairs.setdefault(end, set()).add(start)
    return {key: tuple(sorted(found)) for key, found in pairs.items()}


def open_lines(source: PeopleMap) -> Iterator[tuple[str, str]]:
    """Every reporting or influence line; a conflict opens no way."""
    for person in source.people:
        if person.reports_to is not None:
            yield person.key, person.reports_to
    for line in source.lines:
        if line.kind is not LineKind.CONFLICTS:
            yield line.start, line.end


def person_ways(person: str, ways: Ways, *, parameters: StakeholderParameters) -> Iterator[Way]:
    """Every way that gives access of at least 1 to a person: directly, or over one line."""
    if ways.level(person) >= parameters.reach_level:
        yield from ways.by_person[person]
    for bridge in ways.bridges(person, strong=parameters.thread_level):
        for way in ways.by_person[bridge]:
            yield way | {theirs(person)}


def needed_by_all(found: Iterable[Way]) -> Way:
    """Those in every one of the ways: whoever of them goes takes the path along; none if none."""
    common: Way | None = None
    for way in found:
        common = way if common is None else common & way
        if not common:
            break
    return common or frozenset()
