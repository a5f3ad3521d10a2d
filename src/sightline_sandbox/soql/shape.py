"""The shape of an answer: how a flat SQL row becomes nested records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sightline_sandbox.schema.catalogue import Schema

Row = Sequence[Any]


def shown(type_: str, value: Any) -> Any:
    """A stored value as JSON shows it."""
    if value is None:
        return None
    if type_ == "boolean":
        return bool(value)
    if type_ in ("double", "currency", "percent"):
        return float(value)
    if type_ == "int":
        return int(value)
    return value


@dataclass(slots=True)
class Leaf:
    """One field: the index of its column and its type."""

    index: int
    type: str

    def value(self, row: Row) -> Any:
        """The field's value in the answer."""
        return shown(self.type, row[self.index])


@dataclass(slots=True)
class Blob:
    """A field of bytes: shown as the address they are read from."""

    index: int
    id_index: int
    stem: str
    name: str

    def value(self, row: Row) -> Any:
        """The address; null where there are no bytes."""
        return None if row[self.index] is None else f"{self.stem}/{row[self.id_index]}/{self.name}"


@dataclass(slots=True)
class Compound:
    """An address: its parts by name and column; null when every part is."""

    parts: dict[str, Leaf]

    def value(self, row: Row) -> Any:
        """The parts as one object."""
        found = {name: leaf.value(row) for name, leaf in self.parts.items()}
        return found if any(v is not None for v in found.values()) else None


@dataclass(slots=True)
class Formatted:
    """`FORMAT(field)`: the value as text."""

    leaf: Leaf

    def value(self, row: Row) -> Any:
        """The value as British English writes it, which is every user's locale at first."""
        value = self.leaf.value(row)
        if value is None:
            return None
        if isinstance(value, float):
            return f"{value:,.2f}" if self.leaf.type == "currency" else f"{value:,g}"
        if self.leaf.type == "date":
            return date.fromisoformat(value).strftime("%d/%m/%Y")
        if self.leaf.type == "datetime":
            return datetime.fromisoformat(value[:19]).strftime("%d/%m/%Y, %H:%M")
        return str(value)


@dataclass(slots=True)
class Record:
    """A record or a parent in it: attributes, then the fields in the order selected."""

    base: str
    schema: Schema
    entity: str | None
    id_index: int
    entries: dict[str, Leaf | Blob | Compound | Formatted | Record | Later] = field(
        default_factory=dict
    )

    def value(self, row: Row) -> dict[str, Any] | None:
        """The record; None when there is no such parent."""
        record_id = row[self.id_index]
        if record_id is None:
            return None
        out: dict[str, Any] = {"attributes": self._attributes(record_id)}
        for key, entry in self.entries.items():
            out[key] = entry.value(row)
        return out

    def _attributes(self, record_id: str) -> dict[str, str]:
        owner = self.entity
        if owner is None:
            found = self.schema.of_id(record_id)
            owner = found.name if found else "Name"
        kind = self.entity or "Name"
        return {"type": kind, "url": f"{self.base}/sobjects/{owner}/{record_id}"}


@dataclass(slots=True)
class Later:
    """A place filled after the page is read: child rows, TYPEOF parents. Keyed by an id."""

    id_index: int
    found: dict[str, Any] = field(default_factory=dict)

    def value(self, row: Row) -> Any:
        """What was found for this row."""
        return self.found.get(row[self.id_index])


@dataclass(slots=True)
class Aggregated:
    """A row of an aggregate query."""

    entries: dict[str, Leaf | Formatted]

    def value(self, row: Row) -> dict[str, Any]:
        """The row, under its field names, aliases and `exprN`."""
        out: dict[str, Any] = {"attributes": {"type": "AggregateResult"}}
        for key, entry in self.entries.items():
            out[key] = entry.value(row)
        return out


Shape = Callable[[Row], Any]
