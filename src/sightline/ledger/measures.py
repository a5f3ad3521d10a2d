"""Measures of a version on a day, computed in one go and handed over as Arrow tables.

Definitions: docs/method/revenue.md. Amounts are minor units of the reporting currency.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sightline.ledger.method import InsightParameters
from sightline.ledger.money import Rate
from sightline.ledger.source import Source, opened
from sightline.ledger.version import LedgerVersion

if TYPE_CHECKING:
    import pyarrow as pa


def account_measures(
    version: LedgerVersion,
    *,
    folder: Path,
    as_of: date,
    rates: Iterable[Rate] | None,
    reporting_currency: str | None,
    parameters: InsightParameters | None = None,
) -> pa.Table:
    """One row per account × unit × product line, ordered by them.

    Columns: kind, r12, r12_prior, r24 (minor units, net of credits), first_purchase and
    last_purchase (null when no line was above zero), months_active_12, months_active_24, lines.
    `as_of`'s own day counts, nothing after it. MissingRate when an amount cannot be converted;
    `rates` None takes the rates loaded into the ledger, `reporting_currency` None the only
    currency of the lines.
    """
    with opened(
        version,
        folder=folder,
        as_of=as_of,
        rates=rates,
        reporting_currency=reporting_currency,
        parameters=parameters,
    ) as source:
        source.make("cells")
        return _arrow(source, "SELECT * FROM cells ORDER BY account, unit, product_line")


def account_totals(
    version: LedgerVersion,
    *,
    folder: Path,
    as_of: date,
    rates: Iterable[Rate] | None,
    reporting_currency: str | None,
    parameters: InsightParameters | None = None,
) -> pa.Table:
    """One row per account, ordered by account.

    Columns: r12, r12_prior, r24, trend, first_purchase, last_purchase, units, cells, owned_cells,
    lapsed_cells, penetration, opening/kept/closing for recurring and repeat lines, purchase_days,
    purchase_days_12, days_silent, usual_gap, alarm, in_population, quiet_score, own, headroom.
    """
    with opened(
        version,
        folder=folder,
        as_of=as_of,
        rates=rates,
        reporting_currency=reporting_currency,
        parameters=parameters,
    ) as source:
        source.make("cells")
        source.make("rhythm")
        make_totals(source)
        return _arrow(source, "SELECT * FROM totals ORDER BY account")


def make_totals(source: Source) -> None:
    """From the tables `cells` and `rhythm`, however they came about, the table `totals`."""
    source.make("accounts")
    source.make("bands")
    source.make("headroom")
    source.connection.execute(
        "CREATE OR REPLACE TEMP TABLE totals AS "
        "SELECT accounts.*, headroom.own, headroom.headroom FROM accounts JOIN headroom "
        "USING (account)"
    )


def _arrow(source: Source, query: str) -> pa.Table:
    return source.connection.sql(query).to_arrow_table()
