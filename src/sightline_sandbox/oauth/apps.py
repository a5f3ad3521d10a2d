"""Client apps (External Client Apps) and what their policies allow."""

import ipaddress
import secrets
import sqlite3
from typing import Any

from sightline_sandbox.org import Org

#: The ready-made app's client id; its secret is made with the org.
DEFAULT_APP = "3MVG9sandbox.default.client.app.of.this.org"
COMMAND_LINE_APP = "PlatformCLI"
FLOWS = ("authorization_code", "refresh_token", "client_credentials", "jwt_bearer", "password")
DAY = 24 * 60 * 60


def policy(given: dict[str, Any]) -> dict[str, Any]:
    """An app from a control request, defaults filled in. Raises ValueError for unknown flows."""
    unknown = set(given.get("flows", ())) - set(FLOWS)
    if unknown:
        raise ValueError(f"unknown flows: {', '.join(sorted(unknown))}")
    return {
        "id": given.get("id") or "3MVG9" + secrets.token_urlsafe(40),
        "secret": given.get("secret") or secrets.token_hex(32).upper(),
        "name": given.get("name") or "Client app",
        "flows": list(given.get("flows", FLOWS)),
        "callbacks": list(given.get("callbacks", [])),
        "pkce_required": bool(given.get("pkce_required", True)),
        "secret_required": bool(given.get("secret_required", True)),
        "rotation": bool(given.get("rotation", True)),
        "idle_days": float(given.get("idle_days", 30)),
        "run_as": given.get("run_as"),
        "certificate": given.get("certificate"),
        "preauthorized": list(given.get("preauthorized", [])),
        "addresses": [str(ipaddress.ip_network(a)) for a in given.get("addresses", [])],
    }


def find_app(org: Org, client_id: str) -> dict[str, Any] | None:
    """The app of a client id."""
    return org.documents.get("app", client_id)


def put_app(org: Org, db: sqlite3.Connection, app: dict[str, Any]) -> None:
    """Add or replace an app."""
    org.documents.put(db, "app", app["id"], app)


def ensure_default_app(org: Org, db: sqlite3.Connection) -> dict[str, Any]:
    """The apps every org here is delivered with; answers the default one.

    The default app takes any loopback callback and every flow. The command-line one is what
    `sf org login web` names itself: public, without a secret.
    """
    known = find_app(org, DEFAULT_APP)
    if known is not None:
        return known
    command_line = {"id": COMMAND_LINE_APP, "name": "Salesforce CLI", "secret_required": False}
    flows = ["authorization_code", "refresh_token"]
    put_app(org, db, policy({**command_line, "rotation": False, "flows": flows}))
    run_as = db.execute(
        'SELECT "Id" FROM "User" WHERE "Username" = \'integration@sandbox.example\''
    ).fetchone()
    app = policy({"id": DEFAULT_APP, "name": "Default app", "run_as": run_as and run_as[0]})
    put_app(org, db, app)
    return app
