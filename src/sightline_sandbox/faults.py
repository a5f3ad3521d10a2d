"""Faults the org can be told to show: each armed with a match, a number of times, a chance.

Faults act at five places: before a request is handled, after it was committed, at a row, at a
cursor page, and in a graph. What changes the org itself (hidden fields, merges, rules) is done
through the control API instead, as an administrator or another program would do it.
"""

from __future__ import annotations

import os
import random
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sightline_sandbox.errors import ApiError, DropConnection, invalid_session, row_error

if TYPE_CHECKING:
    from sightline_sandbox.http import Request
    from sightline_sandbox.rows.read import Row
    from sightline_sandbox.schema.sobject import SObject
    from sightline_sandbox.work import Work

#: Every kind, and what it does.
KINDS: dict[str, str] = {
    "lost_response": "commit, then close the connection without an answer",
    "timeout": "wait `seconds`, then close the connection with nothing done",
    "server_error": "answer `status` (503) with nothing done",
    "server_error_after": "commit, then answer `status` (500)",
    "session_expired": "answer 401 INVALID_SESSION_ID",
    "request_limit": "answer 403 REQUEST_LIMIT_EXCEEDED",
    "delay": "wait `seconds` before handling: requests overtake one another",
    "duplicate_delivery": "handle the request twice, answer with the second outcome",
    "late_commit": "stamp now, commit `seconds` later",
    "crash_before": "end the whole process with nothing done",
    "crash_after": "commit, then end the whole process",
    "expired_locator": "answer INVALID_QUERY_LOCATOR for a further page",
    "lock_row": "answer UNABLE_TO_LOCK_ROW for a row",
    "row_failure": "refuse a row with `code` and `message`, inside batches too",
    "rewrite": "a trigger of the org: write `value` (or text cut to `length`) into `field`",
    "graph_halt": "fail a graph and halt those after it",
    "token_lost": "rotate the refresh token, then lose the answer",
}


@dataclass(slots=True)
class Fault:
    """One armed fault. `times` None: until it is taken away. `probability` of firing, 0 to 1."""

    id: int
    kind: str
    method: str | None = None
    path: re.Pattern[str] | None = None
    object: str | None = None
    times: int | None = 1
    skip: int = 0
    probability: float = 1.0
    parameters: dict[str, Any] = field(default_factory=dict)
    fired: int = 0
    seen: int = 0

    def describe(self) -> dict[str, Any]:
        """The fault as the control API shows it."""
        return {
            "id": self.id,
            "kind": self.kind,
            "method": self.method,
            "path": self.path.pattern if self.path else None,
            "object": self.object,
            "times": self.times,
            "skip": self.skip,
            "probability": self.probability,
            "parameters": self.parameters,
            "fired": self.fired,
            "seen": self.seen,
        }


class Faults:
    """The armed faults, and how often each kind has fired."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._armed: list[Fault] = []
        self._fired: dict[str, int] = dict.fromkeys(KINDS, 0)
        self._random = random.Random(0)  # noqa: S311 - chances, not secrets
        self._next = 0
        self.exit: Callable[[int], Any] = os._exit

    def arm(self, body: dict[str, Any]) -> Fault:
        """Arm a fault from a control request. Raises ValueError saying what is wrong with it."""
        kind = body.get("kind")
        if kind not in KINDS:
            raise ValueError(f"unknown fault {kind!r}; known: {', '.join(KINDS)}")
        known = {"kind", "method", "path", "object", "times", "skip", "probability"}
        path = body.get("path")
        with self._lock:
            self._next += 1
            fault = Fault(
                id=self._next,
                kind=kind,
                method=body.get("method"),
                path=re.compile(path) if path else None,
                object=body.get("object"),
                times=body.get("times", 1),
                skip=int(body.get("skip", 0)),
                probability=float(body.get("probability", 1.0)),
                parameters={k: v for k, v in body.items() if k not in known},
            )
            self._armed.append(fault)
            return fault

    def seed(self, number: int) -> None:
        """Make the chances repeatable."""
        with self._lock:
            self._random = random.Random(number)  # noqa: S311

    def disarm(self, fault_id: int | None = None) -> int:
        """Take one fault away, or all; answers how many went."""
        with self._lock:
            before = len(self._armed)
            self._armed = [f for f in self._armed if fault_id not in (None, f.id)]
            return before - len(self._armed)

    def listed(self) -> dict[str, Any]:
        """The armed faults and the counts of all kinds."""
        with self._lock:
            return {"armed": [f.describe() for f in self._armed], "fired": dict(self._fired)}

    def fires(self, kind: str, matches: Callable[[Fault], bool]) -> Fault | None:
        """The first armed fault of a kind that matches and whose turn it is."""
        if not self._armed:
            return None
        with self._lock:
            for fault in self._armed:
                if fault.kind == kind and matches(fault) and self._turn(fault):
                    return fault
        return None

    def _turn(self, fault: Fault) -> bool:
        fault.seen += 1
        spent = fault.times is not None and fault.fired >= fault.times
        if spent or fault.seen <= fault.skip or self._random.random() >= fault.probability:
            return False
        fault.fired += 1
        self._fired[fault.kind] += 1
        return True

    # --- places -------------------------------------------------------------------------

    def of_request(self, kind: str, request: Request) -> Fault | None:
        """A fault of a kind that matches a request by method and path."""

        def matches(fault: Fault) -> bool:
            same_method = fault.method in (None, request.method)
            return same_method and (fault.path is None or bool(fault.path.search(request.path)))

        return self.fires(kind, matches)

    def before_request(self, request: Request, sleep: Callable[[float], None]) -> None:
        """Delay, refuse, drop or crash before anything is done."""
        if fault := self.of_request("delay", request):
            sleep(float(fault.parameters.get("seconds", 1)))
        if self.of_request("crash_before", request):
            self.exit(137)
        if fault := self.of_request("timeout", request):
            sleep(float(fault.parameters.get("seconds", 1)))
            raise DropConnection
        if self.of_request("session_expired", request):
            raise invalid_session()
        self._refuse(request)

    def _refuse(self, request: Request) -> None:
        if self.of_request("request_limit", request):
            raise ApiError("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", status=403)
        if fault := self.of_request("server_error", request):
            raise server_error(fault)

    def after_request(self, request: Request) -> None:
        """Drop, fail or crash after everything was committed."""
        if self.of_request("crash_after", request):
            self.exit(137)
        if self.of_request("lost_response", request):
            raise DropConnection
        if fault := self.of_request("server_error_after", request):
            raise server_error(fault)

    def before_row(self, work: Work, sobject: SObject, row: Row | None) -> None:
        """Refuse a row about to be written."""

        def matches(fault: Fault) -> bool:
            wanted = fault.parameters.get("record")
            return fault.object in (None, sobject.name) and (
                wanted is None or (row is not None and row.get("Id") == wanted)
            )

        if self.fires("lock_row", matches):
            raise row_error(
                "UNABLE_TO_LOCK_ROW",
                "unable to obtain exclusive access to this record or 1 records: "
                f"{row['Id'] if row else ''}",
            )
        if fault := self.fires("row_failure", matches):
            code = fault.parameters.get("code", "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY")
            message = fault.parameters.get("message", "a trigger of the org failed")
            raise row_error(str(code), str(message))

    def rewrite(self, work: Work, sobject: SObject, row: Row, given: frozenset[str]) -> None:
        """A trigger of the org changes what was sent."""

        def matches(fault: Fault) -> bool:
            name = fault.parameters.get("field")
            return fault.object in (None, sobject.name) and name in given

        fault = self.fires("rewrite", matches)
        if fault is None:
            return
        name = str(fault.parameters["field"])
        if "value" in fault.parameters:
            row[name] = fault.parameters["value"]
        elif isinstance(row.get(name), str):
            row[name] = str(row[name])[: int(fault.parameters.get("length", 10))]


def server_error(fault: Fault) -> ApiError:
    """A fault of the service itself, of unknown outcome to the caller."""
    status = int(fault.parameters.get("status", 503 if fault.kind == "server_error" else 500))
    code = "SERVER_UNAVAILABLE" if status == 503 else "UNKNOWN_EXCEPTION"
    return ApiError(code, "An unexpected error occurred", status=status)
