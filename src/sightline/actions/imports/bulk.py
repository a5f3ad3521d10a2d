"""Many rows in one statement: COPY on PostgreSQL, rows of values on SQLite.

Measured against `bulk_create`, which reaches a few per cent of either
(docs/decisions/0020-imports-stage-then-apply.md).
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import repeat
from typing import Any

from django.db import connection, models
from django.db.models.expressions import RawSQL

from sightline.actions.imports.statements import insert_values
from sightline.records.models import Source

Adapt = Callable[[Any], Any]


def insert_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows with the given columns; every other column takes the field's default, the key the
    database's next."""
    told = list(zip(*rows, strict=True))
    if told:
        insert_columns(model, dict(zip(columns, told, strict=True)))


def insert_columns(model: type[models.Model], columns: Mapping[str, Sequence[Any]]) -> None:
    """The same of rows that are told column by column, which costs a fraction."""
    names, adapts, rest = _layout(model, list(columns))
    quoted = [connection.ops.quote_name(name) for name in names]
    told, given = dict[str, Sequence[Any]](), len(columns)
    # What every row says alike is brought into form once, and most columns need no other form.
    shared = {
        name: adapt(value)
        for name, adapt, value in zip(quoted[given:], adapts[given:], rest, strict=True)
    }
    for name, column, adapt in zip(quoted, columns.values(), adapts, strict=False):
        formed = adapt is _as_is or type(column) is Written
        if column.count(column[0]) == len(column):
            shared[name] = column[0] if formed else adapt(column[0])
        else:
            told[name] = column if formed else list(map(adapt, column))
    if not told:  # of rows that are all alike, one column says how many there are
        name, column = quoted[0], next(iter(columns.values()))
        told[name] = [shared.pop(name)] * len(column)
    table = connection.ops.quote_name(model._meta.db_table)
    if connection.vendor == "postgresql":
        rows = zip(*told.values(), *map(repeat, shared.values()), strict=False)
        _copy(f"COPY {table} ({', '.join([*told, *shared])}) FROM STDIN", rows)
        return
    insert_values(table, told, shared)


def update_rows(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[tuple[int, Sequence[Any]]],
    *,
    versioned: bool,
) -> None:
    """Set the columns of rows by key; versioned rows move on, so that older edits are noticed."""
    by_column = {field.attname: field for field in model._meta.concrete_fields}
    if connection.vendor == "postgresql":
        _update_postgresql(model, [by_column[name] for name in columns], rows, versioned=versioned)
        return
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


def _update_postgresql(
    model: type[models.Model],
    fields: Sequence[models.Field[Any, Any]],
    rows: Iterable[tuple[int, Sequence[Any]]],
    *,
    versioned: bool,
) -> None:
    """One statement for all rows: the values travel as an array for each column."""
    quote = connection.ops.quote_name
    keys: list[int] = []
    values: list[list[Any]] = [[] for _ in fields]
    adapts = [adapter(field) for field in fields]
    for pk, given in rows:
        keys.append(pk)
        for column, adapt, value in zip(values, adapts, given, strict=True):
            column.append(adapt(value))
    sets = [f"{quote(field.attname)} = told.v{n}" for n, field in enumerate(fields)]
    if versioned:
        sets += [
            f"{quote('version')} = held.{quote('version')} + 1",
            f"{quote('changed_at')} = now()",
        ]
    arrays = ["unnest(%s::bigint[]) AS id"]
    arrays += [
        f"unnest(%s::{field.db_type(connection)}[]) AS v{n}" for n, field in enumerate(fields)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(model._meta.db_table)} AS held SET {', '.join(sets)} "
            f"FROM (SELECT {', '.join(arrays)}) AS told WHERE held.id = told.id",
            [keys, *values],
        )


def keys_outside(
    model: type[models.Model], name: str, ids: Iterable[str], *, source_id: int | None
) -> RawSQL:
    """Keys of the rows that some outside ids name, to be put after `pk__in`; None: in any source.

    Each id is looked up in the one index of outside ids. That index leaves rows without an outside
    id out, and SQLite takes it only where the question does so in the same words; else it reads
    every row of the source for every chunk.
    """
    found, values = _outside_sql(model, name, ids, source_id=source_id)
    return RawSQL(f"SELECT held.id {found}", values)  # noqa: S611 names of tables are our own


def held_outside(
    model: type[models.Model], name: str, ids: Iterable[str], *, source_id: int | None
) -> dict[str, int]:
    """Key of the row that each outside id names, the oldest row's of several, in one question."""
    found, values = _outside_sql(model, name, ids, source_id=source_id)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT asked.value, held.id {found} ORDER BY held.id DESC", values)
        return dict(cursor.fetchall())


def listed_outside(model: type[models.Model], name: str, listed: str) -> tuple[str, str]:
    """Places, from 1, in a JSON list of outside ids, and the key that the id there names, as two JSON
    lists of one length. An id that several sources know stands there for each of them.

    Lists go in and come out as one text each: no value of them becomes one of Python's.
    """
    asked, place, gathered = "json_each(%s) AS asked", "asked.key + 1", "json_group_array({})"
    if connection.vendor == "postgresql":
        asked = "json_array_elements_text(%s::json) WITH ORDINALITY AS asked(value, place)"
        place, gathered = "asked.place", "coalesce(json_agg({})::text, '[]')"
    found, values = _found_outside(model, name, asked, source_id=None)
    lists = f"{gathered.format(place)}, {gathered.format('held.id')}"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lists} {found}", [listed, *values])
        places, keys = cursor.fetchone()
    return places, keys


def _outside_sql(
    model: type[models.Model], name: str, ids: Iterable[str], *, source_id: int | None
) -> tuple[str, list[Any]]:
    listed = list(ids)
    told: object = listed
    asked = "unnest(%s::text[]) AS asked(value)"
    if connection.vendor != "postgresql":
        told, asked = json.dumps(listed), "json_each(%s) AS asked"
    found, values = _found_outside(model, name, asked, source_id=source_id)
    return found, [told, *values]


def _found_outside(
    model: type[models.Model], name: str, asked: str, *, source_id: int | None
) -> tuple[str, list[Any]]:
    """The rows that each value of the relation `asked` names by its outside id."""
    table, sources = model._meta.db_table, Source._meta.db_table
    start = f"FROM {asked} CROSS JOIN {sources} AS source CROSS JOIN"
    one = (
        f"{table} AS held WHERE held.source_id = source.id AND held.outside_object = %s "
        "AND held.outside_id = asked.value AND NOT (held.outside_id = '')"
    )
    only, told = ("", [name]) if source_id is None else ("source.id = %s", [name, source_id])
    if connection.vendor == "postgresql":
        # Fenced by OFFSET it is asked for each id and goes by the index. Joined freely, a table filled
        # a moment ago, of which nothing is counted yet, is read whole for every chunk.
        fenced = f"LATERAL (SELECT held.id FROM {one} OFFSET 0) AS held"
        return f"{start} {fenced}{only and f' WHERE {only}'}", told
    return f"{start} {one}{only and f' AND {only}'}", told


def next_keys(model: type[models.Model], count: int) -> list[int]:
    """Keys for that many new rows, nobody else's; within the transaction that stores them."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [connection.ops.quote_name(table), count],
            )
            return [key for (key,) in cursor.fetchall()]
        # Whoever writes is alone until the end of the transaction.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        (last,) = cursor.fetchone() or (0,)
        return list(range(last + 1, last + 1 + count))


def count_rows(model: type[models.Model]) -> None:
    """Have PostgreSQL count a table of which it knows nothing, once a first few rows are there.

    Until its own round comes by, up to a minute later, it takes a column that all rows share for as
    good an index as the outside id: each of a chunk's ids would then read what is stored so far.
    """
    if connection.vendor != "postgresql":
        return
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [table])
        (known,) = cursor.fetchone()
        if known <= 0:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(table)}")


def among_keys(keys: Iterable[int]) -> RawSQL:
    """Many keys as one parameter, to be put after `__in`: Django would look at each three times."""
    listed = list(keys)
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [listed])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(listed)])


def among_texts(texts: Iterable[str]) -> RawSQL:
    """Many texts as one parameter, likewise."""
    listed = list(texts)
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::text[])", [listed])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(listed)])


def _layout(
    model: type[models.Model], columns: Sequence[str]
) -> tuple[list[str], list[Adapt], list[Any]]:
    fields: Mapping[str, models.Field[Any, Any]] = {
        field.attname: field
        for field in model._meta.concrete_fields
        if not field.primary_key or field.attname in columns
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
        return _moment
    if isinstance(field, models.DateField):
        return _day
    if isinstance(field, models.DecimalField):
        return _decimal
    if isinstance(field, models.UUIDField):
        return _uuid
    return _as_is


def _as_is(value: Any) -> Any:
    return value


class Written(list[str]):
    """A JSON column whose values are JSON already."""


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value)


def _day(value: dt.date | None) -> str | None:
    return None if value is None else value.isoformat()


@lru_cache(maxsize=4096)  # the rows of a load name few seconds
def _moment(value: dt.datetime | None) -> str | None:
    """In UTC without saying so, as Django keeps it; a load asks this of every row thrice."""
    if value is None:
        return None
    return str(value if value.tzinfo is dt.UTC else value.astimezone(dt.UTC))[:-6]


def _uuid(value: uuid.UUID | str | None) -> str | None:
    return value.hex if isinstance(value, uuid.UUID) else value


def _decimal(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")
