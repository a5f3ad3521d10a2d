"""The measures as DuckDB SQL, compiled ahead of time from the Ibis expressions.

The texts in `sql/` are generated: `python -m sightline.ledger.compile`. A test compiles them
anew and compares, so the expressions stay the one source. Reading them needs no Ibis.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from sightline.ledger.scalars import TYPES, Scalar
from sightline.ledger.tables import DUCKDB_TYPES

if TYPE_CHECKING:
    import duckdb


@cache
def sql(name: str) -> str:
    """The compiled text of one measure."""
    place = files("sightline.ledger") / "sql" / f"{name}.sql"
    if place.is_file():
        return place.read_text(encoding="utf-8")
    from sightline.ledger.compile import compiled

    return compiled(name)


def bind(connection: duckdb.DuckDBPyConnection, values: Mapping[str, Scalar]) -> None:
    """Give the connection's variables their values, each in its declared type."""
    for name, value in values.items():
        kind = DUCKDB_TYPES[TYPES[name]]
        plain = value.isoformat() if isinstance(value, date) else value
        connection.execute(f"SET VARIABLE {name} = CAST($value AS {kind})", {"value": plain})
