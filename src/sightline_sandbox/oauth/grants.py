"""Grants: what a person (or a policy) allowed an app, its refresh token, and codes on the way.

With rotation every refresh token works once. Using one again ends the grant: its current refresh
token and every access token it led to.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from typing import Any

from sightline_sandbox.oauth.apps import DAY
from sightline_sandbox.org import Org
from sightline_sandbox.sessions import Sessions

CODE_SECONDS = 15 * 60
Grant = dict[str, Any]


class GrantError(Exception):
    """A refused grant: `error` and `description` as the token endpoint words them."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def new_code(org: Org, db: sqlite3.Connection, body: dict[str, Any]) -> str:
    """A one-time authorization code for what was allowed."""
    code = "aPrx" + secrets.token_urlsafe(48)
    entry = {**body, "expires": org.clock.epoch() + CODE_SECONDS, "used": False}
    org.documents.put(db, "code", _key(code), entry)
    return code


def take_code(org: Org, sessions: Sessions, db: sqlite3.Connection, code: str) -> dict[str, Any]:
    """What a code stands for; a second use ends what the first led to."""
    key = _key(code)
    entry = org.documents.get("code", key)
    if entry is None or entry["expires"] < org.clock.epoch():
        raise GrantError("invalid_grant", "expired authorization code")
    if entry["used"]:
        end(org, sessions, db, entry["grant"])
        raise GrantError("invalid_grant", "authorization code has already been used")
    grant = secrets.token_hex(12)
    org.documents.put(db, "code", key, {**entry, "used": True, "grant": grant})
    return {**entry, "grant": grant}


def start(org: Org, db: sqlite3.Connection, *, grant: str, app: str, user: str, scope: str) -> str:
    """Keep a grant and answer its first refresh token."""
    body: Grant = {
        "id": grant,
        "app": app,
        "user": user,
        "scope": scope,
        "last_used": org.clock.epoch(),
    }
    org.documents.put(db, "grant", grant, body)
    return _new_refresh(org, db, grant)


def _new_refresh(org: Org, db: sqlite3.Connection, grant: str) -> str:
    token = "5Aep861" + secrets.token_urlsafe(60)
    org.documents.put(db, "refresh", _key(token), {"grant": grant, "current": True})
    return token


def refresh(
    org: Org, sessions: Sessions, db: sqlite3.Connection, token: str, app: dict[str, Any]
) -> tuple[Grant, str | None]:
    """The grant of a refresh token, and the token's successor where the app rotates."""
    entry = org.documents.get("refresh", _key(token))
    grant = org.documents.get("grant", entry["grant"]) if entry else None
    if entry is None or grant is None or grant["app"] != app["id"]:
        raise GrantError("invalid_grant", "expired access/refresh token")
    if not entry["current"]:
        end(org, sessions, db, grant["id"])
        raise GrantError("invalid_grant", "expired access/refresh token")
    if grant["last_used"] + app["idle_days"] * DAY < org.clock.epoch():
        end(org, sessions, db, grant["id"])
        raise GrantError("invalid_grant", "expired access/refresh token")
    org.documents.put(db, "grant", grant["id"], {**grant, "last_used": org.clock.epoch()})
    if not app["rotation"]:
        return grant, None
    org.documents.put(db, "refresh", _key(token), {**entry, "current": False})
    return grant, _new_refresh(org, db, grant["id"])


def end(org: Org, sessions: Sessions, db: sqlite3.Connection, grant: str) -> None:
    """End a grant: no token of it works any more."""
    org.documents.drop(db, "grant", grant)
    sessions.close_grant(db, grant)


def grant_of_refresh(org: Org, token: str) -> str | None:
    """The live grant a refresh token belongs to."""
    entry = org.documents.get("refresh", _key(token))
    if entry is None or org.documents.get("grant", entry["grant"]) is None:
        return None
    return str(entry["grant"])
