"""The cells of one competitor over very many accounts: kept by a job, read a page at a time.

Places are kept, in the order of `competitors.rivals_of`; names are read when they are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sightline.planning.permissions import Category
from sightline.records.models import Account, Competitor, ProductLine, Unit
from sightline.records.queries.account_grid import WHOLE
from sightline.records.queries.competitors import ABOUT, Rivals, Seat
from sightline.records.queries.kept import kept_list
from sightline.records.reach import Reach, open_here

MOST_KEPT = 40_000
BLOCK = 1_000


@dataclass(frozen=True, slots=True)
class Places:
    """Up to BLOCK cells, column by column: half the size of rows."""

    accounts: tuple[int, ...]
    units: tuple[str, ...]
    lines: tuple[str, ...]
    ends: tuple[date | None, ...]
    reported: tuple[bool, ...]
    said_on: tuple[date, ...]


def blocks(found: Rivals) -> Iterator[tuple[str, Places]]:
    """What is kept of each competitor's cells, by the name it is kept under; one that holds nothing
    has an empty block. One query."""
    keys = dict(Competitor.objects.values_list("name", "pk"))
    for one in found.all:
        seats = one.seats[:MOST_KEPT]
        for start in range(0, max(1, len(seats)), BLOCK):
            about = _about(keys[one.competitor], start)
            yield about, _places(seats[start : start + BLOCK])


def cells_of(reach: Reach, competitor: str, *, first: int, most: int) -> tuple[Seat, ...] | None:
    """Up to `most` cells of a competitor from the `first` (0 is the first of all); None before a job
    kept them. Those whose plan is not open any more are left out. Five queries.

    `first` is a multiple of `most`, and BLOCK is one too: a page never lies in two blocks.
    """
    key = Competitor.objects.filter(name=competitor).values_list("pk", flat=True).first()
    if key is None:
        return ()
    kept = kept_list(reach, Category.PLAN, _about(key, first), Places)
    if kept is None:
        return None if first == 0 else ()
    at = first % BLOCK
    return _named(reach, competitor, kept[0], slice(at, at + most))


def _about(competitor: int, first: int) -> str:
    return f"{ABOUT}:{competitor}:{first // BLOCK}"


def _places(seats: Iterable[Seat]) -> Places:
    rows = list(seats)
    return Places(
        accounts=tuple(one.account_id for one in rows),
        units=tuple(one.unit_key for one in rows),
        lines=tuple(one.line_key for one in rows),
        ends=tuple(one.ends for one in rows),
        reported=tuple(one.reported for one in rows),
        said_on=tuple(one.said_on for one in rows),
    )


def _named(reach: Reach, competitor: str, kept: Places, page: slice) -> tuple[Seat, ...]:
    accounts, units, lines = kept.accounts[page], kept.units[page], kept.lines[page]
    here = Account.objects.filter(
        open_here(reach.person, Category.PLAN, at="pk"), pk__in=set(accounts)
    )
    names = dict(here.values_list("pk", "name"))
    wanted = {int(unit) for unit in units if unit != WHOLE}
    unit_names = dict(Unit.objects.filter(pk__in=wanted).values_list("pk", "name"))
    sold = ProductLine.objects.filter(pk__in={int(line) for line in lines})
    line_names = dict(sold.values_list("pk", "name"))
    rest = zip(kept.ends[page], kept.reported[page], kept.said_on[page], strict=True)
    return tuple(
        Seat(
            competitor=competitor,
            account_id=account,
            account=names[account],
            unit="" if unit == WHOLE else unit_names.get(int(unit), ""),
            unit_key=unit,
            line=line_names[int(line)],
            line_key=line,
            ends=ends,
            reported=reported,
            said_on=said_on,
        )
        for account, unit, line, (ends, reported, said_on) in zip(
            accounts, units, lines, rest, strict=True
        )
        if account in names and int(line) in line_names
    )
