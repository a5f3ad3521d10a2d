"""Cells that a spreadsheet would run: refused on the way in, made harmless on the way out."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from typing import IO

# An apostrophe in front makes every spreadsheet show a cell as text.
_GUARD = "'"
_STARTS = ("=", "+", "-", "@", "\t", "\r")
_PLAIN = re.compile(r"[-+]?[\d.,\s()'/-]*\d[\d.,\s()'/-]*|[-+@]|-\s.*", re.DOTALL)
_RUNS = re.compile(r"\s*(?:=\s*[\w@+\-(\"']|[+\-@]\w+\(|[+\-@].*\|.*!)", re.DOTALL)


def runs_as_formula(cell: str) -> bool:
    """Whether a spreadsheet would compute the cell: `=…`, `@SUM(…)`, `+cmd|…`.

    Negative numbers, phone numbers, handles and sentences that begin with a dash are text.
    """
    if not cell or cell[0] not in "=+-@\t\r ":
        return False
    return bool(_RUNS.match(cell[:400]))


def guarded(cell: str) -> str:
    """The cell as it may be written to a file that a spreadsheet opens."""
    if cell.startswith(_STARTS) and not _PLAIN.fullmatch(cell):
        return _GUARD + cell
    return cell


def unguarded(cell: str) -> str:
    """The cell as it was before `guarded`."""
    if len(cell) > 1 and cell[0] == _GUARD and cell[1:].startswith(_STARTS):
        return cell[1:]
    return cell


class SafeWriter:
    """Writes CSV rows (UTF-8 with BOM, so that spreadsheets read accents) with guarded cells."""

    def __init__(self, file: IO[str], header: Sequence[str]) -> None:
        self._writer = csv.writer(file)
        self.row(header)

    def row(self, cells: Iterable[object]) -> None:
        """One row."""
        self._writer.writerow([guarded(str(cell)) for cell in cells])
