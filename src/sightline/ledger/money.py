"""Bringing amounts into one reporting currency, at the rate of each line's month."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sightline.ledger.currencies import decimals_of
from sightline.ledger.errors import MissingRate

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class Rate:
    """One unit of `currency` is worth `rate` units of `into` in the month that `month` lies in."""

    month: date
    currency: str
    into: str
    rate: float


def reporting_currency(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    *,
    wanted: str | None,
    until: date | None = None,
) -> tuple[str, bool]:
    """The reporting currency and whether any line must be converted into it.

    Lines after `until` are not looked at. Lines without a currency count as being in the reporting
    currency. Refuses to guess where lines carry several currencies and none is wanted.
    """
    looked_at = "WHERE date <= $until" if until else ""
    rows = connection.execute(
        f"SELECT DISTINCT currency FROM {table} {looked_at} ORDER BY 1",
        {"until": until} if until else None,
    ).fetchall()
    found = [row[0] for row in rows if row[0]]
    if wanted is None:
        if len(found) > 1:
            raise MissingRate(
                f"amounts are in {', '.join(found)}; say the reporting currency and load rates"
            )
        wanted = found[0] if found else ""
    return wanted, any(code != wanted for code in found)


def stored_rates(connection: duckdb.DuckDBPyConnection, into: str) -> list[Rate]:
    """The rates loaded into the ledger for one reporting currency."""
    rows = connection.execute(
        'SELECT month, currency, "into", rate FROM rates WHERE upper("into") = $into',
        {"into": into},
    ).fetchall()
    return [Rate(row[0], row[1].upper(), row[2].upper(), row[3]) for row in rows]


def hold_rates(connection: duckdb.DuckDBPyConnection, day: date) -> bool:
    """Give every month the rate of one day's month; False where no amount is converted.

    A currency without a rate in that month takes its first one after it, else its last before.
    """
    known = connection.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'rate_factors'"
    ).fetchone()
    if not known or not known[0]:
        return False
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE held AS SELECT currency, factor FROM rate_factors QUALIFY "
        "row_number() OVER (PARTITION BY currency ORDER BY month < $month, "
        "abs(date_diff('month', $month, month))) = 1",
        {"month": day.replace(day=1)},
    )
    connection.execute(
        "UPDATE rate_factors SET factor = held.factor FROM held "
        "WHERE held.currency = rate_factors.currency"
    )
    return True


def open_rates(
    connection: duckdb.DuckDBPyConnection, rates: Iterable[Rate], *, into: str, missing: str
) -> None:
    """Make the table `rate_factors`; MissingRate when a row of the query `missing` is left.

    A later rate for the same month and currency replaces an earlier one. Amounts without a
    currency, and those in the reporting currency, have factor 1.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE rate_factors (month DATE, currency VARCHAR, factor DOUBLE)"
    )
    factors = {
        (rate.month.replace(day=1), rate.currency): rate.rate
        * 10.0 ** (decimals_of(into) - decimals_of(rate.currency))
        for rate in rates
        if rate.into == into
    }
    if factors:
        connection.executemany(
            "INSERT INTO rate_factors VALUES (?, ?, ?)",
            [(month, currency, factor) for (month, currency), factor in factors.items()],
        )
    connection.execute(
        "INSERT INTO rate_factors SELECT DISTINCT date_trunc('month', date)::DATE, currency, 1.0 "
        "FROM lines WHERE currency IN ('', $into) "
        "AND (date_trunc('month', date)::DATE, currency) NOT IN "
        "(SELECT month, currency FROM rate_factors)",
        {"into": into},
    )
    gap = connection.execute(f"SELECT * FROM ({missing}) ORDER BY 1, 2 LIMIT 1").fetchone()
    if gap:
        raise MissingRate(f"no rate from {gap[1]} into {into} for {gap[0]:%Y-%m}")
