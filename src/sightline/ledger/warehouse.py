"""A company's own warehouse as a source: its engine adds up, only the sums come here.

Every measure that reads lines, activities or spend runs where these lie; what follows from the
sums runs here as it does over the embedded ledger, so both give the same answers.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sightline.ledger import duck, money, places
from sightline.ledger.errors import LedgerError, NothingToJudge
from sightline.ledger.method import InsightParameters
from sightline.ledger.places import TableMapping
from sightline.ledger.source import Source
from sightline.ledger.tables import (
    DAY_COLUMN,
    DUCKDB_TYPES,
    KINDS,
    LINES,
    MAY_TELL,
    RATES,
    SCHEMAS,
)
from sightline.ledger.translated import Ask, translated
from sightline.ledger.version import LedgerVersion
from sightline.ledger.windows import Cut

if TYPE_CHECKING:
    import duckdb

_KEYS = frozenset(field.name for field in fields(TableMapping))
_AMOUNTS = ("major", "minor")


@dataclass(frozen=True, slots=True)
class WarehouseSource(Source):
    """A source whose lines stay where they are.

    `tables` are Ibis tables with the ledger's columns; `converts` whether amounts are brought into
    the reporting currency, by the rates in `rate_factors`. Tables of `version`, where given, lie in
    the folder and are views here; the warehouse's own come before them.
    """

    tables: Mapping[str, Any] = None  # type: ignore[assignment]
    converts: bool = False

    def holds(self, table: str) -> bool:
        """Whether there is anything of a ledger table to look at, there or in the folder."""
        return table in self.tables or bool(self.version.of(table))

    def make(self, name: str, *, table: str | None = None) -> None:
        """Have the engine add up one measure and keep its rows; or derive it from kept ones."""
        if self._is_here(name):
            Source.make(self, name, table=table)
            return
        keep(self.connection, self.asked(name), table=table or name)

    def _is_here(self, name: str) -> bool:
        """Whether a measure is made here: from kept ones, or from a table of the folder."""
        from sightline.ledger.expressions.measures import MEASURES

        if name not in MEASURES:
            return True
        read, _ = MEASURES[name]
        return read not in self.tables and bool(self.version.of(read))

    def asked(self, name: str) -> Any:
        """One measure at the bound cut, as an expression that the engine has not run yet."""
        from sightline.ledger.expressions import values

        v = values.Scalars(
            **{key: values.literal(value, key) for key, value in self.values.items()}
        )
        return places.added_up(name, self.tables, v, rates=self._factors())

    def _factors(self) -> Any:
        """The rates as a table that the engine is given along; None where none is needed."""
        import ibis

        if not self.converts:
            return None
        _end_unread(self.connection)
        rows = self.connection.sql("SELECT * FROM rate_factors").to_arrow_table()
        return ibis.memtable(rows)

    def rows(self, name: str, *, order: str = "ALL") -> list[tuple[object, ...]]:
        """All rows of one measure, ordered."""
        if self._is_here(name):
            return Source.rows(self, name, order=order)
        self.make(name, table="asked_rows")
        return self.connection.execute(f"SELECT * FROM asked_rows ORDER BY {order}").fetchall()


def keep(connection: duckdb.DuckDBPyConnection, expression: Any, *, table: str) -> None:
    """Run an expression where its tables lie and keep its rows as a table here.

    LedgerError with the engine's own words when it refuses.
    """
    try:
        fetched = expression.to_pyarrow()
    except Exception as error:
        # every engine raises its own kinds of error; the person needs the measure and the reason
        raise LedgerError(f"the warehouse could not compute {table}: {error}") from error
    columns = ", ".join(
        f'CAST("{name}" AS {_duckdb_type(kind)}) AS "{name}"'
        for name, kind in expression.schema().items()
    )
    _end_unread(connection)
    connection.register("fetched_rows", fetched)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT {columns} FROM fetched_rows"
    )
    connection.unregister("fetched_rows")


def _end_unread(connection: duckdb.DuckDBPyConnection) -> None:
    """End a result that was not read to its end: relations cannot be made beside one."""
    connection.execute("SELECT 1").fetchall()


def _duckdb_type(kind: Any) -> str:
    if kind.is_integer():
        return DUCKDB_TYPES["int64"]
    if kind.is_floating() or kind.is_decimal():
        return DUCKDB_TYPES["float64"]
    return DUCKDB_TYPES.get(str(kind).lstrip("!"), "VARCHAR")


@contextmanager
def opened_warehouse(
    url: str,
    *,
    mappings: Mapping[str, TableMapping],
    table: str = LINES,
    as_of: date | None = None,
    reporting_currency: str | None = None,
    parameters: InsightParameters | None = None,
    rates: Iterable[money.Rate] | None = None,
    ask: Ask | None = None,
    adds_up: bool = True,
    beside: LedgerVersion | None = None,
    folder: Path | None = None,
) -> Iterator[tuple[WarehouseSource, date]]:
    """The warehouse at a cut, and its day: `as_of`, or the last day of `table`.

    `adds_up` and `rates` as in `source.opened`; with `ask` all rows carry the keys that it
    answers. What the mapping does not name is read from the version `beside` in `folder`, but never
    revenue lines. NothingToJudge when the table holds nothing; MissingRate when
    a line cannot be brought into the reporting currency.
    """
    backend = places.connect(url)
    try:
        tables = places.open_warehouse(backend, mappings).tables
        if ask is not None:
            tables = translated(tables, ask)
        if table not in tables:
            raise LedgerError(f"the mapping names no table for {table}")
        day = as_of or _last_day(tables[table], table)
        with duck.session() as connection:
            currency, converts = "", False
            _open_kinds(connection, tables)
            if adds_up:
                currency, converts = _currency(
                    connection, tables, day, wanted=reporting_currency, rates=rates
                )
            version = _beside(connection, beside, folder=folder, tables=tables)
            source = WarehouseSource(
                connection, version, currency, parameters, tables=tables, converts=converts
            )
            source.at(day)
            yield source, day
    finally:
        backend.disconnect()


def _beside(
    connection: duckdb.DuckDBPyConnection,
    version: LedgerVersion | None,
    *,
    folder: Path | None,
    tables: Mapping[str, Any],
) -> LedgerVersion:
    """What of a version the warehouse lacks, opened as views; of revenue lines nothing."""
    if version is None or folder is None:
        return LedgerVersion()
    lacking = [name for name in DAY_COLUMN if name != RATES and name not in {LINES, *tables}]
    for name in lacking:
        rows = duck.parts_sql(version, folder, name)
        connection.execute(f"CREATE VIEW {name} AS {rows}")
    kept = tuple(part for part in version.parts if part.table in lacking)
    return LedgerVersion(version.number, kept)


def _last_day(table: Any, name: str) -> date:
    found = table[DAY_COLUMN[name]].max().execute()
    if found is None or found != found:
        raise NothingToJudge(f"the warehouse holds no {name}")
    return found.date() if hasattr(found, "date") else date.fromisoformat(str(found)[:10])


def _open_kinds(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Any]) -> None:
    if KINDS in tables:
        keep(connection, tables[KINDS], table="line_kinds")
    else:
        connection.execute("CREATE TEMP TABLE line_kinds (product_line VARCHAR, kind VARCHAR)")


def _currency(
    connection: duckdb.DuckDBPyConnection,
    tables: Mapping[str, Any],
    day: date,
    *,
    wanted: str | None,
    rates: Iterable[money.Rate] | None,
) -> tuple[str, bool]:
    """The reporting currency, and whether any line needs a rate into it, kept in `rate_factors`.

    Only months and currencies are fetched, as a table `lines` of one row each.
    """
    import ibis

    from sightline.ledger import compiled
    from sightline.ledger.scalars import scalar_values

    used = tables[LINES].filter(tables[LINES].date <= ibis.date(day.year, day.month, day.day))
    months = used.select(
        date=used.date.truncate("M").cast("date"), currency=used.currency
    ).distinct()
    keep(connection, months, table="lines")
    currency, converts = money.reporting_currency(connection, LINES, wanted=wanted)
    if not converts:
        return currency, False
    known = _stored_rates(connection, tables, currency) if rates is None else rates
    missing = compiled.bound("missing_rates", scalar_values(Cut.on(day)))
    money.open_rates(connection, known, into=currency, missing=missing)
    return currency, True


def _stored_rates(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Any], currency: str
) -> list[money.Rate]:
    if RATES not in tables:
        return []
    keep(connection, tables[RATES], table="rates")
    return money.stored_rates(connection, currency)


def answers(url: str, *, mappings: Mapping[str, TableMapping]) -> None:
    """Ask each table for one row; LedgerError with the reason where it cannot be asked."""
    backend = places.connect(url)
    try:
        for table in places.open_warehouse(backend, mappings).tables.values():
            table.limit(1).to_pyarrow()
    except LedgerError:
        raise
    except Exception as error:
        # every engine raises its own kinds of error; the person needs the place and the reason
        raise LedgerError(f"{places.shown(url)} does not answer: {error}") from error
    finally:
        backend.disconnect()


def read_mapping(path: Path) -> dict[str, TableMapping]:
    """A TOML file with one table per ledger table; LedgerError names what is wrong in it.

    `[lines]` with `table`, and where they differ `schema`, `currency`, `amounts` (major or minor)
    and `[lines.columns]` of our column = "theirs".
    """
    try:
        plain = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LedgerError(f"{path} is not a TOML file: {error}") from None
    return {name: _mapping(path, name, each) for name, each in plain.items()}


def same_names() -> dict[str, TableMapping]:
    """The mapping of a warehouse whose tables are called as the ledger's: revenue lines only."""
    return {LINES: TableMapping(LINES)}


def _mapping(path: Path, name: str, plain: Any) -> TableMapping:
    if name not in SCHEMAS:
        known = ", ".join(SCHEMAS)
        raise LedgerError(f"{path}: [{name}] is not a table of the ledger; these are: {known}")
    if not isinstance(plain, dict):
        raise LedgerError(f"{path}: {name} must be a section [{name}] with a table")
    wrong = sorted(set(plain) - _KEYS)
    if wrong:
        raise LedgerError(
            f"{path}: [{name}] does not know {wrong[0]}; it takes {', '.join(sorted(_KEYS))}"
        )
    columns = plain.get("columns", {})
    if not isinstance(columns, dict) or not all(isinstance(each, str) for each in columns.values()):
        raise LedgerError(f'{path}: [{name}.columns] must be our column = "theirs"')
    ours = (*SCHEMAS[name], *MAY_TELL.get(name, {}))
    strange = sorted(set(columns) - set(ours))
    if strange:
        raise LedgerError(
            f"{path}: [{name}.columns] names {strange[0]}; the ledger's columns are "
            f"{', '.join(ours)}"
        )
    if plain.get("amounts", "major") not in _AMOUNTS:
        raise LedgerError(f"{path}: [{name}] amounts must be major or minor")
    return TableMapping(**{"table": name, **plain})
