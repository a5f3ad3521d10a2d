"""Bulk v1 in XML or JSON: the same facts in the words of the older interface."""

from typing import Any
from xml.sax.saxutils import escape

from sightline_sandbox.errors import ApiError
from sightline_sandbox.http import JSON_TYPE, Request, Response

NAMESPACE = "http://www.force.com/2009/06/asyncapi/dataload"
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


def answer(name: str, values: dict[str, Any], request: Request, status: int = 200) -> Response:
    """One element, in the caller's language."""
    if wants_json(request):
        return Response(status, values, {"Content-Type": JSON_TYPE})
    return Response(status, element(name, values), {"Content-Type": "application/xml"})


def error_body(error: ApiError, request: Request) -> Response:
    """An error: a dead session is 400 here, not 401."""
    code, message = _CODES.get(error.code, (error.code, error.message))
    values = {"exceptionCode": code, "exceptionMessage": message}
    status = 400 if error.status in (401, 404) else error.status
    return answer("error", values, request, status)
