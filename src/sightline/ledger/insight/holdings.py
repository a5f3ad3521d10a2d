"""Holdings of a version at a cut as a buyer × line matrix."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from sightline.ledger.errors import NothingToJudge
from sightline.ledger.insight.whitespace import Market
from sightline.ledger.method import InsightParameters
from sightline.ledger.source import Source
from sightline.planning import periods


@dataclass(frozen=True, slots=True, eq=False)
class Holdings:
    """The market with the names of its rows and columns, both in order of the text."""

    buyers: list[tuple[str, str]]
    lines: list[str]
    market: Market


def read_holdings(source: Source, *, as_of: date, parameters: InsightParameters) -> Holdings:
    """Everything bought up to and with `as_of`; NothingToJudge when that is nothing."""
    connection = source.connection
    source.make("holdings", table="held")
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE buyers AS SELECT account, unit, "
        "row_number() OVER (ORDER BY account, unit) - 1 AS buyer "
        "FROM (SELECT DISTINCT account, unit FROM held);"
        "CREATE OR REPLACE TEMP TABLE held_lines AS SELECT product_line, "
        "row_number() OVER (ORDER BY product_line) - 1 AS line "
        "FROM (SELECT DISTINCT product_line FROM held)"
    )
    buyers = connection.execute("SELECT account, unit FROM buyers ORDER BY buyer").fetchall()
    lines = connection.execute("SELECT product_line FROM held_lines ORDER BY line").fetchall()
    if not buyers:
        raise NothingToJudge(f"nothing was bought up to {as_of}")
    rows = connection.execute(
        "SELECT buyer, line, first_purchase, last_purchase FROM held "
        "JOIN buyers USING (account, unit) JOIN held_lines USING (product_line)"
    ).fetchnumpy()
    buyer, line = rows["buyer"].astype(np.int64), rows["line"].astype(np.int64)
    shape = len(buyers), len(lines)
    recent_first, sale_first = (
        np.datetime64(periods.rolling(as_of, months=months).start)
        for months in (parameters.whitespace_recent_months, parameters.whitespace_on_sale_months)
    )
    owned, recent = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    owned[buyer, line] = True
    recent[buyer, line] = rows["first_purchase"].astype("datetime64[D]") >= recent_first
    on_sale = np.zeros(shape[1], dtype=bool)
    on_sale[line[rows["last_purchase"].astype("datetime64[D]") >= sale_first]] = True
    return Holdings(
        [(str(account), str(unit)) for account, unit in buyers],
        [str(row[0]) for row in lines],
        Market(owned, recent, on_sale),
    )
