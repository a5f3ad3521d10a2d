"""Requests and answers, apart from sockets."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from sightline_sandbox.errors import malformed_json

JSON_TYPE = "application/json;charset=UTF-8"


@dataclass(slots=True)
class Request:
    """One request. Header names are in lower case; `segments` are the decoded path parts."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""
    scheme: str = "http"
    host: str = "localhost"
    peer: str = ""
    path: str = field(init=False)
    segments: list[str] = field(init=False)
    query: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.target)
        self.path = unquote(parts.path)
        self.segments = [unquote(s) for s in parts.path.split("/") if s]
        pairs = parse_qs(parts.query, keep_blank_values=True)
        self.query = {name: values[-1] for name, values in pairs.items()}
        if self.method == "POST" and "_HttpMethod" in self.query:
            self.method = self.query["_HttpMethod"].upper()

    @property
    def origin(self) -> str:
        """The address the caller used."""
        return f"{self.scheme}://{self.host}"

    def header(self, name: str) -> str:
        """A header, or empty text."""
        return self.headers.get(name.lower(), "")

    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON; refused as the service does when it is none."""
        if not self.body.strip():
            raise malformed_json(
                "The HTTP entity body is required, but this request has no entity body."
            )
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise malformed_json(_why(error, self.text())) from None

    def object(self) -> dict[str, Any]:
        """The body as a JSON object."""
        found = self.json()
        if not isinstance(found, dict):
            raise malformed_json(
                "Unexpected parameter encountered during deserialization: root at [line:1, "
                "column:2]"
            )
        return found

    def form(self) -> dict[str, str]:
        """The body as form fields."""
        pairs = parse_qs(self.text(), keep_blank_values=True)
        return {name: values[-1] for name, values in pairs.items()}

    def options(self, name: str) -> dict[str, str]:
        """A header of `key=value` pairs, such as `Sforce-Call-Options`."""
        pairs = (part.partition("=") for part in self.header(name).replace(";", ",").split(","))
        return {key.strip().lower(): value.strip() for key, _, value in pairs if key.strip()}


def _why(error: ValueError, text: str) -> str:
    position = getattr(error, "pos", 0)
    if position >= len(text):
        return f"Unexpected end-of-input at [line:1, column:{len(text) + 1}]"
    char = text[position]
    return (
        f"Unexpected character ('{char}' (code {ord(char)})): expected a valid value "
        f"at [line:{getattr(error, 'lineno', 1)}, column:{getattr(error, 'colno', 1)}]"
    )


@dataclass(slots=True)
class Response:
    """One answer. `body` of None sends no body."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    def encoded(self, *, pretty: bool) -> bytes:
        """The body as bytes: JSON unless it is text or bytes already."""
        if self.body is None:
            return b""
        if isinstance(self.body, bytes):
            return self.body
        if isinstance(self.body, str):
            return self.body.encode()
        self.headers.setdefault("Content-Type", JSON_TYPE)
        if pretty:
            return json.dumps(self.body, indent=2, separators=(",", " : ")).encode()
        return json.dumps(self.body, separators=(",", ":"), ensure_ascii=False).encode()


def compress(response: Response, payload: bytes, accepted: str) -> bytes:
    """The payload, gzipped where the caller takes it and it pays."""
    if len(payload) < 2048 or "gzip" not in accepted:
        return payload
    response.headers["Content-Encoding"] = "gzip"
    return gzip.compress(payload, 4)
