"""The departure test: what loses its path when people go, theirs or ours, and who could carry it.

Money is counted once: a play or renewal holds the money of the cells it covers.
"""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sightline.planning.money import Money, total
from sightline.planning.reasons import Reason, because
from sightline.planning.stakeholders.access import PlanPaths
from sightline.planning.stakeholders.dependency import cut_off, dependency
from sightline.planning.stakeholders.facts import PeopleMap, StakeholderParameters
from sightline.planning.stakeholders.ways import (
    Side,
    Way,
    Who,
    needed_by_all,
    person_ways,
    ways_in,
)


class StakeKind(StrEnum):
    """What rests on people."""

    PLAY = "play"
    RENEWAL = "renewal"
    CELL = "cell"
    OWNED = "owned"


Decision = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Stake:
    """A play, renewal or cell with the money on it and the people it rests on.

    `people` are those linked to it; without any, the circles of its `decisions` (unit, line)
    count. `money` None is not known. A play or renewal that lists a decision covers that cell.
    """

    kind: StakeKind
    key: str
    label: str
    money: Money | None
    people: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()


class Outcome(StrEnum):
    """What becomes of a stake when people go."""

    LOST = "path_lost"
    SINGLE = "single_thread"
    WEAKER = "weaker"
    HOLDS = "holds"
    NO_PATH = "no_path_before"


@dataclass(frozen=True, slots=True)
class StakeOutcome:
    """One stake before and after: access 0–3 and the number of threads (strength 3 and above)."""

    stake: Stake
    outcome: Outcome
    access: tuple[int, int]
    threads: tuple[int, int]
    could_carry: tuple[str, ...]
    reason: Reason
    counted: bool


@dataclass(frozen=True, slots=True)
class DepartureResult:
    """The answer for a set of leavers. Sums leave out money that is not known: `unvalued`."""

    leavers: tuple[Who, ...]
    stakes: tuple[StakeOutcome, ...]
    lost: Money
    on_one_thread: Money
    unvalued: tuple[str, ...]
    without_path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AccountStakes:
    """One account's map and what rests on it; `parents` maps each unit to the one above."""

    account: str
    source: PeopleMap
    stakes: tuple[Stake, ...]
    parents: Mapping[str, str | None]


def departure_test(
    account: AccountStakes,
    *,
    leavers: Iterable[Who],
    currency: str,
    on: dt.date,
    parameters: StakeholderParameters,
) -> DepartureResult:
    """What happens when these people go together. Nobody going changes nothing."""
    gone = frozenset(leavers)
    before = _paths(account, frozenset(), on=on, parameters=parameters)
    after = _paths(account, gone, on=on, parameters=parameters)
    covered = covered_cells(account.stakes)
    found = tuple(
        _outcome(
            stake, before, after, counted=not _is_covered(stake, covered), parameters=parameters
        )
        for stake in account.stakes
    )
    return DepartureResult(
        leavers=tuple(sorted(gone)),
        stakes=found,
        lost=_money(found, Outcome.LOST, currency),
        on_one_thread=_money(found, Outcome.SINGLE, currency),
        unvalued=tuple(one.stake.key for one in found if one.stake.money is None),
        without_path=tuple(sorted(cut_off(account.source, leavers=gone, parameters=parameters))),
    )


def covered_cells(stakes: Iterable[Stake]) -> frozenset[Decision]:
    """Cells whose money already sits in a play or a renewal."""
    return frozenset(
        cell
        for stake in stakes
        if stake.kind in (StakeKind.PLAY, StakeKind.RENEWAL)
        for cell in stake.decisions
    )


def _is_covered(stake: Stake, covered: frozenset[Decision]) -> bool:
    alone = stake.kind in (StakeKind.CELL, StakeKind.OWNED)
    return alone and any(cell in covered for cell in stake.decisions)


def _paths(
    account: AccountStakes,
    gone: frozenset[Who],
    *,
    on: dt.date,
    parameters: StakeholderParameters,
) -> PlanPaths:
    ways = ways_in(account.source, gone=gone)
    return PlanPaths(ways, parents=account.parents, on=on, parameters=parameters)


def _members(stake: Stake, paths: PlanPaths) -> tuple[str, ...]:
    if stake.people:
        return tuple(key for key in stake.people if key in paths.ways.people)
    found = (key for unit, line in stake.decisions for key in paths.circle(unit, line))
    return tuple(dict.fromkeys(found))


def _access(stake: Stake, paths: PlanPaths) -> int:
    if not stake.people:
        return max((paths.access(*cell).level for cell in stake.decisions), default=0)
    return max((paths.linked(key).level for key in _members(stake, paths)), default=0)


def _threads(stake: Stake, paths: PlanPaths, parameters: StakeholderParameters) -> tuple[str, ...]:
    members = _members(stake, paths)
    return tuple(key for key in members if paths.ways.level(key) >= parameters.thread_level)


def _outcome(
    stake: Stake,
    before: PlanPaths,
    after: PlanPaths,
    *,
    counted: bool,
    parameters: StakeholderParameters,
) -> StakeOutcome:
    access = _access(stake, before), _access(stake, after)
    held, left = _threads(stake, before, parameters), _threads(stake, after, parameters)
    outcome = _named(access, (len(held), len(left)))
    carriers = left or tuple(key for key in _members(stake, after) if after.linked(key).level > 0)
    return StakeOutcome(
        stake=stake,
        outcome=outcome,
        access=access,
        threads=(len(held), len(left)),
        could_carry=tuple(sorted(carriers, key=lambda key: (-after.ways.level(key), key))),
        reason=_outcome_reason(stake, outcome, access, (len(held), len(left))),
        counted=counted,
    )


def _named(access: tuple[int, int], threads: tuple[int, int]) -> Outcome:
    if not access[0]:
        return Outcome.NO_PATH
    if not access[1]:
        return Outcome.LOST
    if threads[0] > 1 and threads[1] == 1:
        return Outcome.SINGLE
    return Outcome.WEAKER if access[1] < access[0] or threads[1] < threads[0] else Outcome.HOLDS


def _outcome_reason(
    stake: Stake, outcome: Outcome, access: tuple[int, int], threads: tuple[int, int]
) -> Reason:
    texts = {
        Outcome.LOST: f"{stake.label}: access {access[0]} becomes 0, the path is lost",
        Outcome.SINGLE: f"{stake.label}: threads {threads[0]} become 1",
        Outcome.WEAKER: f"{stake.label}: access {access[0]} becomes {access[1]}, "
        f"threads {threads[0]} become {threads[1]}",
        Outcome.HOLDS: f"{stake.label}: holds",
        Outcome.NO_PATH: f"{stake.label}: had no path before",
    }
    return because(f"departure.{outcome.value}", texts[outcome], access=access, threads=threads)


def _money(found: Iterable[StakeOutcome], outcome: Outcome, currency: str) -> Money:
    amounts = (
        one.stake.money
        for one in found
        if one.outcome is outcome and one.counted and one.stake.money is not None
    )
    return total(amounts, currency=currency)


@dataclass(frozen=True, slots=True)
class Departure:
    """One person in the ranking: money losing its path over all accounts, and the largest K."""

    who: Who
    lost: Money
    share: float | None
    accounts: tuple[str, ...]
    stakes: tuple[str, ...]


def rank_departures(
    accounts: Iterable[AccountStakes],
    *,
    currency: str,
    on: dt.date,
    parameters: StakeholderParameters,
    most: int = 10,
) -> tuple[Departure, ...]:
    """The departures that would cost most over the portfolio, one person at a time.

    One pass per account, linear in its people, lines and stakes. One of ours is summed over all
    accounts. By money, then by share of relationship weight, then by key.
    """
    rows: dict[tuple[Who, str | None], _Row] = {}
    for account in accounts:
        carried = _carried(account, on=on, parameters=parameters)
        shares = dependency(account.source, parameters=parameters)
        for who in {*carried, *shares.lost}:
            scope = None if who[0] is Side.OURS else account.account
            row = rows.setdefault((who, scope), _Row(Money.zero(currency)))
            row.add(account.account, carried.get(who, ()), shares.share(who))
    best = heapq.nsmallest(most, rows.items(), key=lambda item: item[1].order(item[0][0]))
    return tuple(row.departure(key[0]) for key, row in best)


@dataclass(slots=True)
class _Row:
    lost: Money
    share: float | None = None
    accounts: tuple[str, ...] = ()
    stakes: tuple[str, ...] = ()

    def add(
        self, account: str, stakes: tuple[Stake, ...] | list[Stake], share: float | None
    ) -> None:
        for stake in stakes:
            if stake.money is not None:
                self.lost += stake.money
        self.share = max((one for one in (self.share, share) if one is not None), default=None)
        self.accounts += (account,)
        self.stakes += tuple(stake.key for stake in stakes)

    def order(self, who: Who) -> tuple[int, float, Who]:
        return (-self.lost.minor, -(self.share or 0.0), who)

    def departure(self, who: Who) -> Departure:
        return Departure(who, self.lost, self.share, self.accounts, self.stakes)


def _carried(
    account: AccountStakes, *, on: dt.date, parameters: StakeholderParameters
) -> dict[Who, list[Stake]]:
    """The stakes that hang on each person: those present in every way there is."""
    paths = _paths(account, frozenset(), on=on, parameters=parameters)
    covered = covered_cells(account.stakes)
    carried: dict[Who, list[Stake]] = {}
    for stake in account.stakes:
        if _is_covered(stake, covered):
            continue
        for who in needed_by_all(_stake_ways(stake, paths, parameters)):
            carried.setdefault(who, []).append(stake)
    return carried


def _stake_ways(stake: Stake, paths: PlanPaths, parameters: StakeholderParameters) -> Iterator[Way]:
    if stake.people:
        for key in _members(stake, paths):
            yield from person_ways(key, paths.ways, parameters=parameters)
        return
    for unit, line in stake.decisions:
        yield from paths.ways_to(unit, line)
