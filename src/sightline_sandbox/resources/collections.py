"""sObject Collections: up to 200 rows in one call, each with its own outcome; and trees."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Any

from sightline_sandbox import bodies
from sightline_sandbox.call import Call
from sightline_sandbox.errors import ApiError, not_found, row_error
from sightline_sandbox.http import Response
from sightline_sandbox.ids import to_18
from sightline_sandbox.querying import query
from sightline_sandbox.resources.roots import DATA
from sightline_sandbox.routing import Router
from sightline_sandbox.rows import remove, save, upsert
from sightline_sandbox.schema.sobject import SObject
from sightline_sandbox.storage.database import savepoint
from sightline_sandbox.work import Work

MOST_ROWS = 200
MOST_READ = 2000
MOST_CHUNKS = 10
_PATH = DATA + "/composite/sobjects"
Result = dict[str, Any]


class _Undo(Exception):
    """allOrNone: a row failed, so everything is undone."""


def add_routes(router: Router) -> None:
    """Collections and trees."""
    router.add("POST", _PATH, create)
    router.add("PATCH", _PATH, update)
    router.add("DELETE", _PATH, delete)
    router.add("GET POST", _PATH + "/{object}", retrieve)
    router.add("PATCH", _PATH + "/{object}/{field}", upsert_rows)
    router.add("POST", DATA + "/composite/tree/{object}", tree)


def _records(call: Call) -> tuple[list[dict[str, Any]], bool]:
    body = call.request.object()
    records = body.get("records")
    if not isinstance(records, list) or not all(isinstance(r, dict) for r in records):
        raise ApiError("INVALID_INPUT", "The records parameter is required")
    if len(records) > MOST_ROWS:
        raise ApiError(
            "INVALID_BATCH_SIZE",
            f"Request can contain at most {MOST_ROWS} records, but it has {len(records)}",
        )
    kinds = [str(bodies.attributes(r).get("type", "")).lower() for r in records]
    chunks = sum(1 for _ in groupby(kinds))
    if chunks > MOST_CHUNKS:
        raise ApiError(
            "INVALID_BATCH_SIZE",
            f"Cannot have more than {MOST_CHUNKS} chunks in a single operation. Please rearrange "
            f"the data to reduce chunking.",
        )
    return records, bool(body.get("allOrNone", False))


def _each(
    call: Call, items: list[Any], one: Callable[[Work, Any], Result], *, all_or_none: bool
) -> Response:
    """Run an operation per item; failures become entries, or undo all."""
    results: list[Result] = []
    failed = False
    try:
        with call.writing() as work, savepoint(work.db):
            for item in items:
                result = outcome(work, item, one)
                failed = failed or not result["success"]
                results.append(result)
            if failed and all_or_none:
                raise _Undo
    except _Undo:
        results = [_rolled_back(r) for r in results]
    return Response(body=results)


def outcome(work: Work, item: Any, one: Callable[[Work, Any], Result]) -> Result:
    """One item's result, its own writes undone when it fails."""
    try:
        with savepoint(work.db):
            return one(work, item)
    except ApiError as error:
        return {"success": False, "errors": [error.result()]}
    except upsert.SeveralRows as found:
        message = f"More than one record found for external id field: [{', '.join(found.ids)}]"
        return {
            "success": False,
            "errors": [row_error("DUPLICATE_EXTERNAL_ID", message).result()],
        }


def _rolled_back(result: Result) -> Result:
    if not result["success"]:
        return result
    error = row_error(
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "Record rolled back because not all records were valid and the request was using "
        "AllOrNone header",
    )
    out = {"success": False, "errors": [error.result()]}
    return {"id": result["id"], **out} if "created" not in result else out


def _kind(work: Work, call: Call, record: dict[str, Any]) -> SObject:
    name = bodies.attributes(record).get("type")
    if not name:
        raise ApiError("INVALID_TYPE", "sObject type is required in attributes", fields=[])
    found = call.org.schema.find(str(name))
    if found is None or not work.viewer.sees_object(found):
        raise ApiError("INVALID_TYPE", f"sObject type '{name}' is not supported.", fields=[])
    return found


def create(call: Call) -> Response:
    """Insert rows of any objects."""
    records, all_or_none = _records(call)

    def one(work: Work, record: dict[str, Any]) -> Result:
        data = {k: v for k, v in record.items() if not (k.lower() == "id" and not v)}
        return _done(save.create(work, _kind(work, call, record), data))

    return _each(call, records, one, all_or_none=all_or_none)


def _done(record_id: str) -> Result:
    return {"id": record_id, "success": True, "errors": []}


def update(call: Call) -> Response:
    """Change rows of any objects."""
    records, all_or_none = _records(call)

    def one(work: Work, record: dict[str, Any]) -> Result:
        sobject = _kind(work, call, record)
        given = next((v for k, v in record.items() if k.lower() == "id"), None)
        if not given:
            raise row_error("MISSING_ARGUMENT", "Id not specified in an update call", "Id")
        record_id = to_18(str(given))
        if record_id is None:
            raise row_error("MALFORMED_ID", f"malformed id {given}", "Id")
        save.update(work, sobject, record_id, record, single=False)
        return _done(record_id)

    return _each(call, records, one, all_or_none=all_or_none)


def delete(call: Call) -> Response:
    """Delete rows by ids of any objects."""
    ids = [i for i in call.request.query.get("ids", "").split(",") if i]
    if not ids:
        raise ApiError("INVALID_INPUT", "The ids parameter is required")
    if len(ids) > MOST_ROWS:
        raise ApiError("INVALID_BATCH_SIZE", f"Request can contain at most {MOST_ROWS} records")
    flag = call.request.query.get("allOrNone", "false").lower() == "true"

    def one(work: Work, given: str) -> Result:
        record_id = to_18(given)
        sobject = call.org.schema.of_id(record_id) if record_id else None
        if record_id is None or sobject is None:
            raise row_error("MALFORMED_ID", f"malformed id {given}")
        remove.delete(work, sobject, record_id, single=False)
        return _done(record_id)

    return _each(call, ids, one, all_or_none=flag)


def upsert_rows(call: Call) -> Response:
    """Upsert rows of one object under one key field."""
    records, all_or_none = _records(call)
    with call.reading() as work:
        sobject = call.sobject(work)
        field = upsert.key_field(work, sobject, call.parameters["field"])

    def one(work: Work, record: dict[str, Any]) -> Result:
        value = next((v for k, v in record.items() if k.lower() == field.name.lower()), None)
        data = {k: v for k, v in record.items() if k != "attributes"}
        done = upsert.upsert(work, sobject, field, value, data, single=False)
        return {**_done(done.id), "created": done.created}

    response = _each(call, records, one, all_or_none=all_or_none)
    for result in response.body:
        result.setdefault("created", False)
    return response


def retrieve(call: Call) -> Response:
    """Rows of one object by ids, in their order, null for those not there."""
    if call.request.method == "POST":
        body = call.request.object()
        ids, fields = bodies.texts(body, "ids"), bodies.texts(body, "fields")
    else:
        ids = [i for i in call.request.query.get("ids", "").split(",") if i]
        fields = [f for f in call.request.query.get("fields", "").split(",") if f]
    if not ids or not fields:
        raise ApiError("INVALID_INPUT", "The ids and fields parameters are required")
    if len(ids) > MOST_READ:
        raise ApiError("INVALID_BATCH_SIZE", f"Request can contain at most {MOST_READ} records")
    wanted = [to_18(str(i)) for i in ids]
    with call.reading() as work:
        sobject = call.sobject(work)
        names = list(dict.fromkeys(["Id", *(str(f).strip() for f in fields)]))
        known = ", ".join(f"'{i}'" for i in wanted if i)
        text = f"SELECT {', '.join(names)} FROM {sobject.name} WHERE Id IN ({known})"
        found = {r["Id"]: r for r in query(work, text).records} if known else {}
    return Response(body=[found.get(i) if i else None for i in wanted])


def tree(call: Call) -> Response:
    """Rows with their children, all or nothing."""
    records = bodies.objects(call.request.object(), "records")
    if not records:
        raise ApiError("INVALID_INPUT", "The records parameter is required")
    results: list[Result] = []
    try:
        with call.writing() as work, savepoint(work.db):
            sobject = call.sobject(work)
            for record in records:
                _plant(call, work, sobject, record, None, results)
            if len(results) > MOST_ROWS:
                raise ApiError("INVALID_BATCH_SIZE", f"at most {MOST_ROWS} records in a tree")
            failed = [r for r in results if "errors" in r]
            if failed:
                raise _Undo
    except _Undo:
        failed = [r for r in results if "errors" in r]
        return Response(400, {"hasErrors": True, "results": failed})
    return Response(201, {"hasErrors": False, "results": results})


def _plant(
    call: Call,
    work: Work,
    sobject: SObject,
    record: dict[str, Any],
    parent: tuple[str, str] | None,
    results: list[Result],
) -> None:
    reference = bodies.attributes(record).get("referenceId")
    own = {k: v for k, v in record.items() if not _is_branch(v)}
    if parent is not None:
        own[parent[0]] = parent[1]
    try:
        with savepoint(work.db):
            record_id = save.create(work, sobject, own)
    except ApiError as error:
        results.append({"referenceId": reference, "errors": [error.result()]})
        return
    results.append({"referenceId": reference, "id": record_id})
    for name, branch in record.items():
        if not _is_branch(branch):
            continue
        child = call.org.schema.child(sobject, name)
        if child is None:
            raise not_found()
        for item in bodies.objects(branch, "records"):
            _plant(call, work, child[0], item, (child[1], record_id), results)


def _is_branch(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("records"), list)
