"""Plans as a file: amounts in major units with their currency beside them, cells guarded."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from decimal import Decimal
from io import BytesIO, StringIO

from django.utils.translation import gettext as _

from sightline.exchange.tables.formulas import guarded
from sightline.planning.money import Money
from sightline.records.queries.analytics import PlanRow

KINDS = ("csv", "xlsx")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | int | float | Decimal | None


def header() -> list[str]:
    """The columns' names."""
    return [
        *(_("Account"), _("Owner"), _("Tier"), _("Plan year"), _("Target"), _("Expected landing")),
        *(_("Uncovered"), _("Chance"), _("No credible path"), _("Single-threaded")),
        *(_("Challenges open"), _("Currency")),
    ]


def cells(row: PlanRow) -> list[Cell]:
    """One plan; what is not known is an empty cell, never zero."""
    facts = row.facts
    amounts = (facts.target, facts.landing, facts.single_threaded)
    known = [money for money in amounts if money is not None]
    return [
        *(row.name, row.owner, facts.tier, facts.year),
        *(_amount(facts.target), _amount(facts.landing), _amount(row.gap), facts.chance),
        *(_("yes") if facts.no_path else _("no"), _amount(facts.single_threaded)),
        *(facts.open_challenges, known[0].currency if known else None),
    ]


def csv_chunks(rows: Iterable[PlanRow]) -> Iterator[str]:
    """The file in pieces, with a BOM so that spreadsheets read accents."""
    buffer = StringIO()
    writer = csv.writer(buffer)
    writer.writerow(header())
    yield "\ufeff" + _taken(buffer)
    for row in rows:
        writer.writerow(_text(cell) for cell in cells(row))
        yield _taken(buffer)


def workbook(rows: Iterable[PlanRow]) -> bytes:
    """The workbook; numbers are numbers, text is never a formula."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Plans"))
    sheet.append(header())
    for row in rows:
        written = []
        for value in cells(row):
            cell = WriteOnlyCell(sheet, value=value)  # type: ignore[arg-type]
            if isinstance(value, str):
                # control characters have no place in a workbook's XML
                cell.value = "".join(char for char in value if char >= " " or char in "\t\n")
                cell.data_type = "s"
            written.append(cell)
        sheet.append(written)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _taken(buffer: StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def _text(value: Cell) -> str:
    if value is None:
        return ""
    return guarded(value) if isinstance(value, str) else str(value)


def _amount(money: Money | None) -> Decimal | None:
    return None if money is None else money.amount
