"""Compile the Ibis expressions to DuckDB SQL: `python -m sightline.ledger.compile` writes `sql/`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import ibis

from sightline.ledger.expressions import (
    accounts,
    cells,
    contact,
    customers,
    flows,
    holdings,
    potential,
    rhythm,
    spending,
    values,
)
from sightline.ledger.tables import ACTIVITIES, LINES, SCHEMAS, SPEND

_RATE_FACTORS = {"month": "date", "currency": "string", "factor": "float64"}
_FOLDER = Path(__file__).parent / "sql"
# DuckDB sums 64-bit integers into 128 bits; every integer is brought back to the declared type.
_INTEGER = "BIGINT"


@cache
def expressions() -> Mapping[str, Any]:
    """Every measure over tables by name, its scalars left as DuckDB variables."""
    v = values.variables()
    lines = ibis.table(SCHEMAS[LINES], name=LINES)
    spend = ibis.table(SCHEMAS[SPEND], name=SPEND)
    activities = ibis.table(SCHEMAS[ACTIVITIES], name=ACTIVITIES)
    rates = ibis.table(_RATE_FACTORS, name="rate_factors")
    kinds = ibis.table({"product_line": "string", "kind": "string"}, name="line_kinds")
    made: dict[str, Any] = {
        "flows": flows.flows(lines),
        "flows_rates": flows.flows(lines, rates=rates),
        "missing_rates": flows.missing_rates(lines, rates, v),
    }
    flow = ibis.table(made["flows"].schema(), name="flows")
    made["cells"] = cells.cells(flow, kinds, v)
    made["rhythm"] = rhythm.rhythm(flow, kinds, v)
    cell = ibis.table(made["cells"].schema(), name="cells")
    beat = ibis.table(made["rhythm"].schema(), name="rhythm")
    made["accounts"] = accounts.accounts(cell, beat)
    account = ibis.table(made["accounts"].schema(), name="accounts")
    made["bands"] = potential.bands(account, v)
    band = ibis.table(made["bands"].schema(), name="bands")
    made["headroom"] = potential.headroom(cell, band, v)
    made["bridge"] = customers.bridge(flow, kinds, v)
    made["holdings"] = holdings.holdings(flow, v)
    made["months"] = holdings.months(flow, v)
    made["rhythm_facts"] = holdings.rhythm_facts(flow, kinds, v)
    made["outcomes"] = holdings.outcomes(flow, kinds, v)
    made["spans"] = holdings.spans(flow)
    made["recent"] = holdings.recent(flow, v)
    made["suppliers"] = spending.suppliers(spend)
    made["contact_days"] = contact.contact_days(activities, v)
    made["ours"] = spending.ours(spend, v)
    made["markets"] = spending.markets(spend, v)
    made["everyone"] = spending.everyone(spend, v)
    return made


def compiled(name: str) -> str:
    """One measure as DuckDB SQL with the declared type on every integer column."""
    expression = expressions()[name]
    inner = ibis.to_sql(expression, dialect="duckdb")
    columns = ",\n  ".join(
        f'CAST("{column}" AS {_INTEGER}) AS "{column}"' if kind.is_integer() else f'"{column}"'
        for column, kind in expression.schema().items()
    )
    return f"-- Generated from sightline.ledger.expressions; see ledger/compile.py.\nSELECT\n  {columns}\nFROM (\n{inner}\n)\n"


def main() -> None:
    """Write every compiled text."""
    _FOLDER.mkdir(exist_ok=True)
    for name in expressions():
        (_FOLDER / f"{name}.sql").write_text(compiled(name), encoding="utf-8")


if __name__ == "__main__":
    main()
