"""Multipart bodies: the JSON of a row and, beside it, what one of its fields holds."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from typing import Any

from sightline_sandbox.errors import ApiError
from sightline_sandbox.http import Request

_NAMED = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
_BOUNDARY = re.compile(r'boundary="?([^";]+)"?', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its name, its media type, its bytes."""

    name: str
    kind: str
    body: bytes


def is_multipart(request: Request) -> bool:
    """Whether the body comes in parts."""
    return request.header("content-type").lower().startswith("multipart/form-data")


def parts_of(request: Request) -> list[Part]:
    """The parts of a body, in order. Refuses a body without a boundary."""
    found = _BOUNDARY.search(request.header("content-type"))
    if found is None:
        raise ApiError("INVALID_MULTIPART_REQUEST", "The multipart boundary is missing")
    marker = b"--" + found.group(1).encode()
    pieces = (b"\r\n" + request.body).split(b"\r\n" + marker)[1:]
    return [_part(piece) for piece in pieces if not piece.startswith(b"--")]


def _part(piece: bytes) -> Part:
    head, _, body = piece.partition(b"\r\n\r\n")
    headers = {}
    for line in head.decode("utf-8", "replace").splitlines():
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    named = dict(_NAMED.findall(headers.get("content-disposition", "")))
    return Part(named.get("name", ""), headers.get("content-type", "text/plain"), body)


def record_of(request: Request) -> dict[str, Any]:
    """The row a request holds: plain JSON, or JSON and binary parts named after their fields."""
    if not is_multipart(request):
        return request.object()
    record: dict[str, Any] = {}
    blobs = {}
    for part in parts_of(request):
        if part.kind.lower().startswith("application/json"):
            record = _json(part.body)
        else:
            blobs[part.name] = base64.b64encode(part.body).decode()
    return {**record, **blobs}


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ApiError("INVALID_MULTIPART_REQUEST", "The JSON part holds no object")
    return found
