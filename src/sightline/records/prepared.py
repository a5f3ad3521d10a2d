"""Reads whose SQL is composed once: the same question, asked again with other keys.

Composing a query costs Django several times what a database needs to answer it by key, and a page
of an account asks some sixty. `@prepared` composes a read the first time with stand-ins for its
arguments, keeps the statement, and from then on fills in keys, days and moments. Where a stand-in
is not found again in the statement, the read is composed anew each time.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet

P = ParamSpec("P")
M = TypeVar("M", bound=Model, covariant=True)
R = TypeVar("R", covariant=True)
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
        """The rows for these arguments, read."""
        if kwargs:
            raise TypeError("a prepared read takes its arguments by place")
        given = tuple(_listed(one) for one in args)
        if any(isinstance(one, list) and len(one) > LONGEST for one in given):
            return list(self.build(*args, **kwargs))
        form = (connections[DEFAULT_DB_ALIAS].vendor, *(_form(one) for one in given))
        if form not in self._kept:
            self._kept[form] = _composed(self.build, given)
        statement = self._kept[form]
        return list(_filled(statement, given) if statement else self.build(*args, **kwargs))


def prepared(build: Callable[P, QuerySet[M, R]]) -> Prepared[P, M, R]:
    """Declares that what a read answers depends on its arguments' values alone."""
    return Prepared(build)


def _listed(argument: object) -> object:
    """Keys as a list whose length is a power of two, the last repeated: few forms, same rows."""
    if not isinstance(argument, list | tuple):
        return argument
    keys = list(argument)
    wanted = 1 << (len(keys) - 1).bit_length() if keys else 0
    return keys + keys[-1:] * (wanted - len(keys))


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
    return _Statement(queryset, compiler, converters, sql, tuple(params), holes)


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
    operations = connections[DEFAULT_DB_ALIAS].ops
    if isinstance(value, datetime):
        return operations.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return operations.adapt_datefield_value(value)
    return value


def _filled(statement: _Statement, given: tuple[object, ...]) -> QuerySet[Any, Any]:
    params = list(statement.params)
    for place, number, item in statement.holes:
        argument: Any = given[number]
        params[place] = _written(argument if item is None else argument[item])
    compiler = copy(statement.compiler)
    compiler.connection = connections[DEFAULT_DB_ALIAS]
    compiler.as_sql = lambda *_, **__: (statement.sql, tuple(params))
    compiler.get_converters = lambda _columns: statement.converters
    query: Any = copy(statement.queryset.query)
    query.get_compiler = lambda *_, **__: compiler
    rows: QuerySet[Any, Any] = QuerySet(model=statement.queryset.model, query=query)
    rows.__dict__.update(statement.shape)
    return rows
