"""The three processes of a demonstration over a copied folder: sandbox org, web server and worker."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[2]
API = "/services/data/v66.0"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Site:
    """The three processes over one copied folder."""

    def __init__(self, data: Path) -> None:
        self.data, self.web_port, self.org_port = data, free_port(), free_port()
        self.token = (data / "sandbox-org" / "token").read_text().strip()
        self.environment = {
            **os.environ,
            "SIGHTLINE_DATA": str(data),
            "PYTHONPATH": str(ROOT / "src"),
        }
        self.environment["SIGHTLINE_DEMONSTRATION"] = "1"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.spent: dict[str, float] = {}
        self.cli = [sys.executable, "-m", "sightline.cli"]
        self.commands = {
            "sandbox": [
                *(sys.executable, "-m", "sightline_sandbox", "serve", "--data"),
                *(str(data / "sandbox-org"), "--port", str(self.org_port), "--currencies"),
                *("--api-limit", "300000", "--access-token", self.token),
                *("--metadata", str(ROOT / "salesforce")),
            ],
            "web": [*self.cli, "serve", "--port", str(self.web_port), "--no-worker"],
            "worker": [*self.cli, "worker"],
        }

    @property
    def org(self) -> str:
        return f"http://127.0.0.1:{self.org_port}"

    @property
    def web(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One of our own commands."""
        return subprocess.run(
            [*self.cli, *words], env=self.environment, capture_output=True, text=True, check=False
        )

    def start(self, name: str) -> None:
        """Begin a process."""
        self.processes[name] = subprocess.Popen(
            self.commands[name],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    @staticmethod
    def keep_precedence(pid: int) -> None:
        """A session of its own begins with none (Linux's autogroup), whatever nice says."""
        with contextlib.suppress(OSError):  # where there is no such thing
            ours = Path("/proc/self/autogroup").read_text().rpartition(" ")[2]
            Path(f"/proc/{pid}/autogroup").write_text(ours)

    def family(self, name: str) -> dict[int, int]:
        """A process and all that it began, each with its ticks so far."""
        parents: dict[int, int] = {}
        ticks: dict[int, int] = {}
        for one in Path("/proc").glob("[0-9]*/stat"):
            try:
                parts = one.read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it ended meanwhile
            pid = int(one.parent.name)
            parents[pid], ticks[pid] = int(parts[1]), int(parts[11]) + int(parts[12])
        found = {self.processes[name].pid}
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return {pid: ticks.get(pid, 0) for pid in found}

    def kill(self, name: str) -> None:
        """SIGKILL for a process and all that it began; what it spent is kept."""
        self.spent[name] = self.cpu(name)
        for pid in self.family(name):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.processes[name].wait()

    def cpu(self, name: str) -> float:
        """Processor seconds of a process and its children so far, those before its deaths too."""
        ticks = sum(self.family(name).values())
        return self.spent.get(name, 0.0) + ticks / os.sysconf("SC_CLK_TCK")

    def wait_for(self, address: str, seconds: float = 120) -> None:
        """Until something answers there."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                httpx.get(address, timeout=5)
                return
            except httpx.HTTPError:
                time.sleep(0.3)
        raise SystemExit(f"nothing answered at {address}")

    def rows(self, sql: str, *given: Any) -> list[tuple[Any, ...]]:
        """Read from our database."""
        known = sqlite3.connect(
            f"file:{self.data / 'sightline.sqlite3'}?mode=ro", uri=True, timeout=20
        )
        try:
            return known.execute(sql, given).fetchall()
        finally:
            known.close()

    def there(self, method: str, path: str, body: Any = None, **query: str) -> Any:
        """A person or program in the org; tried again while it is down."""
        headers = {"Authorization": f"Bearer {self.token}"}
        for _ in range(120):
            try:
                answer = httpx.request(
                    method, f"{self.org}{API}{path}", json=body, params=query or None, headers=headers,
                    timeout=20,
                )  # fmt: skip
            except httpx.HTTPError:
                time.sleep(0.5)
                continue
            if answer.status_code < 500 and "UNABLE_TO_LOCK" not in answer.text:
                assert answer.is_success, answer.text
                return answer.json() if answer.content else None
            time.sleep(0.2)
        raise SystemExit("the org does not come back")


_MOVE = """
import sys, django
django.setup()
from sightline.actions.sync import connections
connections.move(1, settings={"login": sys.argv[1]})
"""


def prepare(site: Site, *, night: bool) -> None:
    """The copied folder is ours: nothing parked or leased, the rounds due, and the company where it
    is noon, or midnight."""
    site.run("migrate")
    hour = dt.datetime.now(dt.UTC).hour
    ahead = ((0 if night else 12) - hour + 11) % 24 - 11  # from -11 to 12 hours
    with sqlite3.connect(site.data / "sightline.sqlite3") as ours:
        ours.execute(
            "UPDATE records_syncconnection SET state = 'ready', parked_until = NULL, "
            "lease_until = NULL, lease_owner = ''"
        )
        ours.execute("UPDATE records_job SET run_at = datetime('now') WHERE name LIKE 'sync%'")
        ours.execute("UPDATE records_company SET time_zone = ?", (f"Etc/GMT{-ahead:+d}",))
    subprocess.run(
        [sys.executable, "-c", _MOVE, site.org],
        env={**site.environment, "DJANGO_SETTINGS_MODULE": "sightline.config.settings"},
        check=True,
    )
    for name in ("sandbox", "web"):
        site.start(name)
    site.wait_for(f"{site.org}{API}/")
    site.wait_for(site.web)
    for pid in site.family("web"):
        site.keep_precedence(pid)
    first = site.run("sync", "Sandbox org", "--once")
    print("first round:", (first.stdout or first.stderr).strip()[-300:], flush=True)
    site.start("worker")
