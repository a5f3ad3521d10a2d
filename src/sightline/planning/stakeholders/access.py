"""Access and budget of a cell, 0–3 each, read from the stakeholder map with the reason in words.

Computed for a whole plan at once: 60 lines × 120 units × 400 people well under 150 ms.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sightline.planning.errors import FamilyCycle
from sightline.planning.reasons import Reason, because
from sightline.planning.stakeholders.facts import (
    LEVEL_WORDS,
    BuyingRole,
    Person,
    RoleHeld,
    StakeholderParameters,
)
from sightline.planning.stakeholders.ways import Way, Ways, person_ways


@dataclass(frozen=True, slots=True)
class Found:
    """A level 0–3 with its reason and the person it rests on, if any."""

    level: int
    reason: Reason
    person: str | None = None


@dataclass(frozen=True, slots=True)
class CellPath:
    """Access and budget of one cell. `mapped` is False where nobody is known in the unit or above:
    then the path is unknown, which is not the same as no path."""

    access: Found
    budget: Found
    mapped: bool

    @property
    def level(self) -> int:
        """The lower of access and budget."""
        return min(self.access.level, self.budget.level)


NOBODY = Found(0, because("access.nobody", "nobody we know is in this unit or decides here"))
NO_BUYER = Found(0, because("budget.no_buyer", "no economic buyer is known for this decision"))


@dataclass(frozen=True, slots=True)
class _UnitView:
    """What a unit sees: who influences and who pays, by line (None: every line), and the path of
    every line that nobody was named for. The nearest unit's buyers come before those above."""

    deciders: Mapping[str | None, list[str]]
    buyers: Mapping[str | None, list[str]]
    otherwise: CellPath

    @property
    def mapped(self) -> bool:
        return self.otherwise.mapped


class PlanPaths:
    """Access and budget for every cell of a plan; `parents` maps each unit to the one above.

    Raises FamilyCycle when units are above each other in a ring.
    """

    __slots__ = ("_above", "_by_unit", "_found", "_on", "_parameters", "_roles", "_views", "ways")

    def __init__(
        self,
        ways: Ways,
        *,
        parents: Mapping[str, str | None],
        on: dt.date,
        parameters: StakeholderParameters,
    ) -> None:
        self.ways, self._on, self._parameters = ways, on, parameters
        self._above = {unit: units_above(unit, parents) for unit in parents}
        self._by_unit: dict[str | None, list[str]] = {}
        self._roles: dict[str | None, list[tuple[str, RoleHeld]]] = {}
        self._found: dict[tuple[str, str], Found] = {}
        self._views: dict[str, _UnitView] = {}
        for key, person in sorted(ways.people.items()):
            for unit in person.units or (None,):
                self._by_unit.setdefault(unit, []).append(key)
            for held in person.roles:
                for unit_of in _units_of(person, held):
                    self._roles.setdefault(unit_of, []).append((key, held))

    def path(self, unit: str, line: str) -> CellPath:
        """Access and budget of one cell."""
        view = self._view(unit)
        if line not in view.deciders and line not in view.buyers:
            return view.otherwise
        return CellPath(self.access(unit, line), self.budget(unit, line), view.mapped)

    def usual(self, unit: str) -> CellPath:
        """The path of every line of a unit that nobody was named for."""
        return self._view(unit).otherwise

    def named(self, unit: str) -> frozenset[str]:
        """The lines that somebody was named for, in the unit or above it."""
        view = self._view(unit)
        return frozenset(one for one in (*view.deciders, *view.buyers) if one is not None)

    def mapped(self, unit: str) -> bool:
        """Whether any named person is known in the unit or above it, or has a role there."""
        return self._view(unit).mapped

    def access(self, unit: str, line: str) -> Found:
        """3: strength 4 with somebody who influences this decision; 2: 3 with anyone of the unit
        or of the decision; 1: 2 with one of them, or 3 one line away from one; else 0."""
        view = self._view(unit)
        best = view.otherwise.access
        return _best((self._one(key, "decides") for key in view.deciders.get(line, ())), best)

    def budget(self, unit: str, line: str) -> Found:
        """3: economic buyer at strength 3 with two-way contact in the window; 2: known at 2;
        1: known by name, or one line from somebody at 3; else 0."""
        return _best([self._one(key, "buyer") for key in self.buyers(unit, line)], NO_BUYER)

    def buyers(self, unit: str, line: str) -> tuple[str, ...]:
        """Economic buyers of this decision: those named for the line, else for the nearest unit."""
        view = self._view(unit)
        return tuple(view.buyers[line] if line in view.buyers else view.buyers.get(None, ()))

    def linked(self, person: str) -> Found:
        """Access through one person linked to a play or renewal, who so takes part in deciding."""
        return self._one(person, "decides")

    def circle(self, unit: str, line: str) -> tuple[str, ...]:
        """Everybody in the unit, and everybody elsewhere who influences this decision."""
        deciders = self._view(unit).deciders
        members = [*self._by_unit.get(unit, ()), *deciders.get(None, ()), *deciders.get(line, ())]
        return tuple(dict.fromkeys(members))

    def ways_to(self, unit: str, line: str) -> Iterator[Way]:
        """Every way that gives this cell access of at least 1."""
        for key in self.circle(unit, line):
            yield from person_ways(key, self.ways, parameters=self._parameters)

    def _view(self, unit: str) -> _UnitView:
        view = self._views.get(unit)
        if view is None:
            view = self._views[unit] = self._seen_from(unit)
        return view

    def _seen_from(self, unit: str) -> _UnitView:
        """Who counts in a unit, gathered once over the unit and those above it."""
        deciders: dict[str | None, list[str]] = {}
        buyers: dict[str | None, list[str]] = {}
        known = False
        for place in (unit, *self._above.get(unit, ()), None):
            near: dict[str | None, list[str]] = {}
            for key, held in self._roles.get(place, ()):
                if held.influence != 0:
                    deciders.setdefault(held.line, []).append(key)
                if held.role is BuyingRole.ECONOMIC_BUYER and key not in near.get(held.line, ()):
                    near.setdefault(held.line, []).append(key)
            buyers = near | buyers
            members = [
                *self._by_unit.get(place, ()),
                *(key for key, _ in self._roles.get(place, ())),
            ]
            known = known or any(not self.ways.people[key].placeholder for key in members)
        everyone = [self._one(key, "unit") for key in self._by_unit.get(unit, ())]
        everyone += [self._one(key, "decides") for key in deciders.get(None, ())]
        paid = _best([self._one(key, "buyer") for key in buyers.get(None, ())], NO_BUYER)
        return _UnitView(deciders, buyers, CellPath(_best(everyone, NOBODY), paid, known))

    def _one(self, key: str, part: str) -> Found:
        found = self._found.get((key, part))
        if found is None:
            make = self._buyer if part == "buyer" else self._member
            found = self._found[key, part] = make(key, decides=part == "decides")
        return found

    def _member(self, key: str, *, decides: bool) -> Found:
        level, p = self.ways.level(key), self._parameters
        person = self.ways.people[key]
        if level >= p.thread_level:
            score = 3 if decides and level >= p.support_level else 2
            return _held(person, level, score, part="decides here" if decides else "in the unit")
        bridges = self.ways.bridges(key, strong=p.thread_level)
        if level >= p.reach_level:
            return _held(person, level, 1, part="decides here" if decides else "in the unit")
        if bridges:
            return _over(self.ways.people[bridges[0]], person, self.ways, 1, area="access")
        text = f"{_called(person)}: {LEVEL_WORDS[level]}, and no way to them through others"
        return Found(0, because("access.none", text, person=key, strength=level), key)

    def _buyer(self, key: str, *, decides: bool) -> Found:
        del decides
        p, level, person = self._parameters, self.ways.level(key), self.ways.people[key]
        last = self.ways.source.last_two_way.get(key)
        recent = last is not None and (self._on - last).days <= p.buyer_contact_days
        if level >= p.thread_level and recent:
            return _buyer_found(person, level, 3, "two-way contact in the window")
        if level >= p.reach_level:
            return _buyer_found(person, level, 2, "known" if recent else "no recent contact")
        bridges = self.ways.bridges(key, strong=p.thread_level)
        if bridges:
            return _over(self.ways.people[bridges[0]], person, self.ways, 1, area="budget")
        if not person.placeholder:
            return _buyer_found(person, level, 1, "known by name only")
        text = f"{_called(person)} has no name yet and nobody we know is near"
        return Found(0, because("budget.placeholder", text, person=key), key)


def units_above(unit: str, parents: Mapping[str, str | None]) -> tuple[str, ...]:
    """The units above, nearest first. Raises FamilyCycle for a ring."""
    found: list[str] = []
    above = parents.get(unit)
    while above is not None:
        if above == unit or above in found:
            raise FamilyCycle(f"Units are above each other: {', '.join([unit, *found])}.")
        found.append(above)
        above = parents.get(above)
    return tuple(found)


def _units_of(person: Person, held: RoleHeld) -> tuple[str | None, ...]:
    if held.unit is not None:
        return (held.unit,)
    return person.units or (None,)


def _best(found: Iterable[Found], otherwise: Found) -> Found:
    """The highest level; the first of equals, so that the answer does not wander."""
    best = otherwise
    for one in found:
        if one.level > best.level or (one.level == best.level and best.person is None):
            best = one
    return best


def _called(person: Person) -> str:
    if person.placeholder:
        return f"the {person.title or person.name}".strip()
    return f"{person.name} ({person.title})" if person.title else person.name


def _held(person: Person, level: int, score: int, *, part: str) -> Found:
    text = f"{_called(person)}: {LEVEL_WORDS[level]}, {part}"
    return Found(
        score, because(f"access.{score}", text, person=person.key, strength=level), person.key
    )


def _buyer_found(person: Person, level: int, score: int, tail: str) -> Found:
    text = f"{_called(person)} holds the budget: {LEVEL_WORDS[level]}, {tail}"
    return Found(
        score, because(f"budget.{score}", text, person=person.key, strength=level), person.key
    )


def _over(bridge: Person, person: Person, ways: Ways, score: int, *, area: str) -> Found:
    level = ways.level(bridge.key)
    if bridge.reports_to == person.key:
        joint = "reports to"
    elif person.reports_to == bridge.key:
        joint = "manages"
    else:
        joint = "is linked to"
    text = f"{_called(bridge)}: {LEVEL_WORDS[level]}, {joint} {_called(person)}"
    inputs = because(
        f"{area}.one_line", text, person=person.key, through=bridge.key, strength=level
    )
    return Found(score, inputs, person.key)
