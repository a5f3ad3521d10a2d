"""What an account has bought where: owned cells, their contracts and assets.
A cell is one unit and one line; accounts without units have one unnamed unit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Final

from sightline.exchange.demonstration import stories
from sightline.exchange.demonstration.catalogue import (
    LINES,
    ONE_OFF,
    RECURRING,
    Line,
)
from sightline.exchange.demonstration.months import add_months, month_start
from sightline.exchange.demonstration.profile import Kind, Profile, World

DIP_MONTHS_AGO: Final = 8
DIP_SHARE: Final = 0.52
RENEWAL_DAYS: Final = 100
OPEN_UNITS: Final = 2
LAST_DAYS: Final = 545
OLD: Final = 60
PREPARED_DAYS: Final = 270


@dataclass(frozen=True, slots=True)
class Cell:
    """An owned cell. `yearly` in GBP at today's level; `start` and `end` are months from today's
    month (`end` is the first month without revenue, None while it lasts); `lost` marks the dip.
    """

    unit: str
    line: Line
    yearly: float
    start: int
    end: int | None = None
    lost: bool = False

    @property
    def quantity(self) -> int:
        """Seats, days or transactions a year at list price; at least one."""
        return max(1, round(self.yearly / self.line.price))


@dataclass(frozen=True, slots=True)
class Agreement:
    """A contract: the cells it covers, its dates and its value in GBP a year."""

    number: int
    cells: tuple[Cell, ...]
    start: date
    end: date
    term: int
    yearly: float
    prepared: bool


def cells_of(account: Profile, *, world: World) -> tuple[Cell, ...]:
    """The owned cells, platform first; their yearly values add up to the account's revenue.

    A cell the account gave up years ago may follow; it is `lost` and adds to no present figure.
    """
    rng = world.stream(account.index, "cells")
    chosen = _choose(account, world=world, rng=rng)
    weights = sorted((_weight(line, rng) for _, line in chosen), reverse=True)
    order = sorted(chosen, key=lambda item: -item[1].popularity * rng.uniform(0.8, 1.2))
    order.sort(key=lambda item: item[1].kind != RECURRING)
    shares = _shares(order, weights)
    cells = [
        Cell(
            unit=unit,
            line=line,
            yearly=account.revenue * share,
            start=_start(account, line, old=3 * place < 2 * len(order), world=world, rng=rng),
        )
        for place, ((unit, line), share) in enumerate(zip(order, shares, strict=True))
    ]
    if account.index == stories.DIP:
        cells = _dipped(cells, told=world.told.at("dip", account.index))
    former = _former(account, cells, rng=world.stream(account.index, "former"))
    return (*cells, *former)


def _choose(account: Profile, *, world: World, rng: Random) -> list[tuple[str, Line]]:
    if account.kind is Kind.PROSPECT:
        return []
    if account.kind is Kind.TAIL:
        return [("", line) for line in _sample(rng, rng.randrange(1, 3))]
    if account.kind is not Kind.FULL:
        return [("", line) for line in _sample(rng, rng.randrange(2, 6))]
    units = account.units[:OPEN_UNITS] if account.index == stories.FANTASY else account.units
    few = account.index == stories.NEGLECTED
    chosen: list[tuple[str, Line]] = []
    for unit in units[:1] if few else units:
        count = 2 if few else rng.randrange(3, 6)
        chosen.extend((unit, line) for line in _sample(rng, count))
    return chosen


def _sample(rng: Random, count: int) -> list[Line]:
    """`count` lines, the first of them the platform, the rest by popularity."""
    keyed = sorted(LINES[1:], key=lambda line: -(rng.random() ** (1 / line.popularity)))
    return [LINES[0], *keyed[: count - 1]]


def _weight(line: Line, rng: Random) -> float:
    return line.popularity * rng.lognormvariate(0, 0.35)


def _shares(order: Sequence[tuple[str, Line]], weights: Sequence[float]) -> list[float]:
    """Weights with one-off lines kept small, scaled to one."""
    kept = [
        weight * (0.35 if line.kind == ONE_OFF else 1.0)
        for (_, line), weight in zip(order, weights, strict=True)
    ]
    total = sum(kept)
    return [weight / total for weight in kept]


def _start(account: Profile, line: Line, *, old: bool, world: World, rng: Random) -> int:
    """The larger two thirds of cells are old; the others began with a quarter of three years."""
    recent = -rng.randrange(1, 12) * 3 - (world.today.month - 1) % 3
    if line.kind == ONE_OFF:
        return max(recent, account.joined)
    if account.joined > -OLD:
        return account.joined
    return -OLD if old else recent


def _former(account: Profile, cells: Sequence[Cell], *, rng: Random) -> tuple[Cell, ...]:
    """A small line that some accounts gave up more than two years ago: lapsed by now."""
    chance = {Kind.FULL: 0.7, Kind.CHILD: 0.3, Kind.STANDARD: 0.15}.get(account.kind, 0.0)
    draw, months = rng.random(), rng.randrange(27, 34)
    if draw > chance or account.joined > -OLD:
        return ()
    unit = cells[-1].unit
    owned = {cell.line.number for cell in cells if cell.unit == unit}
    free = [line for line in LINES if line.kind == RECURRING and line.number not in owned]
    if not free:
        return ()
    return (Cell(unit, rng.choice(free), account.revenue * 0.07, -OLD, -months, lost=True),)


def _dipped(cells: list[Cell], *, told: bool) -> list[Cell]:
    """The largest line made nearly half of the revenue; ended eight months ago where told."""
    total = sum(cell.yearly for cell in cells)
    first, rest = cells[0], cells[1:]
    remaining = total - first.yearly
    scale = total * (1 - DIP_SHARE) / remaining
    end = -DIP_MONTHS_AGO if told else None
    largest = replace(first, yearly=total * DIP_SHARE, start=-OLD, end=end, lost=told)
    return [largest, *(replace(cell, yearly=cell.yearly * scale) for cell in rest)]


def agreements_of(
    account: Profile, cells: Sequence[Cell], *, world: World
) -> tuple[Agreement, ...]:
    """The contracts over the account's running recurring cells, ending over eighteen months."""
    rng = world.stream(account.index, "contracts")
    running = [cell for cell in cells if cell.line.kind == RECURRING and not cell.lost]
    if not running:
        return ()
    groups = _groups(account, running)
    contracts = []
    for number, group in enumerate(groups):
        ahead = 12 + (account.index * 157 + number * 211 + rng.randrange(40)) % (LAST_DAYS - 12)
        term = rng.choice((12, 12, 12, 24, 36))
        prepared = True
        if account.index == stories.RENEWAL and number == 0:
            ahead, term = RENEWAL_DAYS, 24
            prepared = not world.told.at("unprepared-renewal", account.index)
        contracts.append(_agreement(number, group, ahead, term, prepared, world.today))
    return tuple(contracts)


def _groups(account: Profile, cells: list[Cell]) -> list[list[Cell]]:
    if account.kind is not Kind.FULL:
        return [cells]
    groups: dict[int, list[Cell]] = {}
    for cell in cells:
        groups.setdefault(account.units.index(cell.unit) // 2, []).append(cell)
    return [groups[key] for key in sorted(groups)]


def _agreement(
    number: int, group: list[Cell], ahead: int, term: int, prepared: bool, today: date
) -> Agreement:
    end = today + timedelta(days=ahead)
    while add_months(end + timedelta(days=1), -term) > today - timedelta(days=20):
        term += 12
    start = add_months(end + timedelta(days=1), -term)
    yearly = sum(cell.yearly for cell in group)
    return Agreement(number, tuple(group), start, end, term, yearly, prepared)


def started_within(cell: Cell, *, months: int) -> bool:
    """Whether the cell began within the last `months` months, so that a won deal shows it."""
    return -months <= cell.start < 0


def first_month(cell: Cell, today: date) -> date:
    """The first month with revenue of the cell."""
    return month_start(today, cell.start)
