"""Rows and descriptions over the SOAP partner API: REST's own answers, put in its words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

from sightline_sandbox.call import Call
from sightline_sandbox.errors import ApiError
from sightline_sandbox.http import Request
from sightline_sandbox.resources import soap_envelope as envelope

Json = dict[str, Any]
_SOBJECT = 'xsi:type="sobj:sObject"'


def _rest(call: Call, method: str, path: str, body: Json | None = None) -> Any:
    """What REST answers to the same user; its refusal is raised."""
    headers = {"content-type": "application/json"}
    batch = envelope.header(call, "batchSize")
    if batch:
        headers["sforce-query-options"] = f"batchSize={batch}"
    payload = json.dumps(body).encode() if body is not None else b""
    target = f"{call.base}/{path}"
    answer = call.sandbox.inner(
        Request(method, target, headers, payload, call.request.scheme, call.request.host),
        call,
        None,
    )
    if answer.status >= 400:
        first = answer.body[0]
        raise ApiError(first["errorCode"], first["message"])
    return answer.body


def _query(path: str) -> Callable[[Call, ElementTree.Element], str]:
    def handler(call: Call, operation: ElementTree.Element) -> str:
        text = urlencode({"q": envelope.text(operation, "queryString")})
        found = _rest(call, "GET", f"{path}?{text}")
        return f"<{path}Response>{_result('result', found)}</{path}Response>"

    return handler


def _query_more(call: Call, operation: ElementTree.Element) -> str:
    locator = quote(envelope.text(operation, "queryLocator"))
    found = _rest(call, "GET", f"query/{locator}")
    return f"<queryMoreResponse>{_result('result', found)}</queryMoreResponse>"


def _result(name: str, found: Json) -> str:
    """A page of a query, or child rows, as a `QueryResult`."""
    after = found.get("nextRecordsUrl")
    locator = envelope.leaf("queryLocator", after.rsplit("/", 1)[-1] if after else None)
    records = "".join(_record("records", one) for one in found["records"])
    done = str(found["done"]).lower()
    return (
        f'<{name} xsi:type="QueryResult"><done>{done}</done>{locator}{records}'
        f"<size>{found['totalSize']}</size></{name}>"
    )


def _record(name: str, record: Json | None) -> str:
    """A record: its type, its id (again, as the partner API has it), its fields."""
    if record is None:
        return f'<{name} xsi:nil="true"/>'
    fields = "".join(_value(f"sobj:{key}", v) for key, v in record.items() if key != "attributes")
    kind = envelope.leaf("sobj:type", record["attributes"]["type"])
    head = envelope.leaf("sobj:Id", record.get("Id"))
    return f"<{name} {_SOBJECT}>{kind}{head}{fields}</{name}>"


def _value(name: str, value: Any) -> str:
    if isinstance(value, dict):
        if "records" in value:
            return _result(name, value)
        return _record(name, value) if "attributes" in value else envelope.tree(name, value)
    if isinstance(value, bool):
        value = str(value).lower()
    text = value.replace("+0000", "Z") if isinstance(value, str) else value
    return envelope.leaf(name, None if text is None else str(text))


def _given(item: ElementTree.Element) -> Json:
    """A row as sent: fields, `fieldsToNull`, parents by their external id."""
    kind = envelope.text(item, "type")
    record: Json = {"attributes": {"type": kind}}
    for child in item:
        name = envelope.local(child)
        if name == "fieldsToNull":
            record[(child.text or "").strip()] = None
        elif name != "type":
            record[name] = _given(child) if len(child) else (child.text or None)
    return record


def _saving(name: str, method: str) -> Callable[[Call, ElementTree.Element], str]:
    def handler(call: Call, operation: ElementTree.Element) -> str:
        records = [_given(c) for c in operation if envelope.local(c) == "sObjects"]
        path = "composite/sobjects"
        if name == "upsert" and records:
            kind = records[0]["attributes"]["type"]
            path += f"/{kind}/{envelope.text(operation, 'externalIDFieldName')}"
        whole = envelope.header(call, "allOrNone") == "true"
        done = _rest(call, method, path, {"allOrNone": whole, "records": records})
        return f"<{name}Response>{''.join(map(_saved, done))}</{name}Response>"

    return handler


def _saved(outcome: Json) -> str:
    errors = "".join(
        envelope.tree("errors", {k: e[k] for k in ("fields", "message", "statusCode")})
        for e in outcome["errors"]
    )
    made = envelope.tree("created", outcome["created"]) if "created" in outcome else ""
    head = envelope.leaf("id", outcome.get("id"))
    return f"<result>{made}{errors}{head}{envelope.tree('success', outcome['success'])}</result>"


def _retrieve(call: Call, operation: ElementTree.Element) -> str:
    kind = envelope.text(operation, "sObjectType")
    fields = [f.strip() for f in envelope.text(operation, "fieldList").split(",")]
    asked = {"ids": envelope.texts(operation, "ids"), "fields": fields}
    found = _rest(call, "POST", f"composite/sobjects/{quote(kind)}", asked)
    return f"<retrieveResponse>{''.join(_record('result', r) for r in found)}</retrieveResponse>"


def _described(name: str) -> Callable[[Call, ElementTree.Element], str]:
    """`describeSObject` and `describeSObjects`."""

    def handler(call: Call, operation: ElementTree.Element) -> str:
        found = [_description(call, kind) for kind in envelope.texts(operation, "sObjectType")]
        return f"<{name}Response>{envelope.tree('result', found)}</{name}Response>"

    return handler


def _description(call: Call, kind: str) -> Json:
    """REST's description, its addresses in SOAP's words."""
    try:
        found = _rest(call, "GET", f"sobjects/{quote(kind)}/describe")
    except ApiError as error:
        if error.code != "NOT_FOUND":
            raise
        raise ApiError("INVALID_TYPE", f"sObject type '{kind}' is not supported.") from error
    told = {k: found["urls"].get(v) for k, v in _ADDRESSES.items()}
    return dict(_shown({**found, **told}))


_ADDRESSES = {"urlDetail": "uiDetailTemplate", "urlEdit": "uiEditTemplate", "urlNew": "uiNewRecord"}


def _describe_global(call: Call, operation: ElementTree.Element) -> str:
    found = _rest(call, "GET", "sobjects")
    head = {k: _shown(v) for k, v in found.items() if k != "sobjects"}
    # of what an object is here only the prefix is told where there is none
    kinds = [{**_shown(one), "keyPrefix": one["keyPrefix"]} for one in found["sobjects"]]
    inner = envelope.tree("result", {**head, "sobjects": [dict(sorted(k.items())) for k in kinds]})
    return f"<describeGlobalResponse>{inner}</describeGlobalResponse>"


def _shown(value: Any) -> Any:
    """A description without what is null or REST's alone (addresses)."""
    if isinstance(value, Mapping):
        return {k: _shown(v) for k, v in value.items() if v is not None and k != "urls"}
    return [_shown(one) for one in value] if isinstance(value, list) else value


def _search(call: Call, operation: ElementTree.Element) -> str:
    text = urlencode({"q": envelope.text(operation, "searchString")})
    found = _rest(call, "GET", f"search?{text}")["searchRecords"]
    inner = "".join(f"<searchRecords>{_record('record', r)}</searchRecords>" for r in found)
    return f"<searchResponse><result>{inner}</result></searchResponse>"


def _replicated(name: str, path: str) -> Callable[[Call, ElementTree.Element], str]:
    """`getUpdated` and `getDeleted`."""

    def handler(call: Call, operation: ElementTree.Element) -> str:
        kind = quote(envelope.text(operation, "sObjectType"))
        times = {"start": "startDate", "end": "endDate"}
        asked = urlencode({k: envelope.text(operation, v) for k, v in times.items()})
        found = _rest(call, "GET", f"sobjects/{kind}/{path}?{asked}")
        ends = {k: v for k, v in found.items() if isinstance(v, str)}
        dates = "".join(envelope.leaf(k, v.replace("+0000", "Z")) for k, v in ends.items())
        lists = {k: v for k, v in found.items() if k not in ends}
        inner = "".join(envelope.tree(k, v) for k, v in lists.items())
        return f"<{name}Response><result>{inner}{dates}</result></{name}Response>"

    return handler


OPERATIONS: dict[str, Callable[[Call, ElementTree.Element], str]] = {
    "query": _query("query"),
    "queryAll": _query("queryAll"),
    "queryMore": _query_more,
    "create": _saving("create", "POST"),
    "update": _saving("update", "PATCH"),
    "upsert": _saving("upsert", "PATCH"),
    "retrieve": _retrieve,
    "describeGlobal": _describe_global,
    "describeSObject": _described("describeSObject"),
    "describeSObjects": _described("describeSObjects"),
    "describeTabs": lambda call, operation: "<describeTabsResponse/>",
    "search": _search,
    "getUpdated": _replicated("getUpdated", "updated"),
    "getDeleted": _replicated("getDeleted", "deleted"),
}
