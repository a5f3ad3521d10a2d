"""A list of rows behind a figure: as a page's table and, whole, as a file.

A cell is text, a number, a day, a share (0 … 1) or money; None is not known and never zero. In files
amounts are in major units with their currency in a column of its own, and text is never a formula.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sightline.exchange.tables import written
from sightline.exchange.tables.written import XLSX, Cell
from sightline.planning.money import Money
from sightline.web.templatetags import ui

Kind = Literal["text", "number", "day", "share", "money"]
Value = str | int | float | date | Money | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, what its cells are, and what an unknown one is called."""

    label: str
    kind: Kind = "text"
    none: str = ""

    @property
    def stands_right(self) -> bool:
        """Whether its cells stand right, as numbers do."""
        return self.kind not in {"text", "day"}


@dataclass(frozen=True, slots=True)
class Line:
    """One row; `url` leads from its first cell to where the figure is made of, and a question on
    the figure is put to the account."""

    url: str
    cells: tuple[Value, ...]
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A way to narrow the list."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands behind a figure. `read` answers the rows after some, and whether more follow;
    `all_rows` every one of them. `ask` names the figure that questions are about."""

    slug: str
    title: str
    note: str
    columns: tuple[Column, ...]
    read: Callable[[int, int], tuple[list[Line], bool]]
    all_rows: Callable[[], Iterable[Line]]
    none: str
    choices: tuple[Choice, ...] = ()
    ask: str = ""

    @property
    def has_money(self) -> bool:
        """Whether any column is in money."""
        return any(column.kind == "money" for column in self.columns)


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell as the table draws it: its column's name, whether it stands right, and what is in it."""

    label: str
    right: bool
    drawn: str


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A row as the table draws it."""

    url: str
    account_id: int | None
    first: Value
    cells: tuple[ShownCell, ...]


def shown(sheet: Sheet, lines: Iterable[Line]) -> list[ShownLine]:
    """Rows with their columns."""
    return [
        ShownLine(
            line.url,
            line.account_id,
            line.cells[0],
            tuple(
                ShownCell(column.label, column.stands_right, _drawn(column, value))
                for column, value in zip(sheet.columns[1:], line.cells[1:], strict=True)
            ),
        )
        for line in lines
    ]


def _drawn(column: Column, value: Value) -> str:
    """A cell's markup, what comes from data escaped."""
    if value is None:
        return ui.money(None, none=column.none)
    if isinstance(value, Money):
        return ui.money(value)
    if isinstance(value, date):
        return ui.on_day(value)
    if column.kind == "share" and isinstance(value, float | int):
        return f"{value:.1%}"
    return (
        conditional_escape(str(value))
        if value != ""
        else SafeString('<span class="muted">–</span>')
    )


def as_file(sheet: Sheet, kind: str, *, on: date) -> HttpResponseBase:
    """The whole list as CSV, row by row, or as a workbook."""
    header, rows = list(_header(sheet)), (_cells(line) for line in sheet.all_rows())
    answer: HttpResponseBase = (
        StreamingHttpResponse(
            written.csv_chunks(header, rows), content_type="text/csv; charset=utf-8"
        )
        if kind == "csv"
        else HttpResponse(
            written.workbook(_sheet_name(sheet.title), header, rows), content_type=XLSX
        )
    )
    name = f"{sheet.slug}-{on.isoformat()}.{kind}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _sheet_name(title: str) -> str:
    """A title as workbooks take it: 31 characters, none of those that they refuse."""
    return "".join(" " if sign in "[]:*?/\\" else sign for sign in title)[:31]


def _header(sheet: Sheet) -> Iterator[str]:
    for column in sheet.columns:
        yield column.label
    if sheet.has_money:
        yield _("Currency")


def _cells(line: Line) -> list[Cell]:
    cells: list[Cell] = [
        value.amount if isinstance(value, Money) else value for value in line.cells
    ]
    money = [value for value in line.cells if isinstance(value, Money)]
    return [*cells, money[0].currency] if money else cells
