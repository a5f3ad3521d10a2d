"""Snapshots of a plan that hold keys and references only, and what changed between two.

Because no name, rating or free text is in them, erasing a person blanks every snapshot without
changing its structure. diff(a, a) is empty, and applying diff(a, b) to a gives b.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sightline.planning.errors import InvalidValue

Plain = str | int | bool | None
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/@+-]{0,119}\Z")


class Area(StrEnum):
    """The five areas in which two snapshots are compared."""

    GRID = "grid"
    MAP = "map"
    GOALS = "goals"
    MONEY = "money"
    TEXT = "text"


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One thing in an area, by key, with its fields in order.

    Values are keys, references to versions kept elsewhere, whole numbers (money in minor units),
    yes or no, or None. On the map every value is a reference, never a rating.
    """

    area: Area
    key: str
    fields: tuple[tuple[str, Plain], ...]

    def __post_init__(self) -> None:
        if not _KEY.match(self.key):
            raise InvalidValue("A snapshot holds keys, not names.", field="key")
        names = [name for name, _ in self.fields]
        if names != sorted(set(names)):
            raise InvalidValue("An entry's fields stand in order, each once.", field="fields")
        for name, value in self.fields:
            _check(self.area, name, value)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A plan on a day, frozen: entries in order, each area and key once."""

    plan: str
    taken_on: dt.date
    entries: tuple[Entry, ...]

    def __post_init__(self) -> None:
        names = [(entry.area, entry.key) for entry in self.entries]
        if names != sorted(set(names)):
            raise InvalidValue("A snapshot's entries stand in order, each once.", field="entries")


class Kind(StrEnum):
    """What happened to an entry."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One entry that differs: `before` None when it was added, `after` None when removed."""

    area: Area
    key: str
    before: Entry | None
    after: Entry | None

    @property
    def kind(self) -> Kind:
        """Added, removed or changed."""
        if self.before is None:
            return Kind.ADDED
        return Kind.REMOVED if self.after is None else Kind.CHANGED

    @property
    def fields(self) -> tuple[tuple[str, Plain, Plain], ...]:
        """Fields that differ, with both values; None stands for absent as well."""
        before = dict(self.before.fields) if self.before else {}
        after = dict(self.after.fields) if self.after else {}
        names = sorted(before.keys() | after.keys())
        return tuple(
            (name, before.get(name), after.get(name))
            for name in names
            if _typed(name, before) != _typed(name, after)
        )


def entry(area: Area, key: str, fields: Mapping[str, Plain]) -> Entry:
    """An entry with its fields put in order."""
    return Entry(area, key, tuple(sorted(fields.items())))


def snapshot(plan: str, *, taken_on: dt.date, entries: Iterable[Entry]) -> Snapshot:
    """A snapshot with its entries put in order; a doubled key raises InvalidValue."""
    return Snapshot(plan, taken_on, tuple(sorted(entries, key=lambda e: (e.area, e.key))))


def differences(before: Snapshot, after: Snapshot) -> tuple[Difference, ...]:
    """What changed from one snapshot to the other, by area and key; of the same plan only."""
    if before.plan != after.plan:
        raise InvalidValue("Only snapshots of one plan can be compared.", field="plan")
    old = {(entry.area, entry.key): entry for entry in before.entries}
    new = {(entry.area, entry.key): entry for entry in after.entries}
    return tuple(
        Difference(area, key, old.get((area, key)), new.get((area, key)))
        for area, key in sorted(old.keys() | new.keys())
        if not _same(old.get((area, key)), new.get((area, key)))
    )


def apply_differences(
    before: Snapshot, changes: Iterable[Difference], *, taken_on: dt.date
) -> Snapshot:
    """The snapshot after the changes. One that does not fit what is there raises InvalidValue."""
    entries = {(entry.area, entry.key): entry for entry in before.entries}
    for change in changes:
        place = (change.area, change.key)
        if not _same(entries.get(place), change.before):
            raise InvalidValue(f"{change.key} is not what it was.", field="before")
        if change.after is None:
            del entries[place]
        else:
            entries[place] = change.after
    return snapshot(before.plan, taken_on=taken_on, entries=entries.values())


def _same(one: Entry | None, other: Entry | None) -> bool:
    """Equal, and of equal types: 1, True and 1 as text are three different things."""
    if one is None or other is None:
        return one is other
    return one == other and all(
        type(value) is type(that)
        for (_, value), (_, that) in zip(one.fields, other.fields, strict=True)
    )


def _typed(name: str, fields: Mapping[str, Plain]) -> tuple[bool, type, Plain]:
    """Whether a field is there, its value's type and its value."""
    value = fields.get(name)
    return name in fields, type(value), value


def _check(area: Area, name: str, value: Plain) -> None:
    if isinstance(value, str):
        if not _KEY.match(value):
            raise InvalidValue("A snapshot holds references, not text.", field=name)
    elif area is Area.MAP and isinstance(value, int) and not isinstance(value, bool):
        raise InvalidValue("What is thought of a person is kept in one place.", field=name)
    elif value is not None and not isinstance(value, int):
        raise InvalidValue("A snapshot holds whole numbers.", field=name)
