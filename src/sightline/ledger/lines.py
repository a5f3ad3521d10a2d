"""The lines behind a figure: pages and totals, for the web process.

Compiled SQL only, a memory cap, no access beyond the ledger's folder. Ibis is never imported.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sightline.ledger import duck
from sightline.ledger.errors import LedgerError
from sightline.ledger.tables import LINES
from sightline.ledger.version import LedgerVersion
from sightline.planning.periods import Window

if TYPE_CHECKING:
    import duckdb

MOST_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class LineFilter:
    """Which lines: of one account, and if given one unit, one line, one window of days.

    `unit` None means every unit; the empty text means lines without a unit.
    """

    account: str
    unit: str | None = None
    product_line: str | None = None
    window: Window | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One revenue line; `amount` in minor units of `currency`."""

    unit: str
    product_line: str
    day: date
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Total:
    """Net sum of the filtered lines in one currency, minor units, and how many they are."""

    currency: str
    amount: int
    rows: int


@dataclass(frozen=True, slots=True)
class LinePage:
    """Some lines, newest first, with the totals of all that the filter holds."""

    lines: tuple[Line, ...]
    totals: tuple[Total, ...]
    offset: int
    rows: int


def page(
    version: LedgerVersion,
    *,
    folder: Path,
    where: LineFilter,
    offset: int = 0,
    limit: int = 50,
) -> LinePage:
    """Lines in a fixed order: newest first, then unit, product line, amount, currency.

    LedgerError when the offset is negative or the limit outside 1 … 1,000; DamagedPart when a
    part is gone.
    """
    if offset < 0 or not 1 <= limit <= MOST_ROWS:
        raise LedgerError(f"a page holds 1 to {MOST_ROWS} lines from an offset of 0 or more")
    condition, values = _condition(where)
    with _locked(version, folder) as connection:
        totals = connection.execute(
            f"SELECT currency, sum(amount)::BIGINT, count(*) FROM {LINES} WHERE {condition} "
            "GROUP BY currency ORDER BY currency",
            values,
        ).fetchall()
        rows = connection.execute(
            f"SELECT unit, product_line, date, amount, currency FROM {LINES} WHERE {condition} "
            "ORDER BY date DESC, unit, product_line, amount DESC, currency "
            "LIMIT $limit OFFSET $offset",
            values | {"limit": limit, "offset": offset},
        ).fetchall()
    summed = tuple(Total(*row) for row in totals)
    return LinePage(
        lines=tuple(Line(*row) for row in rows),
        totals=summed,
        offset=offset,
        rows=sum(total.rows for total in summed),
    )


@contextmanager
def _locked(version: LedgerVersion, folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duck.reading(folder) as connection:
        connection.execute(f"CREATE TEMP VIEW {LINES} AS {duck.parts_sql(version, folder, LINES)}")
        yield connection


def _condition(where: LineFilter) -> tuple[str, dict[str, object]]:
    tests, values = ["account = $account"], {"account": where.account}
    optional: dict[str, object] = {}
    if where.unit is not None:
        tests.append("unit = $unit")
        optional["unit"] = where.unit
    if where.product_line is not None:
        tests.append("product_line = $product_line")
        optional["product_line"] = where.product_line
    if where.window is not None:
        tests.append("date BETWEEN $first AND $last")
        optional |= {"first": where.window.start, "last": where.window.end}
    return " AND ".join(tests), values | optional
