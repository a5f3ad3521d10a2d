"""What a reader is given: one whole version of the ledger, as the list of its parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Part:
    """One immutable Parquet file.

    `name` is the file name below `parts/<table>/`; `sha256` is of its bytes; `source` names the
    import it came from; the dates are the first and last day in it, None for tables without days.
    """

    table: str
    name: str
    sha256: str
    rows: int
    source: str
    first_day: date | None = None
    last_day: date | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain values, days as ISO text."""
        plain = asdict(self)
        for key in ("first_day", "last_day"):
            plain[key] = plain[key].isoformat() if plain[key] else None
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Part:
        """The inverse of `to_json`."""
        days = {
            key: date.fromisoformat(plain[key]) if plain.get(key) else None
            for key in ("first_day", "last_day")
        }
        return cls(
            table=plain["table"],
            name=plain["name"],
            sha256=plain["sha256"],
            rows=plain["rows"],
            source=plain["source"],
            **days,
        )


@dataclass(frozen=True, slots=True)
class LedgerVersion:
    """A numbered list of parts. Number 0 is the empty ledger; numbers only grow."""

    number: int = 0
    parts: tuple[Part, ...] = ()

    def of(self, table: str) -> tuple[Part, ...]:
        """The parts of one table, in the order they were added."""
        return tuple(part for part in self.parts if part.table == table)

    def paths(self, folder: Path, table: str) -> list[Path]:
        """Where the parts of one table lie below the ledger's folder."""
        return [part_path(folder, part) for part in self.of(table)]

    def rows(self, table: str) -> int:
        """How many rows the table holds in this version."""
        return sum(part.rows for part in self.of(table))

    def sources(self) -> tuple[str, ...]:
        """The imports in this version, oldest first, each once."""
        return tuple(dict.fromkeys(part.source for part in self.parts))

    def plus(self, parts: Iterable[Part]) -> tuple[Part, ...]:
        """The part list with `parts` added; a part already listed stays listed once."""
        return tuple(dict.fromkeys((*self.parts, *parts)))

    def without(self, source: str) -> tuple[Part, ...]:
        """The part list without one import's parts: committing it is the undo."""
        return tuple(part for part in self.parts if part.source != source)

    def last_day(self, table: str) -> date | None:
        """The latest day in the table, None when it holds none."""
        days = [part.last_day for part in self.of(table) if part.last_day]
        return max(days, default=None)

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {"number": self.number, "parts": [part.to_json() for part in self.parts]}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> LedgerVersion:
        """The inverse of `to_json`."""
        return cls(plain["number"], tuple(Part.from_json(part) for part in plain["parts"]))


def part_path(folder: Path, part: Part) -> Path:
    """Where a part lies below the ledger's folder."""
    return folder / "parts" / part.table / part.name
