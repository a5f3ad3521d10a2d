"""The cells of a large grid, each made when it is asked for: a page shows few of thousands.

What people said is read family by family, and all at once where somebody wants every cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sightline.planning.whitespace import CellFacts, CellScore
from sightline.records.queries.account_grid import GridFacts, GridLine
from sightline.records.queries.whitespace.said import Said, said_cells
from sightline.records.queries.whitespace.scored import Key


@dataclass(frozen=True, slots=True)
class _Shape:
    """Which cells there are."""

    units: tuple[str, ...]
    lines: tuple[str, ...]
    known: tuple[frozenset[str], frozenset[str]]

    @classmethod
    def of(cls, facts: GridFacts) -> _Shape:
        units = tuple(unit.key for unit in facts.units)
        lines = tuple(line.key for line in facts.lines)
        return cls(units, lines, (frozenset(units), frozenset(lines)))

    def has(self, key: Key) -> bool:
        return key[0] in self.known[0] and key[1] in self.known[1]

    def __iter__(self) -> Iterator[Key]:
        return ((unit, line) for unit in self.units for line in self.lines)

    def __len__(self) -> int:
        return len(self.units) * len(self.lines)


class CellsLater(Mapping[Key, CellFacts]):
    """The facts of ledger and CRM by cell."""

    __slots__ = ("_ground", "_shape")

    def __init__(self, facts: GridFacts) -> None:
        self._ground, self._shape = facts.ground, _Shape.of(facts)

    def __getitem__(self, key: Key) -> CellFacts:
        if not self._shape.has(key):
            raise KeyError(key)
        return self._ground.cell(key)

    def __iter__(self) -> Iterator[Key]:
        return iter(self._shape)

    def __len__(self) -> int:
        return len(self._shape)


class SaidLater(Mapping[Key, Said]):
    """What people said by cell; `ids` are the cells that somebody ever said something of.

    What was said after the grid was computed stands in it only once it is worked in from the
    journal, as for every other kept grid.
    """

    __slots__ = ("_account", "_currency", "_families", "_ids", "_known", "_whole")

    def __init__(
        self,
        account_id: int,
        ids: Mapping[Key, int],
        lines: tuple[GridLine, ...],
        currency: str,
    ) -> None:
        self._account, self._currency = account_id, currency
        self._ids = ids
        self._families = {line.key: line.family for line in lines}
        self._known: dict[str, Mapping[Key, Said]] = {}
        self._whole: Mapping[Key, Said] | None = None

    def __getitem__(self, key: Key) -> Said:
        if key not in self._ids:
            raise KeyError(key)
        if self._whole is not None:
            return self._whole[key]
        return self._of(self._families.get(key[1], ""))[key]

    def __iter__(self) -> Iterator[Key]:
        """Whoever goes through all of them wants all: these are read at once. Three queries."""
        if self._whole is None:
            self._whole = said_cells(self._account, currency=self._currency)
        return iter([key for key in self._ids if key in self._whole])

    def __len__(self) -> int:
        return len(self._ids)

    def _of(self, family: str) -> Mapping[Key, Said]:
        """Three queries, once."""
        found = self._known.get(family)
        if found is None:
            of = self._families.get
            ids = [pk for (_unit, line), pk in self._ids.items() if of(line, "") == family]
            found = said_cells(self._account, currency=self._currency, only=ids)
            self._known[family] = found
        return found


class ScoresLater(Mapping[Key, CellScore]):
    """Scores by cell, each made once."""

    __slots__ = ("_made", "_make", "_said", "_shape")

    def __init__(
        self, facts: GridFacts, said: Mapping[Key, Said], make: Callable[[Key], CellScore]
    ) -> None:
        self._shape, self._said, self._make = _Shape.of(facts), said, make
        self._made: dict[Key, CellScore] = {}

    def __getitem__(self, key: Key) -> CellScore:
        found = self._made.get(key)
        if found is None:
            if not self._shape.has(key):
                raise KeyError(key)
            found = self._made[key] = self._make(key)
        return found

    def __iter__(self) -> Iterator[Key]:
        iter(self._said)  # all of it in one go, not family by family
        return iter(self._shape)

    def __len__(self) -> int:
        return len(self._shape)
