"""SOSL and parameterized search, for the common case: words in names and other text fields."""

from __future__ import annotations

import re
from typing import Any

from sightline_sandbox import bodies
from sightline_sandbox.call import Call
from sightline_sandbox.errors import ApiError
from sightline_sandbox.http import Response
from sightline_sandbox.querying import query
from sightline_sandbox.resources import search_terms
from sightline_sandbox.resources.roots import DATA
from sightline_sandbox.routing import Router
from sightline_sandbox.schema.sobject import SObject
from sightline_sandbox.work import Work

_FIND = re.compile(
    r"\s*FIND\s*\{(?P<term>(?:[^}\\]|\\.)*)\}\s*(?:IN\s+(?P<group>\w+)\s+FIELDS\s*)?"
    r"(?:RETURNING\s+(?P<returning>.*?))?(?:\s+WITH\s+(?P<with>[^()]*?))?"
    r"(?:\s*LIMIT\s+(?P<limit>\d+))?(?:\s*UPDATE\s+(?:TRACKING|VIEWSTAT|,|\s)+)?\s*\Z",
    re.IGNORECASE | re.DOTALL,
)
_ITEM = re.compile(r"\s*(\w+)\s*(?:\((.*)\))?\s*\Z", re.DOTALL)
_CLAUSE = re.compile(r"\s+(WHERE|ORDER\s+BY|LIMIT|OFFSET)\s", re.IGNORECASE)
_GROUPS = {
    "NAME": ("string",),
    "EMAIL": ("email",),
    "PHONE": ("phone",),
    "ALL": ("string", "email", "phone", "textarea", "url"),
}
_MOST_ROWS = 2000
_DEFAULT_OBJECTS = ("Account", "Contact", "Opportunity", "Lead")


def add_routes(router: Router) -> None:
    """Searches."""
    router.add("GET", DATA + "/search", sosl)
    router.add("GET POST", DATA + "/parameterizedSearch", parameterized)


def sosl(call: Call) -> Response:
    """`FIND {word} IN … FIELDS RETURNING Object(Field WHERE …)`."""
    text = call.request.query.get("q", "")
    match = _FIND.match(text)
    if match is None:
        raise ApiError(
            "MALFORMED_SEARCH",
            "No search term found. The search term must be enclosed in braces.",
        )
    group = (match.group("group") or "ALL").upper()
    if group not in {*_GROUPS, "SIDEBAR"}:
        raise ApiError("MALFORMED_SEARCH", f"unexpected token: '{match.group('group')}'")
    limit = int(match.group("limit") or _MOST_ROWS)
    with call.reading() as work:
        found: list[dict[str, Any]] = []
        for name, inside in _returning(match.group("returning")):
            sobject = _object(work, name)
            rest = _soql_rest(inside)
            found += _search(work, sobject, match.group("term"), group, *rest)
    return Response(body={"searchRecords": found[:limit]})


def _returning(text: str | None) -> list[tuple[str, str]]:
    if not text or not text.strip():
        return [(name, "Id") for name in _DEFAULT_OBJECTS]
    items, depth, start = [], 0, 0
    for index, char in enumerate(text + ","):
        depth += {"(": 1, ")": -1}.get(char, 0)
        if char == "," and depth == 0:
            items.append(text[start:index])
            start = index + 1
    found = []
    for item in items:
        match = _ITEM.match(item)
        if match is None:
            raise ApiError("MALFORMED_SEARCH", f"unexpected token: {item.strip()}")
        found.append((match.group(1), match.group(2) or "Id"))
    return found


def _soql_rest(inside: str) -> tuple[str, str, str]:
    """Fields, condition and the rest of what stands in RETURNING brackets."""
    match = _CLAUSE.search(inside)
    fields = inside[: match.start()] if match else inside
    rest = inside[match.start() :].strip() if match else ""
    if not rest.upper().startswith("WHERE"):
        return fields, "", rest
    after = _CLAUSE.search(rest, 5)
    condition = rest[5 : after.start()] if after else rest[5:]
    return fields, condition, rest[after.start() :] if after else ""


def _object(work: Work, name: str) -> SObject:
    found = work.schema.find(name)
    if found is None or not work.viewer.sees_object(found) or not found.flag("searchable"):
        raise ApiError("INVALID_TYPE", f"sObject type '{name}' is not supported.")
    return found


def _search(
    work: Work, sobject: SObject, term: str, group: str, fields: str, where: str, rest: str
) -> list[dict[str, Any]]:
    types = _GROUPS.get(group, _GROUPS["ALL"])
    names = [
        f.name
        for f in sobject.fields.values()
        if f.type in types
        and f.filterable
        and work.viewer.sees(sobject, f)
        and (group != "NAME" or f.raw["nameField"] or f.name in ("FirstName", "LastName"))
    ]
    if not names:
        return []
    conditions = [f"({search_terms.condition(term, names)})"]
    if where.strip():
        conditions.append(f"({where})")
    if "LIMIT" not in rest.upper():
        rest += f" LIMIT {_MOST_ROWS}"
    text = f"SELECT {fields} FROM {sobject.name} WHERE {' AND '.join(conditions)} {rest}"
    return query(work, text).records


def parameterized(call: Call) -> Response:
    """Search by parameters instead of SOSL."""
    body = call.request.object() if call.request.method == "POST" else _from_query(call)
    term = bodies.text(body, "q", "") or ""
    if not term:
        raise ApiError("MALFORMED_SEARCH", "The q parameter is required")
    group = (bodies.text(body, "in", "ALL") or "ALL").upper()
    shared = ", ".join(bodies.texts(body, "fields") or ["Id"])
    objects = bodies.objects(body, "sobjects") or [{"name": n} for n in _DEFAULT_OBJECTS]
    limit = bodies.whole(body, "overallLimit") or _MOST_ROWS
    with call.reading() as work:
        found: list[dict[str, Any]] = []
        for entry in objects:
            fields = ", ".join(bodies.texts(entry, "fields")) or shared
            bound = bodies.whole(entry, "limit") or bodies.whole(body, "defaultLimit")
            rest = f"LIMIT {bound}" if bound else ""
            sobject = _object(work, bodies.text(entry, "name", "") or "")
            where = bodies.text(entry, "where", "") or ""
            found += _search(work, sobject, term, group, fields, where, rest)
    return Response(body={"searchRecords": found[:limit]})


def _from_query(call: Call) -> dict[str, Any]:
    asked = call.request.query
    names = [n for n in asked.get("sobject", "").split(",") if n]
    entries = [
        {
            "name": name,
            "fields": [f for f in asked.get(f"{name}.fields", "").split(",") if f],
            "limit": asked.get(f"{name}.limit"),
            "where": asked.get(f"{name}.where"),
        }
        for name in names
    ]
    fields = [f for f in asked.get("fields", "").split(",") if f]
    return {**asked, "sobjects": entries, "fields": fields or None}
