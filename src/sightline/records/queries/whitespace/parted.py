"""A large scored grid as bytes: a head that pages open first, and parts of each product family.

Reading all of a grid of thousands of cells takes longer than a page may, so a part is read when a
cell of it is asked for: what is drawn of a whole family's cells where these are shown; the scores of
a few units, and what they were computed from, where one is opened or changes. The bytes are signed
with the installation's key: nothing that anybody else wrote is ever read. They are no record:
whatever does not fit is computed again.
"""

from __future__ import annotations

import hashlib
import io
import pickle
import sys
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, TypeVar, cast

from django.utils.crypto import constant_time_compare, salted_hmac

from sightline import __version__
from sightline.planning.reasons import Reason
from sightline.planning.stakeholders import CellPath, Found
from sightline.planning.whitespace import (
    CellFacts,
    CellScore,
    Eligibility,
    Footprint,
    Holder,
    Need,
    OpenDeal,
    PeerCounts,
    Pick,
    Seen,
    Totals,
    ValueEstimate,
)
from sightline.records.queries.account_grid import GridLine, GridUnit
from sightline.records.queries.whitespace.compute import GridBase
from sightline.records.queries.whitespace.drawn import Drawn, Worth, WorthLater
from sightline.records.queries.whitespace.peers import Peers
from sightline.records.queries.whitespace.said import Said, SaidFact
from sightline.records.queries.whitespace.scored import GridSetting, Key, Marks, ScoredGrid
from sightline.records.queries.whitespace.suggested import Suggested
from sightline.records.queries.whitespace.sums import Counted

Value = TypeVar("Value")
_Columns = tuple[Mapping[Key, Any], ...]
_Read = Callable[[Sequence[int]], Mapping[int, bytes]]
_SALT = "sightline.whitespace.parted"
_SIGNED = 32  # bytes of SHA-256
_FAST = 1
_STANDS = ((0, 0), (1, 0), (1, 1), (1, 2), (1, 3))  # of each column: which half, and where in it
_PARTS = 2  # of some units in a family, its halves: their scores, and all else
_CELLS = 96  # about so many in a part
_SETTERS: dict[type[Any], tuple[Callable[[object, object], None], ...]] = {}
_WRITTEN = (
    *(CellFacts, CellScore, CellPath, Eligibility, Footprint, Found, GridBase, GridLine, GridUnit),
    *(Holder, Marks, Need, OpenDeal, PeerCounts, Peers, Pick, Reason, Said, SaidFact),
    *(ScoredGrid, Counted, Drawn, Totals, ValueEstimate, Worth),
)


class Unreadable(ValueError):
    """The bytes are not ours, or of another version."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A grid as bytes: its head, and its parts by number, as `Layout` counts them."""

    head: bytes
    parts: tuple[bytes, ...]


def made_by() -> str:
    """Names the shape of what is written: bytes of another shape are never read."""
    shape = [(kind.__qualname__, [one.name for one in fields(kind)]) for kind in _WRITTEN]
    told = repr((__version__, sys.version_info[:2], _PARTS, shape))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Layout:
    """Which part a cell stands in: families, and groups of units within each."""

    numbers: Mapping[str, int]
    families: Mapping[str, str]
    groups: Mapping[str, int]
    many: int

    @classmethod
    def of(cls, base: GridBase, grid: ScoredGrid) -> Layout:
        """Groups of so many units that a part holds about `_CELLS` cells."""
        numbers = {name: at for at, name in enumerate(dict.fromkeys(base.families.values()))}
        across = max(1, _CELLS * len(numbers) // max(1, len(base.families)))
        groups = {unit.key: at // across for at, unit in enumerate(grid.units)}
        return cls(numbers, base.families, groups, 1 + max(groups.values(), default=0))

    @property
    def parts(self) -> int:
        """How many there are."""
        return len(self.numbers) * self._step

    @property
    def _step(self) -> int:
        return 1 + _PARTS * self.many

    def drawn(self, line: str) -> int:
        """The part with what is drawn of a line's family. Raises KeyError for one not shown."""
        return self.numbers[self.families[line]] * self._step

    def part(self, key: Key, half: int) -> int:
        """The part of a cell. Raises KeyError for a line that is not shown."""
        return self.drawn(key[1]) + 1 + _PARTS * self.groups.get(key[0], 0) + half

    def halves(self, half: int) -> list[int]:
        """All parts with scores (0), or all with what they were computed from (1)."""
        return [
            family * self._step + 1 + _PARTS * group + half
            for family in range(len(self.numbers))
            for group in range(self.many)
        ]


def packed(base: GridBase, grid: ScoredGrid, *, stamp: object) -> Packed:
    """The grid with what it was computed from, and the stamp it had then."""
    layout, cells = Layout.of(base, grid), _Cells.of(base, grid)
    parts = cells.parts(layout)
    head = {
        "stamp": stamp,
        "layout": (layout.numbers, layout.groups, layout.many),
        "sizes": [len(one) for one in cells.columns()],
        "near": cells.only(grid.suggestions),
        "base": _bare(base, ("setting", "cells", "wallets")),
        "grid": _bare(grid, ("scores", "said", "suggested", "marks", "seen")),
        "marks": _bare(grid.marks, ("worth",)),
        "worth": Worth.of(grid.marks.worth),
        "suggested": _bare(grid.suggested, ("counts",)),
    }
    return Packed(_written(head), tuple(_written(parts[at]) for at in range(layout.parts)))


def opened(
    head: bytes,
    *,
    setting: GridSetting,
    read: _Read,
    instead: Callable[[], tuple[GridBase, ScoredGrid]],
) -> tuple[GridBase, ScoredGrid, object]:
    """The grid, what it was computed from, and its stamp. Raises Unreadable.

    `read` gives the bytes of parts by number; where one is gone by then, `instead` computes the grid.
    """
    found = cast(dict[str, Any], _read(head))
    numbers, groups, many = found["layout"]
    store = _Store(Layout(numbers, found["base"]["families"], groups, many), read, instead, {})
    scores, cells, said, counts, wallets = (
        _Parted(at, size, near, store)
        for at, (size, near) in enumerate(zip(found["sizes"], found["near"], strict=True))
    )
    base = GridBase(**found["base"], setting=setting, cells=cells, wallets=wallets)
    told = Suggested(**found["suggested"], counts=counts)
    worth = WorthLater(found["worth"].by_cell)
    grid = ScoredGrid(
        **found["grid"],
        scores=scores,
        said=said,
        suggested=told,
        marks=Marks(**found["marks"], worth=worth),
        seen=_Seen(store, scores),
    )
    return base, grid, found["stamp"]


@dataclass(frozen=True, slots=True)
class _Cells:
    """Everything of a grid that is told cell by cell, in the order in which it is written; `seen`
    what is drawn of them."""

    scores: Mapping[Key, Any]
    cells: Mapping[Key, Any]
    said: Mapping[Key, Any]
    counts: Mapping[Key, Any]
    wallets: Mapping[Key, Any]
    seen: Mapping[Key, Seen]
    currency: str

    @classmethod
    def of(cls, base: GridBase, grid: ScoredGrid) -> _Cells:
        told = grid.suggested.counts
        return cls(grid.scores, base.cells, grid.said, told, base.wallets, grid.seen, grid.currency)

    def columns(self) -> _Columns:
        return (self.scores, self.cells, self.said, self.counts, self.wallets)

    def only(self, wanted: Collection[Key]) -> _Columns:
        return tuple({key: one[key] for key in wanted if key in one} for one in self.columns())

    def parts(self, layout: Layout) -> dict[int, Any]:
        """Every part by its number."""
        known: dict[int, Any] = {}
        for number in range(_PARTS):
            columns = sum(half == number for half, _place in _STANDS)
            known |= {at: tuple({} for _ in range(columns)) for at in layout.halves(number)}
        for (half, place), column in zip(_STANDS, self.columns(), strict=True):
            for key, value in column.items():
                if key[1] in layout.families:
                    known[layout.part(key, half)][place][key] = value
        for family in layout.numbers:
            lines = [line for line, of in layout.families.items() if of == family]
            known[layout.drawn(lines[0])] = Drawn.of(
                self.seen, tuple(layout.groups), lines, currency=self.currency
            )
        return known


@dataclass(frozen=True, slots=True)
class _Store:
    """The parts that were asked for so far."""

    layout: Layout
    read: _Read
    instead: Callable[[], tuple[GridBase, ScoredGrid]]
    known: dict[int, Any]

    def column(self, key: Key, at: int) -> Mapping[Key, Any]:
        """The part of one column in which a cell stands. Raises KeyError for a line not shown."""
        half, place = _STANDS[at]
        number = self.layout.part(key, half)
        self.need([number])
        found: Mapping[Key, Any] = self.known[number][place]
        return found

    def every(self, at: int) -> Iterator[Mapping[Key, Any]]:
        """All parts of one column, read at once."""
        half, place = _STANDS[at]
        numbers = self.layout.halves(half)
        self.need(numbers)
        return (self.known[number][place] for number in numbers)

    def drawn(self, line: str) -> Drawn:
        """What is drawn of a line's family. Raises KeyError for a line that is not shown."""
        number = self.layout.drawn(line)
        self.need([number])
        found: Drawn = self.known[number]
        return found

    def need(self, numbers: Sequence[int]) -> None:
        """These parts are known from here on. At most one query, unless one of them is gone."""
        missing = [number for number in numbers if number not in self.known]
        if not missing:
            return
        bodies = self.read(missing)
        try:
            self.known.update((number, _read(bodies[number])) for number in missing)
        except (KeyError, Unreadable):
            self.known.update(_Cells.of(*self.instead()).parts(self.layout))


class _Parted(Mapping[Key, Value]):
    """One column of a grid's cells: those near at hand, and the others from their part."""

    __slots__ = ("_at", "_near", "_size", "_store")

    def __init__(self, at: int, size: int, near: Mapping[Key, Value], store: _Store) -> None:
        self._at, self._size, self._near, self._store = at, size, near, store

    def __getitem__(self, key: Key) -> Value:
        if key in self._near:
            return self._near[key]
        found: Value = self._store.column(key, self._at)[key]
        return found

    def __iter__(self) -> Iterator[Key]:
        for part in self._store.every(self._at):
            yield from part

    def __len__(self) -> int:
        return self._size


class _Seen(Mapping[Key, Seen]):
    """What is drawn of each cell, read family by family."""

    __slots__ = ("_scores", "_store")

    def __init__(self, store: _Store, scores: Mapping[Key, Any]) -> None:
        self._store, self._scores = store, scores

    def __getitem__(self, key: Key) -> Seen:
        return self._store.drawn(key[1])[key]

    def __iter__(self) -> Iterator[Key]:
        layout = self._store.layout
        return ((unit, line) for unit in layout.groups for line in layout.families)

    def __len__(self) -> int:
        return len(self._scores)


def _bare(value: Any, without: tuple[str, ...]) -> dict[str, Any]:
    return {one.name: getattr(value, one.name) for one in fields(value) if one.name not in without}


class _Writer(pickle.Pickler):
    """Writes values so that reading them back sets their slots at once: a grid has very many."""

    def reducer_override(self, value: object) -> Any:
        kind = type(value)
        if is_dataclass(kind) and hasattr(kind, "__slots__"):
            return _made, (kind, *(getattr(value, one.name) for one in fields(kind)))
        return NotImplemented


def _made(kind: type[Any], *values: object) -> Any:
    """What was checked when it was made is not checked again."""
    made = object.__new__(kind)
    for put, value in zip(_slots(kind), values, strict=True):
        put(made, value)
    return made


def _slots(kind: type[Any]) -> tuple[Callable[[object, object], None], ...]:
    if kind not in _SETTERS:
        _SETTERS[kind] = tuple(getattr(kind, one.name).__set__ for one in fields(kind))
    return _SETTERS[kind]


def _written(value: object) -> bytes:
    told = io.BytesIO()
    _Writer(told, pickle.HIGHEST_PROTOCOL).dump(value)
    body = zlib.compress(told.getvalue(), _FAST)
    return _signature(body) + body


def _read(told: bytes) -> object:
    signed, body = bytes(told[:_SIGNED]), bytes(told[_SIGNED:])
    if not constant_time_compare(signed, _signature(body)):
        raise Unreadable("These bytes were written by somebody else.")
    found: object = pickle.loads(zlib.decompress(body))  # noqa: S301 - signed by us
    return found


def _signature(body: bytes) -> bytes:
    return salted_hmac(_SALT, body, algorithm="sha256").digest()
