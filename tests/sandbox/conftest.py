"""A sandbox org served on loopback, in this process, for the tests beside this file."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from sightline_sandbox.application import Sandbox
from sightline_sandbox.certificate import tls_context
from sightline_sandbox.loading import founding, start
from sightline_sandbox.org import Org
from sightline_sandbox.server import SandboxServer


@dataclass
class Served:
    """A running sandbox: its addresses, tokens and a client for the plain one."""

    sandbox: Sandbox
    port: int
    certificate: Path
    token: str
    client: httpx.Client
    version: str = "60.0"

    @property
    def org(self) -> Org:
        return self.sandbox.org

    @property
    def http(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def https(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def get(self, path: str, **given: Any) -> httpx.Response:
        return self.client.get(self._path(path), **given)

    def post(self, path: str, body: Any = None, **given: Any) -> httpx.Response:
        return self.client.post(self._path(path), json=body, **given)

    def patch(self, path: str, body: Any = None, **given: Any) -> httpx.Response:
        return self.client.patch(self._path(path), json=body, **given)

    def delete(self, path: str, **given: Any) -> httpx.Response:
        return self.client.delete(self._path(path), **given)

    def _path(self, path: str) -> str:
        return path if path.startswith("/") else f"/services/data/v{self.version}/{path}"

    def query(self, soql: str, path: str = "query", **given: Any) -> dict[str, Any]:
        answer = self.get(path, params={"q": soql}, **given)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def refused(self, soql: str) -> dict[str, Any]:
        answer = self.get("query", params={"q": soql})
        assert answer.status_code == 400, answer.text
        entry: dict[str, Any] = answer.json()[0]
        return entry

    def create(self, name: str, **fields: Any) -> str:
        answer = self.post(f"sobjects/{name}", fields)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def control(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.client.request(
            method,
            f"/__sandbox/{path}",
            json=body,
            headers={"Authorization": f"Bearer {self.sandbox.control_key}"},
        )
        assert answer.is_success, answer.text
        return answer.json()

    def as_user(self, username: str) -> httpx.Client:
        token = start.token_for(self.sandbox, username, None)
        return httpx.Client(
            base_url=f"{self.http}/services/data/v{self.version}/",
            headers={"Authorization": f"Bearer {token}"},
        )


def serve(folder: Path, **given: Any) -> Iterator[Served]:
    """Found an org in a folder and serve it until the iterator is closed."""
    org = Org(folder / "sandbox.sqlite3", **given)
    if not founding.is_founded(org):
        founding.found(org, name="Test org")
    sandbox = Sandbox(org, control_key="control-key")
    context, certificate = tls_context(folder)
    server = SandboxServer(("127.0.0.1", 0), sandbox, context)
    port = server.server_address[1]
    sandbox.address = f"http://127.0.0.1:{port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    start.app_lines(sandbox)
    token = start.token_for(sandbox, None, None)
    client = httpx.Client(
        base_url=sandbox.address, headers={"Authorization": f"Bearer {token}"}, timeout=60
    )
    try:
        yield Served(sandbox, port, certificate, token, client)
    finally:
        client.close()
        server.shutdown()
        server.server_close()
        thread.join(5)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A fresh, empty org."""
    yield from serve(tmp_path)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One org for a whole module: for tests that only read, or do not mind each other."""
    yield from serve(tmp_path_factory.mktemp("org"))
