"""Make Sightline's import files from the AdventureWorks sample.

    ./run python docs/how-to/adventureworks_files.py FOLDER OUT [MONTHS]

FOLDER holds Store.csv, Product.csv, ProductSubcategory.csv, ProductCategory.csv,
store_contacts_JOINED.csv and reseller_order_lines_JOINED.parquet. OUT gets accounts.csv,
products.csv, contacts.csv, revenue-lines.csv and contacts.toml. Nothing is left out or computed:
columns are renamed, and a product gets the names of its subcategory and category. With MONTHS every
order moves by that many months, so that pages which speak of today have something to say.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

CONTACTS = """\
[contacts]
PersonID = "id"
StoreID = "account"
FirstName = "first_name"
LastName = "last_name"
ContactRole = "title"
EmailAddress = "email"
PhoneNumber = "phone"
Title = ""
"""

# Amounts are valued in US dollars whatever CurrencyKey says (the sample's own note).
FILES = {
    "accounts.csv": (
        "SELECT BusinessEntityID AS id, Name AS name, Specialty AS segment, "
        "NumberEmployees AS employees, AnnualSales AS annual_revenue, 'USD' AS currencyisocode "
        "FROM read_csv('{folder}/Store.csv', all_varchar=true) ORDER BY CAST(id AS INT)"
    ),
    "products.csv": (
        "SELECT p.ProductID AS id, p.Name AS name, p.ProductNumber AS code, "
        "coalesce(s.Name, 'Components') AS product_line, "
        "coalesce(c.Name, 'Components') AS family "
        "FROM read_csv('{folder}/Product.csv', all_varchar=true) p "
        "LEFT JOIN read_csv('{folder}/ProductSubcategory.csv', all_varchar=true) s "
        "ON CAST(s.ProductSubcategoryID AS DOUBLE) = TRY_CAST(p.ProductSubcategoryID AS DOUBLE) "
        "LEFT JOIN read_csv('{folder}/ProductCategory.csv', all_varchar=true) c "
        "ON CAST(c.ProductCategoryID AS DOUBLE) = CAST(s.ProductCategoryID AS DOUBLE) ORDER BY CAST(p.ProductID AS INT)"
    ),
    "contacts.csv": "SELECT * FROM read_csv('{folder}/store_contacts_JOINED.csv', all_varchar=true)",
    "revenue-lines.csv": (
        "SELECT CAST(StoreID AS INT) AS account, Subcategory AS product_line, "
        "CAST(CAST(OrderDate AS DATE) + INTERVAL {months} MONTH AS DATE) AS date, SalesAmount AS amount, 'USD' AS currency "
        "FROM read_parquet('{folder}/reseller_order_lines_JOINED.parquet') "
        "ORDER BY SalesOrderNumber, SalesOrderLineNumber"
    ),
}


def main() -> None:
    """Write the files."""
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    months = int(sys.argv[3]) if len(sys.argv) == 4 else 0
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    for name, query in FILES.items():
        select = query.format(folder=folder, months=months)
        duckdb.sql(f"COPY ({select}) TO '{out / name}' (HEADER, DELIMITER ',')")
    (out / "contacts.toml").write_text(CONTACTS, encoding="utf-8")


if __name__ == "__main__":
    main()
