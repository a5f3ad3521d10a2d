"""Paths of the control API. Every one needs the control key as its bearer token."""

from __future__ import annotations

import hmac
import sqlite3
from collections.abc import Callable
from typing import Any

from sightline_sandbox.call import Call
from sightline_sandbox.control import changes, records
from sightline_sandbox.errors import ApiError
from sightline_sandbox.faults import KINDS
from sightline_sandbox.formula import FormulaError
from sightline_sandbox.http import Response
from sightline_sandbox.loading import permissions
from sightline_sandbox.loading.metadata import MetadataError
from sightline_sandbox.routing import Handler, Router
from sightline_sandbox.sessions import token_of

_ROOT = "/__sandbox"
Change = Callable[[Call, sqlite3.Connection, dict[str, Any]], Any]


def add_routes(router: Router) -> None:
    """The control API."""
    router.add("GET", _ROOT, _guarded(index))
    router.add("GET", _ROOT + "/faults", _guarded(list_faults))
    router.add("POST", _ROOT + "/faults", _guarded(arm))
    router.add("DELETE", _ROOT + "/faults", _guarded(clear))
    router.add("DELETE", _ROOT + "/faults/{id}", _guarded(disarm))
    router.add("GET", _ROOT + "/requests", _guarded(requests))
    router.add("GET", _ROOT + "/state", _guarded(state))
    for path, change in {**changes.CHANGES, **records.CHANGES}.items():
        rights = path.split("/")[0] in ("fields", "objects", "metadata", "reset")
        router.add("POST", f"{_ROOT}/{path}", _guarded(_changing(change, rights=rights)))


def _guarded(handler: Handler) -> Handler:
    def run(call: Call) -> Response:
        if not hmac.compare_digest(token_of(call.request), call.sandbox.control_key):
            raise ApiError("INVALID_SESSION_ID", "the control key is missing", status=401)
        try:
            return handler(call)
        except (ValueError, KeyError, TypeError, FormulaError, MetadataError) as error:
            reason = f"missing: {error}" if isinstance(error, KeyError) else str(error)
            raise ApiError("INVALID_INPUT", reason) from None

    return run


def _changing(change: Change, *, rights: bool) -> Handler:
    def run(call: Call) -> Response:
        body = call.request.object() if call.request.body else {}
        with call.org.database.writing() as db:
            done = change(call, db, body)
            if rights:
                permissions.refresh(call.org, db)
        call.org.forget_viewers()
        return Response(body=done if done is not None else {"done": True})

    return run


def index(call: Call) -> Response:
    """What there is."""
    return Response(
        body={"faults": KINDS, "changes": sorted({**changes.CHANGES, **records.CHANGES})}
    )


def list_faults(call: Call) -> Response:
    """The armed faults, and how often each kind has fired."""
    return Response(body=call.org.faults.listed())


def arm(call: Call) -> Response:
    """Arm a fault; `seed` makes chances repeatable."""
    body = call.request.object()
    if "seed" in body:
        call.org.faults.seed(int(body.pop("seed")))
        if not body:
            return Response(body={"done": True})
    return Response(201, call.org.faults.arm(body).describe())


def clear(call: Call) -> Response:
    """Take every fault away; the clock runs true again."""
    call.org.clock.skew(0)
    call.org.clock.freeze(None)
    return Response(body={"disarmed": call.org.faults.disarm()})


def disarm(call: Call) -> Response:
    """Take one fault away."""
    return Response(body={"disarmed": call.org.faults.disarm(int(call.parameters["id"]))})


def requests(call: Call) -> Response:
    """The last requests, and counts by kind."""
    limit = int(call.request.query.get("limit", "200"))
    return Response(body={"recent": call.org.log.recent(limit), "counts": call.org.log.counts()})


def state(call: Call) -> Response:
    """Calls used, clock, rules and hidden fields."""
    documents = call.org.documents
    kinds = ("hidden", "read_only", "denied", "private", "rule", "duplicate", "lock")
    return Response(
        body={
            "now": call.org.clock.stamp(),
            "calls": call.org.calls,
            "limit": call.org.call_limit,
            **{kind: dict(documents.items(kind)) for kind in kinds},
        }
    )
