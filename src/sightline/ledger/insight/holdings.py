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
    rows = source.connection.execute(
        "WITH held AS (" + source.sql("holdings") + "), "
        "buyers AS (SELECT account, unit, row_number() OVER (ORDER BY account, unit) - 1 AS b "
        "FROM (SELECT DISTINCT account, unit FROM held)), "
        "lines AS (SELECT product_line, row_number() OVER (ORDER BY product_line) - 1 AS l "
        "FROM (SELECT DISTINCT product_line FROM held)) "
        "SELECT b, l, first_purchase, last_purchase, account, unit, product_line FROM held "
        "JOIN buyers USING (account, unit) JOIN lines USING (product_line) ORDER BY b, l"
    ).fetchnumpy()
    if not len(rows["b"]):
        raise NothingToJudge(f"nothing was bought up to {as_of}")
    buyer, line = rows["b"].astype(np.int64), rows["l"].astype(np.int64)
    shape = int(buyer.max()) + 1, int(line.max()) + 1
    recent_first = np.datetime64(
        periods.rolling(as_of, months=parameters.whitespace_recent_months).start
    )
    owned, recent = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    owned[buyer, line] = True
    recent[buyer, line] = rows["first_purchase"].astype("datetime64[D]") >= recent_first
    on_sale = np.zeros(shape[1], dtype=bool)
    on_sale[line[rows["last_purchase"].astype("datetime64[D]") >= recent_first]] = True
    firsts = np.unique(buyer, return_index=True)[1]
    first_lines = np.unique(line, return_index=True)[1]
    buyers = [(str(rows["account"][i]), str(rows["unit"][i])) for i in firsts]
    lines = [str(rows["product_line"][i]) for i in first_lines]
    return Holdings(buyers, lines, Market(owned, recent, on_sale))
