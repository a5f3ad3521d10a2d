"""The scored grid as pages read it, and what it is computed with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sightline.planning.parameters import Parameters
from sightline.planning.whitespace import (
    CellScore,
    Pick,
    Seen,
    Totals,
    WhitespaceParameters,
    seen_of,
)
from sightline.records.queries.account_grid import GridLine, GridUnit
from sightline.records.queries.whitespace.peers import Peers
from sightline.records.queries.whitespace.said import Said
from sightline.records.queries.whitespace.suggested import Suggested
from sightline.records.queries.whitespace.sums import SumsLater

Key = tuple[str, str]
Value = TypeVar("Value")


class Overlay(Mapping[Key, Value]):
    """A mapping of cells with some of them newer; the others are read only when asked for."""

    __slots__ = ("_base", "_newer")

    def __init__(self, base: Mapping[Key, Value], newer: Mapping[Key, Value]) -> None:
        self._base: Mapping[Key, Value] = base
        self._newer: dict[Key, Value] = dict(newer)
        if isinstance(base, Overlay):
            self._base, self._newer = base._base, base._newer | self._newer

    def __getitem__(self, key: Key) -> Value:
        return self._newer[key] if key in self._newer else self._base[key]

    def __iter__(self) -> Iterator[Key]:
        yield from self._base
        yield from (key for key in self._newer if key not in self._base)

    def __len__(self) -> int:
        return len(self._base) + sum(key not in self._base for key in self._newer)


class SeenLater(Mapping[Key, Seen]):
    """What is drawn of each cell, from its score when it is asked for."""

    __slots__ = ("_scores",)

    def __init__(self, scores: Mapping[Key, CellScore]) -> None:
        self._scores = scores

    def __getitem__(self, key: Key) -> Seen:
        return seen_of(self._scores[key])

    def __iter__(self) -> Iterator[Key]:
        return iter(self._scores)

    def __len__(self) -> int:
        return len(self._scores)


@dataclass(frozen=True, slots=True)
class Marks:
    """What the whole of a grid is judged by, kept beside it so that a changed cell needs no other:
    `worth` of every open cell, cells in plays, whoever works a cell, and what to look at next, best
    first (`whole` False: only the best of it)."""

    worth: Mapping[Key, int]
    plays: Mapping[Key, tuple[str, ...]]
    owners: Mapping[Key, str]
    picks: tuple[Pick, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class ScoredGrid:
    """Rows, columns, and every cell's score by (unit, line). `totals` are of each unit with all
    below it, `by_family` of each unit alone and one family; `said` holds what people said, for
    editing; `seen` what is drawn of each cell, read without its score where a grid was kept;
    `owners` names by key; `suggestions` the cells to look at next, best first."""

    currency: str
    on: date
    units: tuple[GridUnit, ...]
    lines: tuple[GridLine, ...]
    scores: Mapping[Key, CellScore]
    totals: Mapping[str, Totals]
    whole: Totals
    by_family: Mapping[tuple[str, str], Totals]
    said: Mapping[Key, Said]
    owners: Mapping[str, str]
    measured: bool
    people_known: int
    peers: Peers
    suggested: Suggested
    suggestions: tuple[Key, ...]
    marks: Marks
    seen: Mapping[Key, Seen]

    @property
    def parents(self) -> dict[str, str | None]:
        """The unit above each unit."""
        return {unit.key: unit.parent for unit in self.units}

    def brief(self, units: Sequence[str], family: str) -> tuple[int, int, int]:
        """Open value and revenue (minor units) of all lines of a family in some units, and how many
        of their cells are fantasy."""
        sums = self.by_family
        if isinstance(sums, SumsLater):
            if len(units) == 1:
                return sums.brief((units[0], family))
            found = [sums.brief((unit, family)) for unit in units]
        else:
            found = [sums[unit, family].brief for unit in units]
        open_value, owned, fantasy = (sum(figures) for figures in zip(*found, strict=True))
        return open_value, owned, fantasy

    def brief_of(self, keys: Iterable[Key]) -> tuple[int, int, int]:
        """The same sums of some cells."""
        seen = self.seen
        open_value, owned, fantasy = map(sum, zip(*(seen[key].brief for key in keys), strict=True))
        return open_value, owned, fantasy

    def unit(self, key: str) -> GridUnit | None:
        """One column."""
        return next((unit for unit in self.units if unit.key == key), None)

    def line(self, key: str) -> GridLine | None:
        """One row."""
        return next((line for line in self.lines if line.key == key), None)


@dataclass(frozen=True, slots=True)
class GridSetting:
    """What a grid is computed with."""

    on: date
    currency: str
    parameters: Parameters

    @property
    def numbers(self) -> WhitespaceParameters:
        """The whitespace rules' numbers."""
        return self.parameters.section(WhitespaceParameters, "whitespace")
