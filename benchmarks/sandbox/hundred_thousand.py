"""Load 100,000 rows by Bulk API 2.0, then read them all: by pages, by bulk query, by aggregate.

Run: `./run python benchmarks/sandbox/hundred_thousand.py [ROWS]`. Over plain HTTP on loopback, the
sandbox in this process, so that CPU seconds cover both sides. Prints wall and CPU seconds a step.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from sightline_sandbox.application import Sandbox
from sightline_sandbox.loading import founding, start
from sightline_sandbox.org import Org
from sightline_sandbox.server import SandboxServer

DATA = "/services/data/v66.0"
_UPLOAD_ROWS = 50_000


@contextmanager
def timed(label: str, rows: int) -> Iterator[None]:
    """Print how long a step took."""
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{label}: {wall:.1f} s ({cpu:.1f} s CPU), {rows / max(cpu, 0.001):,.0f} rows/CPU s")


@contextmanager
def served(folder: Path) -> Iterator[httpx.Client]:
    """A client of a sandbox served here."""
    org = Org(folder / "sandbox.sqlite3")
    founding.found(org, name="Hundred thousand")
    sandbox = Sandbox(org, control_key="k")
    server = SandboxServer(("127.0.0.1", 0), sandbox, None)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    token = start.token_for(sandbox, None, None)
    headers = {"Authorization": f"Bearer {token}"}
    base = f"http://127.0.0.1:{server.server_address[1]}"
    with httpx.Client(base_url=base, headers=headers, timeout=600) as client:
        yield client
    server.shutdown()


def load(client: httpx.Client, first: int, count: int) -> None:
    """One ingest job of contacts, to its end."""
    body = {"object": "Contact", "operation": "insert"}
    job = client.post(f"{DATA}/jobs/ingest", json=body).json()["id"]
    lines = [f"Ann,Number {n},p{n}@example.org,Director" for n in range(first, first + count)]
    text = "FirstName,LastName,Email,Title\n" + "\n".join(lines) + "\n"
    path = f"{DATA}/jobs/ingest/{job}"
    client.put(f"{path}/batches", content=text, headers={"Content-Type": "text/csv"})
    client.patch(path, json={"state": "UploadComplete"})
    done = ended(client, path)
    assert done["numberRecordsProcessed"] == count and done["numberRecordsFailed"] == 0, done


def ended(client: httpx.Client, path: str) -> dict[str, object]:
    """A job once it has ended."""
    while True:
        found: dict[str, object] = client.get(path).json()
        if found["state"] not in ("UploadComplete", "InProgress"):
            assert found["state"] == "JobComplete", found
            return found
        time.sleep(0.25)


def paged(client: httpx.Client, soql: str) -> int:
    """How many rows a query's pages hold in all."""
    body = client.get(f"{DATA}/query", params={"q": soql}).json()
    seen = len(body["records"])
    while not body["done"]:
        body = client.get(body["nextRecordsUrl"]).json()
        seen += len(body["records"])
    return seen


def bulk_read(client: httpx.Client, soql: str) -> int:
    """How many rows a bulk query's results hold in all."""
    body = {"operation": "query", "query": soql}
    path = f"{DATA}/jobs/query/{client.post(f'{DATA}/jobs/query', json=body).json()['id']}"
    ended(client, path)
    seen, locator = 0, ""
    while locator != "null":
        page = client.get(f"{path}/results", params={"locator": locator} if locator else {})
        seen += int(page.headers["Sforce-NumberOfRecords"])
        locator = page.headers["Sforce-Locator"]
    return seen


def main() -> None:
    """Load, then read three ways."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    soql = "SELECT Id, LastName, Email, Title, Owner.Name, SystemModstamp FROM Contact"
    with tempfile.TemporaryDirectory() as name, served(Path(name)) as client:
        with timed("bulk load", rows):
            for first in range(0, rows, _UPLOAD_ROWS):
                load(client, first, min(_UPLOAD_ROWS, rows - first))
        with timed("query, page by page", rows):
            assert paged(client, soql) == rows
        with timed("bulk query", rows):
            assert bulk_read(client, soql) == rows
        with timed("count by title", rows):
            paged(client, "SELECT Title, COUNT(Id) FROM Contact GROUP BY Title")
        with timed("one row by a name in the middle", 1):
            found = client.get(
                f"{DATA}/query",
                params={"q": f"{soql} WHERE LastName = 'Number {rows // 2}'"},
            )
            assert found.json()["totalSize"] == 1


if __name__ == "__main__":
    main()
