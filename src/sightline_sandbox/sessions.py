"""Access tokens: who holds one, from which app, until when.

Their life is counted in real time, so that a skewed org clock ends no session.
"""

import secrets
import sqlite3
import time
from dataclasses import asdict, dataclass

from sightline_sandbox.errors import ApiError, invalid_session
from sightline_sandbox.http import Request
from sightline_sandbox.org import Org

#: Seconds a session lives after its last use; the service's default is two hours.
IDLE_SECONDS = 2 * 60 * 60
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._"
_TOKEN_LENGTH = 96


@dataclass(slots=True)
class Session:
    """One access token. `app` is a client id, or `command line` / `page`."""

    token: str
    user_id: str
    app: str
    issued: float
    expires: float
    scope: str = "full api refresh_token"
    grant: str = ""


class Sessions:
    """The tokens of an org, kept over restarts."""

    def __init__(self, org: Org) -> None:
        self._org = org

    def open(
        self,
        db: sqlite3.Connection,
        user_id: str,
        *,
        app: str,
        scope: str = "full api refresh_token",
        grant: str = "",
        token: str | None = None,
    ) -> Session:
        """A new token for a user."""
        now = time.time()
        session = Session(
            token=token or self._new_token(),
            user_id=user_id,
            app=app,
            issued=now,
            expires=now + IDLE_SECONDS,
            scope=scope,
            grant=grant,
        )
        self._org.documents.put(db, "session", session.token, asdict(session))
        return session

    def _new_token(self) -> str:
        secret = "".join(secrets.choice(_ALPHABET) for _ in range(_TOKEN_LENGTH))
        return f"{self._org.id[:15]}!AQ{secret}"

    def find(self, token: str) -> Session | None:
        """The live session of a token; using it keeps it alive."""
        document = self._org.documents.get("session", token)
        if document is None:
            return None
        now = time.time()
        if document["expires"] < now:
            return None
        document["expires"] = now + IDLE_SECONDS
        return Session(**document)

    def close(self, db: sqlite3.Connection, token: str) -> bool:
        """End a session."""
        return self._org.documents.drop(db, "session", token)

    def close_grant(self, db: sqlite3.Connection, grant: str) -> int:
        """End every session a grant led to."""
        ended = [
            key for key, body in self._org.documents.items("session") if body["grant"] == grant
        ]
        for key in ended:
            self._org.documents.drop(db, "session", key)
        return len(ended)

    def close_all(self, db: sqlite3.Connection) -> int:
        """End every session, as an administrator may."""
        keys = [key for key, _ in self._org.documents.items("session")]
        for key in keys:
            self._org.documents.drop(db, "session", key)
        return len(keys)


def token_of(request: Request) -> str:
    """The token a request carries, or empty text."""
    scheme, _, value = request.header("authorization").partition(" ")
    if scheme.lower() in ("bearer", "oauth"):
        return value.strip()
    return request.header("x-sfdc-session")


def authenticate(sessions: Sessions, request: Request) -> Session:
    """The session behind a request, or 401; a header of another kind is told apart."""
    header = request.header("authorization").strip().lower()
    if header and not header.startswith(("bearer ", "oauth ")):
        raise ApiError("INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE", status=401)
    session = sessions.find(token_of(request))
    if session is None:
        raise invalid_session()
    return session
