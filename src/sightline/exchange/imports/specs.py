"""What an import file may hold: objects, their fields, and how each cell is read."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sightline.agreement.naming import column_key


class Kind(enum.StrEnum):
    """How a cell is read."""

    KEY = "key"  # an outside id
    TEXT = "text"
    MONEY = "money"
    NUMBER = "number"
    WHOLE = "whole"
    DAY = "day"
    MOMENT = "moment"
    SWITCH = "switch"
    CURRENCY = "currency"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of ours: its staged column, how it is read, and which headers mean it.

    `headers` are column keys (`sightline.agreement.naming.column_key`), the surest first.
    """

    name: str
    kind: Kind
    headers: tuple[str, ...]
    limit: int | None = None
    required: bool = False
    label: str = ""


Values = dict[str, object]


@dataclass(frozen=True, slots=True)
class Staged:
    """One row for one target: its outside id, whether the source deleted it, its values."""

    target: str
    key: str
    removed: bool
    values: Values


@dataclass(frozen=True, slots=True)
class Row:
    """A record as read: values by field name; `present` are the fields that the file carries."""

    values: Values
    present: frozenset[str]
    context: Context


@dataclass(frozen=True, slots=True)
class Context:
    """What parsing needs from outside. `today` is the day of the import."""

    currency: str
    today: str
    customer_domain: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


class LeftOut(Exception):
    """A row that is none of our business; `code` counts it in the report."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


Emit = Callable[[Row], Sequence[Staged]]


@dataclass(frozen=True, slots=True)
class Object:
    """One kind of file. `emit` turns a record into rows for targets; `nothing` are spellings of
    an empty cell."""

    name: str
    fields: tuple[Field, ...]
    emit: Emit
    targets: tuple[str, ...]
    missing_costs: str = ""
    known: frozenset[str] = frozenset()
    nothing: frozenset[str] = frozenset()

    def field_of(self, name: str) -> Field | None:
        """The field of that name."""
        return next((one for one in self.fields if one.name == name), None)


def text(name: str, headers: str, limit: int = 255, *, required: bool = False) -> Field:
    """A text field."""
    return Field(name, Kind.TEXT, _keys(headers), limit, required)


def key(name: str, headers: str, *, required: bool = False) -> Field:
    """An outside id."""
    return Field(name, Kind.KEY, _keys(headers), 120, required)


def of(
    kind: Kind, name: str, headers: str, limit: int | None = None, *, required: bool = False
) -> Field:
    """A field of any other kind; of a number, `limit` is how far from zero it may be."""
    return Field(name, kind, _keys(headers), limit, required)


def _keys(headers: str) -> tuple[str, ...]:
    return tuple(column_key(word) for word in headers.split())
