"""The page that asks a person to allow an app."""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
from html import escape
from typing import Any
from urllib.parse import urlsplit

from sightline_sandbox.call import Call
from sightline_sandbox.pages.layout import document, headers

_CARRIED = "client_id redirect_uri state scope code_challenge code_challenge_method response_type"


def _mark(call: Call, values: dict[str, str]) -> str:
    text = "\n".join(values.get(name, "") for name in _CARRIED.split())
    return hmac.new(call.sandbox.control_key.encode(), text.encode(), hashlib.sha256).hexdigest()


def is_ours(call: Call, form: dict[str, str]) -> bool:
    """Whether a form came from this page, unchanged."""
    return hmac.compare_digest(form.get("mark", ""), _mark(call, form))


def page_headers(redirect: str) -> dict[str, str]:
    """Headers of the page; the form may lead on to the app's callback."""
    parts = urlsplit(redirect)
    return headers(form_targets=f"{parts.scheme}://{parts.netloc}")


def page(call: Call, db: sqlite3.Connection, app: dict[str, Any], asked: dict[str, str]) -> str:
    """The consent page."""
    users = db.execute(
        'SELECT "Id", "Name", "Username" FROM "User" WHERE "IsActive" = 1 ORDER BY "Name" LIMIT 500'
    ).fetchall()
    hint = asked.get("login_hint", "")
    options = "".join(
        f'<option value="{escape(u[0])}"{" selected" if u[2] == hint else ""}>'
        f"{escape(u[1] or '')} ({escape(u[2] or '')})</option>"
        for u in users
    )
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(asked.get(name, ""))}">'
        for name in _CARRIED.split()
    )
    body = (
        f"<h1>Allow access?</h1><p><strong>{escape(app['name'])}</strong> asks for: "
        f"{escape(asked.get('scope') or 'full api refresh_token')}</p>"
        f'<form method="post" action="/services/oauth2/authorize">{hidden}'
        f'<input type="hidden" name="mark" value="{_mark(call, asked)}">'
        f'<p><label for="user">Sign in as</label> <select id="user" name="user">{options}'
        "</select></p>"
        '<p><button name="decision" value="allow">Allow</button> '
        '<button name="decision" value="deny">Deny</button></p></form>'
    )
    return document("Allow access", body)
