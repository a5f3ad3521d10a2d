"""The scored grid as pages read it, and what it is computed with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sightline.planning.parameters import Parameters
from sightline.planning.whitespace import CellScore, Totals, WhitespaceParameters
from sightline.records.queries.account_grid import GridLine, GridUnit
from sightline.records.queries.whitespace.peers import Peers
from sightline.records.queries.whitespace.said import Said
from sightline.records.queries.whitespace.suggested import Suggested

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ScoredGrid:
    """Rows, columns, and every cell's score by (unit, line). `totals` are of each unit with all
    below it, `by_family` of each unit alone and one family; `said` holds what people said, for
    editing; `owners` names by key; `suggestions` the cells to look at next, best first."""

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

    @property
    def parents(self) -> dict[str, str | None]:
        """The unit above each unit."""
        return {unit.key: unit.parent for unit in self.units}

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
