"""The second and third relationship to build where everything hangs on one person."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from sightline.planning.reasons import Reason, because
from sightline.planning.stakeholders.dependency import role_weight
from sightline.planning.stakeholders.facts import (
    LEVEL_WORDS,
    BuyingRole,
    Person,
    StakeholderParameters,
    Stance,
)
from sightline.planning.stakeholders.ways import Ways, Who, ours


@dataclass(frozen=True, slots=True)
class Proposal:
    """A relationship to build: with whom, for which role, introduced by whom.

    `introduced_by` is the person of theirs nearest to them whom we know well; `held_by` are those
    of ours who know that person, or the proposed one. `steps` counts lines from what we hold
    (0: we are in contact already). None of it goes through the person it is to relieve.
    """

    person: str
    role: BuyingRole | None
    steps: int
    level: int
    wanted: int
    introduced_by: str | None
    held_by: tuple[str, ...]
    reason: Reason


def propose_relationships(
    scope: Iterable[str],
    *,
    ways: Ways,
    sole: Who | None,
    missing: Iterable[BuyingRole] = (),
    parameters: StakeholderParameters,
    most: int = 2,
) -> tuple[Proposal, ...]:
    """Nearest reachable people of the scope below strength 3, those with a missing role first.

    `sole` is the person everything hangs on; ways through them do not count. People recorded as
    against are never proposed. Nearest by lines, then by strength, role weight and key.
    """
    left = ways.without([sole]) if sole else ways
    steps, through = _distances(left, parameters=parameters)
    wanted = tuple(missing)
    found = []
    for key in dict.fromkeys(scope):
        person = left.people.get(key)
        if person is None or not _fit(person, left, parameters):
            continue
        if key in steps:
            role = next((one for one in wanted if person.holds(one)), None)
            found.append(_proposal(person, role, steps[key], through[key], left, parameters))
    found.sort(key=lambda one: _order(one, left, parameters))
    return tuple(found[:most])


def _fit(person: Person, ways: Ways, parameters: StakeholderParameters) -> bool:
    return (
        not person.placeholder
        and person.stance is not Stance.AGAINST
        and ways.level(person.key) < parameters.thread_level
    )


def _distances(
    ways: Ways, *, parameters: StakeholderParameters
) -> tuple[dict[str, int], dict[str, str]]:
    """Lines from the nearest relationship we hold, and that person; strongest start first."""
    held = sorted(
        (key for key in ways.people if ways.level(key) >= parameters.reach_level),
        key=lambda key: (-ways.level(key), key),
    )
    steps, through = dict.fromkeys(held, 0), {key: key for key in held}
    waiting = deque(held)
    while waiting:
        current = waiting.popleft()
        for following in ways.near.get(current, ()):
            if following not in steps and not ways.people[following].placeholder:
                steps[following] = steps[current] + 1
                through[following] = through[current]
                waiting.append(following)
    return steps, through


def _order(
    one: Proposal, ways: Ways, parameters: StakeholderParameters
) -> tuple[bool, int, int, float, str]:
    weight = role_weight(ways.people[one.person], parameters=parameters)
    return (one.role is None, one.steps, -one.level, -weight, one.person)


def _proposal(
    person: Person,
    role: BuyingRole | None,
    steps: int,
    through: str,
    ways: Ways,
    parameters: StakeholderParameters,
) -> Proposal:
    level = ways.level(person.key)
    introducer = None if through == person.key else ways.people[through]
    held = tuple(who for who in ways.source.holders.get(through, ()) if ours(who) not in ways.gone)
    part = f" as {role.words}" if role else ""
    by = f"; {introducer.name} can introduce" if introducer else ""
    text = f"{person.name}{part}: {LEVEL_WORDS[level]} now{by}"
    why = because("propose.relationship", text, person=person.key, through=through, steps=steps)
    return Proposal(
        person=person.key,
        role=role,
        steps=steps,
        level=level,
        wanted=parameters.thread_level,
        introduced_by=introducer.key if introducer else None,
        held_by=held,
        reason=why,
    )
