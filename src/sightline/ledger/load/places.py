"""Which row of a spreadsheet a record of a text file stands in: blank lines are rows there too."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_LONGEST_CELL = 2_000_000


@dataclass(frozen=True, slots=True)
class Written:
    """A UTF-8 text file and what parts its cells; its first record is the header."""

    path: Path
    delimiter: str


def rows_of(written: Written, records: Sequence[int]) -> list[int]:
    """The spreadsheet rows of records, given in rising order; record 1 follows the header.

    A cell of several lines is one row. Where the file cannot be gone through so, records are
    numbered as if no line were blank.
    """
    wanted = [record + 1 for record in records]
    found: list[int] = []
    before = csv.field_size_limit(_LONGEST_CELL)
    try:
        with written.path.open(encoding="utf-8-sig", newline="") as file:
            filled = 0
            for place, cells in enumerate(csv.reader(file, delimiter=written.delimiter), start=1):
                filled += bool(cells)
                if cells and len(found) < len(wanted) and filled == wanted[len(found)]:
                    found.append(place)
                if len(found) == len(wanted):
                    return found
    except (csv.Error, UnicodeDecodeError):
        pass
    finally:
        csv.field_size_limit(before)
    return wanted
