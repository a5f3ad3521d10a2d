"""An httpx transport straight into a sandbox in this process: no sockets, the same answers.

For tests that run thousands of short histories. A fault that drops the connection becomes a read
error, as it would on a socket.
"""

from __future__ import annotations

import httpx

from sightline_sandbox.application import Sandbox
from sightline_sandbox.errors import DropConnection
from sightline_sandbox.http import Request


class SandboxTransport(httpx.BaseTransport):
    """Serves a client's requests from a sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        own = Request(
            method=request.method,
            target=request.url.raw_path.decode("ascii"),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=request.read(),
            scheme=request.url.scheme,
            host=request.url.netloc.decode("ascii"),
        )
        try:
            response = self._sandbox(own)
        except DropConnection:
            raise httpx.ReadError("the sandbox dropped the connection", request=request) from None
        payload = response.encoded(pretty=False)
        return httpx.Response(response.status, headers=response.headers, content=payload)
