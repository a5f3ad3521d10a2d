"""Roles that a play or the tier needs and that nobody fills: what the map asks for by itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sightline.planning.stakeholders.facts import BuyingRole, Person, StakeholderParameters
from sightline.planning.stakeholders.roles import required_roles


@dataclass(frozen=True, slots=True)
class WantedRole:
    """One role nobody fills: the plays that lack it, by key, and whether the whole map does."""

    role: BuyingRole
    plays: tuple[str, ...]
    nobody: bool


def wanted_roles(
    people: Iterable[Person],
    *,
    plays: Mapping[str, Collection[str]],
    tier_1: bool,
    parameters: StakeholderParameters,
) -> tuple[WantedRole, ...]:
    """Each required role with the open plays (key → keys of the people linked) that lack it.

    A play lacks a role of its own where nobody linked to it and still here holds it; their
    sponsor is asked of the account alone. A placeholder with the role keeps the question where it
    stands: for the account, or for the plays it is linked to. Without plays the account is asked.
    """
    known = list(people)
    by_key = {one.key: one for one in known}
    found = []
    for role in required_roles(tier_1=tier_1, parameters=parameters):
        holders = [one for one in known if _stands(one, role)]
        lacking: tuple[str, ...] = ()
        if role.value in parameters.required_for_play:
            lacking = tuple(
                play
                for play, linked in plays.items()
                if not any(_stands(by_key[key], role) for key in linked if key in by_key)
            )
        if lacking or not holders:
            found.append(WantedRole(role, lacking, nobody=not holders))
    return tuple(found)


def _stands(one: Person, role: BuyingRole) -> bool:
    """Here with the role, or a placeholder that waits for a name."""
    return (one.here or one.placeholder) and one.holds(role)
