"""The token endpoint's ways to a token."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import sqlite3
from typing import Any
from urllib.parse import unquote

import jwt
from cryptography import x509

from sightline_sandbox.call import Call
from sightline_sandbox.oauth import grants
from sightline_sandbox.oauth.apps import find_app
from sightline_sandbox.oauth.grants import GrantError

#: What every user's password is here, for the flows that still take one.
PASSWORD = "sandbox"  # noqa: S105 - a sandbox's known password
JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_NAMES = {JWT_GRANT: "jwt_bearer"}
Form = dict[str, str]
App = dict[str, Any]
Db = sqlite3.Connection


def client_of(call: Call, form: Form) -> tuple[str, str]:
    """Client id and secret, from the form or the Basic header."""
    scheme, _, value = call.request.header("authorization").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _, secret = base64.b64decode(value).decode().partition(":")
        except ValueError:
            raise GrantError("invalid_client", "invalid client credentials") from None
        return unquote(name), unquote(secret)
    return form.get("client_id", ""), form.get("client_secret", "")


def app_of(call: Call, form: Form, *, needs_secret: bool) -> App:
    """The client app, its secret checked where one is given or needed."""
    client_id, secret = client_of(call, form)
    if not client_id and form.get("assertion"):
        client_id = _issuer(form["assertion"])
    app = find_app(call.org, client_id)
    if app is None:
        raise GrantError("invalid_client_id", "client identifier invalid")
    right = hmac.compare_digest(secret, app["secret"])
    if (secret and not right) or (needs_secret and not right):
        raise GrantError("invalid_client", "invalid client credentials")
    return app


def _issuer(assertion: str) -> str:
    try:
        return str(jwt.decode(assertion, options={"verify_signature": False}).get("iss", ""))
    except jwt.PyJWTError:
        raise GrantError("invalid_grant", "invalid assertion") from None


def token(call: Call, db: Db, form: Form) -> dict[str, Any]:
    """The answer to a token request. Raises GrantError."""
    grant_type = form.get("grant_type", "")
    flow = _NAMES.get(grant_type, grant_type)
    ways = {
        "authorization_code": _by_code,
        "refresh_token": _by_refresh,
        "client_credentials": _by_credentials,
        "jwt_bearer": _by_assertion,
        "password": _by_password,
    }
    if flow not in ways:
        raise GrantError("unsupported_grant_type", "grant type not supported")
    app = app_of(call, form, needs_secret=flow in ("client_credentials", "password"))
    if flow not in app["flows"]:
        raise GrantError("invalid_grant", f"the app's policy does not allow {flow}")
    if app["addresses"] and not _from(call.request.peer, app["addresses"]):
        raise GrantError("invalid_grant", "ip restricted")
    return ways[flow](call, db, form, app)


def _from(peer: str, networks: list[str]) -> bool:
    """Whether a caller's address lies in one of an app's networks."""
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(network) for network in networks)


def _answer(
    call: Call,
    db: Db,
    app: App,
    user: str,
    *,
    scope: str,
    grant: str = "",
    refresh: str | None = None,
) -> dict[str, Any]:
    _check_user(db, user)
    session = call.sessions.open(db, user, app=app["id"], scope=scope, grant=grant)
    issued = str(int(session.issued * 1000))
    identity = f"{call.request.origin}/id/{call.org.id}/{user}"
    digest = hmac.new(app["secret"].encode(), (identity + issued).encode(), hashlib.sha256)
    out = {"access_token": session.token}
    if refresh is not None:
        out["refresh_token"] = refresh
    out |= {
        "signature": base64.b64encode(digest.digest()).decode(),
        "scope": scope,
        "instance_url": call.request.origin,
        "id": identity,
        "token_type": "Bearer",
        "issued_at": issued,
    }
    return out


def _check_user(db: Db, user: str) -> None:
    row = db.execute('SELECT "IsActive" FROM "User" WHERE "Id" = ?', (user,)).fetchone()
    if row is None or not row[0]:
        raise GrantError("invalid_grant", "inactive user")


def _by_code(call: Call, db: Db, form: Form, app: App) -> dict[str, Any]:
    entry = grants.take_code(call.org, call.sessions, db, form.get("code", ""))
    if entry["app"] != app["id"]:
        raise GrantError("invalid_grant", "authorization code was issued to another client")
    if entry["redirect_uri"] != form.get("redirect_uri"):
        raise GrantError("redirect_uri_mismatch", "redirect_uri must match configuration")
    _check_verifier(entry.get("challenge"), form.get("code_verifier", ""))
    if app["secret_required"] and not client_of(call, form)[1]:
        raise GrantError("invalid_client", "invalid client credentials")
    scope = entry["scope"]
    refresh = None
    if "refresh_token" in scope or "full" in scope or "offline_access" in scope:
        refresh = grants.start(
            call.org, db, grant=entry["grant"], app=app["id"], user=entry["user"], scope=scope
        )
    return _answer(call, db, app, entry["user"], scope=scope, grant=entry["grant"], refresh=refresh)


def _check_verifier(challenge: str | None, verifier: str) -> None:
    if not challenge:
        return
    digest = hashlib.sha256(verifier.encode()).digest()
    expected = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    if not hmac.compare_digest(expected, challenge):
        raise GrantError("invalid_grant", "invalid code verifier")


def _by_refresh(call: Call, db: Db, form: Form, app: App) -> dict[str, Any]:
    if app["secret_required"] and not client_of(call, form)[1]:
        raise GrantError("invalid_client", "invalid client credentials")
    grant, successor = grants.refresh(
        call.org, call.sessions, db, form.get("refresh_token", ""), app
    )
    return _answer(
        call,
        db,
        app,
        grant["user"],
        scope=grant["scope"],
        grant=grant["id"],
        refresh=successor,
    )


def _by_credentials(call: Call, db: Db, form: Form, app: App) -> dict[str, Any]:
    if not app["run_as"]:
        raise GrantError("invalid_grant", "no client credentials user enabled")
    return _answer(call, db, app, app["run_as"], scope="api")


def _by_assertion(call: Call, db: Db, form: Form, app: App) -> dict[str, Any]:
    claims = _claims(call, form.get("assertion", ""), app)
    row = db.execute(
        'SELECT "Id" FROM "User" WHERE "Username" = ?', (str(claims.get("sub", "")),)
    ).fetchone()
    if row is None:
        raise GrantError("invalid_grant", "user hasn't approved this consumer")
    allowed = app["preauthorized"]
    if allowed and claims["sub"] not in allowed and row[0] not in allowed:
        raise GrantError("invalid_app_access", "user is not admin approved to access this app")
    return _answer(call, db, app, row[0], scope=form.get("scope") or "api web")


#: The command line sends `exp` in milliseconds; only the past is refused, as the service does.
def _claims(call: Call, assertion: str, app: App) -> dict[str, Any]:
    if not app["certificate"]:
        raise GrantError("invalid_client", "no certificate is set for this app")
    certificate = x509.load_pem_x509_certificate(app["certificate"].encode())
    now = call.org.clock.epoch()
    try:
        claims: dict[str, Any] = jwt.decode(
            assertion,
            certificate.public_key(),  # type: ignore[arg-type]
            algorithms=["RS256"],
            options={"verify_exp": False, "verify_aud": False, "verify_iat": False},
        )
    except jwt.PyJWTError:
        raise GrantError("invalid_grant", "invalid assertion") from None
    if str(claims.get("aud", "")).rstrip("/") != call.request.origin:
        raise GrantError("invalid_grant", "audience is invalid")
    if float(claims.get("exp") or 0) < now:
        raise GrantError("invalid_grant", "assertion expired")
    return claims


def _by_password(call: Call, db: Db, form: Form, app: App) -> dict[str, Any]:
    user = password_user(db, form.get("username", ""), form.get("password", ""))
    if user is None:
        raise GrantError("invalid_grant", "authentication failure")
    return _answer(call, db, app, user, scope="full api")


def password_user(db: Db, username: str, password: str) -> str | None:
    """The active user of a name and the sandbox's password (a security token may follow it)."""
    row = db.execute(
        'SELECT "Id" FROM "User" WHERE "Username" = ? AND "IsActive" = 1', (username,)
    ).fetchone()
    right = password.startswith(PASSWORD)
    return str(row[0]) if row and right else None
