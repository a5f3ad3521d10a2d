"""Rows over REST: create, read, update, delete, upsert by key, related rows."""

import base64
import zlib
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from sightline_sandbox import multipart
from sightline_sandbox.call import Call
from sightline_sandbox.errors import ApiError, not_found
from sightline_sandbox.http import Response
from sightline_sandbox.ids import looks_like_id, to_18
from sightline_sandbox.querying import query
from sightline_sandbox.resources.describe import global_entry
from sightline_sandbox.resources.roots import DATA
from sightline_sandbox.routing import Router
from sightline_sandbox.rows import read, remove, save, upsert
from sightline_sandbox.schema.sobject import SObject
from sightline_sandbox.soql.dates import read_datetime
from sightline_sandbox.work import Work

_OBJECT = DATA + "/sobjects/{object}"


def add_routes(router: Router) -> None:
    """Rows."""
    router.add("GET", _OBJECT, basic)
    router.add("POST", _OBJECT, create)
    router.add("GET", _OBJECT + "/{id}", retrieve)
    router.add("PATCH", _OBJECT + "/{id}", update)
    router.add("DELETE", _OBJECT + "/{id}", delete)
    router.add("POST", _OBJECT + "/{id}", insert_by_id)
    router.add("GET", _OBJECT + "/{id}/{value}", by_key_or_related)
    router.add("PATCH POST", _OBJECT + "/{id}/{value}", upsert_by_key)
    router.add("DELETE", _OBJECT + "/{id}/{value}", delete_by_key)


def basic(call: Call) -> Response:
    """The object's describe header and the rows used last."""
    with call.reading() as work:
        sobject = call.sobject(work)
        entry = global_entry(call, work, sobject)
    return Response(body={"objectDescribe": entry, "recentItems": []})


def created(record_id: str) -> Response:
    """201 of a new row."""
    return Response(201, {"id": record_id, "success": True, "errors": []})


def create(call: Call) -> Response:
    """Insert a row, its blob in a part of its own where it has one."""
    data = multipart.record_of(call.request)
    with call.writing() as work:
        sobject = call.sobject(work)
        record_id = save.create(work, sobject, data)
    response = created(record_id)
    response.headers["Location"] = f"{call.base}/sobjects/{sobject.name}/{record_id}"
    return response


def insert_by_id(call: Call) -> Response:
    """`POST …/Account/Id`: an upsert without an id, which makes a row."""
    if call.parameters["id"].lower() != "id":
        raise ApiError(
            "METHOD_NOT_ALLOWED",
            "HTTP Method 'POST' not allowed. Allowed are DELETE,GET,HEAD,PATCH",
            status=405,
        )
    response = create(call)
    response.body["created"] = True
    return response


def row_id(call: Call, sobject: SObject) -> str:
    """The id in the path, in 18 characters."""
    text = call.parameters["id"]
    found = to_18(text)
    if found is None:
        raise not_found(f"Provided external ID field does not exist or is not accessible: {text}")
    owner = call.org.schema.of_id(found)
    if owner is not None and owner.name != sobject.name:
        raise not_found()
    return found


def record(call: Call, work: Work, sobject: SObject, record_id: str) -> dict[str, Any]:
    """A row with all fields, or those in `fields`."""
    asked = call.request.query.get("fields")
    if asked is not None:
        names = list(dict.fromkeys([*_asked_fields(work, sobject, asked), "Id"]))
    else:
        names = [f.name for f in sobject.fields.values() if work.viewer.sees(sobject, f)]
    text = f"SELECT {', '.join(names)} FROM {sobject.name} WHERE Id = '{record_id}'"
    page = query(work, text, all_rows=True)
    if not page.records:
        raise not_found()
    return page.records[0]


def _asked_fields(work: Work, sobject: SObject, asked: str) -> list[str]:
    names = []
    for name in (n.strip() for n in asked.split(",") if n.strip()):
        field = sobject.find(name)
        if "." not in name and (field is None or not work.viewer.sees(sobject, field)):
            raise ApiError(
                "INVALID_FIELD",
                f"No such column '{name}' on sobject of type {sobject.name}",
            )
        names.append(field.name if field else name)
    return list(dict.fromkeys(names)) or ["Id"]


def retrieve(call: Call) -> Response:
    """One row, with `Last-Modified` (and `ETag` for accounts)."""
    with call.reading() as work:
        sobject = call.sobject(work)
        record_id = row_id(call, sobject)
        stored = read.live_row(work, sobject, record_id, single=True)
        headers = _state_headers(sobject, stored)
        refused = _precondition(call, sobject, stored)
        if refused is not None:
            return refused
        return Response(body=record(call, work, sobject, record_id), headers=headers)


def _etag(stored: read.Row) -> str:
    return f'"{zlib.crc32(repr(sorted(stored.items())).encode()):08x}"'


def _modified(stored: read.Row) -> datetime | None:
    text = stored.get("LastModifiedDate") or stored.get("SystemModstamp")
    return read_datetime(text) if text else None


def _state_headers(sobject: SObject, stored: read.Row) -> dict[str, str]:
    headers = {}
    moment = _modified(stored)
    if moment is not None:
        headers["Last-Modified"] = format_datetime(moment.astimezone(UTC), usegmt=True)
    if sobject.name == "Account":
        headers["ETag"] = _etag(stored)
    return headers


def _precondition(call: Call, sobject: SObject, stored: read.Row) -> Response | None:
    """304 or 412 of conditional headers, or None to go on."""
    request = call.request
    moment = _modified(stored)
    since = _http_date(request.header("if-modified-since"))
    until = _http_date(request.header("if-unmodified-since"))
    reading = request.method in ("GET", "HEAD")
    if reading and since and moment and moment <= since:
        return Response(304, None, _state_headers(sobject, stored))
    if until and moment and moment > until:
        raise _failed("If-Unmodified-Since")
    if sobject.name == "Account":
        return _match(request.header("if-match"), request.header("if-none-match"), stored, reading)
    return None


def _match(wanted: str, unwanted: str, stored: read.Row, reading: bool) -> Response | None:
    tag = _etag(stored)
    if wanted and wanted != "*" and tag not in _tags(wanted):
        raise _failed("If-Match")
    if unwanted and (unwanted == "*" or tag in _tags(unwanted)):
        if reading:
            return Response(304, None, {"ETag": tag})
        raise _failed("If-None-Match")
    return None


def _tags(text: str) -> list[str]:
    return [t.strip().removeprefix("W/").replace("-gzip", "") for t in text.split(",")]


def _http_date(text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        raise ApiError("INVALID_HEADER", f"Invalid date in conditional header: {text}") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _failed(header: str) -> ApiError:
    return ApiError(
        "PRECONDITION_FAILED",
        f"The precondition in header {header} evaluated to false",
        status=412,
    )


def update(call: Call) -> Response:
    """Change a row; 412 when a conditional header no longer holds."""
    data = multipart.record_of(call.request)
    with call.writing() as work:
        sobject = call.sobject(work)
        _update(call, work, sobject, row_id(call, sobject), data)
    return Response(204)


def _update(call: Call, work: Work, sobject: SObject, record_id: str, data: dict[str, Any]) -> None:
    stored = read.live_row(work, sobject, record_id, single=True)
    _precondition(call, sobject, stored)
    if any(key.lower() == "id" for key in data):
        raise ApiError("INVALID_FIELD", "The Id field should not be specified in the sobject data.")
    save.update(work, sobject, record_id, data)


def delete(call: Call) -> Response:
    """Move a row to the recycle bin."""
    with call.writing() as work:
        sobject = call.sobject(work)
        remove.delete(work, sobject, row_id(call, sobject))
    return Response(204)


def by_key_or_related(call: Call) -> Response:
    """A row by an external id, or the parent or children of a row."""
    with call.reading() as work:
        sobject = call.sobject(work)
        name, value = call.parameters["id"], call.parameters["value"]
        if sobject.find(name) is None and looks_like_id(name):
            return _related(call, work, sobject, value)
        field = upsert.key_field(work, sobject, name)
        ids = upsert.matching(work, sobject, field, value)
        if not ids:
            raise not_found()
        if len(ids) > 1:
            return several(call, sobject, ids)
        return Response(body=record(call, work, sobject, ids[0]))


def several(call: Call, sobject: SObject, ids: list[str]) -> Response:
    """300: more than one row has the key."""
    return Response(300, [f"{call.base}/sobjects/{sobject.name}/{i}" for i in ids])


def _related(call: Call, work: Work, sobject: SObject, name: str) -> Response:
    record_id = row_id(call, sobject)
    stored = read.live_row(work, sobject, record_id, single=True)
    blob = sobject.find(name)
    if blob is not None and blob.type == "base64" and work.viewer.sees(sobject, blob):
        return _blob(stored, blob.name)
    parent = sobject.relation(name)
    if parent is not None:
        target_id = stored.get(parent.name)
        target = call.org.schema.of_id(target_id) if target_id else None
        if target_id is None or target is None:
            raise not_found()
        return Response(body=record(call, work, target, target_id))
    child = call.org.schema.child(sobject, name)
    if child is None:
        raise not_found()
    asked = call.request.query.get("fields")
    names = (
        _asked_fields(work, child[0], asked)
        if asked
        else [f.name for f in child[0].fields.values() if work.viewer.sees(child[0], f)]
    )
    text = f"SELECT {', '.join(names)} FROM {child[0].name} WHERE {child[1]} = '{record_id}'"
    return Response(body=query(work, text).body(call.base))


def _blob(stored: read.Row, name: str) -> Response:
    """The bytes a field holds."""
    kind = stored.get("ContentType") or "application/octetstream"
    return Response(200, base64.b64decode(stored.get(name) or ""), {"Content-Type": kind})


def upsert_by_key(call: Call) -> Response:
    """Upsert: 201 for a new row, 200 for a changed one, 300 when the key is not unique."""
    data = call.request.object()
    only = call.request.query.get("updateOnly", "").lower() == "true"
    try:
        with call.writing() as work:
            sobject = call.sobject(work)
            field = upsert.key_field(work, sobject, call.parameters["id"])
            done = upsert.upsert(
                work, sobject, field, call.parameters["value"], data, update_only=only
            )
    except upsert.SeveralRows as found:
        return several(call, sobject, found.ids)
    body = {"id": done.id, "success": True, "errors": [], "created": done.created}
    return Response(201 if done.created else 200, body)


def delete_by_key(call: Call) -> Response:
    """Delete the row an external id names."""
    with call.writing() as work:
        sobject = call.sobject(work)
        field = upsert.key_field(work, sobject, call.parameters["id"])
        ids = upsert.matching(work, sobject, field, call.parameters["value"])
        if not ids:
            raise not_found()
        if len(ids) > 1:
            return several(call, sobject, ids)
        remove.delete(work, sobject, ids[0])
    return Response(204)
