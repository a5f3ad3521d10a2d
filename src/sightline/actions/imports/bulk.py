"""Many rows in one statement: COPY on PostgreSQL, executemany on SQLite.

Measured against `bulk_create`, which reaches a few per cent of either
(docs/decisions/0020-imports-stage-then-apply.md).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import connection, models

Adapt = Callable[[Any], Any]


def insert_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows with the given columns; every other column takes the field's default."""
    names, adapts, rest = _layout(model, columns)
    table = connection.ops.quote_name(model._meta.db_table)
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    values = (
        [adapt(value) for adapt, value in zip(adapts, (*row, *rest), strict=True)] for row in rows
    )
    if connection.vendor == "postgresql":
        _copy(f"COPY {table} ({quoted}) FROM STDIN", values)
        return
    marks = ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({quoted}) VALUES ({marks})", list(values))


def update_rows(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[tuple[int, Sequence[Any]]],
    *,
    versioned: bool,
) -> None:
    """Set the columns of rows by key; versioned rows move on, so that older edits are noticed."""
    by_column = {field.attname: field for field in model._meta.concrete_fields}
    adapts = [adapter(by_column[name]) for name in columns]
    quote = connection.ops.quote_name
    sets = [f"{quote(name)} = %s" for name in columns]
    extra: list[Any] = []
    if versioned:
        sets += [f"{quote('version')} = {quote('version')} + 1", f"{quote('changed_at')} = %s"]
        extra = [adapter(by_column["changed_at"])(dt.datetime.now(dt.UTC))]
    statement = f"UPDATE {quote(model._meta.db_table)} SET {', '.join(sets)} WHERE id = %s"
    with connection.cursor() as cursor:
        cursor.executemany(
            statement,
            [
                [
                    *(adapt(value) for adapt, value in zip(adapts, values, strict=True)),
                    *extra,
                    pk,
                ]
                for pk, values in rows
            ],
        )


def _layout(
    model: type[models.Model], columns: Sequence[str]
) -> tuple[list[str], list[Adapt], list[Any]]:
    fields: Mapping[str, models.Field[Any, Any]] = {
        field.attname: field for field in model._meta.concrete_fields if not field.primary_key
    }
    others = [name for name in fields if name not in columns]
    names = [*columns, *others]
    return (
        names,
        [adapter(fields[name]) for name in names],
        [fields[name].get_default() for name in others],
    )


def _copy(statement: str, rows: Iterable[Sequence[Any]]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def adapter(field: models.Field[Any, Any]) -> Adapt:
    """How a value of this field goes into a raw statement of the database in use."""
    if isinstance(field, models.JSONField):
        return _json
    if connection.vendor == "postgresql":
        return _as_is
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(field, models.DateField):
        return _day
    if isinstance(field, models.DecimalField):
        return _decimal
    return _as_is


def _as_is(value: Any) -> Any:
    return value


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value)


def _day(value: dt.date | None) -> str | None:
    return None if value is None else value.isoformat()


def _decimal(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")
