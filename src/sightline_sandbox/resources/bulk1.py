"""Bulk API v1: jobs of batches, in XML, CSV or JSON, for older clients.

Batches run when they are added; their state is reported as `Queued` once, then `Completed`.
"""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

from sightline_sandbox.bulk import chunks, jobs, rows
from sightline_sandbox.call import Call
from sightline_sandbox.errors import ApiError
from sightline_sandbox.http import Request, Response
from sightline_sandbox.querying import plan_of
from sightline_sandbox.resources.bulk1_format import (
    INSTANCE,
    JSON_TYPE,
    NAMESPACE,
    answer,
    in_epochs,
    in_xml,
    inner,
    outcomes,
    records,
    result_list,
    value_xml,
    wants_json,
    xml,
)
from sightline_sandbox.resources.bulk2_query import check_bulk_query, csv_rows
from sightline_sandbox.routing import Router
from sightline_sandbox.soql import parser, run
from sightline_sandbox.storage import tables
from sightline_sandbox.work import Options, Work

_JOB = "/services/async/{version}/job"
_OPERATIONS = rows.OPERATIONS | {"query", "queryAll"}
_COUNTERS = [
    "numberBatchesQueued",
    "numberBatchesInProgress",
    "numberBatchesCompleted",
    "numberBatchesFailed",
    "numberBatchesTotal",
    "numberRecordsProcessed",
    "numberRetries",
]
_TIMES = ["totalProcessingTime", "apiActiveProcessingTime", "apexProcessingTime"]


def add_routes(router: Router) -> None:
    """Jobs and batches."""
    router.add("POST", _JOB, create)
    router.add("GET", _JOB + "/{id}", info)
    router.add("POST", _JOB + "/{id}", close)
    router.add("POST", _JOB + "/{id}/batch", add_batch)
    router.add("GET", _JOB + "/{id}/batch", list_batches)
    router.add("GET", _JOB + "/{id}/batch/{batch}", batch_info)
    router.add("GET", _JOB + "/{id}/batch/{batch}/request", batch_request)
    router.add("GET", _JOB + "/{id}/batch/{batch}/result", batch_result)
    router.add("GET", _JOB + "/{id}/batch/{batch}/result/{result}", query_result)


def _error(code: str, message: str) -> ApiError:
    return ApiError(code, message)


def _body(request: Request) -> dict[str, Any]:
    """The values of a job request, from XML or JSON."""
    if wants_json(request):
        return request.object()
    try:
        root = ElementTree.fromstring(request.body)  # noqa: S314 - no entities are resolved
    except ElementTree.ParseError as error:
        raise _error("InvalidBatch", f"Unable to parse job: {error}") from None
    return {child.tag.split("}")[-1]: (child.text or "").strip() for child in root}


def _shown(job: dict[str, Any]) -> dict[str, Any]:
    """A job, keys in the recorded order."""
    out = {
        "id": job["id"],
        "operation": job["operation"],
        "object": job["object"],
        "createdById": job["createdById"],
        "createdDate": job["createdDate"],
        "systemModstamp": job["systemModstamp"],
        "state": job["state"],
        "externalIdFieldName": job.get("externalIdFieldName"),
        "concurrencyMode": job["concurrencyMode"],
        "contentType": job["contentType"],
    }
    out |= {key: job.get(key, 0) for key in _COUNTERS}
    out["apiVersion"] = float(job["version"])
    out["numberRecordsFailed"] = job.get("numberRecordsFailed", 0)
    out |= dict.fromkeys(_TIMES, 0)
    return out


def create(call: Call) -> Response:
    """Open a job."""
    body = _body(call.request)
    if body.get("operation") not in _OPERATIONS:
        raise _error("InvalidJob", f"Unsupported operation: {body.get('operation')}")
    with call.writing() as work:
        sobject = call.org.schema.find(str(body.get("object")))
        if sobject is None or not work.viewer.sees_object(sobject):
            raise _error("InvalidJob", f"Unable to find object: {body.get('object')}")
        now = call.org.clock.stamp()
        job = {
            "kind": "v1",
            "id": call.org.other_id(work.db, "750"),
            "operation": body["operation"],
            "object": sobject.name,
            "createdById": call.user_id,
            "createdDate": now,
            "systemModstamp": now,
            "state": "Open",
            "externalIdFieldName": body.get("externalIdFieldName"),
            "concurrencyMode": body.get("concurrencyMode") or "Parallel",
            "contentType": str(body.get("contentType") or "XML").upper(),
            "version": call.version,
            "batches": [],
            "chunking": _chunking(call, str(body["operation"])),
        }
        jobs.write(work.db, job)
    return answer("jobInfo", _shown(job), call.request, 201)


def _chunking(call: Call, operation: str) -> dict[str, Any] | None:
    found = chunks.asked(call.request) if operation in ("query", "queryAll") else None
    return {"size": found.size, "start": found.start} if found else None


def _job(call: Call, work: Work) -> dict[str, Any]:
    return jobs.read(work.db, call.parameters["id"], "v1")


def info(call: Call) -> Response:
    """One job."""
    with call.reading() as work:
        return answer("jobInfo", _shown(_job(call, work)), call.request)


def close(call: Call) -> Response:
    """Close or abort a job."""
    state = _body(call.request).get("state")
    with call.writing() as work:
        job = _job(call, work)
        if state not in ("Closed", "Aborted"):
            raise _error("InvalidJobState", f"Unsupported state: {state}")
        job["state"] = state
        job["systemModstamp"] = call.org.clock.stamp()
        jobs.write(work.db, job)
    return answer("jobInfo", _shown(job), call.request)


def add_batch(call: Call) -> Response:
    """Add a batch and run it."""
    with call.writing() as work:
        job = _job(call, work)
        if job["state"] != "Open":
            raise _error("InvalidJobState", "Job is not open")
        batch = _new_batch(call, work, job, call.request.text())
        try:
            _run(call, work, job, batch)
        except ApiError as error:
            batch.update(state="Failed", stateMessage=f"{error.code} : {error.message}")
        _count(job, batch)
        jobs.write(work.db, job)
    shown = _batch_shown({**batch, "state": "Queued"})
    return answer("batchInfo", shown, call.request, 201, as_json=_speaks_json(call, job))


def _new_batch(call: Call, work: Work, job: dict[str, Any], text: str) -> dict[str, Any]:
    now = call.org.clock.stamp()
    batch = {
        "id": call.org.other_id(work.db, "751"),
        "jobId": job["id"],
        "state": "Completed",
        "createdDate": now,
        "systemModstamp": now,
        "numberRecordsProcessed": 0,
        "numberRecordsFailed": 0,
    }
    jobs.add_part(work.db, job["id"], f"{batch['id']}:request", text)
    return batch


def _count(job: dict[str, Any], batch: dict[str, Any]) -> None:
    job["batches"].append(batch)
    state = {"Failed": ["numberBatchesFailed"], "Completed": ["numberBatchesCompleted"]}
    for key in ("numberBatchesTotal", *state.get(batch["state"], [])):
        job[key] = job.get(key, 0) + 1
    for key in ("numberRecordsProcessed", "numberRecordsFailed"):
        job[key] = job.get(key, 0) + batch[key]


def _batch_shown(batch: dict[str, Any]) -> dict[str, Any]:
    keys = (
        "id jobId state stateMessage createdDate systemModstamp numberRecordsProcessed "
        "numberRecordsFailed"
    )
    return {**{k: batch.get(k) for k in keys.split()}, **dict.fromkeys(_TIMES, 0)}


def _speaks_json(call: Call, job: dict[str, Any]) -> bool:
    """Batches are told of in the job's language, whatever the question is written in."""
    return bool(job["contentType"] == "JSON") or "json" in call.request.header("accept")


def _run(call: Call, work: Work, job: dict[str, Any], batch: dict[str, Any]) -> None:
    if job["operation"] in ("query", "queryAll"):
        _run_query(call, work, job, batch)
        return
    options = Options(from_csv=job["contentType"] == "CSV", duplicates_allowed=False)
    work = Work(work.org, work.db, work.viewer, work.now, work.version, options)
    sobject = work.schema.get(job["object"])
    _check_columns(call.request, job, work)
    done = []
    for record in records(call.request, job["contentType"]):
        outcome = rows.apply_row(
            work, sobject, job["operation"], job.get("externalIdFieldName"), record
        )
        done.append([outcome.id, outcome.error is None, outcome.created, outcome.error or ""])
        batch["numberRecordsFailed"] += outcome.error is not None
    batch["numberRecordsProcessed"] = len(done)
    jobs.add_part(work.db, job["id"], f"{batch['id']}:result", json.dumps(done))


def _check_columns(request: Request, job: dict[str, Any], work: Work) -> None:
    if job["contentType"] != "CSV":
        return
    header, _ = rows.read_csv(request.text().lstrip("\ufeff"), ",")
    unknown = rows.unknown_column(work, work.schema.get(job["object"]), header)
    if unknown is not None:
        raise _error("InvalidBatch", f"Field name not found : {unknown}")


def _run_query(call: Call, work: Work, job: dict[str, Any], batch: dict[str, Any]) -> None:
    text = call.request.text()
    try:
        query = parser.parse(text)
        plan = plan_of(work, text, all_rows=job["operation"] == "queryAll")
        check_bulk_query(plan, typeof=job["contentType"] != "CSV")
        ids = run.all_ids(work.db, plan)
        if job.get("chunking"):
            chunks.check(query)
    except ApiError as error:
        said = f"Failed to process query: {error.code}: {error.message}"
        raise ApiError("InvalidBatch", said) from None
    if job.get("chunking"):
        _chunk(call, work, job, batch, ids)
    else:
        _keep(call, work, batch, text, ids)


def _keep(call: Call, work: Work, batch: dict[str, Any], text: str, ids: list[str]) -> None:
    batch["numberRecordsProcessed"] = len(ids)
    batch["result"] = call.org.other_id(work.db, "752")
    body = json.dumps({"query": text, "ids": ids})
    jobs.add_part(work.db, batch["jobId"], f"{batch['id']}:result", body)


def _chunk(
    call: Call, work: Work, job: dict[str, Any], batch: dict[str, Any], ids: list[str]
) -> None:
    """A batch for every chunk; the one that was added is not processed itself."""
    text = call.request.text()
    table = tables.quoted(job["object"])
    every = [row[0] for row in work.db.execute(f'SELECT "Id" FROM {table} ORDER BY "Id"')]
    for chunk in chunks.split(every, ids, chunks.Chunking(**job["chunking"])):
        one = _new_batch(call, work, job, chunks.bounded(text, chunk))
        _keep(call, work, one, text, chunk.ids)
        _count(job, one)
    batch["state"] = "NotProcessed"


def _batch(call: Call, work: Work) -> tuple[dict[str, Any], dict[str, Any]]:
    job = _job(call, work)
    found = next((b for b in job["batches"] if b["id"] == call.parameters["batch"]), None)
    if found is None:
        raise _error("InvalidBatch", "Unable to find batch")
    return job, found


def list_batches(call: Call) -> Response:
    """Every batch of a job."""
    with call.reading() as work:
        job = _job(call, work)
    batches = [_batch_shown(b) for b in job["batches"]]
    if _speaks_json(call, job):
        return Response(200, {"batchInfo": batches}, {"Content-Type": JSON_TYPE})
    parts = "".join(inner("batchInfo", in_xml(b)) for b in batches)
    return xml(f'<batchInfoList\n   xmlns="{NAMESPACE}">{parts}</batchInfoList>')


def batch_info(call: Call) -> Response:
    """One batch."""
    with call.reading() as work:
        job, batch = _batch(call, work)
    shown = _batch_shown(batch)
    return answer("batchInfo", shown, call.request, as_json=_speaks_json(call, job))


def batch_request(call: Call) -> Response:
    """The text a batch was sent as."""
    with call.reading() as work:
        job, batch = _batch(call, work)
        text = jobs.part(work.db, job["id"], f"{batch['id']}:request")
    return Response(200, text, {"Content-Type": "text/plain"})


def batch_result(call: Call) -> Response:
    """Outcomes of an ingest batch, or the list of results of a query batch."""
    with call.reading() as work:
        job, batch = _batch(call, work)
        if batch["state"] in ("Failed", "NotProcessed"):
            raise _error("InvalidBatch", batch.get("stateMessage", "the batch failed"))
        if "result" in batch:
            return result_list(batch["result"], as_json=_speaks_json(call, job))
        done = json.loads(jobs.part(work.db, job["id"], f"{batch['id']}:result"))
    return outcomes(job["contentType"], done)


def query_result(call: Call) -> Response:
    """The rows of a query batch."""
    with call.reading() as work:
        job, batch = _batch(call, work)
        kept = json.loads(jobs.part(work.db, job["id"], f"{batch['id']}:result"))
        plan = plan_of(work, kept["query"], all_rows=job["operation"] == "queryAll")
        found = run.rows_of(work.db, plan, kept["ids"])
        found_rows = run.records(work.db, plan, found)
    if job["contentType"] == "JSON":
        return Response(200, in_epochs(plan, found_rows), {"Content-Type": JSON_TYPE})
    header = [s.name for s in plan.selections]
    table = csv_rows(plan, found_rows)
    if job["contentType"] == "CSV":
        return Response(200, rows.write_csv([header, *table]), {"Content-Type": "text/csv"})
    parts = "".join(
        f'<records xsi:type="sObject"><type>{plan.sobject.name}</type>'
        + "".join(value_xml(n, v) for n, v in zip(header, row, strict=True))
        + "</records>"
        for row in table
    )
    return xml(f'<queryResult xmlns="{NAMESPACE}" xmlns:xsi="{INSTANCE}">{parts}</queryResult>')
