"""What to build before somebody leaves: the second and third relationship, and what each saves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sightline.planning.money import Money
from sightline.planning.stakeholders.access import PlanPaths
from sightline.planning.stakeholders.departure import (
    AccountStakes,
    DepartureResult,
    Outcome,
    StakeOutcome,
    departure_test,
)
from sightline.planning.stakeholders.facts import BuyingRole, PeopleMap, StakeholderParameters
from sightline.planning.stakeholders.proposals import Proposal, propose_relationships
from sightline.planning.stakeholders.ways import Side, Who, ways_in

WORTH_RELIEVING = frozenset({Outcome.LOST, Outcome.SINGLE})


@dataclass(frozen=True, slots=True)
class Relief:
    """A relationship to build, and the money that would keep its path with it.

    `stakes` are those that would; of these only money that is known is summed in `back`.
    """

    proposal: Proposal
    back: Money
    stakes: tuple[str, ...]


def relief(
    account: AccountStakes,
    *,
    result: DepartureResult,
    on: dt.date,
    parameters: StakeholderParameters,
    missing: Iterable[BuyingRole] = (),
    most: int = 2,
) -> tuple[Relief, ...]:
    """Whom to know better before those of `result` go: the nearest people of what would be lost or
    left on one thread, else of everybody, each with what a relationship at strength 3 would save.

    Nobody going, or nothing lost, proposes nothing.
    """
    hurt = [one for one in result.stakes if one.outcome in WORTH_RELIEVING]
    if not result.leavers or not hurt:
        return ()
    ways = ways_in(account.source, gone=frozenset(result.leavers[1:]))
    paths = PlanPaths(ways, parents=account.parents, on=on, parameters=parameters)
    near = dict.fromkeys(key for one in hurt for key in _members(one, paths))
    others = (key for key in sorted(ways.people) if key not in near)
    found: list[Proposal] = []
    for scope in (near, others):
        found += propose_relationships(
            scope,
            ways=ways,
            sole=result.leavers[0],
            missing=missing,
            parameters=parameters,
            most=most - len(found),
        )
    return tuple(_saved(one, account, result, on=on, parameters=parameters) for one in found)


def _members(one: StakeOutcome, paths: PlanPaths) -> tuple[str, ...]:
    """Those linked to a stake, and the circles of its cells: anybody of them could carry it."""
    circles = (key for unit, line in one.stake.decisions for key in paths.circle(unit, line))
    return tuple(dict.fromkeys([*one.stake.people, *circles]))


def _saved(
    proposal: Proposal,
    account: AccountStakes,
    result: DepartureResult,
    *,
    on: dt.date,
    parameters: StakeholderParameters,
) -> Relief:
    """The same departure with the proposed relationship built and held by somebody who stays."""
    built = replace(account, source=_with(account.source, proposal, result.leavers))
    after = departure_test(
        built,
        leavers=result.leavers,
        currency=result.lost.currency,
        on=on,
        parameters=parameters,
    )
    outcome = {one.stake.key: one.outcome for one in after.stakes}
    kept = [
        one
        for one in result.stakes
        if one.outcome is Outcome.LOST and outcome[one.stake.key] is not Outcome.LOST
    ]
    back = Money.zero(result.lost.currency)
    for one in kept:
        if one.counted and one.stake.money is not None:
            back += one.stake.money
    return Relief(proposal, back, tuple(one.stake.key for one in kept))


def _with(source: PeopleMap, proposal: Proposal, leavers: tuple[Who, ...]) -> PeopleMap:
    gone = {key for side, key in leavers if side is Side.OURS}
    level = max(proposal.wanted, source.levels.get(proposal.person, 0))
    holders = tuple(key for key in proposal.held_by if key not in gone)
    return replace(
        source,
        levels={**source.levels, proposal.person: level},
        holders={**source.holders, proposal.person: holders},
    )
