"""A sandbox org as a process of its own, and a connection to it: never imported, only spoken to."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "salesforce"
PATIENCE = 60.0


@dataclass
class SandboxOrg:
    """The running org: its address, an app to connect with, and an administrator's token."""

    folder: Path
    process: subprocess.Popen[str]
    said: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return self.said["address"]

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Arm faults, or change the org as its administrator would."""
        known = json.loads(next(self.folder.rglob("control.json")).read_text())
        answer = httpx.request(
            method,
            f"{known['address']}/__sandbox/{path}",
            json=body,
            headers={"Authorization": f"Bearer {known['key']}"},
            timeout=30,
        )
        assert answer.is_success, answer.text
        return answer.json()

    def call(self, method: str, path: str, body: Any = None, **query: str) -> Any:
        """A person or another program there, by the REST interface."""
        answer = httpx.request(
            method,
            f"{self.address}/services/data/v66.0{path}",
            json=body,
            params=query or None,
            headers={"Authorization": f"Bearer {self.said['access token']}"},
            timeout=30,
        )
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def rows(self, soql: str) -> list[dict[str, Any]]:
        """The rows of a query."""
        return list(self.call("GET", "/query", q=soql)["records"])

    def one(self, soql: str) -> dict[str, Any]:
        """The only row of a query."""
        (row,) = self.rows(soql)
        return row


@contextmanager
def sandbox_org(
    folder: Path, *, load: Path | None = None, kinds: tuple[str, ...] = ()
) -> Iterator[SandboxOrg]:
    """Serve an org with the package's fields, and the rows of an export, until the test is over.
    `kinds` are switches of the sandbox, as `--currencies`."""
    data = folder / "org"
    data.mkdir(parents=True)
    command = [
        *(str(Path(sys.executable).parent / "sightline-sandbox"), "serve"),
        *("--data", str(data), "--port", "0"),
        *("--metadata", str(PACKAGE)),
        *(("--load", str(load)) if load is not None else ()),
        *kinds,
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    org = SandboxOrg(data, process)
    try:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            name, _, value = line.partition(": ")
            org.said[name.strip()] = value.strip()
            if name == "access token":
                break
        assert "access token" in org.said, "".join(lines)
        yield org
    finally:
        process.terminate()
        process.wait(timeout=10)
        if process.stdout is not None:
            process.stdout.close()
