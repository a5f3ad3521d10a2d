"""Aggregate queries: groups, aggregates, aliases, HAVING."""

from itertools import combinations

from sightline_sandbox.schema.field import Field, field_from, make_raw
from sightline_sandbox.soql import money, refusals, tree
from sightline_sandbox.soql.conditions import condition_sql
from sightline_sandbox.soql.functions import aggregate, argument, is_aggregate, scalar
from sightline_sandbox.soql.plan import Plan, Selection, grouping_mark
from sightline_sandbox.soql.shape import Aggregated, Formatted, Leaf

#: How many fields may be subtotaled in one query.
MAX_SUBTOTALED = 3


def select(query: tree.Query, plan: Plan) -> None:
    """Fill the plan of a query with aggregates or GROUP BY."""
    if _is_count(query):
        if query.group_by:
            said = "Grouped query cannot use COUNT() without a field"
            raise refusals.at(plan.build.text, query.select[0].position, said)
        plan.count_only = True
        plan.shape = Aggregated({})
        return
    listed = list(dict.fromkeys(_operand(e, plan)[0] for e in query.group_by))
    grouped = set(listed)
    plan.grouping_sets = _grouping_sets(query, listed)
    shape = Aggregated({})
    plan.shape = shape
    unnamed = 0
    for item in query.select:
        sql, field = _selected(item, plan, grouped)
        key = item.alias
        if key is None and isinstance(item.what, tree.Call):
            key = f"expr{unnamed}"
            unnamed += 1
        name = key or field.name
        if name in shape.entries:
            raise refusals.at(plan.build.text, item.position, f"duplicate alias: {name}")
        leaf = Leaf(plan.column(sql), field.type)
        formatted = isinstance(item.what, tree.Call) and item.what.name.upper() == "FORMAT"
        shape.entries[name] = Formatted(leaf) if formatted else leaf
        plan.selections.append(Selection(name, field, aggregate=is_aggregate(item.what)))
    plan.group_by = listed


def _grouping_sets(query: tree.Query, listed: list[str]) -> list[list[str]]:
    """What each branch of a ROLLUP (every prefix) or CUBE (every subset) groups by."""
    if query.rollup is None:
        return []
    if len(listed) > MAX_SUBTOTALED:
        raise refusals.plain(
            f"GROUP BY {query.rollup} can have at most {MAX_SUBTOTALED} fields in its list"
        )
    if query.rollup == "ROLLUP":
        return [listed[:size] for size in range(len(listed), -1, -1)]
    sizes = range(len(listed), -1, -1)
    return [list(chosen) for size in sizes for chosen in combinations(listed, size)]


def _is_count(query: tree.Query) -> bool:
    what = query.select[0].what
    return (
        len(query.select) == 1
        and isinstance(what, tree.Call)
        and what.name.upper() == "COUNT"
        and not what.arguments
    )


def _selected(item: tree.Selected, plan: Plan, grouped: set[str]) -> tuple[str, Field]:
    what = item.what
    if isinstance(what, tree.Query | tree.TypeOf):
        raise refusals.at(
            plan.build.text, item.position, "Nested queries are not allowed with GROUP BY"
        )
    if isinstance(what, tree.Call) and is_aggregate(what):
        return aggregate(what, plan.scope)
    if isinstance(what, tree.Call) and what.name.upper() == "GROUPING":
        return _grouping_flag(what, plan)
    if isinstance(what, tree.Call) and what.arguments and is_aggregate(what.arguments[0]):
        inner = what.arguments[0]
        assert isinstance(inner, tree.Call)
        sql, field = aggregate(inner, plan.scope)
        converted = what.name.upper() == "CONVERTCURRENCY" and field.type == "currency"
        many = plan.build.schema.find("CurrencyType") is not None
        return (money.sum_for_user(sql, plan.scope) if converted and many else sql), field
    sql, field = _operand(what, plan)
    if sql not in grouped:
        name = what.text if isinstance(what, tree.FieldRef) else what.name
        raise refusals.at(
            plan.build.text, item.position, f"Field must be grouped or aggregated: {name}"
        )
    return sql, field


def _operand(expression: tree.Expression, plan: Plan) -> tuple[str, Field]:
    if isinstance(expression, tree.Call):
        return scalar(expression, plan.scope)
    column = plan.scope.column(expression)
    if not column.field.groupable and column.field.type not in ("datetime",):
        raise refusals.at(
            plan.build.text,
            expression.position,
            f"field '{column.field.name}' can not be grouped in a query call",
        )
    return column.sql, column.field


def _grouping_flag(call: tree.Call, plan: Plan) -> tuple[str, Field]:
    """`GROUPING(field)`: 1 in the subtotals over a field; each branch puts in its own number."""
    sql = _operand(argument(call, plan.scope), plan)[0]
    if not plan.grouping_sets or sql not in plan.grouping_sets[0]:
        raise refusals.at(
            plan.build.text,
            call.position,
            "GROUPING can only be used with a field in GROUP BY ROLLUP or GROUP BY CUBE",
        )
    return grouping_mark(sql), field_from(make_raw("grouping", "int"))


def finish(query: tree.Query, plan: Plan) -> None:
    """The HAVING clause."""
    if query.having is None:
        return
    plan.having = condition_sql(
        query.having, plan.scope, lambda expression: _grouped_operand(expression, plan)
    )


def _grouped_operand(expression: tree.Expression, plan: Plan) -> tuple[str, Field]:
    if isinstance(expression, tree.Call):
        if is_aggregate(expression):
            return aggregate(expression, plan.scope)
        if expression.name.upper() == "GROUPING":
            return _grouping_flag(expression, plan)
        return scalar(expression, plan.scope)
    column = plan.scope.column(expression)
    return column.sql, column.field


def ordered(by: tree.Expression, plan: Plan) -> str:
    """The SQL to order groups by: an alias, an aggregate, or a grouped field."""
    if isinstance(by, tree.FieldRef) and isinstance(plan.shape, Aggregated):
        entry = plan.shape.entries.get(by.text)
        if entry is not None:
            leaf = entry.leaf if isinstance(entry, Formatted) else entry
            return plan.columns[leaf.index]
    sql = _grouped_operand(by, plan)[0]
    if isinstance(by, tree.FieldRef) and sql not in plan.group_by:
        raise refusals.at(
            plan.build.text, by.position, f"Ordered field must be grouped or aggregated: {by.text}"
        )
    return sql
