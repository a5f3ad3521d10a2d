"""What surrounds a search: result layouts, the order of objects, suggestions, compact layouts."""

from __future__ import annotations

from typing import Any

from sightline_sandbox.call import Call
from sightline_sandbox.errors import ApiError
from sightline_sandbox.http import Response
from sightline_sandbox.querying import query
from sightline_sandbox.resources import search_terms
from sightline_sandbox.resources.describe import compact_layout
from sightline_sandbox.resources.roots import DATA
from sightline_sandbox.routing import Router
from sightline_sandbox.schema.field import Field
from sightline_sandbox.schema.sobject import SObject
from sightline_sandbox.work import Work

_SHOWN_ROWS = 25
_MOST_SUGGESTED = 5
#: Fields a result list shows beside the name, where an object has them.
_COLUMNS = ("Account", "Phone", "Email", "StageName", "CloseDate", "Industry", "Owner")


def add_routes(router: Router) -> None:
    """Paths beside `/search`."""
    router.add("GET", DATA + "/search/layout", layouts)
    router.add("GET", DATA + "/search/scopeOrder", scope_order)
    router.add("GET", DATA + "/search/suggestions", suggestions)
    router.add("GET", DATA + "/compactLayouts", compact_layouts)


def _asked(call: Call, work: Work, parameter: str) -> list[SObject]:
    names = [n.strip() for n in call.request.query.get(parameter, "").split(",") if n.strip()]
    if not names:
        raise ApiError("INVALID_SEARCH", f"The {parameter} parameter is required")
    return [call.sobject(work, name) for name in names]


def layouts(call: Call) -> Response:
    """The columns search results of some objects show."""
    with call.reading() as work:
        found = [_layout(work, one) for one in _asked(call, work, "q")]
    return Response(body=found)


def _layout(work: Work, sobject: SObject) -> dict[str, Any]:
    fields = [sobject.name_field, *(sobject.find(name) for name in _COLUMNS)]
    columns = [
        _column(sobject, one)
        for one in fields
        if one is not None and work.viewer.sees(sobject, one)
    ]
    return {
        "errorMsg": None,
        "label": "Search Results",
        "limitRows": _SHOWN_ROWS,
        "objectType": sobject.name,
        "searchColumns": columns,
    }


def _column(sobject: SObject, field: Field) -> dict[str, Any]:
    shown = f"toLabel({field.name})" if field.type == "picklist" else field.name
    return {
        "field": f"{sobject.name}.{field.name}",
        "format": field.type if field.type in ("date", "datetime", "currency") else None,
        "label": field.label,
        "name": shown,
    }


def scope_order(call: Call) -> Response:
    """The objects a person's global search looks in, in order."""
    with call.reading() as work:
        found = [
            {"type": one.name, "url": f"{call.base}/sobjects/{one.name}/describe"}
            for one in call.org.schema
            if one.flag("searchable") and one.flag("mruEnabled") and work.viewer.sees_object(one)
        ]
    return Response(body=found)


def suggestions(call: Call) -> Response:
    """Rows whose name starts like the text typed."""
    bound = call.request.query.get("limit", "")
    limit = int(bound) if bound.isdigit() else _MOST_SUGGESTED
    with call.reading() as work:
        found: list[dict[str, Any]] = []
        for sobject in _asked(call, work, "sobject"):
            name = sobject.name_field
            if name is not None:
                test = search_terms.any_field([name.name], call.request.query.get("q", ""))
                text = (
                    f"SELECT Id, {name.name} FROM {sobject.name} WHERE {test} "
                    f"ORDER BY {name.name} LIMIT {limit + 1}"
                )
                found += query(work, text).records
    body = {"autoSuggestResults": found[:limit], "hasMoreResults": len(found) > limit}
    return Response(body=body)


def compact_layouts(call: Call) -> Response:
    """The primary compact layout of some objects, by object."""
    with call.reading() as work:
        found = {one.name: compact_layout(call, one) for one in _asked(call, work, "q")}
    return Response(body=found)
