"""Query, queryAll, further pages, and the columns of a query."""

import re
from typing import Any

from sightline_sandbox.call import Call
from sightline_sandbox.errors import ApiError
from sightline_sandbox.http import Response
from sightline_sandbox.querying import next_page, plan_of, query
from sightline_sandbox.resources.list_views import soql_of
from sightline_sandbox.resources.roots import DATA
from sightline_sandbox.routing import Router
from sightline_sandbox.soql.plan import Plan, Selection

_APEX = {
    "id": "Id",
    "reference": "Id",
    "boolean": "Boolean",
    "int": "Integer",
    "double": "Double",
    "percent": "Double",
    "currency": "Double",
    "date": "Date",
    "datetime": "DateTime",
    "address": "Address",
}
_LIST_VIEW = re.compile(r"00B\w{12}(\w{3})?")
_NUMBERS = frozenset({"int", "double", "percent", "currency"})


def add_routes(router: Router) -> None:
    """Queries."""
    for name in ("query", "queryAll"):
        router.add("GET POST", f"{DATA}/{name}", run_query)
        router.add("GET", f"{DATA}/{name}/{{locator}}", more)
    router.add("GET", DATA + "/tooling/query", run_query)
    router.add(
        "GET",
        DATA + "/tooling/sobjects",
        lambda call: Response(body={"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": []}),
    )


def run_query(call: Call) -> Response:
    """The first page, the plan (`explain`, of a list view too) or the columns (`columns`)."""
    all_rows = "/queryall" in call.request.path.lower()
    asked = call.request.query
    with call.reading() as work:
        if "explain" in asked:
            said = asked["explain"]
            soql = soql_of(work, said) if _LIST_VIEW.fullmatch(said) else said
            return Response(body=_explained(plan_of(work, soql), soql))
        text = asked.get("q")
        if text is None:
            raise ApiError("MALFORMED_QUERY", "SOQL statements cannot be empty or null")
        if asked.get("columns", "").lower() == "true":
            return Response(body=_columns(plan_of(work, text, all_rows=all_rows)))
        page = query(work, text, all_rows=all_rows)
    return Response(body=page.body(call.base))


def more(call: Call) -> Response:
    """A further page."""
    if call.org.faults.of_request("expired_locator", call.request):
        raise ApiError("INVALID_QUERY_LOCATOR", "invalid query locator")
    with call.reading() as work:
        page = next_page(work, call.parameters["locator"])
    return Response(body=page.body(call.base))


def _explained(plan: Plan, text: str) -> dict[str, Any]:
    entry = {
        "cardinality": 1,
        "fields": [],
        "leadingOperationType": "TableScan",
        "notes": [],
        "relativeCost": 1.0,
        "sobjectCardinality": 1,
        "sobjectType": plan.sobject.name,
    }
    return {"plans": [entry], "sourceQuery": text}


def _columns(plan: Plan) -> dict[str, Any]:
    return {
        "columnMetadata": [_column(s) for s in plan.selections],
        "entityName": plan.sobject.name,
        "groupBy": bool(plan.group_by),
        "idSelected": any(s.name == "Id" for s in plan.selections),
        "keyPrefix": plan.sobject.prefix,
    }


def _column(selection: Selection) -> dict[str, Any]:
    """One column; a path becomes nested `joinColumns`, as the command line expects."""
    head, _, rest = selection.name.partition(".")
    inner = [_column(Selection(rest, selection.field))] if rest else []
    inner += [_column(child) for child in selection.children]
    kind = selection.field.type
    return {
        "aggregate": selection.aggregate or bool(selection.children),
        "apexType": _APEX.get(kind, "String") if not inner else "",
        "booleanType": kind == "boolean" and not inner,
        "columnName": head,
        "custom": bool(selection.field.raw["custom"]),
        "displayName": head,
        "foreignKeyName": None,
        "insertable": selection.field.createable,
        "joinColumns": inner,
        "numberType": kind in _NUMBERS and not inner,
        "textType": kind in ("string", "textarea", "picklist", "phone", "url", "email"),
        "updatable": selection.field.updateable,
    }
