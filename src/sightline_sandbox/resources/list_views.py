"""List views: one of all rows for every object, and those that came with metadata."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

from sightline_sandbox import bodies
from sightline_sandbox.call import Call
from sightline_sandbox.errors import not_found
from sightline_sandbox.http import Response
from sightline_sandbox.ids import make_id, to_18
from sightline_sandbox.querying import query
from sightline_sandbox.resources.roots import DATA
from sightline_sandbox.routing import Router
from sightline_sandbox.schema.field import Field
from sightline_sandbox.schema.sobject import SObject
from sightline_sandbox.work import Work

_PATH = DATA + "/sobjects/{object}/listviews"
_MOST_ROWS = 2000
_PAGE = 25
_BASIC = ("Type", "Phone", "StageName", "CloseDate", "Amount", "Email", "Status", "Industry")
_DIRECTIONS = {
    "date": ("Old to New", "New to Old"),
    "datetime": ("Old to New", "New to Old"),
    "picklist": ("Low to High", "High to Low"),
    "phone": ("9-0", "0-9"),
}


@dataclass(frozen=True, slots=True)
class View:
    """A list view: its columns are field names of the object."""

    developer_name: str
    label: str
    columns: tuple[str, ...]
    mine: bool = False

    def id_of(self, sobject: SObject) -> str:
        """The id of the view, the same at every start."""
        return make_id("00B", zlib.crc32(f"{sobject.name}.{self.developer_name}".encode()))


def add_routes(router: Router) -> None:
    """List views."""
    router.add("GET", _PATH, listed)
    router.add("GET", _PATH + "/{id}", one)
    router.add("GET", _PATH + "/{id}/describe", described)
    router.add("GET", _PATH + "/{id}/results", results)


def _views(work: Work, sobject: SObject) -> list[View]:
    name = sobject.name_field.name if sobject.name_field else "Id"
    own = [
        View(body["name"], body["label"], tuple(body["columns"]), mine=body["scope"] == "Mine")
        for body in work.org.documents.all("listview")
        if body["object"] == sobject.name
    ]
    plural = str(sobject.raw["labelPlural"]).replace(" ", "")
    columns = (name, *(c for c in _BASIC if sobject.find(c)))
    every = View(f"All{plural}", f"All {sobject.raw['labelPlural']}", columns)
    return [*own, every]


def _entry(call: Call, sobject: SObject, view: View) -> dict[str, Any]:
    view_id = view.id_of(sobject)
    stem = f"{call.base}/sobjects/{sobject.name}/listviews/{view_id}"
    return {
        "describeUrl": f"{stem}/describe",
        "developerName": view.developer_name,
        "id": view_id,
        "label": view.label,
        "resultsUrl": f"{stem}/results",
        "soqlCompatible": True,
        "url": stem,
    }


def listed(call: Call) -> Response:
    """Every list view of an object."""
    with call.reading() as work:
        sobject = call.sobject(work)
        entries = [_entry(call, sobject, view) for view in _views(work, sobject)]
    return Response(
        body={
            "done": True,
            "listviews": entries,
            "nextRecordsUrl": None,
            "size": len(entries),
            "sobjectType": sobject.name,
        }
    )


def _found(call: Call, work: Work) -> tuple[SObject, View]:
    sobject = call.sobject(work)
    wanted = call.parameters["id"]
    for view in _views(work, sobject):
        if view.id_of(sobject) == to_18(wanted):
            return sobject, view
    raise not_found()


def one(call: Call) -> Response:
    """The addresses of one list view."""
    with call.reading() as work:
        sobject, view = _found(call, work)
    return Response(body=_entry(call, sobject, view))


def _columns(work: Work, sobject: SObject, view: View) -> list[dict[str, Any]]:
    shown = [f for c in view.columns if (f := sobject.find(c)) and work.viewer.sees(sobject, f)]
    hidden = [f for n in ("Id", "CreatedDate", "SystemModstamp") if (f := sobject.find(n))]
    found = [_column(field, hidden=False) for field in shown]
    if found:
        found[0] |= {"sortDirection": "ascending", "sortIndex": 0}
    return found + [_column(field, hidden=True) for field in hidden if field not in shown]


def _column(field: Field, *, hidden: bool) -> dict[str, Any]:
    up, down = _DIRECTIONS.get(field.type, ("Z-A", "A-Z"))
    return {
        "ascendingLabel": None if hidden else up,
        "descendingLabel": None if hidden else down,
        "fieldNameOrPath": field.name,
        "hidden": hidden,
        "label": field.label,
        "selectListItem": f"toLabel({field.name})" if field.type == "picklist" else field.name,
        "sortDirection": None,
        "sortIndex": None,
        "sortable": field.sortable and not hidden,
        "type": field.type,
    }


def soql_of(work: Work, view_id: str) -> str:
    """The query of a list view, whatever its object."""
    for sobject in work.schema:
        for view in _views(work, sobject):
            if view.id_of(sobject) == to_18(view_id):
                return _soql(sobject, view, _columns(work, sobject, view))
    raise not_found()


def _soql(sobject: SObject, view: View, columns: list[dict[str, Any]]) -> str:
    scope = "mine" if view.mine else "everything"
    order = next((c["fieldNameOrPath"] for c in columns if c["sortable"]), "Id")
    picked = ", ".join(str(c["selectListItem"]) for c in columns)
    return (
        f"SELECT {picked} FROM {sobject.name} USING SCOPE {scope} "
        f"ORDER BY {order} ASC NULLS FIRST, Id ASC NULLS FIRST"
    )


def described(call: Call) -> Response:
    """The columns and the query of a list view."""
    with call.reading() as work:
        sobject, view = _found(call, work)
        columns = _columns(work, sobject, view)
    return Response(
        body={
            "columns": columns,
            "id": view.id_of(sobject),
            "orderBy": [
                {"fieldNameOrPath": c, "nullsPosition": "first", "sortDirection": "ascending"}
                for c in (columns[0]["fieldNameOrPath"], "Id")
            ],
            "query": _soql(sobject, view, columns),
            "scope": "mine" if view.mine else "everything",
            "sobjectType": sobject.name,
            "whereCondition": None,
        }
    )


def results(call: Call) -> Response:
    """Rows of a list view, each as its columns."""
    asked = call.request.query
    limit = min(bodies.whole(asked, "limit") or _PAGE, _MOST_ROWS)
    offset = bodies.whole(asked, "offset") or 0
    with call.reading() as work:
        sobject, view = _found(call, work)
        columns = _columns(work, sobject, view)
        text = f"{_soql(sobject, view, columns)} LIMIT {limit} OFFSET {offset}"
        rows = query(work, text).records
    names = [str(c["fieldNameOrPath"]) for c in columns]
    records = [
        {"columns": [{"fieldNameOrPath": n, "value": _shown(row.get(n))} for n in names]}
        for row in rows
    ]
    return Response(
        body={
            "columns": columns,
            "developerName": view.developer_name,
            "done": True,
            "id": view.id_of(sobject),
            "label": view.label,
            "records": records,
            "size": len(records),
        }
    )


def _shown(value: Any) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)
