"""Required roles, the coverage matrix, pairs of facts that do not fit, and the reporting line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sightline.planning.errors import FamilyCycle
from sightline.planning.reasons import Reason, because
from sightline.planning.stakeholders.contact import ContactLog
from sightline.planning.stakeholders.facts import (
    LEVEL_WORDS,
    BuyingRole,
    Person,
    Rating,
    StakeholderParameters,
    Stance,
)


class Cover(StrEnum):
    """How a required role is filled."""

    COVERED = "covered"
    WEAK = "weak"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class RoleCover:
    """One required role: the best person for it and why it counts as it does."""

    role: BuyingRole
    cover: Cover
    person: str | None
    reason: Reason


def required_roles(*, tier_1: bool, parameters: StakeholderParameters) -> tuple[BuyingRole, ...]:
    """The roles a play needs; an account of tier 1 needs their sponsor as well."""
    names = parameters.required_for_play + (parameters.required_for_tier_1 if tier_1 else ())
    return tuple(dict.fromkeys(BuyingRole(name) for name in names))


def role_cover(
    people: Iterable[Person],
    *,
    roles: Iterable[BuyingRole],
    levels: Mapping[str, int],
    parameters: StakeholderParameters,
) -> tuple[RoleCover, ...]:
    """Each role: covered by somebody here at strength 3 and above, weak below that, else missing.

    A placeholder stands for a role that is missing.
    """
    known = sorted(people, key=lambda one: one.key)
    return tuple(_one_role(role, known, levels, parameters) for role in roles)


def coverage(covers: Iterable[RoleCover]) -> float | None:
    """Covered ÷ required, 0–1; None where no role is required."""
    found = list(covers)
    held = sum(one.cover is Cover.COVERED for one in found)
    return held / len(found) if found else None


def _one_role(
    role: BuyingRole,
    people: list[Person],
    levels: Mapping[str, int],
    parameters: StakeholderParameters,
) -> RoleCover:
    named = [one for one in people if one.here and one.holds(role)]
    if not named:
        waiting = any(one.placeholder and one.holds(role) for one in people)
        tail = ": a placeholder stands for it" if waiting else ""
        why = because("role.missing", f"no {role.words} is known{tail}", role=role.value)
        return RoleCover(role, Cover.MISSING, None, why)
    best = min(named, key=lambda one: (-levels.get(one.key, 0), one.key))
    level = levels.get(best.key, 0)
    cover = Cover.COVERED if level >= parameters.thread_level else Cover.WEAK
    text = f"{role.words}: {best.name}, {LEVEL_WORDS[level]}"
    why = because(f"role.{cover.value}", text, role=role.value, strength=level)
    return RoleCover(role, cover, best.key, why)


def buyer_unreached(
    people: Iterable[Person],
    *,
    last_two_way: Mapping[str, dt.date],
    on: dt.date,
    parameters: StakeholderParameters,
) -> Reason | None:
    """Why no economic buyer is reached (no two-way contact in the window); None when one is, or
    when none is known: that is a missing role, not an unreached person."""
    buyers = [one for one in people if one.here and one.holds(BuyingRole.ECONOMIC_BUYER)]
    silent = []
    for buyer in sorted(buyers, key=lambda one: one.key):
        last = last_two_way.get(buyer.key)
        if last is not None and (on - last).days <= parameters.buyer_contact_days:
            return None
        silent.append(buyer)
    if not silent:
        return None
    names = ", ".join(one.name for one in silent)
    days = parameters.buyer_contact_days
    text = f"no two-way contact with the economic buyer in {days} days: {names}"
    return because("role.buyer_unreached", text, people=tuple(one.key for one in silent))


def contradictory_pairs(person: Person) -> tuple[Reason, ...]:
    """Roles and stance that do not go together and so raise a question."""
    found = []
    if person.holds(BuyingRole.CHAMPION) and person.stance is Stance.AGAINST:
        text = f"{person.name} is recorded as champion and as against: which holds?"
        found.append(because("pair.champion_against", text, person=person.key))
    if person.holds(BuyingRole.BLOCKER) and person.stance is Stance.SUPPORTS:
        text = f"{person.name} is recorded as blocker and as supporting: which holds?"
        found.append(because("pair.blocker_supports", text, person=person.key))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Pairing:
    """One of ours with one of theirs: two-way days in the window, and our newest rating."""

    ours: str
    person: str
    days: int
    last: dt.date | None
    rated: int | None
    wanted: int | None


def coverage_matrix(
    *,
    logs: Mapping[str, ContactLog],
    ratings: Mapping[str, tuple[Rating, ...]],
    on: dt.date,
    parameters: StakeholderParameters,
) -> tuple[Pairing, ...]:
    """Our people × theirs, only where there is contact in the window or a fresh rating."""
    days: dict[tuple[str, str], list[dt.date]] = {}
    for person, log in logs.items():
        for day, people in log.within(on=on, days=parameters.window_days).by_ours:
            for who in people:
                days.setdefault((who, person), []).append(day)
    rated = {(one.ours, one.person): one for rows in ratings.values() for one in rows}
    return tuple(_pairing(pair, days, rated) for pair in sorted({*days, *rated}))


def _pairing(
    pair: tuple[str, str],
    days: Mapping[tuple[str, str], list[dt.date]],
    rated: Mapping[tuple[str, str], Rating],
) -> Pairing:
    seen, rating = days.get(pair, []), rated.get(pair)
    return Pairing(
        ours=pair[0],
        person=pair[1],
        days=len(seen),
        last=max(seen, default=None),
        rated=rating.level if rating else None,
        wanted=rating.wanted if rating else None,
    )


def reporting_cycles(people: Iterable[Person]) -> tuple[tuple[str, ...], ...]:
    """Every ring in reports-to, each from its smallest key on; imported data may hold some."""
    manager = {one.key: one.reports_to for one in people}
    done: set[str] = set()
    rings = []
    for start in sorted(manager):
        trail: dict[str, int] = {}
        current: str | None = start
        while current in manager and current not in done and current not in trail:
            trail[current] = len(trail)
            current = manager[current]
        if current in trail:
            ring = list(trail)[trail[current] :]
            first = ring.index(min(ring))
            rings.append(tuple(ring[first:] + ring[:first]))
        done.update(trail)
    return tuple(rings)


def managers(people: Iterable[Person]) -> dict[str, str | None]:
    """Who reports to whom as a forest that can be drawn: a ring is opened at its smallest key,
    and a manager who is not on the map is none."""
    known = list(people)
    keys = {one.key for one in known}
    opened = {ring[0] for ring in reporting_cycles(known)}
    return {
        one.key: one.reports_to if one.reports_to in keys and one.key not in opened else None
        for one in known
    }


def check_new_manager(person: str, *, manager: str | None, people: Iterable[Person]) -> None:
    """Refuse a manager who reports, directly or not, to the person. Raises FamilyCycle."""
    above = managers(people)
    trail, current = [person], manager
    while current is not None:
        if current == person:
            raise FamilyCycle(
                f"This would close a ring of reporting lines: {', '.join(trail)}.",
                field="reports_to",
            )
        trail.append(current)
        current = above.get(current)
