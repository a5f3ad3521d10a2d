"""Server, worker and what stands beside them: the first page waits for none but the server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import Any

import pytest

from sightline.cli import serve
from sightline.cli.start import free_port

_STARTS_ONE = """
import sys, time
from sightline.cli import children
children.start([sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"])
time.sleep(60)
"""
_ENDS_SOON = "import time; time.sleep(0.4)"
_SERVER = """
import http.server, sys, threading
class Handler(http.server.BaseHTTPRequestHandler):
    def do_HEAD(self):
        self.send_response(200); self.end_headers()
    def log_message(self, *given): pass
server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
threading.Timer(30, server.shutdown).start()
server.serve_forever()
"""


def begin(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", code, *arguments], text=True)


def test_the_server_answers_before_anything_else_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    port = free_port(8600)

    def started(command: Any) -> subprocess.Popen[str]:
        told.append("worker" if "worker" in command else "server")
        return begin(*((_ENDS_SOON,) if "worker" in command else (_SERVER, str(port))))

    def org() -> subprocess.Popen[str]:
        told.append("org")
        return begin(_ENDS_SOON)

    monkeypatch.setattr(serve, "_start", started)
    ended = serve.run_together(
        host="127.0.0.1",
        port=port,
        processes=1,
        worker=True,
        ready=lambda: told.append("ready"),
        beside=[org],
    )
    assert told == ["server", "ready", "org", "worker"]
    assert ended == 1  # one that ends by itself ends all


def test_a_server_that_cannot_start_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(serve, "_start", lambda command: begin("raise SystemExit(3)"))
    ended = serve.run_together(
        host="127.0.0.1",
        port=free_port(8600),
        processes=1,
        worker=True,
        ready=lambda: told.append("ready"),
    )
    assert (told, ended) == ([], 3)


def test_ctrl_c_stops_everything_that_was_started_and_is_no_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[subprocess.Popen[str]] = []
    port = free_port(8600)

    def start(command: Any) -> subprocess.Popen[str]:
        code = ("import time; time.sleep(30)",) if "worker" in command else (_SERVER, str(port))
        started.append(begin(*code))
        return started[-1]

    monkeypatch.setattr(serve, "_start", start)
    before = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}

    def interrupt() -> subprocess.Popen[str]:
        os.kill(os.getpid(), signal.SIGINT)
        return begin(_ENDS_SOON)

    try:
        ended = serve.run_together(
            host="127.0.0.1", port=port, processes=1, worker=True, ready=None, beside=[interrupt]
        )
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert ended == 0
    assert len(started) == 2
    assert all(child.poll() is not None for child in started)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
def test_what_was_started_ends_with_a_program_that_is_killed() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", _STARTS_ONE], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == "up\n"
    parent.kill()
    # the child holds the other end of the pipe, which closes with it and not before
    rest, _ = parent.communicate(timeout=30)
    assert rest == ""
