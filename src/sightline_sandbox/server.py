"""The socket side: HTTP/1.1 with keep-alive and chunked bodies; TLS on the same port.

The first byte of a connection tells a TLS handshake from a plain request, so one port serves
both. Threads, not processes: one org, one file.
"""

import contextlib
import gzip
import logging
import socket
import ssl
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sightline_sandbox.errors import DropConnection
from sightline_sandbox.http import Request, Response, compress

_log = logging.getLogger("sightline_sandbox")
_HANDSHAKE = 0x16
_MAX_BODY = 160 * 1024 * 1024
Application = Callable[[Request], Response]


class SandboxServer(ThreadingHTTPServer):
    """Serves an application; with a TLS context also over TLS, on the same port."""

    daemon_threads = True
    request_queue_size = 256
    allow_reuse_address = True

    def __init__(
        self, address: tuple[str, int], application: Application, tls: ssl.SSLContext | None
    ) -> None:
        self.application = application
        self._tls = tls
        super().__init__(address, _Handler)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Wrap a connection that begins with a TLS handshake, then serve it."""
        request.settimeout(120)
        with contextlib.suppress(OSError):
            request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            first = request.recv(1, socket.MSG_PEEK)
        except OSError:
            return
        if first and first[0] == _HANDSHAKE:
            self._finish_tls(request, client_address)
            return
        with contextlib.suppress(ConnectionError, TimeoutError):
            super().finish_request(request, client_address)

    def _finish_tls(self, request: Any, client_address: Any) -> None:
        if self._tls is None:
            return
        try:
            wrapped = self._tls.wrap_socket(request, server_side=True)
        except (ssl.SSLError, OSError) as error:
            _log.info("TLS handshake failed: %s", error)
            return
        with wrapped, contextlib.suppress(ConnectionError, TimeoutError, ssl.SSLError):
            super().finish_request(wrapped, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log instead of printing a trace to the terminal."""
        _log.exception("connection from %s failed", client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "sightline-sandbox"
    sys_version = ""
    wbufsize = 65536

    def log_message(self, format: str, *args: Any) -> None:
        _log.debug(format, *args)

    def _serve(self) -> None:
        try:
            body = self._body()
        except ValueError:
            self.send_error(400)
            return
        request = Request(
            method=self.command,
            target=self.path,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
            scheme="https" if isinstance(self.connection, ssl.SSLSocket) else "http",
            host=self.headers.get("Host", "localhost"),
            peer=str(self.client_address[0]),
        )
        server = self.server
        assert isinstance(server, SandboxServer)
        try:
            response = server.application(request)
        except DropConnection:
            self._drop()
            return
        self._answer(request, response)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = do_HEAD = do_OPTIONS = _serve

    def _drop(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            data = self._chunks()
        else:
            length = int(self.headers.get("Content-Length") or 0)
            if length > _MAX_BODY:
                raise ValueError("too large")
            data = self.rfile.read(length) if length else b""
        if self.headers.get("Content-Encoding", "").lower() == "gzip" and data:
            data = gzip.decompress(data)
        return data

    def _chunks(self) -> bytes:
        parts = []
        size = 0
        while True:
            length = int(self.rfile.readline().split(b";")[0].strip(), 16)
            if length == 0:
                break
            size += length
            if size > _MAX_BODY:
                raise ValueError("too large")
            parts.append(self.rfile.read(length))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return b"".join(parts)

    def _answer(self, request: Request, response: Response) -> None:
        pretty = request.header("x-prettyprint") == "1"
        payload = response.encoded(pretty=pretty)
        payload = compress(response, payload, request.header("accept-encoding"))
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if response.status not in (204, 304):
            self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        if self.command != "HEAD" and response.status not in (204, 304):
            self.wfile.write(payload)
        self.wfile.flush()
