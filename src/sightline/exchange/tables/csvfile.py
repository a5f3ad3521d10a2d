"""Reading a CSV file record by record: any length of file, bounded memory.

A first pass over the bytes (`look`) finds encoding, delimiter and header and refuses what is not
text; `records` then yields each record with its row number as a spreadsheet would show it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sightline.exchange.tables.errors import TableRefused
from sightline.exchange.tables.limits import LIMITS, Limits
from sightline.ledger.errors import RefusedInput
from sightline.ledger.load.scan import scan


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A readable CSV file. `encoding` is utf-8 or cp1252; `name` is what a person calls it."""

    path: Path
    name: str
    sha256: str
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    size: int

    @property
    def was_guessed(self) -> bool:
        """Whether the encoding is a guess that a person should look at."""
        return self.encoding != "utf-8"


def look(path: Path, *, name: str = "", limits: Limits = LIMITS) -> CsvFile:
    """Read the bytes once. Raises TableRefused for anything that is not a table of text."""
    shown = name or path.name
    try:
        seen = scan(path)
    except RefusedInput as refused:
        raise TableRefused(
            "unreadable", refused.message.removeprefix(f"{path.name}: "), file=shown
        ) from None
    if seen.parquet:
        raise TableRefused("not_text", "a Parquet file, not CSV", file=shown)
    header = tuple(word.strip().lstrip("\ufeff") for word in _header(path, seen, shown, limits))
    if len(header) > limits.columns:
        raise TableRefused(
            "columns", f"{len(header):,} columns; {limits.columns:,} are taken", file=shown
        )
    if not any(header):
        raise TableRefused("no_header", "the first row names no column", file=shown)
    twice = next((word for word in header if word and header.count(word) > 1), None)
    if twice is not None:
        raise TableRefused("column_twice", f"the column {twice!r} stands twice", file=shown)
    return CsvFile(
        path, shown, seen.sha256, seen.encoding, seen.delimiter, header, path.stat().st_size
    )


def _header(path: Path, seen: object, shown: str, limits: Limits) -> list[str]:
    encoding = "utf-8-sig" if getattr(seen, "encoding", "") == "utf-8" else "cp1252"
    for _, cells in _parsed(
        path,
        encoding=encoding,
        delimiter=getattr(seen, "delimiter", ","),
        name=shown,
        limits=limits,
    ):
        return cells
    raise TableRefused("empty", "the file is empty", file=shown)


def records(file: CsvFile, *, limits: Limits = LIMITS) -> Iterator[tuple[int, list[str]]]:
    """Each record after the header as (row number, cells). The header is row 1.

    Blank lines are passed over but counted. Raises TableRefused where a field or line is longer
    than the limits, which an open quote leads to.
    """
    encoding = "utf-8-sig" if file.encoding == "utf-8" else file.encoding
    rows = _parsed(
        file.path,
        encoding=encoding,
        delimiter=file.delimiter,
        name=file.name,
        limits=limits,
    )
    next(rows, None)
    yield from rows


def _parsed(
    path: Path, *, encoding: str, delimiter: str, name: str, limits: Limits
) -> Iterator[tuple[int, list[str]]]:
    before = csv.field_size_limit(limits.field_chars)
    row = 0
    try:
        with path.open(encoding=encoding, newline="") as handle:
            lines = _bounded(handle, name=name, limits=limits)
            for cells in csv.reader(lines, delimiter=delimiter, strict=True):
                row += 1
                if cells:
                    yield row, cells
    except csv.Error as error:
        raise TableRefused("csv", _words(error, row + 1, limits), file=name) from None
    except UnicodeDecodeError:
        raise TableRefused(
            "encoding", f"row {row + 1} holds bytes that are not text", file=name
        ) from None
    finally:
        csv.field_size_limit(before)


def _bounded(handle: IO[str], *, name: str, limits: Limits) -> Iterator[str]:
    while line := handle.readline(limits.line_chars):
        if len(line) >= limits.line_chars and not line.endswith(("\n", "\r")):
            raise TableRefused(
                "line", f"a line is longer than {limits.line_chars:,} characters", file=name
            )
        yield line


def _words(error: csv.Error, row: int, limits: Limits) -> str:
    text = str(error)
    if "field larger" in text:
        return (
            f"row {row} holds a field longer than {limits.field_chars:,} characters; "
            "a quote may be left open"
        )
    if "NUL" in text:
        return f"row {row} holds NUL bytes; this is not a text file"
    if "unexpected end" in text:
        return f"row {row} opens a quote that is never closed; the file may be cut off"
    return f"row {row} cannot be read as CSV ({text})"
