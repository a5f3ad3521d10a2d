"""Composite, Composite Batch and Composite Graph: many requests in one."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote, urlsplit

from sightline_sandbox import bodies
from sightline_sandbox.call import Call
from sightline_sandbox.errors import ApiError
from sightline_sandbox.http import Request, Response
from sightline_sandbox.resources.roots import DATA
from sightline_sandbox.routing import Router
from sightline_sandbox.storage.database import savepoint
from sightline_sandbox.work import Work

MOST_SUBREQUESTS = 25
MOST_QUERIES = 5
MOST_GRAPHS = 75
MOST_NODES = 500
MOST_KINDS = 15
MOST_DEPTH = 15
#: After this many failed graphs the rest is not tried.
HALT_AFTER = 14
_HEAVY = re.compile(r"/(query|queryAll|composite/sobjects)(/|\?|\Z)", re.IGNORECASE)
_REFERENCE = re.compile(r"@\{([A-Za-z0-9_]+)((?:\.\w+|\[\d+\])*)\}")
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
_NAME = re.compile(r"[A-Za-z0-9_]+\Z")
Answers = dict[str, Any]


class _Failed(Exception):
    """A subrequest failed where all must succeed."""


def add_routes(router: Router) -> None:
    """Composite resources."""
    router.add("GET", DATA + "/composite", index)
    router.add("POST", DATA + "/composite", composite)
    router.add("POST", DATA + "/composite/batch", batch)
    router.add("POST", DATA + "/composite/graph", graphs)


def index(call: Call) -> Response:
    """The composite resources there are."""
    stem = f"{call.base}/composite"
    return Response(body={n: f"{stem}/{n}" for n in ("tree", "batch", "sobjects", "graph")})


def _too_many(parts: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The one entry that answers more subrequests, or more queries, than a composite takes."""
    counts = {
        "operations": (len(parts), MOST_SUBREQUESTS),
        "sObject Collections or query operations": (
            sum(1 for part in parts if _HEAVY.search(str(part.get("url")))),
            MOST_QUERIES,
        ),
    }
    for what, (count, most) in counts.items():
        if count > most:
            message = f"The request can’t contain more than {most} {what}."
            return _entry("", Response(400, ApiError("LIMIT_EXCEEDED", message).body()))
    return None


def _parts(body: dict[str, Any], name: str, most: int | None) -> list[dict[str, Any]]:
    parts = bodies.objects(body, name)
    if not parts:
        raise ApiError("INVALID_INPUT", f"The {name} parameter is required")
    if most is not None and len(parts) > most:
        raise ApiError(
            "LIMIT_EXCEEDED", f"Cannot exceed {most} sub-requests in a composite request"
        )
    return parts


def composite(call: Call) -> Response:
    """Subrequests in order, each able to use the answers before it."""
    body = call.request.object()
    parts = _parts(body, "compositeRequest", None)
    too_many = _too_many(parts)
    if too_many is not None:
        return Response(400, {"compositeResponse": [{**too_many, "referenceId": None}]})
    _check_names(parts)
    reads_only = all(str(p.get("method", "")).upper() in ("GET", "HEAD") for p in parts)
    if reads_only:
        with call.reading() as work:
            return Response(body={"compositeResponse": _run_all(call, work, parts, False)})
    answers: list[dict[str, Any]] = []
    try:
        with call.writing() as work, savepoint(work.db):
            flag = bool(body.get("allOrNone", False))
            answers = _run_all(call, work, parts, flag)
            if flag and any(a["httpStatusCode"] >= 400 for a in answers):
                raise _Failed
    except _Failed:
        answers = _all_rolled_back(answers)
    return Response(body={"compositeResponse": answers})


def _check_names(parts: list[dict[str, Any]]) -> None:
    seen = set()
    for part in parts:
        name = str(part.get("referenceId") or "")
        if not _NAME.match(name):
            raise ApiError("INVALID_INPUT", f"Provided referenceId is not valid: {name!r}")
        if name in seen:
            raise ApiError("DUPLICATE_VALUE", f"Duplicate referenceId: {name}")
        seen.add(name)


def _run_all(
    call: Call, work: Work, parts: list[dict[str, Any]], stop: bool
) -> list[dict[str, Any]]:
    answers: Answers = {}
    out = []
    halted = False
    for part in parts:
        name = str(part["referenceId"])
        response = _halted() if halted else _run(call, work, part, answers)
        answers[name] = response.body if response.status < 400 else None
        out.append(_entry(name, response))
        halted = halted or (stop and response.status >= 400)
    return out


def _entry(name: str, response: Response) -> dict[str, Any]:
    headers = {
        k: v for k, v in response.headers.items() if k in ("Location", "ETag", "Last-Modified")
    }
    return {
        "body": response.body,
        "httpHeaders": headers,
        "httpStatusCode": response.status,
        "referenceId": name,
    }


def _halted() -> Response:
    error = ApiError(
        "PROCESSING_HALTED",
        "The transaction was rolled back since another operation in the same transaction failed.",
    )
    return Response(400, error.body())


def _all_rolled_back(answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        a
        if a["httpStatusCode"] >= 400
        else {**a, "body": _halted().body, "httpHeaders": {}, "httpStatusCode": 400}
        for a in answers
    ]


def _run(call: Call, work: Work, part: dict[str, Any], answers: Answers) -> Response:
    """One subrequest, its writes undone when it fails."""
    try:
        request = _subrequest(call, part, answers)
    except ApiError as error:
        return Response(error.status, error.body())
    if not work.db.in_transaction:
        return call.sandbox.inner(request, call, work)
    response = Response()
    try:
        with savepoint(work.db):
            response = call.sandbox.inner(request, call, work)
            if response.status >= 400:
                raise _Failed
    except _Failed:
        pass
    return response


def _subrequest(call: Call, part: dict[str, Any], answers: Answers) -> Request:
    url = _filled(str(part.get("url") or ""), answers)
    method = str(part.get("method") or "").upper()
    if not url.startswith("/services/data/") or not method:
        raise ApiError("INVALID_INPUT", f"The url must begin with /services/data: {url}")
    if re.search(r"/composite(/batch|/graph)?/?(\?|$)", url):
        raise ApiError("INVALID_INPUT", "Composite requests cannot be nested")
    body = _filled_body(part.get("body"), answers)
    headers = {k.lower(): str(v) for k, v in (part.get("httpHeaders") or {}).items()}
    for name in ("sforce-call-options", "sforce-duplicate-rule-header", "sforce-auto-assign"):
        if call.request.header(name):
            headers.setdefault(name, call.request.header(name))
    return Request(
        method=method,
        target=_encoded(url),
        headers=headers,
        body=b"" if body is None else json.dumps(body).encode(),
        scheme=call.request.scheme,
        host=call.request.host,
    )


def _encoded(url: str) -> str:
    """Subrequest addresses may hold plain spaces and quotes, as in `query?q=SELECT Id …`."""
    parts = urlsplit(url)
    query = quote(parts.query, safe="=&+%(),'*:/-_.~!<>@;$")
    return parts.path + (f"?{query}" if query else "")


def _filled(text: str, answers: Answers) -> str:
    return _REFERENCE.sub(lambda m: str(_looked_up(m, answers)), text)


def _looked_up(match: re.Match[str], answers: Answers) -> Any:
    name, steps = match.group(1), match.group(2)
    if name not in answers or answers[name] is None:
        raise ApiError(
            "PROCESSING_HALTED",
            f"Invalid reference specified. No value for {name}{steps} found",
        )
    value = answers[name]
    for step in _STEP.finditer(steps):
        try:
            value = value[step.group(1)] if step.group(1) else value[int(step.group(2))]
        except (KeyError, IndexError, TypeError):
            raise ApiError(
                "PROCESSING_HALTED",
                f"Invalid reference specified. No value for {name}{steps} found in {name}",
            ) from None
    return value


def _filled_body(body: Any, answers: Answers) -> Any:
    if isinstance(body, dict):
        return {key: _filled_body(value, answers) for key, value in body.items()}
    if isinstance(body, list):
        return [_filled_body(value, answers) for value in body]
    if not isinstance(body, str):
        return body
    whole = _REFERENCE.fullmatch(body)
    return _looked_up(whole, answers) if whole else _filled(body, answers)


def batch(call: Call) -> Response:
    """Independent subrequests; addresses are relative to `/services/data`."""
    body = call.request.object()
    parts = _parts(body, "batchRequests", MOST_SUBREQUESTS)
    results: list[dict[str, Any]] = []
    failed = False
    halt = bool(body.get("haltOnError", False))
    for part in parts:
        if failed and halt:
            error = ApiError("BATCH_PROCESSING_HALTED", "Batch processing halted per request")
            results.append({"statusCode": 412, "result": error.body()})
            continue
        response = call.sandbox.inner(_batch_request(call, part), call, None)
        results.append({"statusCode": response.status, "result": response.body})
        failed = failed or response.status >= 400
    return Response(body={"hasErrors": failed, "results": results})


def _batch_request(call: Call, part: dict[str, Any]) -> Request:
    url = "/" + str(part.get("url") or "").lstrip("/")
    if not url.startswith("/services/"):
        url = f"/services/data{url}"
    rich = part.get("richInput")
    return Request(
        method=str(part.get("method") or "GET").upper(),
        target=_encoded(url),
        headers={},
        body=b"" if rich is None else json.dumps(rich).encode(),
        scheme=call.request.scheme,
        host=call.request.host,
    )


def graphs(call: Call) -> Response:
    """Graphs: each one all or nothing, apart from the others."""
    body = call.request.object()
    found = bodies.objects(body, "graphs")
    if not found:
        raise ApiError("INVALID_INPUT", "The graphs parameter is required")
    if len(found) > MOST_GRAPHS:
        raise ApiError("LIMIT_EXCEEDED", f"Cannot exceed {MOST_GRAPHS} graphs in a request")
    nodes = sum(len(g.get("compositeRequest") or []) for g in found)
    if nodes > MOST_NODES:
        raise ApiError("LIMIT_EXCEEDED", f"Cannot exceed {MOST_NODES} nodes in a request")
    failures = 0
    out = []
    for one in found:
        halted = failures >= HALT_AFTER
        if call.org.faults.of_request("graph_halt", call.request):
            failures = HALT_AFTER
            halted = True
        answer = _graph_halted(one) if halted else _graph(call, one)
        failures += 0 if answer["isSuccessful"] else 1
        out.append(answer)
    return Response(body={"graphs": out})


def _graph(call: Call, graph: dict[str, Any]) -> dict[str, Any]:
    parts = graph.get("compositeRequest") or []
    answers: list[dict[str, Any]] = []
    try:
        _check_graph(parts)
        with call.writing() as work, savepoint(work.db):
            answers = _run_all(call, work, parts, True)
            if any(a["httpStatusCode"] >= 400 for a in answers):
                raise _Failed
    except _Failed:
        return _graph_answer(graph, _all_rolled_back(answers), successful=False)
    except ApiError as error:
        entries = [_entry(str(p.get("referenceId")), Response(400, error.body())) for p in parts]
        return _graph_answer(graph, entries, successful=False)
    return _graph_answer(graph, answers, successful=True)


def _check_graph(parts: list[dict[str, Any]]) -> None:
    _check_names(parts)
    kinds = {
        (p.get("method"), "/".join(str(p.get("url")).split("?")[0].split("/")[:6])) for p in parts
    }
    if len(kinds) > MOST_KINDS:
        raise ApiError("LIMIT_EXCEEDED", f"A graph can have at most {MOST_KINDS} kinds of nodes")
    depths: dict[str, int] = {}
    for part in parts:
        text = json.dumps([part.get("url"), part.get("body")])
        above = [depths.get(m.group(1), 0) for m in _REFERENCE.finditer(text)]
        depths[str(part["referenceId"])] = 1 + max(above, default=0)
    if max(depths.values(), default=0) > MOST_DEPTH:
        raise ApiError("LIMIT_EXCEEDED", f"A graph can be at most {MOST_DEPTH} deep")


def _graph_halted(graph: dict[str, Any]) -> dict[str, Any]:
    error = ApiError(
        "PROCESSING_HALTED",
        "Processing of this graph was halted because too many graphs have failed",
    )
    entries = [
        _entry(str(p.get("referenceId")), Response(400, error.body()))
        for p in graph.get("compositeRequest") or []
    ]
    return _graph_answer(graph, entries, successful=False)


def _graph_answer(
    graph: dict[str, Any], answers: list[dict[str, Any]], *, successful: bool
) -> dict[str, Any]:
    return {
        "graphId": graph.get("graphId"),
        "graphResponse": {"compositeResponse": answers},
        "isSuccessful": successful,
    }
