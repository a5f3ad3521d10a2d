"""Which column of a file is which field: guessed by name, corrected by a mapping.

A mapping is a TOML file or a saved one: a table for each object, `"Column" = "field"` or the
other way round; an empty field leaves the column out.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sightline.agreement.naming import column_key
from sightline.exchange.imports.specs import Field, Object
from sightline.exchange.tables.errors import TableRefused

# Columns that every export has and nothing here needs: not worth a word in the report.
_SILENT = frozenset(
    {"systemmodstamp", "lastmodifiedbyid", "createdbyid", "lastmodifieddate", "lastvieweddate"}
    | {"lastreferenceddate", "lastactivitydate", "sightlineproblem", "sightlinerow"}
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a person said: field by column and object, meaning by value, options."""

    columns: dict[str, dict[str, str]]
    values: dict[str, dict[str, dict[str, str]]]
    options: dict[str, str]

    def plain(self) -> dict[str, object]:
        """As JSON keeps it."""
        return {"columns": self.columns, "values": self.values, "options": self.options}

    @classmethod
    def of(cls, plain: Mapping[str, Any] | None) -> Chosen:
        """The inverse of `plain`; nothing chosen where nothing was kept."""
        kept = plain or {}
        return cls(kept.get("columns", {}), kept.get("values", {}), kept.get("options", {}))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file and the field it becomes; None is left out.

    `guess` is certain (the standard name), likely (a known custom name), chosen, or unknown.
    """

    place: int
    header: str
    field: Field | None
    guess: str


def match_columns(
    header: Sequence[str], spec: Object, chosen: Mapping[str, str]
) -> tuple[Column, ...]:
    """Every column with its field; two columns never become one field.

    `chosen` maps a header (in any case) to a field's name and wins over every guess. Raises
    TableRefused for a field that the object does not have.
    """
    wanted = {column_key(name): field for name, field in chosen.items()}
    for name in wanted.values():
        if name and spec.field_of(name) is None:
            known = ", ".join(sorted(one.name for one in spec.fields))
            raise TableRefused("mapping", f"{spec.name} has no field {name!r}; it has {known}")
    taken = {name for name in wanted.values() if name}
    by_key = {column_key(name): place for place, name in enumerate(header)}
    found: dict[int, tuple[Field, str]] = {}
    for one in spec.fields:
        if one.name in taken:
            continue
        for rank, alias in enumerate(one.headers):
            place = by_key.get(alias)
            if place is not None and place not in found and alias not in wanted:
                found[place] = (one, "certain" if rank == 0 else "likely")
                break
    return tuple(_column(place, name, spec, wanted, found) for place, name in enumerate(header))


def _column(
    place: int,
    name: str,
    spec: Object,
    wanted: Mapping[str, str],
    found: Mapping[int, tuple[Field, str]],
) -> Column:
    key = column_key(name)
    if key in wanted:
        return Column(place, name, spec.field_of(wanted[key]) if wanted[key] else None, "chosen")
    one, guess = found.get(place, (None, "unknown"))
    return Column(place, name, one, guess)


def unknown_columns(columns: Sequence[Column], spec: Object) -> list[str]:
    """Headers that nothing here reads and that are worth a word."""
    return [
        column.header
        for column in columns
        if column.guess == "unknown"
        and column.header
        and column_key(column.header) not in _SILENT
        and column_key(column.header) not in spec.known
    ]


def read_mapping(path: Path, specs: Iterable[Object]) -> Chosen:
    """A mapping file. Raises TableRefused."""
    try:
        plain = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TableRefused("mapping", f"cannot be read ({error})", file=path.name) from None
    return chosen_from(plain, specs, name=path.name)


def chosen_from(plain: Mapping[str, object], specs: Iterable[Object], *, name: str) -> Chosen:
    """A mapping from plain values: a table for each object.

    Either side of an entry may be the field (`tier = "Level__c"` or `"Level__c" = "tier"`), and
    `[account.tier_values]` says what a field's values mean. Raises TableRefused for a name that
    is no object, or an entry in which neither side is a field.
    """
    known = {_object_key(one.name): one for one in specs}
    chosen = Chosen({}, {}, {})
    for table, entries in plain.items():
        if not isinstance(entries, Mapping):
            chosen.options[table] = str(entries)
        elif table == "options":
            chosen.options.update({str(key): str(value) for key, value in entries.items()})
        elif _object_key(table) in known:
            _take(chosen, known[_object_key(table)], entries, name)
        else:
            raise TableRefused("mapping", f"[{table}] is no object of this import", file=name)
    return chosen


def _take(chosen: Chosen, spec: Object, entries: Mapping[str, object], name: str) -> None:
    columns = chosen.columns.setdefault(spec.name, {})
    for left, right in entries.items():
        if isinstance(right, Mapping):
            field = left.removesuffix("_values")
            values = {str(key).strip().casefold(): str(value) for key, value in right.items()}
            chosen.values.setdefault(spec.name, {})[field] = values
        elif spec.field_of(left) is not None:
            columns[str(right)] = left
        elif not right or spec.field_of(str(right)) is not None:
            columns[left] = str(right)
        else:
            known = ", ".join(sorted(one.name for one in spec.fields))
            raise TableRefused(
                "mapping", f"[{spec.name}] has no field {left!r}; it has {known}", file=name
            )


def _object_key(name: str) -> str:
    return column_key(name).rstrip("2s")
