"""Compile the Ibis expressions to DuckDB SQL: `python -m sightline.ledger.compile` writes `sql/`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import ibis

from sightline.ledger.expressions import accounts, flows, potential, values
from sightline.ledger.expressions.measures import MEASURES, NEEDS
from sightline.ledger.tables import LINES, MAY_TELL, SCHEMAS, TOLD_LINES

_RATE_FACTORS = {"month": "date", "currency": "string", "factor": "float64"}
_FOLDER = Path(__file__).parent / "sql"
# DuckDB sums 64-bit integers into 128 bits; every integer is brought back to the declared type.
_INTEGER = "BIGINT"


@cache
def expressions() -> Mapping[str, Any]:
    """Every measure over tables by name, its scalars left as DuckDB variables."""
    v = values.variables()
    lines = ibis.table(SCHEMAS[LINES], name=LINES)
    told = ibis.table({**SCHEMAS[LINES], **MAY_TELL[LINES]}, name=TOLD_LINES)
    rates = ibis.table(_RATE_FACTORS, name="rate_factors")
    kinds = ibis.table({"product_line": "string", "kind": "string"}, name="line_kinds")
    made: dict[str, Any] = {
        "flows": flows.flows(lines),
        "flows_rates": flows.flows(lines, rates=rates),
        "missing_rates": flows.missing_rates(lines, rates, v),
    }
    read = {table for table, _ in MEASURES.values()}
    rows = {name: ibis.table(SCHEMAS[name], name=name) for name in read}
    rows[LINES] = _kept(made, "flows")
    for name, (table, measure) in MEASURES.items():
        made[name] = measure(told if name in NEEDS else rows[table], kinds, v)
    cell = _kept(made, "cells")
    made["accounts"] = accounts.accounts(cell, _kept(made, "rhythm"))
    made["bands"] = potential.bands(_kept(made, "accounts"), v)
    made["headroom"] = potential.headroom(cell, _kept(made, "bands"), v)
    return made


def _kept(made: Mapping[str, Any], name: str) -> Any:
    """A measure as the table of its name that the next ones are made from."""
    return ibis.table(made[name].schema(), name=name)


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
