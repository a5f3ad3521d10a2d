"""Bulk v1 in XML or JSON: the same facts in the words of the older interface."""

import re
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from sightline_sandbox.bulk import rows
from sightline_sandbox.errors import ApiError
from sightline_sandbox.http import Request, Response
from sightline_sandbox.soql.dates import read_datetime
from sightline_sandbox.soql.plan import Plan

#: Without a charset: older clients compare the whole header.
JSON_TYPE = "application/json"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
NAMESPACE = "http://www.force.com/2009/06/asyncapi/dataload"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000\+0000\Z")
_TIMES = ("createdDate", "systemModstamp")
_CODES = {
    "INVALID_SESSION_ID": ("InvalidSessionId", "Invalid session id"),
    "NOT_FOUND": ("InvalidJob", "The requested resource does not exist"),
    "REQUEST_LIMIT_EXCEEDED": ("ExceededQuota", "TotalRequests Limit exceeded."),
    "METHOD_NOT_ALLOWED": ("MethodNotAllowed", "method not allowed"),
}


def wants_json(request: Request) -> bool:
    """Whether the caller speaks JSON here."""
    kinds = request.header("accept") + request.header("content-type")
    return "json" in kinds and "xml" not in request.header("content-type")


def element(name: str, values: dict[str, Any]) -> str:
    """An XML document of flat values; None is left out."""
    return f'<?xml version="1.0" encoding="UTF-8"?>{inner(name, values, root=True)}'


def inner(name: str, values: dict[str, Any], *, root: bool = False) -> str:
    """One element of flat values."""
    opening = f'{name}\n   xmlns="{NAMESPACE}"' if root else name
    lines = "".join(
        f" <{key}>{escape(_text(value))}</{key}>\n"
        for key, value in values.items()
        if value is not None
    )
    return f"<{opening}>\n{lines}</{name}>"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def answer(
    name: str,
    values: dict[str, Any],
    request: Request,
    status: int = 200,
    *,
    as_json: bool | None = None,
) -> Response:
    """One element, in the caller's language, or as JSON where that is the job's.

    JSON keeps what is null, and times as REST prints them; XML leaves the one out and ends the
    others in `Z`.
    """
    if wants_json(request) if as_json is None else as_json:
        return Response(status, values, {"Content-Type": JSON_TYPE})
    return Response(status, element(name, in_xml(values)), {"Content-Type": "application/xml"})


def in_xml(values: dict[str, Any]) -> dict[str, Any]:
    """Values as XML shows them."""
    return {k: xml_time(v) if k in _TIMES else v for k, v in values.items() if v is not None}


def error_body(error: ApiError, request: Request) -> Response:
    """An error: a dead session is 400 here, not 401."""
    code, message = _CODES.get(error.code, (error.code, error.message))
    values = {"exceptionCode": code, "exceptionMessage": message}
    status = 400 if error.status in (401, 404) else error.status
    return answer("error", values, request, status)


def outcomes(content: str, outcomes: list[list[Any]]) -> Response:
    """The outcomes of an ingest batch, in the job's own format."""
    if content == "CSV":
        table = [["Id", "Success", "Created", "Error"]]
        table += [[o[0], str(o[1]).lower(), str(o[2]).lower(), o[3]] for o in outcomes]
        return Response(200, rows.write_csv(table), {"Content-Type": "text/csv"})
    entries = [
        {"success": o[1], "created": o[2], "id": o[0] or None, "errors": _errors(o[3])}
        for o in outcomes
    ]
    if content == "JSON":
        return Response(200, entries, {"Content-Type": JSON_TYPE})
    parts = "".join(_outcome_xml(e) for e in entries)
    return xml(f'<results xmlns="{NAMESPACE}">{parts}</results>')


def _outcome_xml(entry: dict[str, Any]) -> str:
    errors = "".join(
        "<errors>"
        + "".join(f"<fields>{escape(f)}</fields>" for f in error["fields"])
        + f"<message>{escape(error['message'])}</message>"
        f"<statusCode>{error['statusCode']}</statusCode></errors>"
        for error in entry["errors"]
    )
    found = f"<id>{entry['id']}</id>" if entry["id"] else ""
    good, new = str(entry["success"]).lower(), str(entry["created"]).lower()
    return f"<result>{errors}{found}<success>{good}</success><created>{new}</created></result>"


def _errors(line: str) -> list[dict[str, Any]]:
    if not line:
        return []
    code, _, rest = line.partition(":")
    message, _, fields = rest.removesuffix(" --").rpartition(":")
    return [
        {
            "statusCode": code,
            "message": message,
            "fields": [f for f in fields.split(",") if f],
            "extendedErrorDetails": None,
        }
    ]


def records(request: Request, content: str) -> list[dict[str, Any]]:
    """The rows of a batch. Raises InvalidBatch when it is no list of them."""
    if content == "CSV":
        header, found = rows.read_csv(request.text().lstrip("\ufeff"), ",")
        return [rows.record_of(header, row) for row in found]
    if content == "JSON":
        body = request.json()
        if not isinstance(body, list):
            raise ApiError("InvalidBatch", "Expected a list of records")
        return [{k: v for k, v in item.items() if k != "attributes"} for item in body]
    root = ElementTree.fromstring(request.body)  # noqa: S314 - no entities are resolved
    return [_record_xml(item) for item in root]


def _record_xml(item: ElementTree.Element) -> dict[str, Any]:
    """A row in XML: `xsi:nil` is null, a parent holds an `sObject` with its external id."""
    found: dict[str, Any] = {}
    for child in item:
        name = child.tag.split("}")[-1]
        if len(child):
            inner = child[0] if child[0].tag.split("}")[-1] == "sObject" else child
            found[name] = _record_xml(inner)
        elif name != "type":
            found[name] = child.text
    return found


def value_xml(name: str, value: str) -> str:
    """A field of a query result; nothing is `nil`."""
    return f"<{name}>{escape(value)}</{name}>" if value else f'<{name} xsi:nil="true"/>'


def result_list(result: str, *, as_json: bool) -> Response:
    """The one result of a query batch; its id is the short one."""
    if as_json:
        return Response(200, [result[:15]], {"Content-Type": JSON_TYPE})
    return xml(f'<result-list xmlns="{NAMESPACE}"><result>{result[:15]}</result></result-list>')


def xml(body: str) -> Response:
    """An XML answer."""
    text = f'<?xml version="1.0" encoding="UTF-8"?>{body}'
    return Response(200, text, {"Content-Type": "application/xml"})


def xml_time(text: str) -> str:
    """A time as XML prints it."""
    return text.replace("+0000", "Z")


def in_epochs(plan: Plan, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows as JSON batches show them: days and moments are milliseconds since 1970."""
    days = [s.name.split(".") for s in plan.selections if s.field.type == "date"]
    for row in found:
        for path in days:
            _put_epoch(row, path)
    return [_moments(row) for row in found]


def _put_epoch(row: dict[str, Any], path: list[str]) -> None:
    for step in path[:-1]:
        inner_row = row.get(step)
        if not isinstance(inner_row, dict):
            return
        row = inner_row
    if row.get(path[-1]):
        row[path[-1]] = _epoch(f"{row[path[-1]]}T00:00:00Z")


def _moments(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _moments(one) for key, one in value.items()}
    return _epoch(value) if isinstance(value, str) and _MOMENT.match(value) else value


def _epoch(text: str) -> int:
    return int(read_datetime(text).timestamp() * 1000)
