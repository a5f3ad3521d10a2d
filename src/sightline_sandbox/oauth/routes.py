"""OAuth endpoints: authorize, token, revoke, introspect, discovery."""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlencode, urlsplit

from sightline_sandbox.call import Call
from sightline_sandbox.errors import DropConnection
from sightline_sandbox.http import JSON_TYPE, Response
from sightline_sandbox.oauth import consent, flows, grants
from sightline_sandbox.oauth.apps import find_app
from sightline_sandbox.oauth.grants import GrantError
from sightline_sandbox.routing import Router

_ROOT = "/services/oauth2"
_NO_STORE = {"Content-Type": JSON_TYPE, "Cache-Control": "no-cache, no-store", "Pragma": "no-cache"}


def add_routes(router: Router) -> None:
    """OAuth."""
    router.add("GET", _ROOT + "/authorize", authorize)
    router.add("POST", _ROOT + "/authorize", decide)
    router.add("POST", _ROOT + "/token", token)
    router.add("POST GET", _ROOT + "/revoke", revoke)
    router.add("POST", _ROOT + "/introspect", introspect)
    router.add("GET", "/.well-known/openid-configuration", discovery)


def _refused(error: GrantError, status: int = 400) -> Response:
    body = {"error": error.error, "error_description": error.description}
    return Response(status, body, dict(_NO_STORE))


def _check_request(call: Call, asked: dict[str, str]) -> dict[str, Any]:
    """The app of an authorization request. Raises GrantError shown on the spot."""
    app = find_app(call.org, asked.get("client_id", ""))
    if app is None:
        raise GrantError("invalid_client_id", "client identifier invalid")
    redirect = asked.get("redirect_uri", "")
    fits = redirect in app["callbacks"] if app["callbacks"] else _is_loopback(redirect)
    if not fits:
        raise GrantError("redirect_uri_mismatch", "redirect_uri must match configuration")
    return app


def _is_loopback(address: str) -> bool:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https"):
        return False
    host = parts.hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _redirect(asked: dict[str, str], values: dict[str, str]) -> Response:
    if asked.get("state"):
        values["state"] = asked["state"]
    address = asked["redirect_uri"]
    joint = "&" if urlsplit(address).query else "?"
    return Response(302, None, {"Location": address + joint + urlencode(values)})


def _wrong(asked: dict[str, str], app: dict[str, Any]) -> tuple[str, str] | None:
    """An error the app is told of by redirect."""
    if asked.get("response_type") != "code":
        return "unsupported_response_type", "response type not supported"
    if "authorization_code" not in app["flows"]:
        return "invalid_request", "the app's policy does not allow this flow"
    if app["pkce_required"] and not asked.get("code_challenge"):
        return "invalid_request", "missing required code challenge"
    method = asked.get("code_challenge_method") or "S256"
    if asked.get("code_challenge") and method != "S256":
        return "invalid_request", "code challenge method not supported"
    return None


def authorize(call: Call) -> Response:
    """Ask the person: as whom, and whether the app may."""
    asked = call.request.query
    try:
        app = _check_request(call, asked)
    except GrantError as error:
        return _refused(error)
    wrong = _wrong(asked, app)
    if wrong is not None:
        return _redirect(asked, {"error": wrong[0], "error_description": wrong[1]})
    with call.org.database.reading() as db:
        page = consent.page(call, db, app, asked)
    return Response(200, page, consent.page_headers(asked["redirect_uri"]))


def decide(call: Call) -> Response:
    """The person's answer."""
    form = call.request.form()
    try:
        app = _check_request(call, form)
        if not consent.is_ours(call, form):
            raise GrantError("invalid_request", "the form is out of date")
    except GrantError as error:
        return _refused(error)
    if form.get("decision") != "allow":
        denied = {"error": "access_denied", "error_description": "end-user denied authorization"}
        return _redirect(form, denied)
    body = {
        "app": app["id"],
        "user": form.get("user", ""),
        "scope": form.get("scope") or "full api refresh_token",
        "redirect_uri": form["redirect_uri"],
        "challenge": form.get("code_challenge") or None,
    }
    with call.org.database.writing() as db:
        code = grants.new_code(call.org, db, body)
    return _redirect(form, {"code": code})


def token(call: Call) -> Response:
    """Tokens for a grant; a refused reuse still ends what it must end."""
    form = call.request.form()
    refused: GrantError | None = None
    body: dict[str, Any] = {}
    with call.org.database.writing() as db:
        try:
            body = flows.token(call, db, form)
        except GrantError as error:
            refused = error
    if refused is not None:
        return _refused(refused)
    if form.get("grant_type") == "refresh_token" and call.org.faults.of_request(
        "token_lost", call.request
    ):
        raise DropConnection
    return Response(200, body, dict(_NO_STORE))


def revoke(call: Call) -> Response:
    """End a token; a refresh token takes its access tokens along."""
    asked = call.request.form() if call.request.method == "POST" else call.request.query
    value = asked.get("token", "")
    with call.org.database.writing() as db:
        if call.sessions.close(db, value):
            return Response(200, None)
        grant = grants.grant_of_refresh(call.org, value)
        if grant is not None:
            grants.end(call.org, call.sessions, db, grant)
            return Response(200, None)
    return _refused(GrantError("invalid_token", "the token is invalid or already revoked"))


def introspect(call: Call) -> Response:
    """What a token is worth."""
    form = call.request.form()
    try:
        flows.app_of(call, form, needs_secret=True)
    except GrantError as error:
        return _refused(error, 401)
    session = call.sessions.find(form.get("token", ""))
    if session is not None:
        return Response(
            body=_introspected(
                call, session.user_id, session.app, session.scope, session.issued, session.expires
            )
        )
    grant_id = grants.grant_of_refresh(call.org, form.get("token", ""))
    grant = call.org.documents.get("grant", grant_id) if grant_id else None
    if grant is None:
        return Response(body={"active": False})
    app = find_app(call.org, grant["app"]) or {"idle_days": 30}
    expires = grant["last_used"] + app["idle_days"] * 24 * 60 * 60
    answer = _introspected(
        call, grant["user"], grant["app"], grant["scope"], grant["last_used"], expires
    )
    return Response(body={**answer, "token_type": "refresh_token"})


def _introspected(
    call: Call, user: str, app: str, scope: str, issued: float, expires: float
) -> dict[str, Any]:
    with call.org.database.reading() as db:
        row = db.execute('SELECT "Username" FROM "User" WHERE "Id" = ?', (user,)).fetchone()
    return {
        "active": True,
        "scope": scope,
        "client_id": app,
        "username": row[0] if row else None,
        "sub": f"{call.request.origin}/id/{call.org.id}/{user}",
        "token_type": "access_token",
        "exp": int(expires),
        "iat": int(issued),
        "nbf": int(issued),
    }


def discovery(call: Call) -> Response:
    """Where the endpoints are."""
    root = call.request.origin + _ROOT
    return Response(
        body={
            "issuer": call.request.origin,
            "authorization_endpoint": f"{root}/authorize",
            "token_endpoint": f"{root}/token",
            "revocation_endpoint": f"{root}/revoke",
            "userinfo_endpoint": f"{root}/userinfo",
            "introspection_endpoint": f"{root}/introspect",
            "scopes_supported": ["api", "full", "id", "openid", "refresh_token", "web"],
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "subject_types_supported": ["public"],
            "token_endpoint_auth_methods_supported": [
                "client_secret_post",
                "client_secret_basic",
                "none",
            ],
        }
    )
