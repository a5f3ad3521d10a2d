"""Make Sightline's import files from a sample that others publish.

    ./run python docs/how-to/sample_files.py northwind|maven FOLDER OUT [--ending YYYY-MM]

FOLDER holds the sample's CSV files, OUT gets a folder `people` (User.csv and UserRole.csv, as Salesforce
writes them) and one CSV file a kind. With --ending every day moves by the same number of whole
months, so that the sample's last one falls in that month. Nothing is left out.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import duckdb


@dataclass(frozen=True, slots=True)
class Sample:
    """How one sample becomes import files: views first, then a query a file; `last` is its last day."""

    views: dict[str, str]
    last: str
    files: dict[str, str]


_NORTHWIND = Sample(
    views={
        "customers": "read_csv('{folder}/customers.csv', all_varchar=true)",
        "employees": "read_csv('{folder}/employees.csv', all_varchar=true)",
        "products": "read_csv('{folder}/products.csv', all_varchar=true)",
        "categories": "read_csv('{folder}/categories.csv', all_varchar=true)",
        "lines": "read_csv('{folder}/order_details.csv', all_varchar=true)",
        "orders": "read_csv('{folder}/orders.csv', all_varchar=true)",
    },
    last="SELECT max(CAST(orderDate AS TIMESTAMP)) FROM orders",
    files={
        # One role a person: whoever somebody reports to stands above.
        "people/UserRole.csv": "SELECT 'role-' || employeeID AS Id, title || ' (' || lastName || ')' AS Name, "
        "CASE WHEN reportsTo <> 'NULL' THEN 'role-' || reportsTo END AS ParentRoleId FROM employees",
        "people/User.csv": "SELECT employeeID AS Id, firstName || ' ' || lastName AS Name, title AS Title, "
        "'role-' || employeeID AS UserRoleId, nullif(reportsTo, 'NULL') AS ManagerId FROM employees",
        # A customer belongs to whoever took most of its orders; on equal counts to the lower number.
        "accounts.csv": "SELECT c.customerID AS id, companyName AS name, country, city, owner, "
        "'USD' AS currency FROM customers c LEFT JOIN (SELECT customerID, first(who ORDER BY n DESC, who) AS owner "
        "FROM (SELECT customerID, firstName || ' ' || lastName AS who, count(*) AS n FROM orders "
        "JOIN employees USING (employeeID) GROUP BY ALL) GROUP BY ALL) o USING (customerID) ORDER BY 1",
        "products.csv": "SELECT productID AS id, productName AS name, categoryName AS product_line, "
        "categoryName AS family FROM products JOIN categories USING (categoryID) ORDER BY CAST(productID AS INT)",
        "contacts.csv": "SELECT 'contact-' || customerID AS id, customerID AS account, contactName AS name, "
        "contactTitle AS title, phone FROM customers ORDER BY 1",
        "revenue-lines.csv": "SELECT customerID AS account, categoryName AS product_line, "
        "CAST(CAST(orderDate AS TIMESTAMP) + INTERVAL {months} MONTH AS DATE) AS date, "
        "CAST(lines.unitPrice AS DECIMAL(12,4)) * CAST(quantity AS INT) * (1 - CAST(discount AS DECIMAL(6,4))) "
        "AS amount, 'USD' AS currency, quantity, orderID || '-' || productID AS line_id FROM lines "
        "JOIN orders USING (orderID) JOIN products USING (productID) JOIN categories USING (categoryID) "
        "ORDER BY CAST(orderID AS INT), CAST(productID AS INT)",
    },
)

_MAVEN = Sample(
    views={
        "accounts": "read_csv('{folder}/accounts.csv', all_varchar=true)",
        "products": "read_csv('{folder}/products.csv', all_varchar=true)",
        "teams": "read_csv('{folder}/sales_teams.csv', all_varchar=true)",
        "pipeline": "read_csv('{folder}/sales_pipeline.csv', all_varchar=true)",
    },
    last="SELECT max(CAST(close_date AS DATE)) FROM pipeline",
    files={
        "people/UserRole.csv": "SELECT 'head' AS Id, 'Head of sales' AS Name, NULL AS ParentRoleId UNION ALL "
        "SELECT DISTINCT 'manager-' || manager, 'Manager ' || regional_office || ' (' || manager || ')', 'head' "
        "FROM teams UNION ALL SELECT DISTINCT 'team-' || manager, 'Team of ' || manager, 'manager-' || manager "
        "FROM teams",
        "people/User.csv": "SELECT sales_agent AS Id, sales_agent AS Name, 'Sales agent' AS Title, "
        "'team-' || manager AS UserRoleId, manager AS ManagerId FROM teams UNION ALL "
        "SELECT DISTINCT manager, manager, 'Sales manager', 'manager-' || manager, NULL FROM teams",
        # An account belongs to whoever has most deals with it; on equal counts to the first by name.
        "accounts.csv": "SELECT a.*, owner, 'USD' AS currency FROM (SELECT account, "
        "replace(sector, 'technolgy', 'technology') AS sector, CAST(CAST(revenue AS DECIMAL(12,2)) * 1000000 AS BIGINT) "
        "AS revenue, employees, office_location, subsidiary_of FROM accounts) a LEFT JOIN (SELECT account, "
        "first(who ORDER BY n DESC, who) AS owner FROM (SELECT account, sales_agent AS who, count(*) AS n "
        "FROM pipeline GROUP BY ALL) GROUP BY ALL) o USING (account) ORDER BY account",
        "products.csv": "SELECT product, product AS product_line, series FROM products",
        "opportunities.csv": "SELECT opportunity_id, sales_agent, replace(product, 'GTXPro', 'GTX Pro') AS product, "
        "account, deal_stage, CAST(CAST(engage_date AS DATE) + INTERVAL {months} MONTH AS DATE) AS engage_date, "
        "CAST(CAST(close_date AS DATE) + INTERVAL {months} MONTH AS DATE) AS close_date, close_value, "
        "'USD' AS currency FROM pipeline",
    },
)

SAMPLES = {"northwind": _NORTHWIND, "maven": _MAVEN}


def write_files(sample: Sample, *, folder: Path, out: Path, ending: str) -> None:
    """Write every file of the sample; `ending` is a month as YYYY-MM, or empty to move nothing."""
    (out / "people").mkdir(parents=True, exist_ok=True)
    duck = duckdb.connect()
    for name, source in sample.views.items():
        duck.execute(f"CREATE VIEW {name} AS SELECT * FROM {source.format(folder=folder)}")
    found = duck.execute(sample.last).fetchone()
    assert found is not None
    last = found[0]
    months = 0
    if ending:
        year, month = (int(part) for part in ending.split("-"))
        months = (year - last.year) * 12 + month - last.month
    for name, query in sample.files.items():
        select = query.format(months=months)
        duck.execute(f"COPY ({select}) TO '{out / name}' (HEADER, DELIMITER ',')")


def main() -> None:
    """Read the command's words and write the files."""
    words = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    words.add_argument("sample", choices=sorted(SAMPLES))
    words.add_argument("folder", type=Path)
    words.add_argument("out", type=Path)
    words.add_argument("--ending", default="", metavar="YYYY-MM")
    asked = words.parse_args()
    write_files(SAMPLES[asked.sample], folder=asked.folder, out=asked.out, ending=asked.ending)


if __name__ == "__main__":
    main()
