"""The opportunities of an account: won ones behind what it owns, lost ones, renewals, open plays.
Every one carries the dated path through the stages that led to where it stands."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Final

from sightline.exchange.demonstration import stories
from sightline.exchange.demonstration.catalogue import (
    COMPETITORS,
    LINES,
    LOSS_REASONS,
    LOST,
    RECURRING,
    STAGES,
    WON,
    Competitor,
    Line,
    competitor_for,
)
from sightline.exchange.demonstration.deals import (
    EXISTING,
    NEW,
    RENEWAL,
    Deal,
    Item,
    Selling,
    closed_path,
    common_unit,
    deal_from,
    stage_lost,
)
from sightline.exchange.demonstration.footprint import (
    DIP_MONTHS_AGO,
    PREPARED_DAYS,
    Agreement,
    Cell,
    first_month,
    started_within,
)
from sightline.exchange.demonstration.months import (
    add_months,
    month_start,
    quarter_end,
    workday,
)
from sightline.exchange.demonstration.people import Person, closed_units, in_touch
from sightline.exchange.demonstration.profile import Kind, Profile, World

WINDOW_DAYS: Final = 1_070
NEXT_STEPS: Final = (
    "Agree success criteria with the sponsor",
    "Walk through the business case",
    "Security questions answered in writing",
    "Reference call with a similar site",
    "Confirm budget holder and date",
)


def deals_of(
    account: Profile,
    cells: tuple[Cell, ...],
    agreements: tuple[Agreement, ...],
    people: tuple[Person, ...],
    *,
    world: World,
) -> tuple[Deal, ...]:
    """All opportunities of three years, numbered in the order they were made up."""
    deals = [
        deal
        for part in (_won, _lost, _open_plays, _renewed, _open_renewals)
        for deal in part(_selling(account, cells, agreements, people, part.__name__, world=world))
    ]
    return tuple(replace(deal, number=number) for number, deal in enumerate(deals))


def _selling(
    account: Profile,
    cells: tuple[Cell, ...],
    agreements: tuple[Agreement, ...],
    people: tuple[Person, ...],
    part: str,
    *,
    world: World,
) -> Selling:
    """Each part draws from a stream of its own, so that a story in one leaves the others."""
    stream = world.stream(account.index, f"deals{part}")
    return Selling(account, world, cells, agreements, people, stream)


def _won(selling: Selling) -> Iterator[Deal]:
    """The deal that began each cell of the last three years."""
    for cell in selling.cells:
        if not started_within(cell, months=34):
            continue
        starts = first_month(cell, selling.world.today)
        close = workday(starts - timedelta(days=selling.rng.randrange(1, 12)))
        kind = NEW if selling.account.joined == cell.start else EXISTING
        yield deal_from(
            selling,
            kind,
            cell.unit,
            (Item(cell.line, cell.yearly),),
            close,
            path=closed_path(close, WON, selling.rng),
            starts=starts,
        )


def _renewed(selling: Selling) -> Iterator[Deal]:
    """A won renewal before the start of every past term; a lost one where the dip is told."""
    today = selling.world.today
    oldest = today - timedelta(days=WINDOW_DAYS)
    for agreement in selling.agreements:
        starts = agreement.start
        while starts > oldest:
            close = workday(starts - timedelta(days=selling.rng.randrange(4, 25)))
            held = [c for c in agreement.cells if first_month(c, today) < starts]
            items = tuple(Item(cell.line, cell.yearly) for cell in held)
            if items and close < today:
                path = closed_path(close, WON, selling.rng, first=2)
                unit = common_unit(held)
                yield deal_from(
                    selling, RENEWAL, unit, items, close, path=path,
                    starts=starts, contract=agreement.number,
                )  # fmt: skip
            starts = add_months(starts, -agreement.term)
    for cell in selling.cells:
        if cell.lost or (selling.account.index == stories.DIP and cell is selling.cells[0]):
            yield _decided_renewal(cell, selling)


def _decided_renewal(cell: Cell, selling: Selling) -> Deal:
    """The renewal at which a line was lost to a competitor or, where the dip is untold, kept."""
    ended = -DIP_MONTHS_AGO if cell.end is None else cell.end
    starts = month_start(selling.world.today, ended)
    close = workday(starts - timedelta(days=6))
    path = closed_path(close, LOST if cell.lost else WON, selling.rng, first=2, last=4)
    items = (Item(cell.line, cell.yearly),)
    deal = deal_from(selling, RENEWAL, cell.unit, items, close, path=path, starts=starts)
    if not cell.lost:
        return deal
    return replace(deal, reason="Lost to competitor", competitor=competitor_for(cell.line))


def _lost(selling: Selling) -> Iterator[Deal]:
    """Attempts that failed, on cells the account does not own."""
    counts = {Kind.FULL: (5, 9), Kind.TAIL: (0, 1), Kind.PROSPECT: (0, 1)}
    low, high = counts.get(selling.account.kind, (1, 3))
    rng = selling.rng
    for _ in range(rng.randint(low, high)):
        unit, line = _target(selling)
        close = selling.world.today - timedelta(days=rng.randrange(15, WINDOW_DAYS))
        if rng.random() < 0.55:
            close = min(close, quarter_end(close) - timedelta(days=rng.randrange(9)))
        close = workday(close)
        reason = rng.choice(LOSS_REASONS)
        deal = deal_from(
            selling,
            EXISTING,
            unit,
            (Item(line, selling.account.revenue * rng.uniform(0.04, 0.14)),),
            close,
            path=closed_path(close, LOST, rng, last=stage_lost(rng)),
        )
        rival = competitor_for(line) if reason == LOSS_REASONS[0] else _rival(line, rng)
        yield replace(deal, reason=reason, competitor=rival)


def _open_plays(selling: Selling) -> Iterator[Deal]:
    account, rng = selling.account, selling.rng
    for number in range(_play_count(selling)):
        unit, line = _target(selling)
        yearly = account.revenue * rng.uniform(0.08, 0.15)
        if account.index == stories.NO_PATH:
            yearly = account.revenue * 0.02
        stage = rng.choice((1, 2, 2, 3, 3, 4)) if account.kind is Kind.FULL else rng.randrange(5)
        deal = _open_deal(selling, EXISTING, unit, (Item(line, yearly),), stage)
        yield _storied(deal, selling, number)
    if account.index == stories.FANTASY:
        for unit, yearly in zip(closed_units(account)[:2], (310_000.0, 240_000.0), strict=False):
            head = next(p for p in selling.people if p.unit == unit and p.budget)
            deal = _open_deal(selling, EXISTING, unit, (Item(LINES[0], yearly),), 2)
            yield replace(deal, roles=((head, "Economic Buyer"),))


def _play_count(selling: Selling) -> int:
    account, rng = selling.account, selling.rng
    fixed = {stories.NO_PATH: 1, stories.FANTASY: 3, stories.NEGLECTED: 1}
    if account.index in fixed:
        return fixed[account.index]
    if account.kind is Kind.FULL:
        return rng.randrange(5, 7)
    if account.kind is Kind.TAIL:
        return 1 if rng.random() < 0.15 else 0
    return rng.choice((0, 0, 1, 1, 2))


def _storied(deal: Deal, selling: Selling, number: int) -> Deal:
    """The champion of the first two plays where a story is about a champion."""
    index = selling.account.index
    if number > 1 or index not in (stories.CHAMPION, stories.ROSY, stories.ONE_PERSON):
        return deal
    champion = leading_champion(selling.account, selling.people)
    others = tuple((p, r) for p, r in deal.roles if r != "Champion" and p is not champion)
    return replace(deal, roles=((champion, "Champion"), *others))


def leading_champion(account: Profile, people: tuple[Person, ...]) -> Person:
    """The person a story about a champion is about: the one met most, or one hardly ever met."""
    known = in_touch(account, people)
    if account.index == stories.ROSY:
        strangers = [p for p in people if p not in known and p.unit]
        return strangers[0]
    return known[0]


def _open_renewals(selling: Selling) -> Iterator[Deal]:
    """One for each contract that ends within 270 days, unless nobody has prepared it."""
    for agreement in selling.agreements:
        left = (agreement.end - selling.world.today).days
        if left > PREPARED_DAYS or not agreement.prepared:
            continue
        stage = 4 if left < 45 else 3 if left < 100 else 2 if left < 170 else 1
        items = tuple(Item(cell.line, cell.yearly * 1.02) for cell in agreement.cells)
        unit = common_unit(agreement.cells)
        deal = _open_deal(selling, RENEWAL, unit, items, stage)
        close = workday(agreement.end - timedelta(days=3))
        yield replace(
            deal,
            close=max(close, selling.world.today + timedelta(days=5)),
            contract=agreement.number,
            next_step="Agree goal, price position and who decides",
            starts=agreement.end + timedelta(days=1),
        )


def _open_deal(selling: Selling, kind: str, unit: str, items: tuple[Item, ...], stage: int) -> Deal:
    rng, today = selling.rng, selling.world.today
    entered = today - timedelta(days=rng.randrange(4, 24))
    path = [(entered, stage)]
    for earlier in reversed(range(stage)):
        days = round(STAGES[earlier].days * rng.lognormvariate(0, 0.3))
        path.insert(0, (path[0][0] - timedelta(days=max(3, days)), earlier))
    remaining = sum(STAGES[later].days for later in range(stage, WON))
    close = today + timedelta(days=round(remaining * rng.uniform(1.15, 1.8)) + 8)
    if rng.random() < 0.5 and (quarter_end(close) - close).days < 45:
        close = quarter_end(close)
    rival = _rival(items[0].line, rng) if kind != RENEWAL else None
    deal = deal_from(selling, kind, unit, items, workday(close), path=tuple(path))
    return replace(deal, competitor=rival, next_step=rng.choice(NEXT_STEPS))


def _target(selling: Selling) -> tuple[str, Line]:
    """A cell that the account does not own, in a unit where there is a way in."""
    account = selling.account
    owned = {(cell.unit, cell.line.number) for cell in selling.cells}
    closed = closed_units(account)
    units = [unit for unit in account.units if unit not in closed] or [""]
    free = [(u, line) for u in units for line in LINES if (u, line.number) not in owned]
    weights = [line.popularity * (2 if line.kind == RECURRING else 1) for _, line in free]
    return selling.rng.choices(free, weights)[0]


def _rival(line: Line, rng: Random) -> Competitor | None:
    if rng.random() > 0.4:
        return None
    return competitor_for(line) if rng.random() < 0.8 else rng.choice(COMPETITORS)
