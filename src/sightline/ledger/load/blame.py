"""When a file does not read cleanly: say which row and which column, in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sightline.ledger.load.cells import Format, Raw, value_sql
from sightline.ledger.load.columns import Column, Reads
from sightline.ledger.load.places import Written, rows_of

if TYPE_CHECKING:
    import duckdb

_SHOWN = 5
_CELL_SHOWN = 40
_DECIMAL_COMMA = re.compile(r"[-+]?(\d+|\d{1,3}(\.\d{3})+),\d{1,2}")
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?")

_WANTED = {
    Reads.DAY: "is not a day such as 2026-01-31",
    Reads.AMOUNT: "is not an amount such as 1234.56",
    Reads.NUMBER: "is not a number",
    Reads.MAYBE_NUMBER: "is not a number",
    Reads.MAYBE_BOOLEAN: "is neither true nor false",
    Reads.CURRENCY: "is not a currency code of three letters",
}


def bad_rows(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    columns: tuple[Column, ...],
    raw: Raw,
    form: Format,
    *,
    written: Written | None,
) -> list[str]:
    """The first cells that cannot be read, one sentence each; empty when all can.

    Rows are numbered as a spreadsheet shows them, the header being row 1 of a text file (`written`).
    """
    present = [column for column in columns if column.name in raw.columns]
    tests = [f"({_is_bad(column, raw, form)})" for column in present]
    cells = ", ".join(f"CAST({raw.sql(column.name)} AS VARCHAR)" for column in present)
    flags = ", ".join(tests)
    connection.execute("SET preserve_insertion_order = true")
    rows = connection.execute(
        f"SELECT place, [{flags}], [{cells}] FROM "
        f"(SELECT row_number() OVER () AS place, * FROM {source}) "
        f"WHERE {' OR '.join(tests)} ORDER BY place LIMIT {_SHOWN}"
    ).fetchall()
    places = [place for place, _, _ in rows]
    numbered = rows_of(written, places) if written else places
    return [
        _sentence(place, column, cell)
        for place, (_, bad, texts) in zip(numbered, rows, strict=True)
        for column, is_bad, cell in zip(present, bad, texts, strict=True)
        if is_bad
    ][:_SHOWN]


def only_good(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    columns: tuple[Column, ...],
    raw: Raw,
    form: Format,
) -> tuple[str, int]:
    """The relation without the rows that cannot be read, and how many those are."""
    present = [column for column in columns if column.name in raw.columns]
    tests = " OR ".join(f"coalesce(({_is_bad(column, raw, form)}), true)" for column in present)
    row = connection.execute(f"SELECT count(*) FROM {source} WHERE {tests}").fetchone()
    return f"(SELECT * FROM {source} WHERE NOT ({tests}))", row[0] if row else 0


def _is_bad(column: Column, raw: Raw, form: Format) -> str:
    name = raw.sql(column.name)
    if column.reads is Reads.KEY:
        return f"coalesce(trim(CAST({name} AS VARCHAR)), '') = ''"
    if column.reads is Reads.CURRENCY:
        value = value_sql(column, raw, form)
        return f"NOT regexp_full_match({value}, '([A-Z]{{3}})?')"
    if column.reads in (Reads.TEXT, Reads.WORD, Reads.TOLD):
        return "FALSE"
    unread = f"({value_sql(column, raw, form, attempt=True)}) IS NULL"
    return unread if column.required else f"{unread} AND {name} IS NOT NULL"


def _sentence(row: int, column: Column, cell: str | None) -> str:
    if cell is None or not cell.strip():
        return f"row {row}, column {column.name}: is empty"
    shown = cell if len(cell) <= _CELL_SHOWN else cell[:_CELL_SHOWN] + "…"
    said = f'row {row}, column {column.name}: "{shown}" {_WANTED.get(column.reads, "is refused")}'
    return said + (_hint(cell) if column.reads is Reads.AMOUNT else "")


def _hint(cell: str) -> str:
    """What would read an amount written another way."""
    if _DECIMAL_COMMA.fullmatch(cell.strip()):
        return "; --decimal-comma reads 1.234,56"
    if _THOUSANDS.fullmatch(cell.strip()):
        return "; write it without commas between thousands"
    return ""


def parser_words(message: str) -> str:
    """DuckDB's own complaint about a text file as one plain sentence."""
    line = re.search(r"CSV Error on Line: (\d+)", message)
    where = f"row {line.group(1)}: " if line else ""
    counts = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", message)
    if counts:
        return f"{where}{counts.group(2)} columns where the first row names {counts.group(1)}"
    if "Maximum line size" in message:
        return f"{where}one row is longer than 2,000,000 bytes; a quote may be left open"
    if "nterminated quote" in message or "unquoted" in message.lower():
        return f"{where}a quoted cell is not closed"
    if "unicode" in message.lower() or "utf-8" in message.lower():
        return f"{where}holds bytes that are not valid text"
    first = next((part for part in message.splitlines() if part.strip()), "cannot be read")
    return where + first.split("Error: ")[-1]
