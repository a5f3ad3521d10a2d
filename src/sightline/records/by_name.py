"""Lists by name, read on from where a page ended: a place is the name and the key of its last row.

A page is found along the index of the names, however far on it is, without counting what lies
before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)
AFTER_ALL = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins `after`, or ends `before`; both empty for the first."""

    after: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class NamedRows(Generic[Row]):
    """The rows of a page, and the places of the pages around it; empty where there is none."""

    rows: tuple[Row, ...]
    before: str
    after: str


def begins(column: str, typed: str) -> Q:
    """Names that begin so: on SQLite a range of the plain index; PostgreSQL may sort by language
    and needs a pattern."""
    if connection.vendor == "postgresql":
        return Q(**{f"{column}__startswith": typed})
    return Q(**{f"{column}__gte": typed, f"{column}__lt": typed + AFTER_ALL})


def page_by_name(rows: QuerySet[Row], key: str, *, at: Place, most: int) -> NamedRows[Row]:
    """Up to `most` rows by `sort_name` and then by the column `key`. One query."""
    backwards = bool(at.before)
    place = _read(at.before or at.after)
    if place is not None:
        rows = _beyond(rows, key, place, backwards=backwards)
    order = ("-sort_name", f"-{key}") if backwards else ("sort_name", key)
    found = list(rows.order_by(*order)[: most + 1])
    more = len(found) > most
    found = found[:most]
    if backwards:
        found.reverse()
    ahead, behind = (True, more) if backwards else (more, place is not None)
    return NamedRows(
        rows=tuple(found),
        before=_place(found[0], key) if found and behind else "",
        after=_place(found[-1], key) if found and ahead else "",
    )


def _beyond(
    rows: QuerySet[Row], key: str, place: tuple[str, int], *, backwards: bool
) -> QuerySet[Row]:
    name, row = place
    past = "lt" if backwards else "gt"
    # the first condition bounds the index, the second decides among equal names
    bounded = rows.filter(**{f"sort_name__{past}e": name})
    return bounded.filter(Q(**{f"sort_name__{past}": name}) | Q(**{f"{key}__{past}": row}))


def _place(row: Any, key: str) -> str:
    return f"{row.sort_name}~{getattr(row, key)}"


def _read(text: str) -> tuple[str, int] | None:
    """The name and key that a place stands for; None for none, or one that makes no sense."""
    name, _, row = text.rpartition("~")
    return (name, int(row)) if name and row.isdecimal() and len(row) < 19 else None
