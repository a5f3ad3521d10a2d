"""Functions of SOQL as SQL: date functions, conversions, aggregates."""

from sightline_sandbox.schema.field import NUMBER_TYPES, Field, field_from, make_raw
from sightline_sandbox.soql import money, refusals, tree
from sightline_sandbox.soql.distance import distance
from sightline_sandbox.soql.scope import Scope

AGGREGATES = frozenset({"COUNT", "COUNT_DISTINCT", "SUM", "AVG", "MIN", "MAX"})
#: Functions that show a value otherwise and keep the field's name in the answer.
DISPLAY = frozenset({"TOLABEL", "FORMAT", "CONVERTCURRENCY"})
_YEAR = "CAST(substr({0}, 1, 4) AS INTEGER)"
_MONTH = "CAST(substr({0}, 6, 2) AS INTEGER)"
_DAY = "CAST(substr({0}, 9, 2) AS INTEGER)"
_IN_YEAR = "CAST(strftime('%j', substr({0}, 1, 10)) AS INTEGER)"
_DATE_PARTS = {
    "CALENDAR_YEAR": _YEAR,
    "CALENDAR_MONTH": _MONTH,
    "CALENDAR_QUARTER": f"(({_MONTH} + 2) / 3)",
    "DAY_IN_MONTH": _DAY,
    "DAY_IN_WEEK": "(CAST(strftime('%w', substr({0}, 1, 10)) AS INTEGER) + 1)",
    "DAY_IN_YEAR": _IN_YEAR,
    "HOUR_IN_DAY": "CAST(substr({0}, 12, 2) AS INTEGER)",
    "WEEK_IN_MONTH": f"(({_DAY} - 1) / 7 + 1)",
    "WEEK_IN_YEAR": f"(({_IN_YEAR} - 1) / 7 + 1)",
}
_FISCAL_MONTH = f"(({_MONTH} - {{1}} + 12) % 12 + 1)"
_FISCAL = {
    "FISCAL_MONTH": _FISCAL_MONTH,
    "FISCAL_QUARTER": f"(({_FISCAL_MONTH} + 2) / 3)",
    "FISCAL_YEAR": f"({_YEAR} + ({{1}} > 1 AND {_MONTH} >= {{1}}))",
}


def _made(name: str, type_: str) -> Field:
    return field_from(make_raw(name, type_))


def is_aggregate(what: object) -> bool:
    """Whether an item of the select list makes the query an aggregate one."""
    return isinstance(what, tree.Call) and what.name.upper() in AGGREGATES


def has_aggregate(what: object) -> bool:
    """The same, for an aggregate inside `FORMAT(...)` or `convertCurrency(...)` too."""
    if not isinstance(what, tree.Call):
        return False
    return is_aggregate(what) or any(has_aggregate(inner) for inner in what.arguments)


def argument(call: tree.Call, scope: Scope) -> tree.Expression:
    """The one argument of a function."""
    if len(call.arguments) != 1:
        raise refusals.at(scope.build.text, call.position, f"unexpected token: '{call.name}'")
    return call.arguments[0]


def scalar(call: tree.Call, scope: Scope) -> tuple[str, Field]:
    """SQL and kind of a function of one row."""
    name = call.name.upper()
    if name == "DISTANCE":
        return distance(call, scope)
    inner = argument(call, scope)
    if name == "CONVERTCURRENCY":
        return _converted(inner, scope)
    if name == "CONVERTTIMEZONE" or name in DISPLAY:
        return _operand(inner, scope)
    if name in AGGREGATES:
        raise refusals.at(
            scope.build.text, call.position, "Aggregate expressions are not allowed here"
        )
    sql, field = _operand(inner, scope)
    if name == "DAY_ONLY":
        return f"substr({sql}, 1, 10)", _made(field.name, "date")
    template = _DATE_PARTS.get(name) or _FISCAL.get(name)
    if template is None or field.type not in ("date", "datetime"):
        raise refusals.at(scope.build.text, call.position, f"Invalid function: {call.name}")
    return template.format(sql, scope.build.fiscal_start), _made(call.name, "int")


def _converted(inner: tree.Expression, scope: Scope) -> tuple[str, Field]:
    """Money in the user's currency; as is with one currency."""
    if isinstance(inner, tree.Call):
        return scalar(inner, scope)
    column = scope.column(inner)
    sql = money.users(column, scope) if money.is_converted(column, scope) else column.sql
    return sql, column.field


def _operand(inner: tree.Expression, scope: Scope) -> tuple[str, Field]:
    if isinstance(inner, tree.Call):
        return scalar(inner, scope)
    column = scope.column(inner)
    return column.sql, column.field


def _summed(inner: tree.Expression, scope: Scope) -> tuple[str, Field]:
    """What an aggregate is made of: money of several currencies in the corporate one."""
    sql, field = _operand(inner, scope)
    if isinstance(inner, tree.FieldRef) and field.type == "currency":
        column = scope.column(inner)
        if money.is_converted(column, scope):
            return money.corporate(column, scope), field
    return sql, field


def aggregate(call: tree.Call, scope: Scope) -> tuple[str, Field]:
    """SQL and kind of an aggregate."""
    name = call.name.upper()
    if name == "COUNT" and not call.arguments:
        return "COUNT(*)", _made("count", "int")
    sql, field = _summed(argument(call, scope), scope)
    if name == "COUNT":
        return f"COUNT({sql})", _made("count", "int")
    if name == "COUNT_DISTINCT":
        return f"COUNT(DISTINCT {sql})", _made("count", "int")
    numeric = field.type in NUMBER_TYPES or field.type == "int"
    if (name in ("SUM", "AVG") and not numeric) or field.type in ("boolean", "textarea"):
        raise refusals.at(
            scope.build.text,
            call.position,
            f"field {field.name} does not support aggregate operator {name}",
        )
    kind = "double" if name == "AVG" else field.type
    return f"{name}({sql})", _made(field.name, kind)
