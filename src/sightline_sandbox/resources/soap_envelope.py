"""The envelope of SOAP calls: what is asked, whose session, answers and faults."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from sightline_sandbox.call import Call
from sightline_sandbox.errors import invalid_session
from sightline_sandbox.http import Response
from sightline_sandbox.sessions import Session

_ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope '
    'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"{default} '
    'xmlns:sf="{faults}" xmlns:sobj="urn:sobject.{kind}.soap.sforce.com" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>{body}'
    "</soapenv:Body></soapenv:Envelope>"
)
_XML = {"Content-Type": "text/xml;charset=UTF-8"}
METADATA = "http://soap.sforce.com/2006/04/metadata"


def local(element: ElementTree.Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.split("}")[-1]


def text(element: ElementTree.Element, name: str) -> str:
    """The text of the first element of a name below, or empty text."""
    found = next((c for c in element.iter() if local(c) == name), None)
    return (found.text or "").strip() if found is not None else ""


def texts(element: ElementTree.Element, name: str) -> list[str]:
    """The texts of every element of a name below."""
    return [(c.text or "").strip() for c in element.iter() if local(c) == name]


def leaf(name: str, value: str | None) -> str:
    """One element of text; None is `nil`."""
    return f'<{name} xsi:nil="true"/>' if value is None else f"<{name}>{escape(value)}</{name}>"


def tree(name: str, value: Any) -> str:
    """A value as elements: lists repeat their name, times end in `Z`."""
    if isinstance(value, dict):
        inner = "".join(tree(key, one) for key, one in value.items())
        return f"<{name}>{inner}</{name}>"
    if isinstance(value, list | tuple):
        return "".join(tree(name, one) for one in value)
    if isinstance(value, bool):
        return leaf(name, str(value).lower())
    if value is None:
        return leaf(name, None)
    text = str(value)
    return leaf(name, text.replace("+0000", "Z") if name.endswith("Date") else text)


def operation(call: Call) -> tuple[ElementTree.Element, ElementTree.Element] | None:
    """The whole request and what its body asks; None when it cannot be read."""
    try:
        root = ElementTree.fromstring(call.request.body)  # noqa: S314 - no entities are resolved
    except ElementTree.ParseError:
        return None
    body = next((c for c in root if local(c) == "Body"), None)
    return (root, body[0]) if body is not None and len(body) else None


def header(call: Call, name: str) -> str:
    """A text of the request's SOAP header, such as `batchSize`; empty where there is none."""
    asked = operation(call)
    part = next((c for c in asked[0] if local(c) == "Header"), None) if asked else None
    return text(part, name) if part is not None else ""


def session_of(call: Call, root: ElementTree.Element) -> Session:
    """The session a request names in its header."""
    session = call.sessions.find(text(root, "sessionId"))
    if session is None:
        raise invalid_session()
    return session


def answer(call: Call, body: str) -> Response:
    """A good answer."""
    return Response(200, _wrapped(call.request.path, body), dict(_XML))


def fault(call: Call, code: str, message: str) -> Response:
    """A refusal of the whole call."""
    return fault_at(call.request.path, code, message)


def fault_at(path: str, code: str, message: str) -> Response:
    """A refusal of whatever was sent to an address, even of a version that is not known."""
    plain = code.split(":")[-1]
    body = (
        f"<soapenv:Fault><faultcode>{code}</faultcode><faultstring>{escape(message)}"
        f"</faultstring><detail><sf:UnexpectedErrorFault><sf:exceptionCode>{plain}"
        f"</sf:exceptionCode><sf:exceptionMessage>{escape(message)}</sf:exceptionMessage>"
        "</sf:UnexpectedErrorFault></detail></soapenv:Fault>"
    )
    return Response(500, _wrapped(path, body, plain=True), dict(_XML))


def _wrapped(path: str, body: str, *, plain: bool = False) -> str:
    """The envelope. `plain`: what has no prefix is in no namespace, as the parts of a fault are."""
    path = path.lower()
    kind = "enterprise" if "/soap/c/" in path else "partner"
    namespace, faults = f"urn:{kind}.soap.sforce.com", f"urn:fault.{kind}.soap.sforce.com"
    if "/soap/m/" in path:
        kind, namespace, faults = "metadata", METADATA, METADATA
    default = "" if plain else f' xmlns="{namespace}"'
    return _ENVELOPE.format(default=default, faults=faults, kind=kind, body=body)
