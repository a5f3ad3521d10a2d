"""Statements composed once, for long runs: nine tenths of a history's time goes into composing the
same few hundred statements again and again.

A question that is put by plain names and values is noted, not composed. When it is asked, the
statement that was composed for the same names is asked with the new values; every question but these is composed
as ever. With `CHECK` each is composed anew and compared; the first uses of a statement are in any case.
The suite's own histories run without this.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import KeysView, ValuesView
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import connections, transaction
from django.db.models import Model, Q, sql
from django.db.models.expressions import RawSQL
from django.db.models.lookups import Lookup
from django.db.models.query import QuerySet
from django.db.models.sql.constants import ROW_COUNT
from django.db.models.sql.where import WhereNode

CHECK = False
COMPARED = 3
MOST = 200  # values in one list

Plan = tuple[Any, ...]
_ONE = (int, str, dt.date, Decimal, float, UUID)
_MANY = (list, tuple, set, frozenset, dict, KeysView, ValuesView)
_PLAIN: dict[str, Any] = {
    name: getattr(QuerySet, name)
    for name in (
        *("__init__", "_clone", "_fetch_all", "_filter_or_exclude", "__getitem__", "exists", "get"),
        *("first", "values", "values_list", "order_by", "only", "select_related", "distinct"),
        *("_not_support_combined_queries", "_update", "update"),
    )
}
_PLAIN["query"] = QuerySet.query
_BY_NAME = ("values", "values_list", "order_by", "only", "select_related", "distinct")


class Unfit(Exception):
    """A value that a noted question cannot take."""


class Statement:
    """One statement, with the places of its values."""

    def __init__(self, query: Any, using: str, values: list[Any], sets: list[Any]) -> None:
        self.query, self.using, self.compared = query, using, 0
        self.compiler = query.get_compiler(using=using)
        self.fit = False
        try:
            self.sql, params = self.compiler.as_sql()
            self.leaves = list(self._leaves(query.where))
        except (EmptyResultSet, FullResultSet, Unfit):
            return
        self.asked: tuple[str, tuple[Any, ...]] = (self.sql, ())
        fixed = len(params) - sum(count for _, count in self.leaves)
        self.before = () if sets else tuple(params[:fixed])
        try:
            self.fit = self.params(values, sets) == tuple(params)
        except Unfit:
            return
        if self.fit:
            self.compiler.as_sql = lambda *given, **named: self.asked
            query.get_compiler = lambda *given, **named: self.compiler
        if self.fit and not sets:
            converters = self.compiler.get_converters(
                [one[0] for one in self.compiler.select[0 : self.compiler.col_count]]
            )
            self.compiler.get_converters = lambda expressions: converters

    def _leaves(self, node: Any) -> Any:
        for one in node.children:
            if isinstance(one, WhereNode):
                yield from self._leaves(one)
                continue
            if not isinstance(one, Lookup):
                raise Unfit
            count = len(self.compiler.compile(one)[1])
            if count:
                yield one, count

    def params(self, values: list[Any], sets: list[Any]) -> tuple[Any, ...]:
        """What is bound for these values, after those that columns are set to. Raises Unfit."""
        connection = connections[self.using]
        found = [*self.before]
        for field, value in sets:
            if value is not None:
                found.append(field.get_db_prep_save(value, connection))
        if len(values) != len(self.leaves) or None in found:
            raise Unfit
        for (leaf, count), value in zip(self.leaves, values, strict=True):
            try:
                _, params = type(leaf)(leaf.lhs, value).process_rhs(self.compiler, connection)
            except (EmptyResultSet, FullResultSet) as problem:
                raise Unfit from problem
            if len(params) != count:
                raise Unfit
            found += params
        return tuple(found)

    def bind(self, plan: Plan, question: Any, sets: list[Any], ask: Any) -> bool:
        """Take a question's values; False where it has to be composed."""
        try:
            self.asked = (self.sql, self.params(question._values_noted, sets))
        except Unfit:
            return False
        if CHECK or self.compared < COMPARED:
            self.compared += 1
            anew = ask(replayed(question)).get_compiler(using=self.using).as_sql()
            assert (anew[0], tuple(anew[1])) == self.asked, (plan, anew, self.asked)
        return True


_STATEMENTS: dict[Any, Statement] = {}
_SHAPES: dict[Any, tuple[Any, Any]] = {}


def noted(question: Any) -> bool:
    """Whether a question is only noted so far."""
    return question.__dict__.get("_query") is None


def replayed(question: Any) -> Any:
    """The query that a noted question stands for, composed as ever."""
    made = QuerySet(model=question.model, query=sql.Query(question.model), using=question._db)
    for name, *given in question._replay:
        if name in ("filter", "exclude"):
            made = _PLAIN["_filter_or_exclude"](made, name == "exclude", given[0], given[1])
        elif name == "slice":
            made = _PLAIN["__getitem__"](made, slice(*given))
        else:
            made = _PLAIN[name](made, *given[0], **given[1])
    return made._query


def _with(question: Any, step: Plan, again: Plan, values: list[Any]) -> Any:
    made = question._chain()
    made._plan, made._replay = (*question._plan, step), (*question._replay, again)
    made._values_noted = [*question._values_noted, *values]
    return made


def _held(key: str, value: Any) -> Any:
    """A value as it is at this moment. Raises Unfit."""
    if value is None or isinstance(value, (bool, Model, RawSQL, *_ONE)):
        return value
    if isinstance(value, dict) and not key.endswith("__in"):
        return dict(value)
    several = isinstance(value, _MANY) and 0 < len(value) <= MOST
    if several and all(isinstance(one, _ONE) and not isinstance(one, bool) for one in value):
        return list(value)
    raise Unfit


def _shape(key: str, value: Any, values: list[Any]) -> Plan:
    """A value's part of the plan; the value itself goes to `values`."""
    if value is None or isinstance(value, bool):
        return (key, value)
    values.append(value)
    if isinstance(value, RawSQL):
        return (key, value.sql)
    return (key, len(set(value))) if isinstance(value, list) else (key, type(value))


def _q_held(one: Any) -> Any:
    if isinstance(one, Q):
        return Q(*map(_q_held, one.children), _connector=one.connector, _negated=one.negated)
    if isinstance(one, tuple):
        return one[0], _held(*one)
    raise Unfit


def _q_shape(one: Any, values: list[Any]) -> Plan:
    if isinstance(one, Q):
        children = tuple(_q_shape(child, values) for child in one.children)
        return (one.connector, one.negated, children)
    return _shape(one[0], one[1], values)


def _init(
    self: Any, model: Any = None, query: Any = None, using: Any = None, hints: Any = None
) -> None:
    _PLAIN["__init__"](self, model, query or _NOTHING, using, hints)
    if query is None:
        self._query = None
    self._plan, self._replay, self._values_noted = (), (), []


_NOTHING: Any = object()


def _get_query(self: Any) -> Any:
    if self._query is None:
        self._query = replayed(self)
    return _PLAIN["query"].fget(self)


def _clone(self: Any) -> Any:
    if not noted(self):
        return _PLAIN["_clone"](self)
    made = object.__new__(type(self))
    made.__dict__.update(self.__dict__)
    made._result_cache, made._prefetch_done = None, False
    made._defer_next_filter, made._deferred_filter = False, None
    return made


def _filter_or_exclude(self: Any, negate: bool, args: Any, kwargs: Any) -> Any:
    if noted(self) and not _sliced(self):
        values: list[Any] = []
        try:
            held = [_q_held(one) for one in args], {key: _held(key, kwargs[key]) for key in kwargs}
        except Unfit:
            pass
        else:
            args, kwargs = held
            shapes = [_q_shape(one, values) for one in args]
            shapes += [_shape(key, kwargs[key], values) for key in sorted(kwargs)]
            self._defer_next_filter = False
            name = "exclude" if negate else "filter"
            return _with(self, (name, *shapes), (name, args, kwargs), values)
    return _PLAIN["_filter_or_exclude"](self, negate, args, kwargs)


def _sliced(question: Any) -> bool:
    return any(step[0] == "slice" for step in question._plan)


def _combined(self: Any, name: str) -> None:
    if not noted(self):
        _PLAIN["_not_support_combined_queries"](self, name)


def _named(name: str) -> Any:
    def note(self: Any, *args: Any, **kwargs: Any) -> Any:
        plain = all(isinstance(one, str) for one in args) and all(
            isinstance(one, bool) for one in kwargs.values()
        )
        late = _sliced(self) and name not in ("values", "values_list")
        if not noted(self) or late or not plain:
            return _PLAIN[name](self, *args, **kwargs)
        step = (name, args, tuple(sorted(kwargs.items())))
        made = _with(self, step, (name, args, kwargs), [])
        if name in ("values", "values_list"):
            known = (self.model, step)
            if known not in _SHAPES:
                fresh = QuerySet(model=self.model, query=sql.Query(self.model), using=self._db)
                done = _PLAIN[name](fresh, *args, **kwargs)
                _SHAPES[known] = (done._fields, done._iterable_class)
            made._fields, made._iterable_class = _SHAPES[known]
        return made

    return note


def _getitem(self: Any, k: Any) -> Any:
    if (
        noted(self)
        and self._result_cache is None
        and isinstance(k, slice)
        and k.step is None
        and not _sliced(self)
    ):
        bounds = (k.start, k.stop)
        if all(one is None or (isinstance(one, int) and one >= 0) for one in bounds):
            return _with(self, ("slice", *bounds), ("slice", *bounds), [])
    return _PLAIN["__getitem__"](self, k)


def _statement(self: Any, kind: Any, ask: Any, sets: Any = ()) -> Statement | None:
    """The statement of a noted question, bound to its values; None: compose it."""
    key = (kind, self.model, self._db, self._plan, self._iterable_class)
    known = _STATEMENTS.get(key)
    if known is None:
        known = Statement(ask(replayed(self)), self.db, self._values_noted, sets)
        _STATEMENTS[key] = known
    return known if known.fit and known.bind(self._plan, self, sets, ask) else None


def _fetch_all(self: Any) -> None:
    if self._result_cache is None and noted(self):
        known = _statement(self, "rows", lambda query: query)
        if known is not None:
            self._query = known.query
            try:
                self._result_cache = list(self._iterable_class(self))
            finally:
                self._query = None
    _PLAIN["_fetch_all"](self)


def _exists(self: Any) -> bool:
    if self._result_cache is None and noted(self):
        known = _statement(self, "exists", lambda query: query.exists())
        if known is not None:
            return bool(known.compiler.has_results())
    return bool(_PLAIN["exists"](self))


def _get(self: Any, *args: Any, **kwargs: Any) -> Any:
    if noted(self) and not _sliced(self):
        rows = list(self.filter(*args, **kwargs).order_by()[:2])
        if len(rows) == 1:
            return rows[0]
    return _PLAIN["get"](self, *args, **kwargs)


def _first(self: Any) -> Any:
    if not noted(self) or _sliced(self):
        return _PLAIN["first"](self)
    orders = [step for step in self._plan if step[0] == "order_by"]
    ordered = orders[-1][1] if orders else self.model._meta.ordering
    rows = list((self if ordered else self.order_by("pk"))[:1])
    return rows[0] if rows else None


def _update(self: Any, given: Any) -> int:
    if noted(self) and not _sliced(self):
        sets = [(field, _set(field, value)) for field, _, value in given]
        if not any(hasattr(value, "resolve_expression") for _, value in sets):

            def ask(query: Any) -> Any:
                made = query.chain(sql.UpdateQuery)
                made.add_update_fields(given)
                made.annotations = {}
                return made

            kind = ("update", *((field.name, value is None) for field, value in sets))
            known = _statement(self, kind, ask, sets)
            if known is not None:
                self._result_cache = None
                return int(known.compiler.execute_sql(ROW_COUNT))
    return int(_PLAIN["_update"](self, given))


def _set(field: Any, value: Any) -> Any:
    linked = field.remote_field and hasattr(value, "prepare_database_save")
    return value.prepare_database_save(field) if linked else value


def _updated(self: Any, **kwargs: Any) -> int:
    expressed = any(hasattr(one, "resolve_expression") for one in kwargs.values())
    if noted(self) and not _sliced(self) and not expressed:
        self._for_write = True
        get_field = self.model._meta.get_field
        with transaction.mark_for_rollback_on_error(using=self.db):
            return _update(self, [(get_field(key), None, one) for key, one in kwargs.items()])
    return int(_PLAIN["update"](self, **kwargs))


_PUT: dict[str, Any] = {
    "__init__": _init,
    "_clone": _clone,
    "_fetch_all": _fetch_all,
    "_filter_or_exclude": _filter_or_exclude,
    "__getitem__": _getitem,
    "exists": _exists,
    "get": _get,
    "first": _first,
    "_not_support_combined_queries": _combined,
    "_update": _update,
    "update": _updated,
    "query": property(_get_query, _PLAIN["query"].fset),
    **{name: _named(name) for name in _BY_NAME},
}


def compose_once() -> None:
    """From now on, in this process."""
    for name, one in _PUT.items():
        setattr(QuerySet, name, one)


def compose_each_time() -> None:
    """As Django does."""
    for name, one in _PLAIN.items():
        setattr(QuerySet, name, one)
