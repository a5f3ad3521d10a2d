"""A workbook's first sheet as a CSV file, so that one reader does for both."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

from sightline.exchange.tables.archive import check_workbook
from sightline.exchange.tables.errors import TableRefused
from sightline.exchange.tables.limits import LIMITS, Limits


def is_workbook(path: Path) -> bool:
    """By its name: the bytes of a workbook and of a ZIP begin alike."""
    return path.suffix.lower() in (".xlsx", ".xlsm")


def sheet_to_csv(path: Path, target: Path, *, limits: Limits = LIMITS) -> Path:
    """Write the first sheet to `target`, row by row. Formulas come as their stored values.

    Raises TableRefused for a damaged, cut off or bloated workbook.
    """
    import openpyxl

    check_workbook(path, limits=limits)
    try:
        # opened here, so that it is closed whatever happens in there
        with path.open("rb") as given, target.open("w", encoding="utf-8", newline="") as file:
            book = openpyxl.load_workbook(given, read_only=True, data_only=True)
            sheet = book.worksheets[0]
            if (sheet.max_column or 0) > limits.columns:
                raise TableRefused(
                    "columns",
                    f"{sheet.max_column:,} columns; {limits.columns:,} are taken",
                    file=path.name,
                )
            writer = csv.writer(file)
            for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
                _check_extent(number, len(row), path, limits)
                writer.writerow([_text(cell) for cell in row])
            book.close()
    except TableRefused:
        raise
    except Exception:
        # What is no workbook fails in there with whatever met it first: the ZIP, a parser of XML
        # (which one depends on what is installed), or a part that is not where it should be.
        raise TableRefused("xlsx", "the workbook is damaged or cut off", file=path.name) from None
    return target


def _check_extent(row: int, width: int, path: Path, limits: Limits) -> None:
    """Refuse a cell far out before all that lies between is written as empty cells."""
    if row > limits.workbook_rows:
        text = f"more than {limits.workbook_rows:,} rows"
        raise TableRefused("rows", text, file=path.name)
    if width > limits.columns:
        text = f"row {row:,} reaches to column {width:,}; {limits.columns:,} are taken"
        raise TableRefused("columns", text, file=path.name)


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, dt.datetime):
        midnight = cell.time() == dt.time()
        return cell.date().isoformat() if midnight else cell.isoformat(timespec="seconds")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
