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

from sightline.actions.sync import connections
from sightline.actions.sync.context import SyncProblem
from sightline.crm import registry

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


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the browser goes, and what it must bring back with it."""

    address: str
    sealed: str


def begin(wanted: Wanted, *, callback: str, now: dt.datetime) -> Begun:
    """The address at which the org asks. Raises SyncProblem with the field at fault."""
    login = _org_address(wanted.login)
    if not wanted.client_id.strip():
        raise SyncProblem("Which app? Its consumer key is missing.", field="client_id")
    if not wanted.name.strip():
        raise SyncProblem("The connection needs a name.", field="name")
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
