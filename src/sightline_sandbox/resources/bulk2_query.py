"""Bulk API 2.0, rows out: a query job and its results page by page."""

import base64
import json
from typing import Any

from sightline_sandbox import bodies
from sightline_sandbox.bulk import jobs, rows
from sightline_sandbox.call import Call
from sightline_sandbox.errors import ApiError
from sightline_sandbox.http import Response
from sightline_sandbox.querying import plan_of
from sightline_sandbox.resources.roots import DATA
from sightline_sandbox.routing import Router
from sightline_sandbox.schema.field import COMPOUND_TYPES
from sightline_sandbox.soql import run
from sightline_sandbox.soql.plan import Plan
from sightline_sandbox.work import Work

_PATH = DATA + "/jobs/query"
_PAGE = 50_000
_CREATED_KEYS = [
    "id",
    "operation",
    "object",
    "createdById",
    "createdDate",
    "systemModstamp",
    "state",
    "concurrencyMode",
    "contentType",
    "apiVersion",
    "lineEnding",
    "columnDelimiter",
]
_LATER_KEYS = [
    "jobType",
    "numberRecordsProcessed",
    "retries",
    "totalProcessingTime",
    "isPkChunkingSupported",
    "errorMessage",
]


def add_routes(router: Router) -> None:
    """Query jobs."""
    router.add("POST", _PATH, create)
    router.add("GET", _PATH, list_jobs)
    router.add("GET", _PATH + "/{id}", info)
    router.add("PATCH", _PATH + "/{id}", abort)
    router.add("DELETE", _PATH + "/{id}", delete)
    router.add("GET", _PATH + "/{id}/results", results)
    router.add("GET", _PATH + "/{id}/resultPages", result_pages)


def shown(job: dict[str, Any], *, created: bool = False) -> dict[str, Any]:
    """A job as its interface shows it."""
    keys = _CREATED_KEYS if created else [*_CREATED_KEYS, *_LATER_KEYS]
    return {k: job[k] for k in keys if job.get(k) is not None}


def check_bulk_query(plan: Plan, *, typeof: bool = False) -> None:
    """Refuse what bulk queries cannot do; v1 takes TYPEOF where rows are no CSV."""
    if plan.count_only or plan.aggregate:
        raise ApiError("API_ERROR", "Aggregate Relationship not supported in Bulk Query")
    if any(not (typeof and filling.kind == "typeof") for filling in plan.fillings):
        raise ApiError("API_ERROR", "Nested queries and TYPEOF are not supported in Bulk Query")
    compound = [s.name for s in plan.selections if s.field.type in COMPOUND_TYPES]
    if compound:
        raise ApiError(
            "API_ERROR", f"Selecting compound data not supported in Bulk Query: {compound[0]}"
        )


def create(call: Call) -> Response:
    """Open a job, which runs at once."""
    body = call.request.object()
    operation = bodies.text(body, "operation")
    text = bodies.text(body, "query", "") or ""
    if operation not in ("query", "queryAll"):
        raise ApiError("INVALIDOPERATION", f"Unsupported operation: {operation}")
    delimiter = bodies.text(body, "columnDelimiter", "COMMA")
    if delimiter not in rows.DELIMITERS:
        raise ApiError("INVALIDJOB", f"Unsupported column delimiter: {delimiter}")
    with call.writing() as work:
        plan = plan_of(work, text, all_rows=operation == "queryAll")
        check_bulk_query(plan)
        now = call.org.clock.stamp()
        job = {
            "kind": "query",
            "id": call.org.other_id(work.db, "750"),
            "operation": operation,
            "object": plan.sobject.name,
            "createdById": call.user_id,
            "createdDate": now,
            "systemModstamp": now,
            "state": "UploadComplete",
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": float(call.version),
            "lineEnding": bodies.text(body, "lineEnding", "LF"),
            "columnDelimiter": delimiter,
            "jobType": "V2Query",
            "numberRecordsProcessed": 0,
            "retries": 0,
            "totalProcessingTime": 0,
            "isPkChunkingSupported": True,
            "query": text,
            "version": call.version,
        }
        jobs.write(work.db, job)
    call.sandbox.runner.submit(str(job["id"]))
    return Response(body=shown(job, created=True))


def list_jobs(call: Call) -> Response:
    """Every job."""
    with call.reading() as work:
        found = [
            {**shown(j, created=True), "jobType": j["jobType"]}
            for j in jobs.listed(work.db, "query")
        ]
    return Response(body={"done": True, "nextRecordsUrl": None, "records": found})


def info(call: Call) -> Response:
    """One job."""
    with call.reading() as work:
        return Response(body=shown(jobs.read(work.db, call.parameters["id"], "query")))


def abort(call: Call) -> Response:
    """Stop a job."""
    if call.request.object().get("state") != "Aborted":
        raise ApiError("INVALIDJOB", "A query job can only be set to Aborted")
    with call.writing() as work:
        job = jobs.read(work.db, call.parameters["id"], "query")
        job["state"] = "Aborted"
        jobs.write(work.db, job)
    return Response(body=shown(job, created=True))


def delete(call: Call) -> Response:
    """Forget a job."""
    with call.writing() as work:
        jobs.forget(work.db, jobs.read(work.db, call.parameters["id"], "query")["id"])
    return Response(204)


def csv_value(value: Any, type_: str) -> str:
    """A value as bulk CSV prints it: times with `Z`, null empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if type_ == "datetime":
        return str(value).replace("+0000", "Z")
    return str(value)


def csv_rows(plan: Plan, records: list[dict[str, Any]]) -> list[list[str]]:
    """Records as CSV rows, parents under `Parent.Field`."""
    columns = [(s.name.split("."), s.field.type) for s in plan.selections]
    found = []
    for record in records:
        row = []
        for path, type_ in columns:
            value: Any = record
            for step in path:
                value = value.get(step) if isinstance(value, dict) else None
            row.append(csv_value(value, type_))
        found.append(row)
    return found


def results(call: Call) -> Response:
    """A page of results; `Sforce-Locator` names the next one, `null` at the end."""
    asked = call.request.query
    with call.reading() as work:
        job = jobs.read(work.db, call.parameters["id"], "query")
        if job["state"] != "JobComplete":
            raise ApiError("INVALIDJOBSTATE", f"The job is {job['state']}, not JobComplete")
        ids = json.loads(jobs.part(work.db, job["id"], "ids"))
        start = _position(asked.get("locator"))
        size = bodies.whole(asked, "maxRecords") or _PAGE
        body, count = _page(work, job, ids[start : start + size])
    end = start + size
    locator = _locator(end) if end < len(ids) else "null"
    headers = {
        "Content-Type": "text/csv",
        "Sforce-Locator": locator,
        "Sforce-NumberOfRecords": str(count),
    }
    return Response(200, body, headers)


def result_pages(call: Call) -> Response:
    """The addresses of every page of results, to be fetched side by side."""
    with call.reading() as work:
        job = jobs.read(work.db, call.parameters["id"], "query")
        count = len(json.loads(jobs.part(work.db, job["id"], "ids") or "[]"))
    stem = f"{call.base}/jobs/query/{job['id']}/results"
    starts = range(0, max(count, 1), _PAGE)
    pages = [{"resultUrl": f"{stem}?locator={_locator(start)}"} for start in starts]
    ended = job["state"] == "JobComplete"
    return Response(body={"done": ended, "nextRecordsUrl": None, "resultPages": pages})


def _locator(position: int) -> str:
    return base64.b64encode(str(position).encode()).decode()


def _position(locator: str | None) -> int:
    if not locator or locator == "null":
        return 0
    try:
        return int(base64.b64decode(locator))
    except ValueError:
        raise ApiError("INVALIDLOCATOR", "invalid locator") from None


def _page(work: Work, job: dict[str, Any], ids: list[str]) -> tuple[str, int]:
    plan = plan_of(work, job["query"], all_rows=job["operation"] == "queryAll")
    found = run.rows_of(work.db, plan, ids)
    records = run.records(work.db, plan, found)
    header = [s.name for s in plan.selections]
    ending = "\r\n" if job["lineEnding"] == "CRLF" else "\n"
    delimiter = rows.DELIMITERS[job["columnDelimiter"]]
    return rows.write_csv([header, *csv_rows(plan, records)], delimiter, ending), len(records)
