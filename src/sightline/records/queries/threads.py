"""Which parts of an account hang on one person: account, units, buying centres, plays, renewals.

Computed from facts that were read already: no query.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sightline.planning.money import Money, total
from sightline.planning.reasons import Reason
from sightline.planning.stakeholders import (
    BuyingRole,
    Person,
    Proposal,
    RoleCover,
    Stake,
    StakeKind,
    ThreadCheck,
    ThreadScope,
    Verdict,
    Ways,
    Who,
    buyer_unreached,
    check_threads,
    ours,
    propose_relationships,
    required_roles,
    role_cover,
    theirs,
    ways_in,
)
from sightline.planning.stakeholders.departure import covered_cells
from sightline.planning.stakeholders.rhythm import decides
from sightline.records.queries.departures import DepartureFacts, Setting
from sightline.records.queries.standing import WHOLE


class ScopeKind(StrEnum):
    """What is asked about. A buying centre is a unit with somebody who decides."""

    ACCOUNT = "account"
    UNIT = "unit"
    CENTRE = "buying_centre"
    PLAY = "play"
    RENEWAL = "renewal"


@dataclass(frozen=True, slots=True)
class ScopeCheck:
    """One part with its verdict, what rests on it, which roles it lacks, and whom to know better.

    `money` None where nothing on it is known; `sole` is the one it hangs on, if it does;
    `unreached` says why no economic buyer is reached.
    """

    kind: ScopeKind
    key: str
    label: str
    check: ThreadCheck
    money: Money | None
    sole: Who | None
    covers: tuple[RoleCover, ...]
    unreached: Reason | None
    proposals: tuple[Proposal, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    kind: ScopeKind
    key: str
    label: str
    people: tuple[Person, ...]
    stakes: tuple[Stake, ...]


def scope_checks(facts: DepartureFacts, *, setting: Setting) -> tuple[ScopeCheck, ...]:
    """Every part of the account, the account first, then by kind and the money on it."""
    ways = ways_in(facts.account.source)
    found = [_checked(part, facts, ways, setting) for part in _parts(facts)]
    first, rest = found[:1], found[1:]
    rest.sort(key=_order)
    return (*first, *rest)


def _order(one: ScopeCheck) -> tuple[bool, int, str]:
    return (
        one.check.verdict is not Verdict.SINGLE,
        -(one.money.minor if one.money is not None else -1),
        one.key,
    )


def _parts(facts: DepartureFacts) -> Iterator[_Part]:
    people, stakes = facts.own.people, facts.account.stakes
    yield _Part(ScopeKind.ACCOUNT, "account", "", tuple(people), stakes)
    yield from _units(facts)
    by_key = facts.people
    for one in stakes:
        if one.kind in (StakeKind.PLAY, StakeKind.RENEWAL):
            kind = ScopeKind.PLAY if one.kind is StakeKind.PLAY else ScopeKind.RENEWAL
            linked = tuple(by_key[key] for key in one.people if key in by_key)
            yield _Part(kind, one.key, one.label, linked, (one,))


def _units(facts: DepartureFacts) -> Iterator[_Part]:
    """Each unit with everybody in it and below, where anybody is or anything rests on it."""
    below = _below(facts.account.parents)
    for unit, name in sorted(facts.units.items(), key=lambda row: (row[1].casefold(), row[0])):
        inside = below[unit]
        people = tuple(one for one in facts.own.people if inside & set(one.units))
        stakes = tuple(
            one for one in facts.account.stakes if inside & {cell[0] for cell in one.decisions}
        )
        if people or stakes:
            centre = any(one.here and decides(one) for one in people)
            kind = ScopeKind.CENTRE if centre else ScopeKind.UNIT
            yield _Part(kind, f"unit:{unit}", name, people, stakes)


def _below(parents: Mapping[str, str | None]) -> dict[str, frozenset[str]]:
    """Each unit with all units under it, itself included; `parents` is a forest."""
    found: dict[str, set[str]] = {unit: {unit} for unit in parents}
    for unit in parents:
        above, steps = parents[unit], 0
        while above is not None and above in found and steps <= len(parents):
            found[above].add(unit)
            above, steps = parents[above], steps + 1
    return {unit: frozenset(inside) for unit, inside in found.items() if unit != WHOLE}


def _checked(part: _Part, facts: DepartureFacts, ways: Ways, setting: Setting) -> ScopeCheck:
    numbers = setting.numbers
    at_stake = any(one.kind is not StakeKind.CELL for one in part.stakes)
    check = check_threads(
        ThreadScope(part.key, part.people, at_stake),
        relationships=facts.held,
        logs=facts.own.logs,
        on=setting.on,
        parameters=numbers,
    )
    sole = _sole(check) if check.verdict is Verdict.SINGLE else None
    covers = _covers(part, facts, setting)
    proposals: tuple[Proposal, ...] = ()
    if check.verdict is Verdict.SINGLE:
        proposals = propose_relationships(
            _nearest_first(part, facts),
            ways=ways,
            sole=sole,
            missing=_lacking(covers),
            parameters=numbers,
        )
    unreached = buyer_unreached(
        part.people,
        last_two_way=facts.account.source.last_two_way,
        on=setting.on,
        parameters=numbers,
    )
    return ScopeCheck(
        kind=part.kind,
        key=part.key,
        label=part.label,
        check=check,
        money=_money(part.stakes, setting.currency),
        sole=sole,
        covers=covers,
        unreached=unreached if at_stake else None,
        proposals=proposals,
    )


def _nearest_first(part: _Part, facts: DepartureFacts) -> list[str]:
    """A play of one person is helped by others of its units, or of the account."""
    own = [one.key for one in part.people]
    if len(own) > 1:
        return own
    return [*own, *(one.key for one in facts.own.people)]


def _lacking(covers: Iterable[RoleCover]) -> list[BuyingRole]:
    return [one.role for one in covers if one.cover.value != "covered"]


def _covers(part: _Part, facts: DepartureFacts, setting: Setting) -> tuple[RoleCover, ...]:
    """Required of the account and of each play and renewal; a unit alone requires nothing."""
    if part.kind in (ScopeKind.UNIT, ScopeKind.CENTRE):
        return ()
    return role_cover(
        part.people,
        roles=required_roles(tier_1=facts.tier_1, parameters=setting.numbers),
        levels={key: one.level for key, one in facts.held.items()},
        parameters=setting.numbers,
    )


def _sole(check: ThreadCheck) -> Who | None:
    """Whom it hangs on: who carries too much of the contact, else the one relationship held."""
    codes = {reason.code: reason for reason in check.reasons}
    if "threads.theirs" in codes and check.theirs.largest:
        return theirs(check.theirs.largest[0])
    if len(check.threads) == 1:
        return theirs(check.threads[0])
    if "threads.ours" in codes and check.ours.largest:
        return ours(check.ours.largest[0])
    return None


def _money(stakes: Iterable[Stake], currency: str) -> Money | None:
    """What rests on a part, each amount once; open cells are not yet money at stake."""
    found = [one for one in stakes if one.kind is not StakeKind.CELL]
    covered = covered_cells(found)
    counted = [
        one.money
        for one in found
        if one.money is not None
        and not (one.kind is StakeKind.OWNED and any(cell in covered for cell in one.decisions))
    ]
    return total(counted, currency=currency) if counted else None
