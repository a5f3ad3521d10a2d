"""A version opened for measuring: its tables as views, amounts as flows, the cut bound."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sightline.ledger import compiled, duck, money
from sightline.ledger.method import InsightParameters
from sightline.ledger.scalars import Scalar, scalar_values
from sightline.ledger.tables import KINDS, LINES
from sightline.ledger.version import LedgerVersion
from sightline.ledger.windows import Cut

if TYPE_CHECKING:
    import duckdb


def _silently(_words: str) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class Source:
    """An open connection with the views `flows` and, per ledger table, the table's name.

    `currency` is the reporting currency of every amount in `flows`; empty when none was told.
    `progress` is told in words what long work is at.
    """

    connection: duckdb.DuckDBPyConnection
    version: LedgerVersion
    currency: str
    parameters: InsightParameters | None = None
    values: dict[str, Scalar] = field(default_factory=dict)
    progress: Callable[[str], None] = _silently

    def at(self, as_of: date, **given: Scalar) -> None:
        """Bind the cut; measures made from here on are of this day."""
        self.values.clear()
        self.values.update(scalar_values(Cut.on(as_of), parameters=self.parameters, **given))

    def holds(self, table: str) -> bool:
        """Whether there is anything of a ledger table to look at."""
        return bool(self.version.of(table))

    def sql(self, name: str) -> str:
        """The text of one measure at the bound cut."""
        return compiled.bound(name, self.values)

    def make(self, name: str, *, table: str | None = None) -> None:
        """Compute one measure into a table of its own name, or `table`."""
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {table or name} AS {self.sql(name)}")

    def rows(self, name: str, *, order: str = "ALL") -> list[tuple[object, ...]]:
        """All rows of one measure, ordered."""
        query = f"SELECT * FROM ({self.sql(name)}) ORDER BY {order}"
        return self.connection.execute(query).fetchall()


@contextmanager
def opened(
    version: LedgerVersion,
    *,
    folder: Path,
    as_of: date,
    reporting_currency: str | None = None,
    rates: Iterable[money.Rate] | None = None,
    parameters: InsightParameters | None = None,
    memory: str = duck.DEFAULT_MEMORY,
    adds_up: bool = True,
    progress: Callable[[str], None] = _silently,
) -> Iterator[Source]:
    """Open one version at one cut. `rates` None takes those loaded into the ledger.

    `adds_up` False is for questions that ask only whether an amount is above zero: amounts stay
    in their own currencies and no rate is needed.

    MissingRate when a line up to the cut cannot be brought into the reporting currency.
    """
    with duck.session(memory=memory) as connection:
        duck.open_version(connection, version, folder=folder)
        currency, converts = "", False
        if adds_up:
            currency, converts = money.reporting_currency(
                connection, LINES, wanted=reporting_currency, until=as_of
            )
        source = Source(connection, version, currency, parameters, progress=progress)
        source.at(as_of)
        if converts:
            known = money.stored_rates(connection, currency) if rates is None else rates
            money.open_rates(connection, known, into=currency, missing=source.sql("missing_rates"))
        _open_kinds(connection, version, folder=folder)
        flows = compiled.sql("flows_rates" if converts else "flows")
        connection.execute(f"CREATE VIEW flows AS {flows}")
        yield source


def _open_kinds(
    connection: duckdb.DuckDBPyConnection, version: LedgerVersion, *, folder: Path
) -> None:
    """The table `line_kinds`; of several imports the kind told last stands."""
    connection.execute(
        "CREATE TEMP TABLE line_kinds (product_line VARCHAR PRIMARY KEY, kind VARCHAR)"
    )
    for path in version.paths(folder, KINDS):
        connection.execute(
            "INSERT OR REPLACE INTO line_kinds SELECT product_line, max(kind) "
            f"FROM read_parquet({duck.text(path)}) GROUP BY product_line"
        )
