"""What of an account is being lost, from its cells and its people.

A cell lost and the contraction of its line never count the same money twice. Definition:
docs/method/losing-ground.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from sightline.planning.challenges.facts import LostGround, LostKind
from sightline.planning.money import Money


@dataclass(frozen=True, slots=True)
class CellRevenue:
    """R12 of one unit × line against the twelve months before; `owned`: still ours today."""

    unit: str
    line: str
    r12: Money
    r12_before: Money
    owned: bool
    last_purchase: dt.date | None = None


@dataclass(frozen=True, slots=True)
class PersonLost:
    """Somebody who left, or went quiet by their own rhythm; `carries` the open plays they hold."""

    key: str
    gone: bool
    since: dt.date | None
    carries: Money | None


def revenue_lost(
    cells: Iterable[CellRevenue], *, named: Collection[str], currency: str
) -> tuple[LostGround, ...]:
    """Cells lost one by one, and the contraction of each line over the cells that are left.

    A cell is lost when it had revenue before, has none now and is not ours any more; its money is
    the revenue before. A line contracts by Σ max(0, before − now) over its other cells: growth
    in one unit does not hide a fall in another. `named` holds keys of lines that a play speaks of.
    """
    lost: list[LostGround] = []
    falls: dict[str, int] = {}
    for cell in cells:
        fall = cell.r12_before.minor - max(0, cell.r12.minor)
        if fall <= 0:
            continue
        if not cell.owned and cell.r12.minor <= 0:
            key = f"cell:{cell.unit}:{cell.line}"
            money = Money(fall, currency)
            lost.append(
                LostGround(key, LostKind.CELL_LOST, money, cell.line in named, cell.last_purchase)
            )
        else:
            falls[cell.line] = falls.get(cell.line, 0) + fall
    contracted = (
        LostGround(f"line:{line}", LostKind.CONTRACTION, Money(fall, currency), line in named)
        for line, fall in falls.items()
    )
    return (*lost, *contracted)


def people_lost(people: Iterable[PersonLost]) -> Iterator[LostGround]:
    """Everybody gone or cooled; a person on an open play is named by it."""
    for one in people:
        kind = LostKind.PERSON_GONE if one.gone else LostKind.PERSON_COOLED
        yield LostGround(
            f"contact:{one.key}", kind, one.carries, one.carries is not None, one.since
        )
