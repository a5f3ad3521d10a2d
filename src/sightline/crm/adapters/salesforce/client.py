"""One HTTP client for one org: timeouts, one renewal at 401, the day's calls, errors by kind."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import httpx

from sightline.crm.adapters.salesforce.grant import Grant
from sightline.crm.errors import CrmError, Retry
from sightline.crm.port import Spent

_USAGE = re.compile(r"api-usage=(\d+)/(\d+)")
_NOTHING_DONE = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
TIMEOUT = httpx.Timeout(60.0, connect=10.0)
_LIMITED = frozenset({"REQUEST_LIMIT_EXCEEDED", "TXN_SECURITY_METERING_ERROR"})
_TRANSIENT = frozenset({"UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE", "QUERY_TIMEOUT"})
_LIMIT_WAIT = 600.0

HEADERS = {
    "Accept": "application/json",
    "Sforce-Call-Options": "client=Sightline",
    "Sforce-Auto-Assign": "FALSE",
    "Sforce-Duplicate-Rule-Header": (
        "allowSave=false; includeRecordDetails=false; runAsCurrentUser=true"
    ),
}


@dataclass(slots=True)
class Client:
    """Calls below `/services/data/vNN.0`."""

    grant: Grant
    http: httpx.Client
    version: str = "66.0"
    spent: Spent = field(default_factory=Spent)

    def get(self, path: str, **query: str) -> Any:
        """A read's answer. Raises CrmError."""
        return decoded(self.call("GET", path, query=query))

    def call(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """One call, repeated once with a new token where the old one died. Raises CrmError."""
        answer = self._send(method, path, query, body, headers)
        if answer.status_code == 401:
            self.grant.renew()
            answer = self._send(method, path, query, body, headers)
        if answer.status_code >= 400 and answer.status_code != 412:
            raise error_of(answer)
        return answer

    def glance(
        self, path: str, query: Mapping[str, str], *, headers: Mapping[str, str]
    ) -> httpx.Response | None:
        """A read ahead of its time, from another thread: it renews nothing and touches no database.
        None where it failed in whatever way; who needs the answer then asks and is told why."""
        try:
            answer = self._send("GET", path, query, None, headers)
        except CrmError:
            return None
        return answer if answer.status_code == 200 else None

    def _send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None,
        body: object,
        headers: Mapping[str, str] | None,
    ) -> httpx.Response:
        token = self.grant.token()
        address = self.grant.instance + (
            path if path.startswith("/services/") else f"/services/data/v{self.version}{path}"
        )
        try:
            answer = self.http.request(
                method,
                address,
                params=dict(query) if query else None,
                content=None if body is None else json.dumps(body, default=_plain),
                headers={
                    **HEADERS,
                    "Content-Type": "application/json",
                    "Authorization": f"Bearer {token}",
                    **(headers or {}),
                },
                timeout=TIMEOUT,
            )
        except httpx.TransportError as problem:
            unknown = method != "GET" and not isinstance(problem, _NOTHING_DONE)
            raise CrmError(
                f"Salesforce did not answer: {type(problem).__name__}",
                retry_kind=Retry.TRANSIENT,
                code="NO_ANSWER",
                unknown=unknown,
            ) from problem
        self._note_usage(answer)
        return answer

    def _note_usage(self, answer: httpx.Response) -> None:
        found = _USAGE.search(answer.headers.get("sforce-limit-info", ""))
        if found:
            self.spent = Spent(int(found[1]), int(found[2]))


def decoded(answer: httpx.Response) -> Any:
    """A JSON body with exact numbers."""
    return json.loads(answer.text, parse_float=Decimal)


def _plain(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else str(value)


def error_of(answer: httpx.Response) -> CrmError:
    """What an answer of 400 or more means, and whether trying again helps."""
    code, text = str(answer.status_code), f"Salesforce answered {answer.status_code}."
    try:
        body = answer.json()
        first = body[0] if isinstance(body, list) and body else body
        code = str(first.get("errorCode") or first.get("error") or code)
        text = str(first.get("message") or first.get("error_description") or text)
    except (ValueError, AttributeError):
        pass
    status = answer.status_code
    if code in _LIMITED:
        return CrmError(text, retry_kind=Retry.LIMITED, code=code, wait=_LIMIT_WAIT)
    if status == 401:
        return CrmError(text, retry_kind=Retry.PERSON, code=code)
    if status >= 500:
        return CrmError(text, retry_kind=Retry.TRANSIENT, code=code, unknown=True)
    if code in _TRANSIENT:
        return CrmError(text, retry_kind=Retry.TRANSIENT, code=code)
    return CrmError(text, retry_kind=Retry.NEVER, code=code)
