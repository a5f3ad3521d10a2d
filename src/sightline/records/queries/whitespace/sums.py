"""The sums of a large grid kept as arrays: a value is made of one when it is asked for.

A grid of 120 units and 8 families has some thousand sums, of which a page shows three figures each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from sightline.planning.stakeholders.access import units_above
from sightline.planning.whitespace import (
    Standing,
    State,
    Tally,
    Totals,
    counts,
    left_out,
    roll_up_tallies,
)

Numbers = npt.NDArray[np.int64]
GROUPS = tuple(product(State, Standing))
Place = TypeVar("Place", str, tuple[str, str])
_STANDINGS = len(Standing)
_OPEN = np.array([counts(*one) for one in GROUPS])
_FANTASY = np.array([left_out(*one) and one[1] is Standing.FANTASY for one in GROUPS])


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted at each place, a row for each.

    `groups` is cells, likely value and rank (minor units) by state and standing, as in `GROUPS`;
    `sales` what is owned, in progress, deals without an amount and cells not loaded.
    """

    groups: Numbers
    sales: Numbers

    @classmethod
    def nothing(cls, places: int) -> Counted:
        """Before anything is counted."""
        groups = np.zeros((places, len(GROUPS), 3), dtype=np.int64)
        return cls(groups, np.zeros((places, 4), dtype=np.int64))

    def by(self, many: int) -> Counted:
        """So many rows after each other as one."""
        rows = len(self.groups) // many
        groups = self.groups.reshape(rows, many, len(GROUPS), 3)
        return Counted(groups.sum(1), self.sales.reshape(rows, many, 4).sum(1))


def group_of(state: Numbers, standing: Numbers) -> Numbers:
    """Where cells of a state and standing stand in `GROUPS`, by their places among their kind."""
    return state * _STANDINGS + standing


class SumsLater(Mapping[Place, Totals], Generic[Place]):
    """Totals by place, each made when it is asked for."""

    __slots__ = ("_at", "_brief", "_counted", "_currency", "_made")

    def __init__(self, places: Iterable[Place], counted: Counted, currency: str) -> None:
        self._at: dict[Place, int] = {place: at for at, place in enumerate(places)}
        self._counted, self._currency = counted, currency
        self._made: dict[Place, Totals] = {}
        self._brief: list[tuple[int, int, int]] | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        """As it was counted, for a grid that is kept."""
        return type(self), (tuple(self._at), self._counted, self._currency)

    def __getitem__(self, place: Place) -> Totals:
        found = self._made.get(place)
        if found is None:
            found = self._made[place] = self._totals(self._at[place])
        return found

    def __iter__(self) -> Iterator[Place]:
        return iter(self._at)

    def __len__(self) -> int:
        return len(self._at)

    def brief(self, place: Place) -> tuple[int, int, int]:
        """Open value and revenue in minor units, and how many cells are fantasy."""
        if self._brief is None:
            cells, likely, _rank = np.moveaxis(self._counted.groups, 2, 0)
            figures = (
                likely[:, _OPEN].sum(1),
                self._counted.sales[:, 0],
                cells[:, _FANTASY].sum(1),
            )
            self._brief = list(zip(*(one.tolist() for one in figures), strict=True))
        return self._brief[self._at[place]]

    def _totals(self, at: int) -> Totals:
        row = self._counted.groups[at]
        groups = {GROUPS[one]: row[one].tolist() for one in np.flatnonzero(row[:, 0]).tolist()}
        return Tally(self._currency, groups, *self._counted.sales[at].tolist()).totals()


def rolled_up(
    own: Counted, units: Iterable[str], *, parents: Mapping[str, str | None], currency: str
) -> SumsLater[str]:
    """Each unit with all below it, from what was counted in each alone. Raises FamilyCycle for a
    ring."""
    at = {unit: place for place, unit in enumerate(units)}
    pairs = [
        (place, row) for unit, row in at.items() for place in (unit, *units_above(unit, parents))
    ]
    places = {place: number for number, place in enumerate(dict.fromkeys((*parents, *at)))}
    for place, _row in pairs:
        places.setdefault(place, len(places))
    rolled = Counted.nothing(len(places))
    into, rows = [places[place] for place, _row in pairs], [row for _place, row in pairs]
    np.add.at(rolled.groups, into, own.groups[rows])
    np.add.at(rolled.sales, into, own.sales[rows])
    return SumsLater(places, rolled, currency)


def unit_totals(
    tallies: Mapping[tuple[str, str], Tally],
    *,
    parents: Mapping[str, str | None],
    currency: str,
) -> dict[str, Totals]:
    """Each unit with all below it, from its families."""
    own: dict[str, Tally] = {}
    for (unit, _family), tally in tallies.items():
        if unit not in own:
            own[unit] = Tally(currency)
        own[unit].add(tally)
    return roll_up_tallies(own, parents=parents, currency=currency)


def whole_of(
    totals: Mapping[str, Totals], parents: Mapping[str, str | None], currency: str
) -> Totals:
    """The sum of the units that stand under no other."""
    tops = [totals[unit] for unit in totals if parents.get(unit) not in totals]
    return sum(tops, Totals(currency))
