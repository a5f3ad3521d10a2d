"""Paths to handlers: literal segments before parameters, methods checked last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sightline_sandbox.errors import ApiError, not_found
from sightline_sandbox.http import Response

if TYPE_CHECKING:
    from sightline_sandbox.call import Call

Handler = Callable[["Call"], Response]


@dataclass(slots=True)
class _Node:
    literal: dict[str, _Node] = field(default_factory=dict)
    parameter: _Node | None = None
    name: str = ""
    methods: dict[str, Handler] = field(default_factory=dict)
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A route found: its handler, its pattern, and the values of its parameters."""

    handler: Handler
    pattern: str
    parameters: dict[str, str]


class Router:
    """A tree of path segments."""

    def __init__(self) -> None:
        self._root = _Node()

    def add(self, methods: str, pattern: str, handler: Handler) -> None:
        """Serve a pattern such as `/services/data/{version}/sobjects/{object}`."""
        node = self._root
        for segment in (s for s in pattern.split("/") if s):
            if segment.startswith("{"):
                node.parameter = node.parameter or _Node(name=segment[1:-1])
                node = node.parameter
            else:
                node = node.literal.setdefault(segment.lower(), _Node())
        node.pattern = pattern
        for method in methods.split():
            node.methods[method] = handler

    def find(self, method: str, segments: list[str]) -> Match:
        """The handler of a path. 404 for an unknown path, 405 for a method it has not."""
        values: list[str] = []
        found = self._walk(self._root, segments, values)
        if found is None:
            raise not_found()
        handler = found.methods.get("GET" if method == "HEAD" else method)
        if handler is None:
            allowed = sorted({*found.methods, *(["HEAD"] if "GET" in found.methods else [])})
            raise ApiError(
                "METHOD_NOT_ALLOWED",
                f"HTTP Method '{method}' not allowed. Allowed are {','.join(allowed)}",
                status=405,
            )
        names = [s[1:-1] for s in found.pattern.strip("/").split("/") if s.startswith("{")]
        return Match(handler, found.pattern, dict(zip(names, values, strict=True)))

    def _walk(self, node: _Node, segments: list[str], values: list[str]) -> _Node | None:
        if not segments:
            return node if node.methods else None
        head, *rest = segments
        literal = node.literal.get(head.lower())
        if literal is not None:
            found = self._walk(literal, rest, values)
            if found is not None:
                return found
        if node.parameter is None:
            return None
        values.append(head)
        found = self._walk(node.parameter, rest, values)
        if found is None:
            values.pop()
        return found
