"""The measures as DuckDB SQL, compiled ahead of time from the Ibis expressions.

The texts in `sql/` are generated: `python -m sightline.ledger.compile`. A test compiles them
anew and compares, so the expressions stay the one source. Reading them needs no Ibis.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files

from sightline.ledger.duck import text
from sightline.ledger.scalars import TYPES, Scalar
from sightline.ledger.tables import DUCKDB_TYPES

_VARIABLE = re.compile(r"GETVARIABLE\('(\w+)'\)")


@cache
def sql(name: str) -> str:
    """The compiled text of one measure."""
    place = files("sightline.ledger") / "sql" / f"{name}.sql"
    if place.is_file():
        return place.read_text(encoding="utf-8")
    from sightline.ledger.compile import compiled

    return compiled(name)


def bound(name: str, values: Mapping[str, Scalar]) -> str:
    """The compiled text with its variables replaced by typed literals, ready to run.

    Literals let DuckDB plan with the days and numbers known, which variables do not.
    """
    return _VARIABLE.sub(lambda found: _literal(found.group(1), values), sql(name))


def _literal(name: str, values: Mapping[str, Scalar]) -> str:
    value = values[name]
    plain = value.isoformat() if isinstance(value, date) else str(value)
    return f"CAST({text(plain)} AS {DUCKDB_TYPES[TYPES[name]]})"
