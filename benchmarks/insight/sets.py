"""The open sets as ledgers, built once in a scratch folder through the product's own loader.

`AW`: AdventureWorks reseller lines, store × subcategory (synthetic: plumbing only).
`OX_SUPPLIERS`: Oxford City Council's spend as the revenue of its suppliers (real): account =
supplier, line = service area. `OX_AREAS`: the same lines, account = service area, line = category.
`OX_SPEND`: spend lines, for wallets. `NW`: Northwind, customer × category (tiny).
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from sightline.ledger.catalogue import FileCatalogue
from sightline.ledger.load import load_files
from sightline.ledger.load.cells import Format
from sightline.ledger.version import LedgerVersion

# 2014Q2 has no days; the middle of the quarter stands in.
_OXFORD = """
FROM (SELECT *, coalesce(date::DATE, make_date(quarter[1:4]::INT, quarter[6:6]::INT * 3 - 1, 15)
  ) AS day FROM '{data}/oxford_spend/oxford_city_council_spend_2014Q1_2018Q1.parquet')
WHERE amount IS NOT NULL AND category IS NOT NULL AND unit IS NOT NULL
"""

SETS: dict[str, tuple[str, str]] = {
    "AW": (
        "lines",
        "SELECT StoreID::INT AS account, '' AS unit, Subcategory AS product_line, "
        "OrderDate::DATE AS date, SalesAmount AS amount "
        "FROM '{data}/adventureworks/reseller_order_lines_JOINED.parquet'",
    ),
    "OX_SUPPLIERS": (
        "lines",
        "SELECT supplier AS account, '' AS unit, unit AS product_line, day AS date, amount"
        + _OXFORD
        + "AND supplier IS NOT NULL",
    ),
    "OX_AREAS": (
        "lines",
        "SELECT unit AS account, '' AS unit, category AS product_line, day AS date, amount"
        + _OXFORD,
    ),
    "OX_SPEND": (
        "spend",
        "SELECT 'Oxford' AS buyer, unit, category, coalesce(supplier, '(redacted)') AS supplier, "
        "day AS date, amount" + _OXFORD,
    ),
    "NW": (
        "lines",
        "SELECT customerID AS account, '' AS unit, categoryID::VARCHAR AS product_line, "
        "orderDate::DATE AS date, round(d.unitPrice * quantity * (1 - discount), 2) AS amount "
        "FROM '{data}/northwind/orders.csv' JOIN '{data}/northwind/order_details.csv' d "
        "USING (orderID) JOIN '{data}/northwind/products.csv' USING (productID)",
    ),
}


def open_set(name: str, *, data: Path, scratch: Path) -> tuple[LedgerVersion, Path]:
    """One set as a committed ledger version, and its folder."""
    table, query = SETS[name]
    folder = scratch / name
    catalogue = FileCatalogue(folder)
    if catalogue.current().number == 0:
        scratch.mkdir(parents=True, exist_ok=True)
        path = scratch / f"{name}.csv"
        duckdb.connect().execute(f"COPY ({query.format(data=data)}) TO '{path}' (HEADER)")
        load_files([path], table=table, folder=folder, catalogue=catalogue, form=Format())
        path.unlink()
    return catalogue.current(), folder
