"""Revenue lines behind a figure, and usage by month, read from the ledger in place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import gettext as _

from sightline.actions.ledger import DatabaseCatalogue
from sightline.actions.ledger_place import elsewhere
from sightline.drawing.sheet import Drawing
from sightline.ledger import usage
from sightline.ledger.errors import LedgerError
from sightline.ledger.lines import LineFilter, LinePage, page
from sightline.ledger.version import LedgerVersion
from sightline.planning.money import Money
from sightline.planning.periods import Window, rolling
from sightline.records.queries import account_names
from sightline.web.pages.account.figures import usage_trend
from sightline.web.pages.account.shell import Shell
from sightline.wording import dates

PER_PAGE = 50
USAGE_MONTHS = 24


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One revenue line; money in the currency it was booked in."""

    day: date
    unit: str
    line: str
    money: Money


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class LinesPage:
    """A page of lines with totals by currency over all that the filter holds."""

    lines: tuple[ShownLine, ...]
    totals: tuple[Money, ...]
    rows: int
    first: int
    window: str
    start: str
    end: str
    accounts: tuple[Choice, ...]
    units: tuple[Choice, ...]
    products: tuple[Choice, ...]
    newer: str
    older: str
    problem: str
    version: int


def lines_page(shell: Shell, asked: Mapping[str, str]) -> LinesPage:
    """The lines that the address asks for; what cannot be read is left out of the filter."""
    seen = [str(pk) for pk in shell.scope.seen_ids]
    account = asked.get("account", "")
    account = account if account in seen else str(shell.scope.account_id)
    start, end = _day(asked.get("from", "")), _day(asked.get("to", ""))
    window = Window(start, end) if start and end and start <= end else None
    names = account_names.names_for(shell.scope)
    unit = asked.get("unit") if asked.get("unit", "") in names.units else None
    line = asked.get("line") if asked.get("line", "") in names.lines else None
    offset = max(0, int(asked.get("offset", "0")) if asked.get("offset", "").isdecimal() else 0)
    version = DatabaseCatalogue().current()
    where = LineFilter(account, unit=unit, product_line=line, window=window)
    found, problem = _found(version, where, offset)
    kept = {"account": account, "unit": unit, "line": line}
    kept |= {"from": asked.get("from"), "to": asked.get("to")} if window else {}
    rows = found.rows if found else 0
    return LinesPage(
        lines=tuple(
            ShownLine(
                one.day,
                names.units.get(one.unit, ""),
                names.lines.get(one.product_line, one.product_line),
                Money(one.amount, one.currency or shell.currency),
            )
            for one in (found.lines if found else ())
        ),
        totals=tuple(
            Money(one.amount, one.currency or shell.currency)
            for one in (found.totals if found else ())
        ),
        rows=rows,
        first=offset + 1 if rows else 0,
        window=f"{dates.day(window.start)} – {dates.day(window.end)}" if window else _("all days"),
        start=window.start.isoformat() if window else "",
        end=window.end.isoformat() if window else "",
        accounts=_choices(names.accounts, account),
        units=_choices(names.units, unit or ""),
        products=_choices(names.lines, line or ""),
        newer=_query(kept, offset - PER_PAGE) if offset else "",
        older=_query(kept, offset + PER_PAGE) if offset + PER_PAGE < rows else "",
        problem=problem,
        version=version.number,
    )


def _found(version: LedgerVersion, where: LineFilter, offset: int) -> tuple[LinePage | None, str]:
    """The page, or why there is none; a warehouse's lines are looked at where they lie."""
    if place := elsewhere():
        words = _(
            "The revenue lines lie in the company's warehouse, {place}, and are not copied here: "
            "its figures are added up there. Open the lines in the warehouse."
        )
        return None, words.format(place=place)
    try:
        return page(version, folder=_folder(), where=where, offset=offset, limit=PER_PAGE), ""
    except LedgerError as error:
        return None, str(error)


def usage_drawing(shell: Shell) -> Drawing | None:
    """Usage by month of the visible accounts, whole months only; None where none is loaded."""
    if shell.measured is None or shell.measured.usage_now is None:
        return None
    end = shell.measured.as_of.replace(day=1)
    window = rolling(date.fromordinal(end.toordinal() - 1), months=USAGE_MONTHS)
    try:
        months = usage.months(
            DatabaseCatalogue().current(),
            folder=_folder(),
            accounts=[str(pk) for pk in shell.scope.seen_ids],
            since=window.start,
            until=window.end,
        )
    except LedgerError:
        return None
    return usage_trend(months, key="usage")


def _folder() -> Path:
    return Path(settings.SIGHTLINE_LEDGER)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _choices(names: Mapping[str, str], chosen: str) -> tuple[Choice, ...]:
    return tuple(Choice(value, label, value == chosen) for value, label in names.items())


def _query(kept: Mapping[str, str | None], offset: int) -> str:
    values = {name: value for name, value in kept.items() if value}
    return urlencode({**values, "offset": max(0, offset)})
