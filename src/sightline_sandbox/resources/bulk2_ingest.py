"""Bulk API 2.0, rows in: create a job, upload CSV, close it, read the three results."""

from typing import Any

from sightline_sandbox import bodies, multipart
from sightline_sandbox.bulk import jobs, rows
from sightline_sandbox.call import Call
from sightline_sandbox.errors import ApiError
from sightline_sandbox.http import Response
from sightline_sandbox.resources.roots import DATA
from sightline_sandbox.routing import Router
from sightline_sandbox.work import Work

_PATH = DATA + "/jobs/ingest"
_CSV = {"Content-Type": "text/csv"}
_CREATED_KEYS = [
    "id",
    "operation",
    "object",
    "createdById",
    "createdDate",
    "systemModstamp",
    "state",
    "externalIdFieldName",
    "concurrencyMode",
    "contentType",
    "apiVersion",
    "contentUrl",
    "lineEnding",
    "columnDelimiter",
]
_LATER_KEYS = [
    "jobType",
    "retries",
    "totalProcessingTime",
    "apiActiveProcessingTime",
    "apexProcessingTime",
    "numberRecordsProcessed",
    "numberRecordsFailed",
    "errorMessage",
]


def add_routes(router: Router) -> None:
    """Ingest jobs."""
    router.add("POST", _PATH, create)
    router.add("GET", _PATH, list_jobs)
    router.add("GET", _PATH + "/{id}", info)
    router.add("PATCH", _PATH + "/{id}", close)
    router.add("DELETE", _PATH + "/{id}", delete)
    router.add("PUT", _PATH + "/{id}/batches", upload)
    router.add("GET", _PATH + "/{id}/successfulResults", lambda c: results(c, "good"))
    router.add("GET", _PATH + "/{id}/failedResults", lambda c: results(c, "bad"))
    router.add("GET", _PATH + "/{id}/unprocessedRecords", unprocessed)


def shown(job: dict[str, Any], *, created: bool = False) -> dict[str, Any]:
    """A job as its interface shows it."""
    keys = _CREATED_KEYS if created else [*_CREATED_KEYS, *_LATER_KEYS]
    return {k: job[k] for k in keys if job.get(k) is not None}


def _wrong(message: str, code: str = "INVALIDJOB") -> ApiError:
    return ApiError(code, message)


def create(call: Call) -> Response:
    """Open a job; one sent in parts, its rows beside it, is complete at once."""
    request = call.request
    parts = multipart.parts_of(request) if multipart.is_multipart(request) else []
    content = next((p.body for p in parts if p.name == "content"), None)
    body = multipart.record_of(request)
    with call.writing() as work:
        job = _new_job(call, work, body)
        if content is not None:
            job["state"] = "UploadComplete"
            jobs.add_part(work.db, job["id"], "content", content.decode("utf-8-sig"))
        jobs.write(work.db, job)
    if content is not None:
        call.sandbox.runner.submit(job["id"])
    return Response(body=shown(job, created=True))


def _new_job(call: Call, work: Work, body: dict[str, Any]) -> dict[str, Any]:
    operation = bodies.text(body, "operation")
    if operation not in rows.OPERATIONS:
        raise _wrong(f"Unsupported operation: {operation}", "INVALIDOPERATION")
    delimiter = bodies.text(body, "columnDelimiter", "COMMA")
    if delimiter not in rows.DELIMITERS:
        raise _wrong(f"Unsupported column delimiter: {delimiter}")
    sobject = call.org.schema.find(bodies.text(body, "object", "") or "")
    if sobject is None or not work.viewer.sees_object(sobject):
        raise _wrong(f"InvalidJob : Object: {body.get('object')} not found.")
    if operation == "upsert" and not bodies.text(body, "externalIdFieldName"):
        raise _wrong("InvalidJob : External ID was blank for an upsert.")
    now = call.org.clock.stamp()
    job_id = call.org.other_id(work.db, "750")
    return {
        "kind": "ingest",
        "id": job_id,
        "operation": operation,
        "object": sobject.name,
        "createdById": call.user_id,
        "createdDate": now,
        "systemModstamp": now,
        "state": "Open",
        "externalIdFieldName": bodies.text(body, "externalIdFieldName"),
        "concurrencyMode": "Parallel",
        "contentType": "CSV",
        "apiVersion": float(call.version),
        "contentUrl": f"{call.base.lstrip('/')}/jobs/ingest/{job_id}/batches",
        "lineEnding": bodies.text(body, "lineEnding", "LF"),
        "columnDelimiter": delimiter,
        "jobType": "V2Ingest",
        "retries": 0,
        "totalProcessingTime": 0,
        "apiActiveProcessingTime": 0,
        "apexProcessingTime": 0,
        "numberRecordsProcessed": 0,
        "numberRecordsFailed": 0,
        "version": call.version,
    }


def list_jobs(call: Call) -> Response:
    """Every job."""
    with call.reading() as work:
        found = [
            {**shown(j, created=True), "jobType": j["jobType"]}
            for j in jobs.listed(work.db, "ingest")
        ]
    return Response(body={"done": True, "nextRecordsUrl": None, "records": found})


def info(call: Call) -> Response:
    """One job."""
    with call.reading() as work:
        return Response(body=shown(jobs.read(work.db, call.parameters["id"], "ingest")))


def upload(call: Call) -> Response:
    """The rows of a job, once."""
    with call.writing() as work:
        job = jobs.read(work.db, call.parameters["id"], "ingest")
        if job["state"] != "Open":
            raise _wrong(f"Found multiple contents for job: <{job['id']}>", "INVALIDJOBSTATE")
        jobs.add_part(work.db, job["id"], "content", call.request.body.decode("utf-8-sig"))
    return Response(201, None)


def close(call: Call) -> Response:
    """Close a job for processing, or abort it."""
    state = call.request.object().get("state")
    with call.writing() as work:
        job = jobs.read(work.db, call.parameters["id"], "ingest")
        if state not in ("UploadComplete", "Aborted"):
            raise _wrong(f"Unsupported state: {state}")
        if job["state"] not in ("Open", "UploadComplete", "InProgress"):
            raise _wrong(f"Closing already {job['state']} Job not allowed", "INVALIDJOBSTATE")
        job["state"] = state
        jobs.write(work.db, job)
    if state == "UploadComplete":
        call.sandbox.runner.submit(job["id"])
    return Response(body=shown(job, created=True))


def delete(call: Call) -> Response:
    """Forget a job."""
    with call.writing() as work:
        job = jobs.read(work.db, call.parameters["id"], "ingest")
        if job["state"] in ("UploadComplete", "InProgress"):
            raise _wrong("The job is still in progress", "INVALIDJOBSTATE")
        jobs.forget(work.db, job["id"])
    return Response(204)


def results(call: Call, name: str) -> Response:
    """The rows written, or the rows refused with their errors."""
    with call.reading() as work:
        job = jobs.read(work.db, call.parameters["id"], "ingest")
        delimiter = rows.DELIMITERS[job["columnDelimiter"]]
        header, _ = rows.read_csv(jobs.part(work.db, job["id"], "content"), delimiter)
        second = "sf__Created" if name == "good" else "sf__Error"
        head = rows.write_csv([["sf__Id", second, *header]], delimiter)
        body = head + jobs.part(work.db, job["id"], name)
    return Response(200, body, dict(_CSV))


def unprocessed(call: Call) -> Response:
    """The rows a failed or aborted job never came to."""
    with call.reading() as work:
        job = jobs.read(work.db, call.parameters["id"], "ingest")
        delimiter = rows.DELIMITERS[job["columnDelimiter"]]
        header, found = rows.read_csv(jobs.part(work.db, job["id"], "content"), delimiter)
        ended = job["state"] in ("Failed", "Aborted")
        left = list(found)[job["numberRecordsProcessed"] :] if ended else []
        body = rows.write_csv([header, *left], delimiter)
    return Response(200, body, dict(_CSV))
