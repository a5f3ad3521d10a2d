"""Writing: one row with a guard against changes meanwhile, more through sObject Collections.

Every row has its own outcome. A create goes by upsert on the unique key, so that repeating it
after a lost answer makes nothing twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from sightline.agreement.identity import canonical_id
from sightline.agreement.records import Deed, Outcome, Settled, Write
from sightline.crm.adapters.salesforce.client import Client, decoded
from sightline.crm.errors import CrmError, Retry

_AGAIN = frozenset({"UNABLE_TO_LOCK_ROW", "PROCESSING_HALTED", "ALL_OR_NONE_OPERATION_ROLLED_BACK"})
_GONE = frozenset({"ENTITY_IS_DELETED", "NOT_FOUND", "INVALID_CROSS_REFERENCE_KEY"})


def write_rows(client: Client, writes: Sequence[Write]) -> list[Outcome]:
    """Write rows of one object, in their order. Raises CrmError only where nothing was done."""
    outcomes: dict[int, Outcome] = {}
    for deed in (Deed.CREATE, Deed.UPDATE, Deed.DELETE):
        placed = [(n, one) for n, one in enumerate(writes) if one.deed is deed]
        if placed:
            done = _attempt(client, deed, [one for _, one in placed])
            outcomes |= {n: outcome for (n, _), outcome in zip(placed, done, strict=True)}
    return [outcomes[n] for n in range(len(writes))]


def _attempt(client: Client, deed: Deed, writes: Sequence[Write]) -> list[Outcome]:
    try:
        if deed is Deed.UPDATE and len(writes) == 1:
            return [_one(client, writes[0])]
        return _many(client, deed, writes)
    except CrmError as problem:
        if problem.unknown:
            return [Outcome(Settled.UNKNOWN, code=problem.code, message=str(problem))] * len(writes)
        if problem.retry_kind is Retry.NEVER:
            return [refusal(problem.code, str(problem), ())] * len(writes)
        raise


def _one(client: Client, one: Write) -> Outcome:
    headers = {}
    if one.unless_changed is not None:
        moment = one.unless_changed.astimezone(dt.UTC)
        headers["If-Unmodified-Since"] = moment.strftime("%a, %d %b %Y %H:%M:%S GMT")
    path = f"/sobjects/{one.object}/{one.id}"
    answer = client.call("PATCH", path, body=dict(one.values), headers=headers)
    if answer.status_code == 412:
        return Outcome(Settled.CHANGED, code="PRECONDITION_FAILED", message="changed meanwhile")
    return Outcome(Settled.DONE, one.id)


def _many(client: Client, deed: Deed, writes: Sequence[Write]) -> list[Outcome]:
    if deed is Deed.DELETE:
        ids = ",".join(one.id for one in writes)
        query = {"ids": ids, "allOrNone": "false"}
        answer = client.call("DELETE", "/composite/sobjects", query=query)
    else:
        path, method = "/composite/sobjects", "PATCH" if deed is Deed.UPDATE else "POST"
        key_field = writes[0].key_field if deed is Deed.CREATE else ""
        if key_field:
            path, method = f"{path}/{writes[0].object}/{quote(key_field, safe='')}", "PATCH"
        body = {"allOrNone": False, "records": [_record(one) for one in writes]}
        answer = client.call(method, path, body=body)
    results = decoded(answer)
    return [_outcome(result, one) for result, one in zip(results, writes, strict=True)]


def _record(one: Write) -> dict[str, Any]:
    body: dict[str, Any] = {"attributes": {"type": one.object}, **one.values}
    if one.deed is Deed.UPDATE:
        body["id"] = one.id
    elif one.key_field:
        body[one.key_field] = one.key
    return body


def _outcome(result: dict[str, Any], one: Write) -> Outcome:
    if result.get("success"):
        return Outcome(Settled.DONE, canonical_id(str(result.get("id") or one.id)))
    errors = result.get("errors") or [{}]
    code = str(errors[0].get("statusCode") or errors[0].get("errorCode") or "")
    text = "; ".join(str(each.get("message") or "") for each in errors)
    fields = tuple(str(name) for each in errors for name in each.get("fields") or ())
    return refusal(code, text, fields)


def refusal(code: str, text: str, fields: tuple[str, ...]) -> Outcome:
    """What a refusal of one row leads to, by its code."""
    if code in _AGAIN:
        return Outcome(Settled.RETRY, code=code, message=text, fields=fields)
    if code in _GONE:
        return Outcome(Settled.GONE, code=code, message=text, fields=fields)
    return Outcome(Settled.REFUSED, code=code, message=text, fields=fields)
