"""Reads whose SQL is composed once: the same question, asked again with other keys.

Composing a query costs Django several times what a database needs to answer it by key, and a page
of an account asks some sixty. `@prepared` composes a read the first time with stand-ins for its
arguments, keeps the statement, and from then on fills in keys, days and moments. Where a stand-in
is not found again in the statement, the read is composed anew each time.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesListIterable,
    get_related_populators,
    prefetch_related_objects,
)

P = ParamSpec("P")
M = TypeVar("M", bound=Model, covariant=True)
R = TypeVar("R", covariant=True)
_ONCE: ContextVar[dict[Hashable, list[Any]] | None] = ContextVar("once", default=None)
LONGEST = 256  # beyond so many keys, composing is not what costs
_KEYS = 1 << 61
_DAY = date(8900, 1, 1)
_MOMENT = datetime(8900, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Statement:
    """SQL with its parameters; a hole is a place in them, the argument there, and its list's item.

    `converters` turn the driver's values of the selected columns into ours, by column.
    """

    queryset: QuerySet[Any, Any]
    compiler: Any
    converters: Any
    sql: str
    params: tuple[Any, ...]
    holes: tuple[tuple[int, int, int | None], ...]
    reading: Callable[[list[Any]], list[Any]] | None

    def read(self, params: tuple[Any, ...]) -> list[Any]:
        """The rows, by what Django does with the driver's; anything but records, rows and single
        values is left to Django itself."""
        if self.reading is None:
            return list(_filled(self, params))
        connection = connections[DEFAULT_DB_ALIAS]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            rows = cursor.fetchall()
        if self.converters:
            held = [(place, *told) for place, told in self.converters.items()]
            rows = [_converted(row, held, connection) for row in rows]
        return self.reading(rows)

    @property
    def shape(self) -> dict[str, Any]:
        """How its rows are read: as records or plain rows, and what is fetched beside them."""
        names = ("_iterable_class", "_fields", "_prefetch_related_lookups")
        return {name: getattr(self.queryset, name) for name in names}


class Prepared(Generic[P, M, R]):
    """A read that composes its SQL once for each form of its arguments.

    Arguments are whole numbers, days, moments, lists of keys and None; truth values, enumerations
    and sets of these belong to the form. What it asks must depend on nothing else.
    """

    def __init__(self, build: Callable[P, QuerySet[M, R]]) -> None:
        self.build = build
        self._kept: dict[Hashable, _Statement | None] = {}
        update_wrapper(self, build)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> list[R]:
        """The rows for these arguments, read; within `each_once` at most once."""
        if kwargs:
            raise TypeError("a prepared read takes its arguments by place")
        given = tuple(_listed(one) for one in args)
        known = _ONCE.get()
        if known is None:
            return self._read(given, *args, **kwargs)
        # with their types: 1 and True are equal, and asked differently
        asked = (self, *((type(one), _hashed(one)) for one in given))
        if asked not in known:
            known[asked] = self._read(given, *args, **kwargs)
        return list(known[asked])

    def _read(self, given: tuple[object, ...], *args: P.args, **kwargs: P.kwargs) -> list[R]:
        if any(isinstance(one, list) and len(one) > LONGEST for one in given):
            return list(self.build(*args, **kwargs))
        form = (connections[DEFAULT_DB_ALIAS].vendor, *(_form(one) for one in given))
        if form not in self._kept:
            self._kept[form] = _composed(self.build, given)
        statement = self._kept[form]
        if statement is None:
            return list(self.build(*args, **kwargs))
        return statement.read(_params(statement, given))


def prepared(build: Callable[P, QuerySet[M, R]]) -> Prepared[P, M, R]:
    """Declares that what a read answers depends on its arguments' values alone."""
    return Prepared(build)


@contextmanager
def each_once() -> Iterator[None]:
    """Within it the same prepared read with the same arguments is answered from the first answer;
    one within another shares its answers.

    For a page that only reads: what is written within it is not seen by a read made before, and
    the records of one answer are shared by all who asked for it.
    """
    known = _ONCE.get()
    token = _ONCE.set({} if known is None else known)
    try:
        yield
    finally:
        _ONCE.reset(token)


def _listed(argument: object) -> object:
    """Keys as a list whose length is a power of two, the last repeated: few forms, same rows."""
    if not isinstance(argument, list | tuple):
        return argument
    keys = list(argument)
    wanted = 1 << (len(keys) - 1).bit_length() if keys else 0
    return keys + keys[-1:] * (wanted - len(keys))


def _hashed(argument: object) -> Hashable:
    return tuple(argument) if isinstance(argument, list) else argument


def _form(argument: object) -> Hashable:
    """What two calls must share to share a statement. Raises TypeError for what it cannot carry."""
    if isinstance(argument, list):
        return ("keys", len(argument))
    if argument is None or isinstance(argument, bool | Enum | frozenset):
        return argument
    if isinstance(argument, int | date):
        return type(argument).__name__
    raise TypeError(f"a prepared read cannot carry {type(argument).__name__}")


def _composed(build: Callable[..., QuerySet[Any, Any]], given: tuple[object, ...]) -> Any:
    """The statement of this form; None where it cannot be filled in again."""
    stand_ins = _stand_ins()
    asked = [_stand_in(one, stand_ins) for one in given]
    queryset = build(*asked)
    compiler = queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return None
    written = {}
    for number, one in enumerate(asked):
        for item, value in enumerate(one) if isinstance(one, list) else ((None, one),):
            if not (value is None or isinstance(value, bool | Enum | frozenset)):
                written[_written(value)] = (number, item)
    holes = tuple(
        (place, *written[value])
        for place, value in enumerate(params)
        if isinstance(value, int | str | date) and value in written
    )
    if {hole[1:] for hole in holes} != set(written.values()):
        return None
    columns = [column[0] for column in compiler.select[: compiler.col_count]]
    converters = compiler.get_converters(columns)
    reading = None if compiler.has_composite_fields(columns) else _reading(queryset, compiler)
    return _Statement(queryset, compiler, converters, sql, tuple(params), holes, reading)


def _stand_ins() -> Iterator[int]:
    number = 0
    while True:
        number += 1
        yield number


def _stand_in(argument: object, numbers: Iterator[int]) -> Any:
    if isinstance(argument, list):
        return [_stand_in(one, numbers) for one in argument]
    if argument is None or isinstance(argument, bool | Enum | frozenset):
        return argument
    if isinstance(argument, datetime):
        return _MOMENT + timedelta(days=next(numbers))
    if isinstance(argument, date):
        return _DAY + timedelta(days=next(numbers))
    return _KEYS + next(numbers)


def _written(value: object) -> Any:
    """A value as the database's driver is given it."""
    if not isinstance(value, date):
        return value
    operations = connections[DEFAULT_DB_ALIAS].ops
    if isinstance(value, datetime):
        return operations.adapt_datetimefield_value(value)
    return operations.adapt_datefield_value(value)


def _converted(row: tuple[Any, ...], held: list[tuple[Any, ...]], connection: Any) -> Any:
    """A row of the driver's with its values as ours."""
    values = list(row)
    for place, converters, expression in held:
        value = values[place]
        for convert in converters:
            value = convert(value, expression, connection)
        values[place] = value
    return tuple(values)


def _reading(queryset: Any, compiler: Any) -> Callable[[list[Any]], list[Any]] | None:
    """What makes rows of values into what the queryset answers; None where only Django knows."""
    kind, width = queryset._iterable_class, compiler.col_count
    if kind is FlatValuesListIterable:
        return lambda rows: [row[0] for row in rows]
    if kind is ValuesListIterable:
        return lambda rows: [tuple(row[:width]) for row in rows]
    if kind is not ModelIterable or queryset._known_related_objects:
        return None
    return _records(queryset, compiler)


def _records(queryset: Any, compiler: Any) -> Callable[[list[Any]], list[Any]]:
    """Rows as records with what is fetched beside them, as Django's own iteration makes them."""
    told, select = compiler.klass_info, compiler.select
    start, end = told["select_fields"][0], told["select_fields"][-1] + 1
    names = [column[0].target.attname for column in select[start:end]]
    populators_of: Any = get_related_populators
    populators = populators_of(told, select, DEFAULT_DB_ALIAS)
    annotations = compiler.annotation_col_map or {}
    lookups = queryset._prefetch_related_lookups

    def read(rows: list[Any]) -> list[Any]:
        found = []
        for row in rows:
            record = told["model"].from_db(DEFAULT_DB_ALIAS, names, row[start:end])
            for one in populators:
                one.populate(row, record)
            for name, place in annotations.items():
                setattr(record, name, row[place])
            found.append(record)
        if lookups:
            prefetch_related_objects(found, *lookups)
        return found

    return read


def _params(statement: _Statement, given: tuple[object, ...]) -> tuple[Any, ...]:
    params = list(statement.params)
    for place, number, item in statement.holes:
        argument: Any = given[number]
        params[place] = _written(argument if item is None else argument[item])
    return tuple(params)


def _filled(statement: _Statement, params: tuple[Any, ...]) -> QuerySet[Any, Any]:
    compiler = copy(statement.compiler)
    compiler.connection = connections[DEFAULT_DB_ALIAS]
    compiler.as_sql = lambda *_, **__: (statement.sql, params)
    compiler.get_converters = lambda _columns: statement.converters
    query: Any = copy(statement.queryset.query)
    query.get_compiler = lambda *_, **__: compiler
    rows: QuerySet[Any, Any] = QuerySet(model=statement.queryset.model, query=query)
    rows.__dict__.update(statement.shape)
    return rows
