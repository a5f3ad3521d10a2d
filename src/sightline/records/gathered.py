"""A column of many rows as one value: reading thousands of rows costs most in making them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db.models import Aggregate, QuerySet, TextField, Value


class Gathered(Aggregate):
    """All values of a column as one JSON list, in the order of the rows; several of one read stand
    in the same order. None where there is no row. `filter` as for other aggregates."""

    name = "Gathered"
    function = "json_group_array"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """PostgreSQL gathers under another name, and its driver would read the list by itself."""
        sql, params = super().as_sql(compiler, connection, function="json_agg", **context)
        return f"({sql})::text", params


def in_one_row(rows: QuerySet[Any, Any], columns: Sequence[Gathered]) -> QuerySet[Any, Any]:
    """The columns of all these rows as one row, in the order given; None each where there are none."""
    named = {f"column_{at}": one for at, one in enumerate(columns)}
    whole = rows.order_by().values(whole=Value(1))
    found: QuerySet[Any, Any] = whole.annotate(**named).values_list(*named)
    return found


def listed(gathered: str | None) -> list[Any]:
    """The values that were gathered; none where there was no row."""
    found: list[Any] = json.loads(gathered) if gathered else []
    return found
