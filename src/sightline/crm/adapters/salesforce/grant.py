"""Three ways to a token, and one refresher: web server with PKCE, JWT bearer, client credentials.

Sources: Salesforce, "External Client App OAuth" and "Refresh Token Rotation". A rotated refresh
token may be sent once only, so the caller renews under the connection's lock and stores the answer
before it is used.
"""

from __future__ import annotations

import base64
import hashlib
import secrets as random_source
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx
import jwt

from sightline.crm.errors import CrmError, Retry

Secrets = dict[str, str]
Refresh = Callable[[int, Callable[[Secrets], Mapping[str, str]]], tuple[Secrets, int]]
_ASSERTION_SECONDS = 180
_JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@dataclass(slots=True)
class Grant:
    """The connection's tokens as this worker last saw them. `login` is the org's My Domain."""

    flow: str
    login: str
    client_id: str
    username: str
    load: Callable[[], tuple[Secrets, int]]
    refresh: Refresh
    http: httpx.Client
    _held: Secrets | None = None
    _version: int = -1

    def token(self) -> str:
        """The access token; the first one is asked for where there is none yet."""
        if self._held is None:
            self._held, self._version = self.load()
        if not self._held.get("access_token"):
            self.renew()
        return self._held["access_token"]

    @property
    def instance(self) -> str:
        """Where the org answers."""
        return str((self._held or {}).get("instance_url") or self.login).rstrip("/")

    def renew(self) -> None:
        """A new token, unless another worker has one already. Raises CrmError for a person where
        the grant is gone."""
        self._held, self._version = self.refresh(self._version, self._ask)

    def _ask(self, held: Secrets) -> Mapping[str, str]:
        form = self._form(held)
        secret = held.get("client_secret")
        if secret and self.flow != "jwt_bearer":
            form["client_secret"] = secret
        try:
            answer = self.http.post(f"{self.login}/services/oauth2/token", data=form)
        except httpx.TransportError as problem:
            raise _lost(self.flow, problem) from problem
        return tokens_of(answer, flow=self.flow)

    def _form(self, held: Secrets) -> dict[str, str]:
        if self.flow == "client_credentials":
            return {"grant_type": "client_credentials", "client_id": self.client_id}
        if self.flow == "jwt_bearer":
            return {"grant_type": _JWT_GRANT, "assertion": self._assertion(held)}
        if not held.get("refresh_token"):
            raise _person("There is no refresh token: connect again.", "no_refresh_token")
        return {
            "grant_type": "refresh_token",
            "client_id": self.client_id,
            "refresh_token": held["refresh_token"],
        }

    def _assertion(self, held: Secrets) -> str:
        claims = {
            "iss": self.client_id,
            "sub": self.username,
            "aud": self.login,
            "exp": int(time.time()) + _ASSERTION_SECONDS,
        }
        return jwt.encode(claims, held["private_key"], algorithm="RS256")


def _lost(flow: str, problem: Exception) -> CrmError:
    """No answer from the token endpoint. A rotated refresh token may be spent by that."""
    spent = flow == "web_server" and not isinstance(
        problem, httpx.ConnectError | httpx.ConnectTimeout
    )
    return CrmError(
        f"The token endpoint did not answer: {problem}",
        retry_kind=Retry.PERSON if spent else Retry.TRANSIENT,
        code="TOKEN_ANSWER_LOST" if spent else "TOKEN_ENDPOINT",
    )


def tokens_of(answer: httpx.Response, *, flow: str) -> dict[str, str]:
    """The tokens of a token answer. Raises CrmError in the service's own words."""
    body: Any = {}
    if answer.headers.get("content-type", "").startswith("application/json"):
        body = answer.json()
    if answer.status_code == 200 and body.get("access_token"):
        names = ("access_token", "refresh_token", "instance_url", "id")
        return {name: str(body[name]) for name in names if body.get(name)}
    code = str(body.get("error") or answer.status_code)
    text = str(body.get("error_description") or f"The token endpoint answered {code}.")
    if answer.status_code >= 500:
        raise CrmError(text, retry_kind=Retry.TRANSIENT, code=code)
    raise _person(text, code)


def _person(text: str, code: str) -> CrmError:
    return CrmError(text, retry_kind=Retry.PERSON, code=code)


def new_verifier() -> str:
    """A PKCE verifier, to be kept until the browser comes back."""
    return random_source.token_urlsafe(64)


def authorize_address(
    login: str, *, client_id: str, callback: str, state: str, verifier: str
) -> str:
    """Where an administrator's browser is sent to allow the connection."""
    digest = hashlib.sha256(verifier.encode()).digest()
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": callback,
        "state": state,
        "scope": "api refresh_token",
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    return f"{login.rstrip('/')}/services/oauth2/authorize?{urlencode(query)}"


def exchange_code(
    http: httpx.Client,
    login: str,
    *,
    client_id: str,
    client_secret: str,
    callback: str,
    code: str,
    verifier: str,
) -> dict[str, str]:
    """The first tokens for a code that the browser brought back. Raises CrmError."""
    form = {
        "grant_type": "authorization_code",
        "client_id": client_id,
        "redirect_uri": callback,
        "code": code,
        "code_verifier": verifier,
    }
    if client_secret:
        form["client_secret"] = client_secret
    answer = http.post(f"{login.rstrip('/')}/services/oauth2/token", data=form)
    return tokens_of(answer, flow="web_server")
