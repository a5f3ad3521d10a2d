"""Conditions of a query as SQL.

SOQL is two-valued: an empty field differs from every value, so `!=` and `NOT` hold for it.
"""

from collections.abc import Callable

from sightline_sandbox.schema.field import Field, ordered_choices
from sightline_sandbox.soql import money, refusals, subselects, tree
from sightline_sandbox.soql.functions import scalar
from sightline_sandbox.soql.literals import range_of, value_of
from sightline_sandbox.soql.scope import Scope

#: SQL and field behind the left side of a condition.
Left = Callable[[tree.Expression], tuple[str, Field]]


def condition_sql(condition: tree.Condition, scope: Scope, left: Left | None = None) -> str:
    """The SQL of a condition. `left` resolves left sides differently (HAVING)."""
    resolve = left or (lambda expression: filterable(expression, scope))
    if isinstance(condition, tree.Junction):
        pair = _after_pair(condition)
        if pair is not None:
            return _row_value(pair, scope, resolve)
        joined = f" {condition.op} ".join(
            condition_sql(part, scope, left) for part in condition.parts
        )
        return f"({joined})"
    if isinstance(condition, tree.Negation):
        return f"NOT COALESCE({condition_sql(condition.inner, scope, left)}, 0)"
    sql, field = resolve(condition.left)
    if isinstance(condition, tree.Comparison):
        return _comparison(condition, sql, field, scope)
    return _membership(condition, sql, field, scope)


_Pair = tuple[tree.Comparison, tree.Comparison]


def _after_pair(condition: tree.Junction) -> _Pair | None:
    """The two comparisons of `a > x OR (a = x AND b > y)`, the test of keyset pages.

    SQLite walks an index for the row value `(a, b) > (x, y)`, not for the spelled-out form.
    """
    if condition.op != "OR" or len(condition.parts) != 2:
        return None
    first, rest = condition.parts
    if not isinstance(first, tree.Comparison) or not isinstance(rest, tree.Junction):
        return None
    if rest.op != "AND" or len(rest.parts) != 2 or first.op not in ("<", ">"):
        return None
    same, second = rest.parts
    if not isinstance(same, tree.Comparison) or not isinstance(second, tree.Comparison):
        return None
    alike = _shape(same.left) == _shape(first.left) and same.value.text == first.value.text
    plain = "named" not in (first.value.kind, second.value.kind)
    fits = alike and plain and same.op == "=" and second.op == first.op
    return (first, second) if fits else None


def _shape(expression: tree.Expression) -> tuple[str, ...]:
    """An expression without its place, for comparing."""
    if isinstance(expression, tree.FieldRef):
        return tuple(part.lower() for part in expression.path)
    return (expression.name.upper(), *(_shape(a)[0] for a in expression.arguments))


def _row_value(pair: _Pair, scope: Scope, resolve: Left) -> str:
    columns, places = [], []
    for test in pair:
        sql, field = resolve(test.left)
        columns.append(sql)
        places.append(scope.build.bind(value_of(scope.build, field, test.value)))
    return f"({', '.join(columns)}) {pair[0].op} ({', '.join(places)})"


def filterable(expression: tree.Expression, scope: Scope) -> tuple[str, Field]:
    """The left side of a WHERE condition. Refuses long text and compound fields."""
    if isinstance(expression, tree.Call):
        if expression.name.upper() in ("CONVERTCURRENCY", "FORMAT"):
            raise refusals.at(
                scope.build.text,
                expression.position,
                f"{expression.name} function is not allowed in WHERE clause",
            )
        return scalar(expression, scope)
    column = scope.column(expression)
    if not column.field.filterable or not (column.field.stored or column.field.formula):
        raise refusals.at(
            scope.build.text,
            expression.position,
            f"field '{column.field.name}' can not be filtered in a query call",
            code="INVALID_FIELD",
        )
    return column.sql, column.field


def _comparison(test: tree.Comparison, sql: str, field: Field, scope: Scope) -> str:
    if test.value.kind == "named":
        return _named(test, sql, field, scope)
    if test.op == "LIKE":
        return _like(test, sql, field, scope)
    if field.type == "multipicklist" and test.op in ("=", "!="):
        return _multi_equal(test, sql, field, scope)
    if test.value.kind == "currency" and isinstance(test.left, tree.FieldRef):
        column = scope.column(test.left)
        if money.is_converted(column, scope):
            amount = money.literal(test.value.text, column, scope)
            return f"{money.corporate(column, scope)} {test.op} {amount}"
    value = value_of(scope.build, field, test.value)
    if value is None:
        return _null(test, sql, field, scope)
    place = scope.build.bind(value)
    return f"{sql} IS NOT {place}" if test.op == "!=" else f"{sql} {test.op} {place}"


def _null(test: tree.Comparison, sql: str, field: Field, scope: Scope) -> str:
    if test.op == "=":
        return f"{sql} IS NULL"
    if test.op == "!=":
        return f"{sql} IS NOT NULL"
    if test.value.kind == "null":
        raise refusals.at(scope.build.text, test.position, "unexpected token: 'null'")
    return f"{sql} {test.op} ''"


def _named(test: tree.Comparison, sql: str, field: Field, scope: Scope) -> str:
    first, after = (scope.build.bind(v) for v in range_of(scope.build, field, test.value))
    return {
        "=": f"({sql} >= {first} AND {sql} < {after})",
        "!=": f"NOT COALESCE({sql} >= {first} AND {sql} < {after}, 0)",
        "<": f"{sql} < {first}",
        ">": f"{sql} >= {after}",
        "<=": f"{sql} < {after}",
        ">=": f"{sql} >= {first}",
    }[test.op]


def _like(test: tree.Comparison, sql: str, field: Field, scope: Scope) -> str:
    if field.type in ("id", "reference"):
        raise refusals.at(
            scope.build.text,
            test.position,
            "invalid operator on id field",
            code="INVALID_QUERY_FILTER_OPERATOR",
        )
    if field.type in ("int", "double", "currency", "percent", "date", "datetime", "boolean"):
        raise refusals.at(
            scope.build.text,
            test.position,
            f"invalid operator on {field.type} field",
            code="INVALID_QUERY_FILTER_OPERATOR",
        )
    value = value_of(scope.build, field, test.value, pattern=True)
    return f"{sql} LIKE {scope.build.bind(value or '')} ESCAPE '\\'"


def _multi_equal(test: tree.Comparison, sql: str, field: Field, scope: Scope) -> str:
    value = value_of(scope.build, field, test.value)
    if value is None:
        return _null(test, sql, field, scope)
    place = scope.build.bind(ordered_choices(field, str(value)))
    return f"{sql} IS NOT {place}" if test.op == "!=" else f"{sql} = {place}"


def _membership(test: tree.Membership, sql: str, field: Field, scope: Scope) -> str:
    if test.op in ("INCLUDES", "EXCLUDES"):
        return _includes(test, sql, field, scope)
    if test.query is not None:
        return _semi_join(test, test.query, sql, field, scope)
    values = [_single(v, field, scope) for v in test.values]
    places = ", ".join(scope.build.bind(v) for v in values if v is not None)
    found = f"{sql} IN ({places})"
    if None in values:
        found = f"({found} OR {sql} IS NULL)"
    return found if test.op == "IN" else f"NOT COALESCE({found}, 0)"


def _single(literal: tree.Literal, field: Field, scope: Scope) -> object:
    if literal.kind == "named":
        return range_of(scope.build, field, literal)[0]
    return value_of(scope.build, field, literal)


def _semi_join(
    test: tree.Membership, query: tree.Query, sql: str, field: Field, scope: Scope
) -> str:
    subselects.check_clauses(scope.build, query)
    subselects.check_places(scope.build, query.where, nested=True)
    selected = query.select[0].what
    if len(query.select) != 1 or not isinstance(selected, tree.FieldRef):
        raise refusals.at(
            scope.build.text,
            query.position,
            "semi join sub-selects can only query one field",
        )
    sobject = scope.build.schema.find(query.source)
    if sobject is None:
        raise refusals.no_object(scope.build.text, query.source_position, query.source)
    inner = Scope(scope.build, sobject, alias=query.alias)
    column = inner.column(selected)
    if column.field.type not in ("id", "reference"):
        raise refusals.at(
            scope.build.text,
            selected.position,
            "The inner select field must be an Id or reference field",
            code="INVALID_QUERY_FILTER_OPERATOR",
        )
    subselects.check_kinds(scope.sobject, field, sobject, column.field)
    tests = [*inner.visible(), f"{column.sql} IS NOT NULL"]
    if query.where is not None:
        tests.append(condition_sql(query.where, inner))
    body = f"SELECT {column.sql} FROM {inner.from_sql()} WHERE {' AND '.join(tests)}"
    found = f"{sql} IN ({body})"
    return found if test.op == "IN" else f"NOT COALESCE({found}, 0)"


def _includes(test: tree.Membership, sql: str, field: Field, scope: Scope) -> str:
    if field.type != "multipicklist":
        raise refusals.at(
            scope.build.text,
            test.position,
            f"includes or excludes operator only valid on multipicklist field: {field.name}",
            code="INVALID_QUERY_FILTER_OPERATOR",
        )
    choices = []
    for literal in test.values:
        value = value_of(scope.build, field, literal) or ""
        wanted = [
            f"instr(';' || {sql} || ';', {scope.build.bind(f';{part};')}) > 0"
            for part in str(value).split(";")
        ]
        choices.append("(" + " AND ".join(wanted) + ")")
    found = "(" + " OR ".join(choices) + ")"
    return found if test.op == "INCLUDES" else f"NOT COALESCE({found}, 0)"
