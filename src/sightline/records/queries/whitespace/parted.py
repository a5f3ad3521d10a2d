"""A large scored grid as bytes: a head that pages open first, and two parts for each product family.

Reading all of a grid of thousands of cells takes longer than a page may, so a part is read when a
cell of it is asked for: its scores where cells are shown, what they were computed from where one is
opened or changes. The bytes are signed with the installation's key: nothing that anybody else
wrote is ever read. They are no record: whatever does not fit is computed again.
"""

from __future__ import annotations

import hashlib
import io
import pickle
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
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
    Totals,
    ValueEstimate,
)
from sightline.records.queries.account_grid import GridLine, GridUnit
from sightline.records.queries.whitespace.compute import GridBase
from sightline.records.queries.whitespace.peers import Peers
from sightline.records.queries.whitespace.said import Said, SaidFact
from sightline.records.queries.whitespace.scored import GridSetting, Key, Marks, ScoredGrid
from sightline.records.queries.whitespace.suggested import Suggested

Value = TypeVar("Value")
_Columns = tuple[Mapping[Key, Any], ...]
_SALT = "sightline.whitespace.parted"
_SIGNED = 32  # bytes of SHA-256
_FAST = 1
_SUMS = ("totals", "by_family")
_PARTS = 2  # of a family: its scores, and all else
_SETTERS: dict[type[Any], tuple[Callable[[object, object], None], ...]] = {}
_WRITTEN = (
    *(CellFacts, CellScore, CellPath, Eligibility, Footprint, Found, GridBase, GridLine, GridUnit),
    *(Holder, Marks, Need, OpenDeal, PeerCounts, Peers, Pick, Reason, Said, SaidFact),
    *(ScoredGrid, Totals, ValueEstimate),
)


class Unreadable(ValueError):
    """The bytes are not ours, or of another version."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A grid as bytes: its head, and its parts by number: two for each family."""

    head: bytes
    parts: tuple[bytes, ...]


def made_by() -> str:
    """Names the shape of what is written: bytes of another shape are never read."""
    shape = [(kind.__qualname__, [one.name for one in fields(kind)]) for kind in _WRITTEN]
    told = repr((__version__, sys.version_info[:2], _PARTS, shape))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def packed(base: GridBase, grid: ScoredGrid, *, stamp: object) -> Packed:
    """The grid with what it was computed from, and the stamp it had then."""
    numbers = {name: at for at, name in enumerate(dict.fromkeys(base.families.values()))}
    cells = _Cells.of(base, grid)
    parts = [half for one in numbers for half in cells.halves(_lines(base.families, one))]
    head = {
        "stamp": stamp,
        "numbers": numbers,
        "sizes": [len(one) for one in cells.columns()],
        "near": cells.only(grid.suggestions.__contains__),
        "base": _bare(base, ("setting", "cells", "wallets")),
        "grid": _bare(grid, ("scores", "said", "suggested", *_SUMS))
        | {name: dict(getattr(grid, name)) for name in _SUMS},
        "suggested": _bare(grid.suggested, ("counts",)),
    }
    return Packed(_written(head), tuple(_written(part) for part in parts))


def opened(
    head: bytes,
    *,
    setting: GridSetting,
    read: Callable[[int], bytes | None],
    instead: Callable[[], tuple[GridBase, ScoredGrid]],
) -> tuple[GridBase, ScoredGrid, object]:
    """The grid, what it was computed from, and its stamp. Raises Unreadable.

    `read` gives the bytes of a part; where it is gone by then, `instead` computes the grid.
    """
    found = cast(dict[str, Any], _read(head))
    families: Mapping[str, str] = found["base"]["families"]
    store = _Store(found["numbers"], families, read, instead, {})
    scores, cells, said, counts, wallets = (
        _Parted(at, size, near, store)
        for at, (size, near) in enumerate(zip(found["sizes"], found["near"], strict=True))
    )
    base = GridBase(**found["base"], setting=setting, cells=cells, wallets=wallets)
    told = Suggested(**found["suggested"], counts=counts)
    grid = ScoredGrid(**found["grid"], scores=scores, said=said, suggested=told)
    return base, grid, found["stamp"]


@dataclass(frozen=True, slots=True)
class _Cells:
    """Everything of a grid that is told cell by cell, in the order in which it is written."""

    scores: Mapping[Key, Any]
    cells: Mapping[Key, Any]
    said: Mapping[Key, Any]
    counts: Mapping[Key, Any]
    wallets: Mapping[Key, Any]

    @classmethod
    def of(cls, base: GridBase, grid: ScoredGrid) -> _Cells:
        return cls(grid.scores, base.cells, grid.said, grid.suggested.counts, base.wallets)

    def columns(self) -> _Columns:
        return (self.scores, self.cells, self.said, self.counts, self.wallets)

    def only(self, wanted: Callable[[Key], bool]) -> _Columns:
        return tuple({key: one[key] for key in one if wanted(key)} for one in self.columns())

    def halves(self, lines: frozenset[str]) -> tuple[_Columns, _Columns]:
        """The scores of some lines, and what they were computed from."""
        scores, *rest = self.only(lambda key: key[1] in lines)
        return (scores,), tuple(rest)


def _lines(families: Mapping[str, str], family: str) -> frozenset[str]:
    return frozenset(line for line, of in families.items() if of == family)


@dataclass(frozen=True, slots=True)
class _Store:
    """The parts that were asked for so far."""

    numbers: Mapping[str, int]
    families: Mapping[str, str]
    read: Callable[[int], bytes | None]
    instead: Callable[[], tuple[GridBase, ScoredGrid]]
    known: dict[int, _Columns]

    def column(self, line: str, at: int) -> Mapping[Key, Any]:
        """One column's cells of a line's family. Raises KeyError for a line that is not shown."""
        number = _PARTS * self.numbers[self.families[line]]
        return self._part(number)[0] if at == 0 else self._part(number + 1)[at - 1]

    def _part(self, number: int) -> _Columns:
        if number not in self.known:
            body = self.read(number)
            try:
                found = _read(body) if body is not None else None
            except Unreadable:
                found = None
            if found is None:
                every = _Cells.of(*self.instead())
                for family, at in self.numbers.items():
                    halves = every.halves(_lines(self.families, family))
                    self.known.update((_PARTS * at + half, one) for half, one in enumerate(halves))
            else:
                self.known[number] = cast(_Columns, found)
        return self.known[number]


class _Parted(Mapping[Key, Value]):
    """One column of a grid's cells: those near at hand, and the others from their part."""

    __slots__ = ("_at", "_near", "_size", "_store")

    def __init__(self, at: int, size: int, near: Mapping[Key, Value], store: _Store) -> None:
        self._at, self._size, self._near, self._store = at, size, near, store

    def __getitem__(self, key: Key) -> Value:
        if key in self._near:
            return self._near[key]
        found: Value = self._store.column(key[1], self._at)[key]
        return found

    def __iter__(self) -> Iterator[Key]:
        lines = {self._store.numbers[family]: line for line, family in self._families()}
        for number in sorted(lines):
            yield from self._store.column(lines[number], self._at)

    def __len__(self) -> int:
        return self._size

    def _families(self) -> Iterable[tuple[str, str]]:
        return self._store.families.items()


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
