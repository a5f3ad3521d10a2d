"""Connecting by browser: an administrator allows it in the org itself (web server flow with PKCE).

What is needed when the browser comes back is sealed and handed to the caller, who keeps it for that
one person. A state that was not given out, or was given out long ago, connects nothing.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
from django.utils import timezone

from sightline.actions.sync import connections
from sightline.actions.sync.context import SyncProblem
from sightline.crm import registry
from sightline.records.queries import sync as queries

PATIENCE = dt.timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The connection to be made. `connection_id` where one is to be connected again."""

    name: str
    login: str
    client_id: str
    client_secret: str = ""
    source: str = ""
    connection_id: int | None = None
    flow: str = "web_server"
    username: str = ""
    private_key: str = ""


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the browser goes, and what it must bring back with it."""

    address: str
    sealed: str


def begin(wanted: Wanted, *, callback: str, now: dt.datetime) -> Begun:
    """The address at which the org asks. Raises SyncProblem with the field at fault."""
    login = _checked(wanted)
    verifier, state = registry.new_verifier(), secrets.token_urlsafe(32)
    kept = {
        "name": wanted.name.strip(),
        "login": login,
        "client_id": wanted.client_id.strip(),
        "client_secret": wanted.client_secret.strip(),
        "source": wanted.source.strip(),
        "connection": str(wanted.connection_id or ""),
        "callback": callback,
        "verifier": verifier,
        "state": state,
        "began": now.isoformat(),
    }
    address = registry.authorize_address(
        login, client_id=kept["client_id"], callback=callback, state=state, verifier=verifier
    )
    return Begun(address, connections.sealed(kept))


def begin_again(connection_id: int, *, name: str, callback: str, now: dt.datetime) -> Begun:
    """The same for a connection whose grant is gone. Raises SyncProblem."""
    settings, held = connections.reconnect_by_browser(connection_id)
    wanted = Wanted(
        name=name,
        login=str(settings["login"]),
        client_id=str(settings["client_id"]),
        client_secret=held.get("client_secret", ""),
        connection_id=connection_id,
    )
    return begin(wanted, callback=callback, now=now)


def finish(
    sealed: str,
    *,
    state: str,
    code: str,
    actor_id: int | None,
    now: dt.datetime,
    http: httpx.Client | None = None,
) -> int:
    """The browser came back with a code: make the connection, or renew it; answers its key.

    Raises SyncProblem where it is not the browser that left, and CrmError in the service's words.
    """
    held = connections.unsealed(sealed)
    if not held or not secrets.compare_digest(held.get("state", ""), state):
        raise SyncProblem("This answer belongs to no connection that was begun here.")
    if now - dt.datetime.fromisoformat(held["began"]) > PATIENCE:
        raise SyncProblem("That took longer than fifteen minutes. Begin again.")
    with http or httpx.Client(timeout=30.0) as client:
        tokens = registry.exchange_code(
            client,
            held["login"],
            client_id=held["client_id"],
            client_secret=held["client_secret"],
            callback=held["callback"],
            code=code,
            verifier=held["verifier"],
        )
    if held["client_secret"]:
        tokens["client_secret"] = held["client_secret"]
    if held["connection"]:
        connections.reconnect(int(held["connection"]), secrets=tokens, actor_id=actor_id)
        return int(held["connection"])
    return connections.connect(
        held["name"],
        brand="salesforce",
        settings={"login": held["login"], "flow": "web_server", "client_id": held["client_id"]},
        secrets=tokens,
        source=held["source"],
        actor_id=actor_id,
    )


def connect_by_secret(wanted: Wanted, *, actor_id: int | None) -> int:
    """Connect as an app with a secret or a certificate; answers the key. The org is asked at once.

    Raises SyncProblem with the field at fault, and CrmError in the service's words; then nothing is
    kept.
    """
    login = _checked(wanted)
    settings = {"login": login, "flow": wanted.flow, "client_id": wanted.client_id.strip()}
    if wanted.flow == "jwt_bearer":
        settings["username"] = wanted.username.strip()
    return connections.connect(
        wanted.name.strip(),
        brand="salesforce",
        settings=settings,
        secrets=secret_of(wanted.flow, wanted.client_secret, wanted.private_key),
        source=wanted.source.strip(),
        prove=_who_answers,
        actor_id=actor_id,
    )


def renew_secret(
    connection_id: int, *, client_secret: str, private_key: str, actor_id: int | None
) -> None:
    """Another secret or key for a connection. Raises as `connect_by_secret`; the old one stays."""
    facts = queries.connection(connection_id)
    flow = str(facts.settings.get("flow", "client_credentials")) if facts is not None else ""
    secrets_ = secret_of(flow, client_secret, private_key)
    connections.reconnect(connection_id, secrets=secrets_, prove=_who_answers, actor_id=actor_id)


def secret_of(flow: str, client_secret: str, private_key: str) -> dict[str, str]:
    """What is kept sealed for a flow. Raises SyncProblem where it is missing."""
    if flow == "jwt_bearer":
        if "PRIVATE KEY" not in private_key:
            text = "Paste the private key, from its BEGIN line to its END line."
            raise SyncProblem(text, field="private_key")
        return {"private_key": private_key.strip() + "\n"}
    if not client_secret.strip():
        raise SyncProblem("The app's consumer secret is missing.", field="client_secret")
    return {"client_secret": client_secret.strip()}


def _who_answers(connection_id: int) -> str:
    facts = queries.connection(connection_id)
    assert facts is not None
    crm = registry.open_crm(
        connection_id, brand=facts.brand, settings=facts.settings, clock=timezone.now
    )
    try:
        return crm.org().id
    finally:
        crm.close()


def _checked(wanted: Wanted) -> str:
    """The org's address; a name, an app and, for a certificate, a user are asked for."""
    login = _org_address(wanted.login)
    if not wanted.client_id.strip():
        raise SyncProblem("Which app? Its consumer key is missing.", field="client_id")
    if not wanted.name.strip():
        raise SyncProblem("The connection needs a name.", field="name")
    if wanted.flow == "jwt_bearer" and not wanted.username.strip():
        raise SyncProblem("As which user? Name the integration user.", field="username")
    return login


def _org_address(text: str) -> str:
    """The org's own address, https unless it is this machine's. Raises SyncProblem."""
    parts = urlsplit(text.strip().rstrip("/"))
    safe = parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname or ""))
    plain = parts.hostname and not (parts.path or parts.query or parts.username)
    if not (safe and plain):
        raise SyncProblem(
            "Give the org's My Domain address, such as https://your-company.my.salesforce.com.",
            field="login",
        )
    return f"{parts.scheme}://{parts.netloc}"


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
