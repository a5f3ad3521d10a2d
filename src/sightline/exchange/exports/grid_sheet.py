"""The whitespace grid as a spreadsheet: one row a cell, first what may be changed and brought back,
then what is computed. `exchange.imports.grid_sheet` reads it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from sightline.exchange.tables.formulas import SafeWriter, guarded
from sightline.planning.money import Money
from sightline.planning.whitespace import CellScore
from sightline.records.queries.whitespace import ScoredGrid
from sightline.records.queries.whitespace.told import EDITABLE, told_of

PLACE = ("unit key", "unit", "line key", "line")
SEEN = "said (leave as it is)"
COMPUTED = (
    "state",
    "why",
    "likely a year",
    "low",
    "high",
    "currency",
    "access",
    "budget",
    "rank a year",
    "standing",
)
TO_CHANGE = tuple(column for columns in EDITABLE.values() for column in columns)
HEADER = (*PLACE, *TO_CHANGE, SEEN, *COMPUTED)


def write_grid(file: IO[str], grid: ScoredGrid, *, with_people: bool) -> int:
    """Writes every cell as CSV; answers how many. What is not known is empty, never 0.

    `with_people` False leaves access, budget and rank out, which rest on opinions.
    """
    writer = SafeWriter(file, HEADER)
    for row in _rows(grid, with_people=with_people):
        writer.row(row)
    return len(grid.scores)


def write_workbook(file: IO[bytes], grid: ScoredGrid, *, with_people: bool) -> int:
    """The same as a workbook, with fixed heads; answers how many cells."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font, PatternFill

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Whitespace")
    sheet.freeze_panes = "E2"
    bold, paper = Font(bold=True), PatternFill("solid", start_color="FFF4D6")
    head = []
    for name in HEADER:
        cell = WriteOnlyCell(sheet, value=name)
        cell.font = bold
        if name in TO_CHANGE:
            cell.fill = paper
        head.append(cell)
    sheet.append(head)
    for row in _rows(grid, with_people=with_people):
        sheet.append([guarded(one) if isinstance(one, str) else one for one in row])
    book.save(file)
    return len(grid.scores)


def _rows(grid: ScoredGrid, *, with_people: bool) -> Iterator[list[object]]:
    units = {unit.key: unit.name for unit in grid.units}
    lines = {line.key: line.name for line in grid.lines}
    for (unit, line), score in grid.scores.items():
        told = told_of(grid.said.get((unit, line)))
        yield [
            unit,
            units[unit],
            line,
            lines[line],
            *(told.texts.get(column, "") for column in TO_CHANGE),
            told.seen,
            *_computed(score, grid.currency, with_people=with_people),
        ]


def _computed(score: CellScore, currency: str, *, with_people: bool) -> list[object]:
    value = score.value
    return [
        score.state.state.value,
        score.state.reason.text,
        _amount(value.likely if value else None),
        _amount(value.low if value else None),
        _amount(value.high if value else None),
        currency,
        score.access.level if with_people else "",
        score.budget.level if with_people else "",
        _amount(score.rank) if with_people else "",
        score.standing.value,
    ]


def _amount(money: Money | None) -> object:
    return money.amount if money is not None else ""
