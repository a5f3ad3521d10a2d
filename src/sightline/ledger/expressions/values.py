"""The scalars that expressions depend on: the days of the cut and the numbers of the method.

`literals` binds them now (any engine). `variables` leaves DuckDB variables in their place, so
that one compiled text serves every cut.
"""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import ibis

from sightline.ledger.method import InsightParameters
from sightline.ledger.scalars import TYPES, Scalar, scalar_values
from sightline.ledger.windows import Cut

Scalars = SimpleNamespace


def literals(cut: Cut, *, parameters: InsightParameters | None = None, **given: Scalar) -> Scalars:
    """Every scalar as a literal of a cut; `given` as in `scalar_values`."""
    values = scalar_values(cut, parameters=parameters, **given)
    return Scalars(**{name: literal(value, name) for name, value in values.items()})


def variables() -> Scalars:
    """Every scalar as `getvariable('name')`."""
    return Scalars(**{name: _variable(name, kind) for name, kind in TYPES.items()})


def literal(value: Scalar, name: str) -> Any:
    """One named scalar's value as a typed literal."""
    kind = TYPES[name]
    if isinstance(value, date):
        return ibis.date(value.year, value.month, value.day)
    return ibis.literal(value, type=kind)


def _variable(name: str, kind: str) -> Any:
    # The parameter is not called `name`: Ibis would take it for the expression's own name.
    @ibis.udf.scalar.builtin(name="getvariable", signature=(("string",), kind))
    def getvariable(key):  # type: ignore[no-untyped-def]
        ...

    return getvariable(name)
