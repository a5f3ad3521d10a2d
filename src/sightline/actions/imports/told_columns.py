"""Rows of a chunk in the form of their model, worked out column by column and only when asked for.

A preview counts new rows and never asks for their values; storing asks for columns, not for rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import repeat
from typing import Any

from sightline.actions.imports.lookups import (
    PENDING,
    IncomingRow,
    Pending,
    Place,
    UnitKey,
    lines_of_products,
    name_maps,
    places,
    units,
)
from sightline.actions.imports.targets import Target

Refs = Mapping[str, Mapping[str, int | Pending]]
Columns = dict[str, Sequence[Any]]


class ToldColumns:
    """What a chunk's rows say of their columns; `refs` say, by column, which rows they name."""

    def __init__(self, target: Target, rows: Sequence[IncomingRow], refs: Refs) -> None:
        self._target, self._rows, self._refs = target, rows, refs

    def rows(self, rows: Iterable[IncomingRow]) -> dict[str, dict[str, Any]]:
        """The columns' values of some of the rows, by outside id."""
        found: dict[str, dict[str, Any]] = {}
        for alike in self._shapes(rows):
            columns = self._columns(alike)
            told = zip(*columns.values(), strict=True) if columns else repeat(())
            for row, values in zip(alike, told, strict=False):
                found[row.key] = dict(zip(columns, values, strict=True))
        return found

    def columns(self, rows: Sequence[IncomingRow]) -> Columns:
        """The same of new rows as columns (see `columns_told`)."""
        shapes = self._shapes(rows)
        if len(shapes) == 1:
            return self._columns(shapes[0])
        told = self.rows(rows)
        return _filled(self._target, [told[row.key] for row in rows])

    def unknown(self, rows: Iterable[IncomingRow]) -> Counter[str]:
        """How many of some rows name, by column, what is neither here nor in the files."""
        listed, found = list(rows), Counter[str]()
        for ref in self._target.refs:
            known = self._refs[ref.column]
            named = [row.values.get(ref.value) for row in listed]
            count = sum(1 for one in named if one and str(one) not in known)
            if count:
                found[ref.column] = count
        return found

    def _columns(self, rows: Sequence[IncomingRow]) -> Columns:
        """Of rows that say the same fields."""
        target, said = self._target, [row.values for row in rows]
        converters = target.converters
        columns: Columns = {
            name: list(map(converters[name], [one[name] for one in said]))
            for name in said[0]
            if name in converters
        }
        for ref in target.refs:
            if ref.value in said[0]:
                known = self._refs[ref.column]
                columns[ref.column] = [
                    known.get(str(one[ref.value])) if one[ref.value] else None for one in said
                ]
        columns |= self._by_name(said)
        columns |= self._lines(columns)
        return columns | self._units(rows, columns)

    def _by_name(self, said: Sequence[Mapping[str, Any]]) -> Columns:
        return {
            column: [self._names[column].get(str(one[value]), PENDING) for one in said]
            for value, (column, _) in self._target.named.items()
            if said[0].get(value)
        }

    def _lines(self, told: Mapping[str, Sequence[Any]]) -> Columns:
        """The product line of a product, where no row names a line itself."""
        if "product_id" not in told or "product_line_id" in told:
            return {}
        lines = self._product_lines
        return {
            "product_line_id": [
                one if one is PENDING else lines.get(one) for one in told["product_id"]
            ]
        }

    def _units(self, rows: Sequence[IncomingRow], told: Mapping[str, Sequence[Any]]) -> Columns:
        if not self._target.has_unit:
            return {}
        accounts = told.get("account_id") or repeat(None)
        units = [self._unit(row, one) for row, one in zip(rows, accounts, strict=False)]
        return {"unit_id": units}

    def _unit(self, row: IncomingRow, account: Any) -> int | Pending | None:
        place = self._places.get(account) if isinstance(account, int) else None
        name = row.values.get("business_unit")
        if place is None:
            return PENDING if name and account is PENDING else None
        if not name:
            return place.unit
        return self._known_units.get((place.planning_account, place.unit, str(name)), PENDING)

    def _shapes(self, rows: Iterable[IncomingRow]) -> list[list[IncomingRow]]:
        """Rows that say the same fields together; nothing said by name is as not said."""
        named = tuple(self._target.named)
        found: dict[tuple[Any, ...], list[IncomingRow]] = {}
        for row in rows:
            said = row.values
            shape = (*said, *(bool(said.get(name)) for name in named)) if named else tuple(said)
            found.setdefault(shape, []).append(row)
        return list(found.values())

    @cached_property
    def _names(self) -> Mapping[str, Mapping[str, int]]:
        return name_maps(self._target, self._rows)

    @cached_property
    def _product_lines(self) -> Mapping[int, int | None]:
        return lines_of_products(_keys(self._refs["product_id"]))

    @cached_property
    def _places(self) -> Mapping[int, Place]:
        return places(_keys(self._refs["account_id"]))

    @cached_property
    def _known_units(self) -> Mapping[UnitKey, int]:
        return units(unit_keys(self._rows, self._refs["account_id"], self._places))


class NewRows(Mapping[str, dict[str, Any]]):
    """New rows by outside id: their columns' values, worked out where somebody asks for them."""

    def __init__(self, told: ToldColumns) -> None:
        self._told = told
        self._rows: dict[str, IncomingRow] = {}

    def add(self, row: IncomingRow) -> None:
        """One more, after the others."""
        self._rows[row.key] = row

    def columns(self) -> Columns:
        """All by column, in order; nothing where there is none."""
        return self._told.columns(list(self._rows.values())) if self._rows else {}

    def __getitem__(self, key: str) -> dict[str, Any]:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, key: object) -> bool:
        return key in self._rows

    @cached_property
    def _values(self) -> dict[str, dict[str, Any]]:
        return self._told.rows(self._rows.values())


def columns_of(target: Target, creates: Mapping[str, Mapping[str, Any]]) -> Columns:
    """New rows by column, in order: a field's default where a row says nothing of it, and nothing of
    a row that is made only later."""
    return settled(target, columns_told(target, creates))


def columns_told(target: Target, creates: Mapping[str, Mapping[str, Any]]) -> Columns:
    """The same, with PENDING for a row that is made only later."""
    if isinstance(creates, NewRows):
        return creates.columns()
    return _filled(target, list(creates.values()))


def _filled(target: Target, told: Sequence[Mapping[str, Any]]) -> Columns:
    names = sorted({name for values in told for name in values})
    defaults = {name: target.fields[name].get_default() for name in names}
    return {name: [one.get(name, default) for one in told] for name, default in defaults.items()}


def settled(target: Target, columns: Columns) -> Columns:
    """Columns to be stored: nothing where a row is made only later."""
    for name in columns.keys() & target.keys:
        if PENDING in columns[name]:
            columns[name] = [None if one is PENDING else one for one in columns[name]]
    return columns


def _keys(named: Mapping[str, int | Pending]) -> list[int]:
    return [key for key in named.values() if isinstance(key, int)]


def unit_keys(
    rows: Sequence[IncomingRow],
    accounts: Mapping[str, int | Pending],
    known: Mapping[int, Place],
) -> set[UnitKey]:
    """The units that rows name: planning account, parent unit, name."""
    found: set[UnitKey] = set()
    for row in rows:
        name = row.values.get("business_unit")
        if not name:
            continue
        account = accounts.get(str(row.values.get("account")))
        if isinstance(account, int) and account in known:
            place = known[account]
            found.add((place.planning_account, place.unit, str(name)))
    return found
