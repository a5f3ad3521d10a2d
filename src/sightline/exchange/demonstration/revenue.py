"""Revenue and usage lines of the owned cells, month by month, and the exchange rates.
Thirty-six full months and the month begun; recurring lines are billed on the first."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Final

from sightline.exchange.demonstration.catalogue import ONE_OFF, RATES, RECURRING, SEASON
from sightline.exchange.demonstration.footprint import Cell
from sightline.exchange.demonstration.months import month_start
from sightline.exchange.demonstration.profile import Kind, Profile, World

MONTHS: Final = 36
USAGE_MONTHS: Final = 24
PlainRow = tuple[str, ...]


def revenue_lines(account: Profile, cells: tuple[Cell, ...], *, world: World) -> list[PlainRow]:
    """Rows of revenue-lines.csv in the account's currency, oldest first within a cell."""
    rng = world.stream(account.index, "revenue")
    factor = 1.0 if account.currency == "GBP" else 1 / RATES[account.currency]
    rows: list[PlainRow] = []
    for cell in cells:
        for day, amount, quantity in _billed(cell, account, world.today, rng):
            rows.append(
                (
                    account.id,
                    cell.unit,
                    cell.line.name,
                    day.isoformat(),
                    f"{amount * factor:.2f}",
                    account.currency,
                    str(quantity),
                )
            )
    return rows


def _billed(
    cell: Cell, account: Profile, today: date, rng: Random
) -> Iterator[tuple[date, float, int]]:
    if cell.line.kind == RECURRING:
        yield from _monthly(cell, account, today)
    elif cell.line.kind == ONE_OFF:
        day = month_start(today, max(cell.start, -MONTHS)) + timedelta(days=rng.randrange(25))
        yield day, cell.yearly, cell.quantity
    else:
        yield from _purchases(cell, account, today, rng)


def _monthly(cell: Cell, account: Profile, today: date) -> Iterator[tuple[date, float, int]]:
    """A twelfth of the year's fee a month, with one price step on each anniversary."""
    first = max(cell.start, -MONTHS)
    last = 1 if cell.end is None else cell.end
    anniversary = 1 + account.index % 12
    for offset in range(first, last):
        years = (offset + anniversary) // 12 if offset < 0 else 0
        fee = cell.yearly / 12 * (1 + account.growth) ** min(0, years)
        yield month_start(today, offset), fee, cell.quantity


def _purchases(
    cell: Cell, account: Profile, today: date, rng: Random
) -> Iterator[tuple[date, float, int]]:
    """Orders at the account's own rhythm, larger at quarter ends, none later than today."""
    gap = {Kind.FULL: 32, Kind.CHILD: 45, Kind.TAIL: 80}.get(account.kind, 55)
    day = month_start(today, max(cell.start, -MONTHS)) + timedelta(days=rng.randrange(gap))
    while day <= today:
        years = (today - day).days / 365.25
        level = cell.yearly * gap / 365 * (1 + account.growth) ** -years
        amount = level * SEASON[day.month - 1] * rng.uniform(0.8, 1.2)
        yield day, amount, max(1, round(amount / cell.line.price))
        day += timedelta(days=round(gap * rng.uniform(0.7, 1.3)))


def usage_lines(account: Profile, cells: tuple[Cell, ...], *, world: World) -> list[PlainRow]:
    """Rows of usage.csv: active users of recurring lines a month; none for the long tail."""
    if account.kind is Kind.TAIL:
        return []
    rows: list[PlainRow] = []
    for cell in cells:
        if cell.line.kind != RECURRING:
            continue
        rng = world.stream(account.index, f"usage/{cell.unit}/{cell.line.code}")
        adoption = rng.uniform(0.55, 0.9)
        last = 0 if cell.end is None else cell.end
        for offset in range(max(cell.start, -USAGE_MONTHS), last):
            fading = 1.0
            if cell.lost:
                fading = max(0.15, min(1.0, (last - offset) / 8))
            users = max(1, round(cell.quantity * adoption * fading * rng.uniform(0.95, 1.04)))
            month = month_start(world.today, offset)
            rows.append(
                (
                    account.id,
                    cell.unit,
                    cell.line.name,
                    month.strftime("%Y-%m"),
                    "active_users",
                    str(users),
                )
            )
    return rows


def exchange_rates(*, world: World) -> list[PlainRow]:
    """Rows of rates.csv: GBP for one unit of the currency, each month of the export."""
    rows: list[PlainRow] = []
    for currency, level in RATES.items():
        rng = world.stream(0, f"rates/{currency}")
        rate = level
        for offset in range(-MONTHS - 1, 1):
            rate = level + (rate - level) * 0.9 + rng.uniform(-0.008, 0.008)
            month = month_start(world.today, offset).strftime("%Y-%m")
            rows.append((month, currency, f"{rate:.4f}"))
    return rows
