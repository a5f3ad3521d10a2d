"""How long access and budget take for a large plan, and the ranking of departures over a portfolio.

Run: python benchmarks/stakeholders/paths.py [contacts]
Prints milliseconds for 400 people × 60 lines × 120 units, for one departure test on that plan, and
seconds for the ranking over 100,000 contacts (or the number given).
"""

from __future__ import annotations

import datetime as dt
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator

from sightline.planning.money import Money
from sightline.planning.parameters import load_defaults
from sightline.planning.stakeholders import (
    AccountStakes,
    BuyingRole,
    Line,
    LineKind,
    PeopleMap,
    Person,
    PlanPaths,
    RoleHeld,
    Stake,
    StakeholderParameters,
    StakeKind,
    departure_test,
    rank_departures,
    theirs,
    ways_in,
)

ON = dt.date(2026, 11, 21)
ROLES = list(BuyingRole)


def some_people(count: int, units: list[str], lines: list[str], chance: random.Random) -> PeopleMap:
    """A map with managers, cross lines, three decisions a person and two holders."""
    people, links, levels, holders, last = [], [], {}, {}, {}
    for place in range(count):
        key = f"p{place}"
        roles = tuple(
            RoleHeld(chance.choice(ROLES), chance.choice(units), chance.choice([None, *lines]), 2)
            for _ in range(chance.randint(0, 3))
        )
        manager = f"p{chance.randrange(place)}" if place else None
        people.append(Person(key, key, (chance.choice(units),), "", roles, reports_to=manager))
        levels[key] = chance.choice((0, 0, 1, 2, 3, 4))
        holders[key] = tuple(f"us{chance.randrange(12)}" for _ in range(levels[key] and 2))
        last[key] = ON - dt.timedelta(days=chance.randrange(300))
        if place and place % 3 == 0:
            links.append(Line(LineKind.INFLUENCES, key, f"p{chance.randrange(place)}"))
    return PeopleMap(tuple(people), tuple(links), levels, holders, last)


def some_account(key: str, count: int, chance: random.Random) -> AccountStakes:
    """An account with a quarter as many stakes as people, at least four."""
    units = [f"{key}-u{place}" for place in range(max(1, count // 12))]
    lines = [f"l{place}" for place in range(8)]
    source = some_people(count, units, lines, chance)
    stakes = []
    for place in range(max(4, count // 4)):
        linked = tuple({f"p{chance.randrange(count)}" for _ in range(chance.randint(0, 3))})
        cell = (chance.choice(units), chance.choice(lines))
        money = Money(chance.randrange(10**8), "EUR")
        kind = chance.choice(list(StakeKind))
        stakes.append(Stake(kind, f"{key}-s{place}", "stake", money, linked, (cell,)))
    return AccountStakes(key, source, tuple(stakes), dict.fromkeys(units))


def portfolio(contacts: int, chance: random.Random) -> Iterator[AccountStakes]:
    """Accounts of uneven size, from a handful of people to a thousand."""
    left, place = contacts, 0
    while left > 0:
        count = min(left, chance.choice((5, 10, 20, 20, 40, 80, 150, 1000)))
        yield some_account(f"a{place}", count, chance)
        left, place = left - count, place + 1


def timed(work: Callable[[], object], *, times: int) -> float:
    """Median milliseconds."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(1000 * (time.perf_counter() - start))
    return statistics.median(found)


def main(contacts: int) -> None:
    """Measure and print."""
    chance = random.Random(7)
    parameters = load_defaults().section(StakeholderParameters, "stakeholders")
    units = [f"u{place}" for place in range(120)]
    lines = [f"l{place}" for place in range(60)]
    parents = {unit: units[place // 4] if place else None for place, unit in enumerate(units)}
    source = some_people(400, units, lines, chance)

    def whole_plan() -> None:
        paths = PlanPaths(ways_in(source), parents=parents, on=ON, parameters=parameters)
        for unit in units:
            for line in lines:
                paths.path(unit, line)

    print(f"access and budget, 400 × 60 × 120: {timed(whole_plan, times=7):.0f} ms")
    stakes = tuple(
        Stake(StakeKind.CELL, f"{u}/{n}", "cell", Money(100, "EUR"), (), ((u, n),))
        for u in units
        for n in lines
    )
    plan = AccountStakes("plan", source, stakes, parents)

    def one_departure() -> None:
        departure_test(plan, leavers=[theirs("p3")], currency="EUR", on=ON, parameters=parameters)

    print(f"departure test over 7,200 cells: {timed(one_departure, times=3):.0f} ms")
    accounts = list(portfolio(contacts, chance))
    start = time.perf_counter()
    found = rank_departures(accounts, currency="EUR", on=ON, parameters=parameters)
    took = time.perf_counter() - start
    print(f"ranking of {contacts:,} contacts in {len(accounts):,} accounts: {took:.1f} s")
    print(f"first: {found[0].who[1]} with {found[0].lost}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
