"""What crosses between two systems as plain values: records, pages of them, and writes."""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class RemoteRecord:
    """One row of the other system as it was read.

    `values` hold only the fields the reader was shown: an absent name is hidden, None is empty.
    `stamp` is the service's own mark of the last change, to the second; `merged_into` names the
    winner where the row lost a merge.
    """

    object: str
    id: str
    values: Mapping[str, Any]
    stamp: dt.datetime
    deleted: bool = False
    merged_into: str = ""
    changed_by: str = ""
    changed_at: dt.datetime | None = None

    def digest(self) -> str:
        """A short hash of what the row says, equal for equal rows."""
        said = json.dumps(
            [self.deleted, self.merged_into, dict(self.values)], sort_keys=True, default=str
        )
        return hashlib.sha256(said.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in the service's order, and the mark from which the next read goes on.

    `mark` is the adapter's own text. It may be stored once the rows are durable; a `mark` of None
    means that there is none to store yet. `last` ends the read; `total` where it is known.
    """

    rows: Sequence[RemoteRecord]
    mark: str | None
    last: bool
    total: int | None = None


class Deed(enum.StrEnum):
    """What a write asks for."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Sibling:
    """As a value of a write: the id of the row that an earlier write of its group makes."""

    place: int


@dataclass(frozen=True, slots=True)
class Write:
    """One row to be written. A create names the unique key field and its value; `unless_changed`
    is the moment of the last change we know of, as a second guard."""

    deed: Deed
    object: str
    values: Mapping[str, Any] = field(default_factory=dict)
    id: str = ""
    key_field: str = ""
    key: str = ""
    unless_changed: dt.datetime | None = None


class Settled(enum.StrEnum):
    """How one write ended."""

    DONE = "done"
    UNKNOWN = "unknown"
    RETRY = "retry"
    CHANGED = "changed"
    GONE = "gone"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one write ended, in the service's own words where it refused."""

    settled: Settled
    id: str = ""
    code: str = ""
    message: str = ""
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """Rows of one object whose `column` is one of `keys`, stamped since a moment."""

    object: str
    fields: Sequence[str]
    column: str
    keys: Sequence[str]
    since: dt.datetime


@dataclass(frozen=True, slots=True)
class Rights:
    """What one person may do with one row there."""

    read: bool
    edit: bool
