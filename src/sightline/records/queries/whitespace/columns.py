"""The cells of a large grid as columns of numbers, and what fills one of them at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

from sightline.planning.stakeholders import PlanPaths
from sightline.planning.whitespace import peer_share
from sightline.records.queries.account_grid import GridFacts
from sightline.records.queries.whitespace.said import Said
from sightline.records.queries.whitespace.scored import Key
from sightline.records.queries.whitespace.suggested import Suggested
from sightline.records.queries.whitespace.sums import Counted
from sightline.records.queries.whitespace.voices import Voices

if TYPE_CHECKING:
    from sightline.records.queries.whitespace.compute import GridBase

Thing = TypeVar("Thing")
Column = npt.NDArray[Any]
WHOLE_NUMBERS = 1 << 62


@dataclass(frozen=True, slots=True)
class Given:
    """What a grid is weighed by beside its base; `said` is read for the few cells in which two facts
    of one kind must be compared."""

    base: GridBase
    facts: GridFacts
    voices: Voices
    said: Mapping[Key, Said]
    suggested: Suggested
    plays: Mapping[Key, tuple[str, ...]]
    paths: PlanPaths


class Cells:
    """What decides every cell of one grid, an array for each, unit by unit and line by line.

    `likely` is in minor units where `valued`; `need` is -1 where nobody was asked; `share` is need as
    a share, not-a-number where not known; `holder`, `stands` and `state` are places among
    what there is of their kind; `place` is that of the cell's unit and family in `counted`;
    `said` the places of cells that somebody spoke of, by their id.
    """

    def __init__(self, given: Given) -> None:
        self.given, self.base, self.ground = given, given.base, given.facts.ground
        self.units, self.lines = given.facts.units, given.facts.lines
        across = len(self.lines)
        self.rows = {unit.key: at * across for at, unit in enumerate(self.units)}
        self.columns = {line.key: at for at, line in enumerate(self.lines)}
        self.families = list(dict.fromkeys(line.family for line in self.lines))
        known = {family: at for at, family in enumerate(self.families)}
        first = np.arange(len(self.units)) * len(known)
        self.place = np.add.outer(first, [known[line.family] for line in self.lines]).ravel()
        self.counted = Counted.nothing(len(self.units) * len(known))
        size = len(self.units) * across
        flags = np.zeros((8, size), dtype=bool)
        self.owned, self.deal, self.lapsed, self.busy = flags[:4]
        self.relied, self.also, self.mapped, self.valued = flags[4:]
        numbers = np.zeros((6, size), dtype=np.int64)
        self.holder, self.stands, self.state = numbers[:3]
        self.access, self.budget, self.likely = numbers[3:]
        self.need, self.share = np.full(size, -1), np.full(size, np.nan)
        self.said = Spoken.of(self.known(given.voices.ids))
        self.shares = {
            key: peer_share(one, parameters=given.base.setting.numbers)
            for key, one in given.suggested.counts.items()
        }

    def known(self, found: Mapping[Key, Thing]) -> Iterator[tuple[int, Thing]]:
        """What is known of some cells, by their place; what the grid does not show is left out."""
        rows, columns = self.rows, self.columns
        return (
            (rows[unit] + columns[line], one)
            for (unit, line), one in found.items()
            if unit in rows and line in columns
        )

    def key(self, at: int) -> Key:
        """Which cell stands at a place."""
        unit, line = divmod(at, len(self.lines))
        return (self.units[unit].key, self.lines[line].key)

    def keys(self) -> Iterator[Key]:
        """All of them."""
        lines = [line.key for line in self.lines]
        return ((unit.key, line) for unit in self.units for line in lines)


def each(columns: tuple[Column, ...], rule: Callable[..., int]) -> Column:
    """What a rule says of every cell, asked once for each combination of inputs: these are few, so
    they are found by counting, not by sorting."""
    code = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        code = code * (int(column.max(initial=0)) + 1) + column
    one_of = np.full(int(code.max(initial=0)) + 1, -1)
    one_of[code] = np.arange(len(code))
    met = one_of[one_of >= 0]
    asked = zip(*(column[met].tolist() for column in columns), strict=True)
    one_of[one_of >= 0] = [rule(*inputs) for inputs in asked]
    return one_of[code]


@dataclass(frozen=True, slots=True)
class Spoken:
    """The places of cells that somebody spoke of, in the order of their ids."""

    pks: Column
    places: Column

    @classmethod
    def of(cls, known: Iterable[tuple[int, int]]) -> Spoken:
        """From place and id of each."""
        pairs = np.array(list(known), dtype=np.int64).reshape(-1, 2)
        ordered = pairs[np.argsort(pairs[:, 1])]
        return cls(ordered[:, 1], ordered[:, 0])

    def find(self, pks: Column) -> tuple[Column, Column]:
        """Which of some ids the grid shows, and the places of these."""
        if not len(self.pks):
            return np.zeros(len(pks), dtype=bool), self.places
        at = np.minimum(np.searchsorted(self.pks, pks), len(self.pks) - 1)
        shown = self.pks[at] == pks
        return shown, self.places[at[shown]]


def put(column: Column, told: Mapping[int, int], places: Spoken) -> None:
    """What was told of cells by their id, at their place; what the grid does not show is left
    out. Raises OverflowError beyond a processor's numbers."""
    found = np.array(list(told.values()), dtype=column.dtype)
    shown, at = places.find(np.fromiter(told, dtype=np.int64, count=len(told)))
    column[at] = found[shown]


def add(column: Column, at: Sequence[int], amounts: Sequence[int]) -> None:
    """Adds to some places, to some of them several times. Raises OverflowError beyond a processor's
    numbers."""
    if sum(map(abs, amounts)) >= WHOLE_NUMBERS:
        raise OverflowError("These amounts are too large.")
    if amounts:
        np.add.at(column, list(at), amounts)
