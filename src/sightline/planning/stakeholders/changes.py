"""What changed on a map between two days, which of it raises a signal, and whom to add to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sightline.planning.reasons import Reason, because
from sightline.planning.stakeholders.facts import (
    LEVEL_WORDS,
    Person,
    Presence,
)
from sightline.planning.stakeholders.rhythm import Status


class Change(StrEnum):
    """What happened to a person. The first five raise a signal at once."""

    LEFT = "left"
    MOVED = "moved"
    TITLE = "title"
    BOUNCED = "bounced"
    QUIET = "quiet"
    JOINED = "joined"
    REMOVED = "removed"
    MANAGER = "manager"
    ROLES = "roles"
    STANCE = "stance"
    STRENGTH = "strength"


SIGNALS = frozenset({Change.LEFT, Change.MOVED, Change.TITLE, Change.BOUNCED, Change.QUIET})


@dataclass(frozen=True, slots=True)
class MapState:
    """One map on a day: its people, their effective levels and statuses, addresses that bounce."""

    people: Mapping[str, Person]
    levels: Mapping[str, int]
    statuses: Mapping[str, Status]
    bounced: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PersonChange:
    """One change of one person, with the sentence for it."""

    person: str
    change: Change
    reason: Reason

    @property
    def signal(self) -> bool:
        """Whether it is to be told at once, with the departure test's answer."""
        return self.change in SIGNALS


def map_changes(before: MapState, *, after: MapState) -> tuple[PersonChange, ...]:
    """Everything that differs, by person; the same map twice gives nothing. A change of name
    alone is none."""
    found: list[PersonChange] = []
    for key in sorted({*before.people, *after.people}):
        old, new = before.people.get(key), after.people.get(key)
        if old is None and new is not None:
            found.append(_change(new, Change.JOINED, "joined the map"))
        elif new is None and old is not None:
            found.append(_change(old, Change.REMOVED, "was taken off the map"))
        elif old is not None and new is not None:
            found += _facts(old, new)
            found += _standing(new, before, after)
    return tuple(found)


def _facts(old: Person, new: Person) -> list[PersonChange]:
    found = []
    if new.presence is not old.presence and new.presence is not Presence.HERE:
        change = Change.LEFT if new.presence is Presence.LEFT else Change.MOVED
        found.append(_change(new, change, f"has {new.presence.value}"))
    if _plain(new.title) != _plain(old.title):
        found.append(_change(new, Change.TITLE, f"is now {new.title or 'without a title'}"))
    if new.reports_to != old.reports_to:
        found.append(_change(new, Change.MANAGER, "reports to somebody else"))
    if set(new.roles) != set(old.roles):
        found.append(_change(new, Change.ROLES, "has other buying roles"))
    if new.stance is not old.stance:
        text = f"has the stance {new.stance.value}, was {old.stance.value}"
        found.append(_change(new, Change.STANCE, text))
    return found


def _standing(person: Person, before: MapState, after: MapState) -> list[PersonChange]:
    key, found = person.key, []
    if key in after.bounced and key not in before.bounced:
        found.append(_change(person, Change.BOUNCED, "mail to them comes back"))
    went_quiet = after.statuses.get(key) is Status.QUIET
    if went_quiet and before.statuses.get(key) is not Status.QUIET:
        found.append(_change(person, Change.QUIET, "is silent for longer than usual for them"))
    old, new = before.levels.get(key, 0), after.levels.get(key, 0)
    if old != new:
        text = f"is at strength {LEVEL_WORDS[new]}, was {LEVEL_WORDS[old]}"
        found.append(_change(person, Change.STRENGTH, text))
    return found


def _change(person: Person, change: Change, text: str) -> PersonChange:
    why = because(f"change.{change.value}", f"{person.name} {text}", person=person.key)
    return PersonChange(person.key, change, why)


def _plain(title: str) -> str:
    return " ".join(title.casefold().split())


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may belong on the map: a CRM contact (`key`), or only an address seen in
    meetings and mail. `days` counts two-way days in the window."""

    name: str
    key: str | None = None
    address: str | None = None
    open_deals: tuple[str, ...] = ()
    days: int = 0


@dataclass(frozen=True, slots=True)
class PersonSuggestion:
    """Whom to add, and why."""

    candidate: Candidate
    reason: Reason


def suggest_people(
    candidates: Iterable[Candidate],
    *,
    on_map: Iterable[str],
) -> tuple[PersonSuggestion, ...]:
    """Contacts of open opportunities not on the map, then people met or written with, most days
    first."""
    known = frozenset(on_map)
    waiting = [one for one in candidates if one.key is None or one.key not in known]
    waiting.sort(
        key=lambda one: (-len(one.open_deals), -one.days, one.name.casefold(), one.key or "")
    )
    return tuple(PersonSuggestion(one, _why(one)) for one in waiting if one.open_deals or one.days)


def _why(one: Candidate) -> Reason:
    parts = []
    if one.open_deals:
        parts.append(f"on {len(one.open_deals)} open {_plural('opportunity', len(one.open_deals))}")
    if one.days:
        parts.append(f"{one.days} two-way {_plural('day', one.days)}")
    if one.key is None:
        parts.append("not in the CRM")
    text = f"{one.name}: {', '.join(parts)}"
    return because("suggest.person", text, person=one.key, deals=one.open_deals, days=one.days)


def _plural(word: str, count: int) -> str:
    if count == 1:
        return word
    return f"{word[:-1]}ies" if word.endswith("ty") else f"{word}s"
