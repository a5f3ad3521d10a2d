"""A PostgreSQL server of the tests' own: a fresh folder, a free port, gone afterwards.

Never an existing server. PostgreSQL refuses to run as root, so root hands it to another user.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType

SECONDS_TO_START = 30


def find_server_programs() -> Path | None:
    """The newest folder that holds initdb and postgres, or None."""
    beside = [
        Path(found).resolve().parent for name in ("postgres",) if (found := shutil.which(name))
    ]
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: -int(p.parent.name.split(".")[0])
    )
    brew = sorted(Path("/opt/homebrew/opt").glob("postgresql*/bin"), reverse=True)
    for folder in [*debian, *beside, *brew]:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


class PrivateServer:
    """Starts on entering, stops and is removed on leaving. `address` is its DATABASE_URL."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="sightline-postgres-"))
        self._user = self._owner()
        self._port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.address = f"postgresql://sightline@127.0.0.1:{self._port}/postgres"

    def __enter__(self) -> PrivateServer:
        data = self._folder / "data"
        self._run("initdb", "-D", str(data), "-U", "sightline", "-A", "trust", "-E", "UTF8")
        options = ["-F", "-p", str(self._port), "-k", str(self._folder), "-h", "127.0.0.1"]
        # Nothing here outlives the run, and small queries lose more to JIT than they win. A count
        # taken in the midst of a test, whose rows nobody else sees, would say that tables are empty.
        tuned = [
            part
            for setting in (
                "max_connections=100",
                "synchronous_commit=off",
                "full_page_writes=off",
                "shared_buffers=256MB",
                "jit=off",
                "autovacuum=off",
            )
            for part in ("-c", setting)
        ]
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [str(self._programs / "postgres"), "-D", str(data), *options, *tuned],
                stdout=log,
                stderr=log,
                **self._as_owner(),
            )
        self._wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None:
            # SIGINT ends open sessions; SIGTERM would wait for them
            self._process.send_signal(signal.SIGINT)
            self._process.wait(SECONDS_TO_START)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _owner(self) -> str | None:
        """Who the server runs as where we are root."""
        if os.geteuid() != 0:
            return None
        for name in ("postgres", "nobody"):
            if subprocess.run(["id", name], capture_output=True, check=False).returncode == 0:
                shutil.chown(self._folder, name)
                return name
        return None

    def _as_owner(self) -> dict[str, object]:
        return {"user": self._user, "cwd": str(self._folder)} if self._user else {}

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._programs / program), *arguments],
            capture_output=True,
            check=False,
            **self._as_owner(),  # type: ignore[call-overload]
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr.decode()}")

    def _wait(self) -> None:
        for _ in range(SECONDS_TO_START * 10):
            ready = subprocess.run(
                [
                    str(self._programs / "pg_isready"),
                    "-q",
                    "-h",
                    "127.0.0.1",
                    "-p",
                    str(self._port),
                ],
                check=False,
            )
            if ready.returncode == 0:
                return
            time.sleep(0.1)
        raise RuntimeError("PostgreSQL did not start: " + (self._folder / "log").read_text())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
