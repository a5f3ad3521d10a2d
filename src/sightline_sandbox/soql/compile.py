"""From tree to plan: names resolved, rights checked, SQL written."""

from sightline_sandbox.schema.field import COMPOUND_TYPES, Field
from sightline_sandbox.schema.sobject import SObject
from sightline_sandbox.soql import grouping, refusals, subselects, tree
from sightline_sandbox.soql.conditions import condition_sql
from sightline_sandbox.soql.functions import DISPLAY, argument, has_aggregate, scalar
from sightline_sandbox.soql.plan import Filling, Plan, Selection
from sightline_sandbox.soql.scope import Build, Column, Scope
from sightline_sandbox.soql.shape import Blob, Compound, Formatted, Later, Leaf, Record

MAX_OFFSET = 2000
FIELDS_LIMIT = 200


def compile_query(query: tree.Query, build: Build, *, base: str) -> Plan:
    """The plan of a whole query. `base` is the version path, such as `/services/data/v60.0`."""
    sobject = build.schema.find(query.source)
    if sobject is None or not _queryable(sobject, build):
        raise refusals.no_object(build.text, query.source_position, query.source)
    scope = Scope(build, sobject, alias=query.alias, joined=query.joined)
    plan = Plan(build, scope, sobject)
    if query.group_by or any(has_aggregate(s.what) for s in query.select):
        grouping.select(query, plan)
    else:
        _select(query, plan, base)
    plan.conditions = scope.visible() + _scope_condition(query, scope)
    subselects.check_document_links(sobject, query.where)
    if query.where is not None:
        subselects.check_places(build, query.where, nested=False)
        plan.conditions.append(condition_sql(query.where, scope))
    grouping.finish(query, plan)
    _order(query, plan)
    _bounds(query, plan)
    return plan


def _queryable(sobject: SObject, build: Build) -> bool:
    if build.version < sobject.minimum_version:
        return False
    return sobject.flag("queryable") and build.viewer.sees_object(sobject)


def _scope_condition(query: tree.Query, scope: Scope) -> list[str]:
    if (query.scope or "everything").lower() == "everything":
        return []
    if query.scope and query.scope.lower() in ("mine", "my_team", "team"):
        return [f'{scope.table}."OwnerId" = {scope.build.bind(scope.build.viewer.user_id)}']
    raise refusals.plain(f"Unsupported scope: {query.scope}")


def _bounds(query: tree.Query, plan: Plan) -> None:
    plan.limit = query.limit
    plan.offset = query.offset or 0
    if plan.offset > MAX_OFFSET:
        raise refusals.plain(
            f"Maximum SOQL offset allowed is {MAX_OFFSET}", code="NUMBER_OUTSIDE_VALID_RANGE"
        )


def _order(query: tree.Query, plan: Plan) -> None:
    for item in query.order_by:
        sql = _order_sql(item.by, plan)
        direction = "DESC" if item.descending else "ASC"
        nulls = "LAST" if item.nulls_last else "FIRST"
        plan.order_by.append(f"{sql} {direction} NULLS {nulls}")


def _order_sql(by: tree.Expression, plan: Plan) -> str:
    if plan.aggregate:
        return grouping.ordered(by, plan)
    if isinstance(by, tree.Call):
        return scalar(by, plan.scope)[0]
    column = plan.scope.column(by)
    if not column.field.sortable:
        raise refusals.at(
            plan.build.text,
            by.position,
            f"field '{column.field.name}' can not be sorted in a query call",
        )
    return column.sql


def _select(query: tree.Query, plan: Plan, base: str) -> None:
    record = new_record(plan, base)
    plan.shape = record
    seen: set[str] = set()
    for item in _expanded(query, plan):
        if isinstance(item.what, tree.Query):
            _add_children(item.what, plan, record, base)
        elif isinstance(item.what, tree.TypeOf):
            _add_typeof(item.what, plan, record, base)
        elif isinstance(item.what, tree.Call):
            _add_call(item, item.what, plan, record)
        elif item.alias:
            raise refusals.at(
                plan.build.text, item.position, "only aggregate expressions use field aliasing"
            )
        else:
            _add_field(item.what, plan, record, base, seen)


def new_record(plan: Plan, base: str) -> Record:
    """The shape of a record of the plan's object, its Id selected."""
    index = plan.column(f'{plan.scope.table}."Id"')
    return Record(base, plan.build.schema, plan.sobject.name, index)


def _expanded(query: tree.Query, plan: Plan) -> list[tree.Selected]:
    """The select list with `FIELDS(...)` written out."""
    items: list[tree.Selected] = []
    for item in query.select:
        if isinstance(item.what, tree.Call) and item.what.name.upper() == "FIELDS":
            items.extend(_fields_call(item.what, query, plan))
        else:
            items.append(item)
    return items


def _fields_call(call: tree.Call, query: tree.Query, plan: Plan) -> list[tree.Selected]:
    inner = argument(call, plan.scope)
    group = inner.text.upper() if isinstance(inner, tree.FieldRef) else ""
    if group not in ("ALL", "STANDARD", "CUSTOM"):
        raise refusals.at(plan.build.text, call.position, f"unexpected token: '{call.name}'")
    if group != "STANDARD" and (query.limit is None or query.limit > FIELDS_LIMIT):
        raise refusals.plain(
            f"The SOQL FIELDS function must have a LIMIT of at most {FIELDS_LIMIT}"
        )
    chosen = [
        f
        for f in plan.sobject.fields.values()
        if plan.build.viewer.sees(plan.sobject, f)
        and (group == "ALL" or bool(f.raw["custom"]) == (group == "CUSTOM"))
    ]
    return [
        tree.Selected(tree.FieldRef((f.name,), call.position), None, call.position) for f in chosen
    ]


def _add_field(ref: tree.FieldRef, plan: Plan, record: Record, base: str, seen: set[str]) -> None:
    column = plan.scope.column(ref)
    path = ".".join(column.path)
    if path in seen:
        raise refusals.at(
            plan.build.text, ref.position, f"duplicate field selected: {column.field.name}"
        )
    seen.add(path)
    holder = _holder(column, ref, plan, record, base)
    holder.entries[column.path[-1]] = leaf_of(column, plan, base)
    plan.selections.append(Selection(path, column.field))


def _holder(column: Column, ref: tree.FieldRef, plan: Plan, record: Record, base: str) -> Record:
    """The (nested) record a path's last field belongs in, made on first sight."""
    holder = record
    for depth in range(1, len(column.path)):
        name = column.path[depth - 1]
        inner = holder.entries.get(name)
        if not isinstance(inner, Record):
            parent = plan.scope.parent(column.path[:depth], ref.position)
            id_sql = f'{parent.alias}."Id"' if parent.sobject else parent.id_sql
            entity = parent.sobject.name if parent.sobject else None
            inner = Record(base, plan.build.schema, entity, plan.column(id_sql))
            holder.entries[name] = inner
        holder = inner
    return holder


def leaf_of(column: Column, plan: Plan, base: str) -> Leaf | Blob | Compound:
    """The place of a column in the answer; an address takes several columns."""
    if column.field.type == "base64":
        stem = f"{base}/sobjects/{column.entity}"
        at, id_at = plan.column(column.sql), plan.column(f'{column.alias}."Id"')
        return Blob(at, id_at, stem, column.field.name)
    if column.field.type in COMPOUND_TYPES:
        owner = plan.build.schema.get(column.entity)
        parts = owner.parts_of(column.field)
        return Compound(
            {
                name: Leaf(plan.column(f'{column.alias}."{part.name}"'), part.type)
                for name, part in parts.items()
            }
        )
    return Leaf(plan.column(column.sql), column.field.type)


def _add_call(item: tree.Selected, call: tree.Call, plan: Plan, record: Record) -> None:
    if call.name.upper() not in {*DISPLAY, "DISTANCE"}:
        raise refusals.at(
            plan.build.text, call.position, f"Invalid function or missing GROUP BY: {call.name}"
        )
    sql, field = scalar(call, plan.scope)
    leaf = Leaf(plan.column(sql), field.type)
    key = item.alias or ("expr0" if call.name.upper() == "DISTANCE" else field.name)
    if key in record.entries:
        raise refusals.at(plan.build.text, call.position, f"duplicate alias: {key}")
    record.entries[key] = Formatted(leaf) if call.name.upper() == "FORMAT" else leaf
    plan.selections.append(Selection(key, field))


def _add_children(query: tree.Query, plan: Plan, record: Record, base: str) -> None:
    name = query.source.split(".")[-1]
    found = plan.build.schema.child(plan.sobject, name)
    if found is None or not _queryable(found[0], plan.build):
        raise refusals.no_children(plan.build.text, query.source_position, name)
    child, reference = found
    scope = Scope(plan.build, child, alias=query.alias)
    inner = Plan(plan.build, scope, child)
    if any(has_aggregate(s.what) for s in query.select) or query.group_by:
        raise refusals.at(
            plan.build.text, query.position, "aggregate queries are not allowed in subqueries"
        )
    _select(query, inner, base)
    inner.conditions = scope.visible()
    if query.where is not None:
        inner.conditions.append(condition_sql(query.where, scope))
    _order(query, inner)
    later = Later(record.id_index)
    key_sql = f'{scope.table}."{reference}"'
    plan.fillings.append(
        Filling(later, inner, key_sql, limit=query.limit, offset=query.offset or 0)
    )
    key = next(
        e["relationshipName"]
        for e in plan.build.schema.children_of(plan.sobject)
        if (e["relationshipName"] or "").lower() == name.lower()
    )
    record.entries[key] = later
    plan.selections.append(Selection(key, _any_field(child), children=inner.selections))


def _any_field(sobject: SObject) -> Field:
    return sobject.fields["id"]


def _add_typeof(what: tree.TypeOf, plan: Plan, record: Record, base: str) -> None:
    reference = plan.sobject.relation(what.relation)
    if reference is None or not reference.polymorphic:
        raise refusals.no_parent(plan.build.text, what.position, what.relation)
    later = Later(plan.column(f'{plan.scope.table}."{reference.name}"'))
    named = {kind.lower(): fields for kind, fields in what.branches}
    for target in plan.scope.targets(reference):
        chosen = named.get(target.name.lower(), what.otherwise)
        if not chosen:
            continue
        inner = Plan(plan.build, Scope(plan.build, target), target)
        inner_record = new_record(inner, base)
        inner.shape = inner_record
        for ref in chosen:
            if target.find(ref.path[0]) is not None or len(ref.path) > 1:
                _add_field(ref, inner, inner_record, base, set())
        key_sql = f'{inner.scope.table}."Id"'
        plan.fillings.append(Filling(later, inner, key_sql, kind="typeof"))
    record.entries[reference.relationship or what.relation] = later
    plan.selections.append(Selection(reference.relationship or what.relation, reference))
