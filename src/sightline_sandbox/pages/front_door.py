"""The front door: a token's holder gets an address that signs a browser in, once.

`sf org open` asks for it; the older form with the token itself in the address works too.
"""

from __future__ import annotations

import re
import secrets
import time
from urllib.parse import quote

from sightline_sandbox.call import Call
from sightline_sandbox.errors import ApiError
from sightline_sandbox.http import Response
from sightline_sandbox.pages import routes
from sightline_sandbox.routing import Router
from sightline_sandbox.sessions import authenticate

_SECONDS = 60
_KIND = "front_door"
_RECORD = re.compile(
    r"(?:lightning/r/(?:\w+/)?)?(?P<id>[0-9A-Za-z]{15}|[0-9A-Za-z]{18})(?:/view)?/?\Z"
)


def add_routes(router: Router) -> None:
    """The front door and the address that leads to it."""
    router.add("GET POST", "/services/oauth2/singleaccess", single_access)
    router.add("GET", "/secur/frontdoor.jsp", enter)


def single_access(call: Call) -> Response:
    """An address that signs in as the token's user, good once and for a minute."""
    try:
        session = authenticate(call.sessions, call.request)
    except ApiError:
        return Response(403, "Bad_OAuth_Token", {"Content-Type": "text/html;charset=UTF-8"})
    code = secrets.token_urlsafe(32)
    body = {"token": session.token, "until": time.time() + _SECONDS}
    with call.org.database.writing() as db:
        call.org.documents.put(db, _KIND, code, body)
    asked = call.request.query
    if call.request.method == "POST":
        asked = {**asked, **call.request.form()}
    start = quote(asked.get("redirect_uri", ""), safe="")
    address = f"{call.request.origin}/secur/frontdoor.jsp?otp={code}&startURL={start}"
    return Response(body={"frontdoor_uri": address})


def enter(call: Call) -> Response:
    """Sign a browser in and send it on: to a record, or to the start."""
    asked = call.request.query
    token = asked.get("sid", "")
    if asked.get("otp"):
        token = _token_of(call, asked["otp"])
    if call.sessions.find(token) is None:
        return routes.login_page(call, "This address has been used, or is too old.")
    return routes.signed_in(call, token, _inside(asked.get("startURL") or asked.get("retURL", "")))


def _token_of(call: Call, code: str) -> str:
    known = call.org.documents.get(_KIND, code)
    if known is None:
        return ""
    with call.org.database.writing() as db:
        call.org.documents.drop(db, _KIND, code)
    return str(known["token"]) if known["until"] > time.time() else ""


def _inside(address: str) -> str:
    """The page here for an address of the service's own pages."""
    found = _RECORD.match(address.strip().lstrip("/"))
    return f"/sandbox/records/{found.group('id')}" if found else "/sandbox"
