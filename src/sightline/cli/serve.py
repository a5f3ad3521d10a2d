"""`sightline serve`, `worker`, `migrate`: run the product."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

import click

from sightline.cli.children import start as _start

WAIT_SECONDS = 15
FIRST_ANSWER_SECONDS = 120


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--processes", default=1, show_default=True, type=click.IntRange(1, 64))
@click.option("--no-worker", is_flag=True, help="Run workers elsewhere: sightline worker.")
def serve(host: str, port: int, processes: int, no_worker: bool) -> None:
    """Run the web server, with a worker beside it. Ctrl-C stops both."""
    if host in {"127.0.0.1", "localhost"}:
        # reached here and nowhere else: links in mails and feeds lead here
        os.environ.setdefault("SIGHTLINE_URL", f"http://{host}:{port}")
    prepare()
    sys.exit(run_together(host=host, port=port, processes=processes, worker=not no_worker))


@click.command()
@click.option("--check", is_flag=True, help="Only say whether the database is up to date.")
def migrate(check: bool) -> None:
    """Bring the database to this version."""
    from django.core.management import call_command

    from sightline.cli.layout import migrate_if_behind

    if check:
        try:
            call_command("migrate", check_unapplied=True, verbosity=0)
        except SystemExit as behind:
            raise click.ClickException(
                "The database is behind this version. Run: sightline migrate"
            ) from behind
        click.echo("The database is up to date.")
        return
    migrate_if_behind()
    # Again where nothing is missing: an index of names that could not be made before is made now.
    call_command("migrate", interactive=False, verbosity=0)
    click.echo("The database is up to date.")


def prepare() -> None:
    """Migrate and lay out the static files, each only where something changed."""
    from sightline.cli.layout import lay_out_static_files, migrate_if_behind

    migrate_if_behind()
    lay_out_static_files()


def run_together(
    *,
    host: str,
    port: int,
    processes: int,
    worker: bool,
    ready: Callable[[], None] | None = None,
    beside: Sequence[Callable[[], subprocess.Popen[str]]] = (),
) -> int:
    """Run server and worker as children until a signal or the first one's end.

    With `ready` the server comes first and is called once it answers; only then `beside` and the
    worker start, so that nobody waits for them to see the first page. Answers the exit code: 0
    after Ctrl-C, else the code of the one that ended by itself.
    """
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    server = _start(_server(host, port, processes))
    children: list[subprocess.Popen[Any]] = [server]
    try:
        if ready is not None and _answers(server, stopped, host, port):
            ready()
        if not stopped.is_set() and server.poll() is None:
            children += [begin() for begin in beside]
            if worker:
                children.append(_start([sys.executable, "-m", "sightline.cli", "worker"]))
        while not stopped.wait(0.2):
            ended = [child for child in children if child.poll() is not None]
            if ended:
                return ended[0].returncode or 1
        return 0
    finally:
        _end(children)


def _answers(server: subprocess.Popen[Any], stopped: threading.Event, host: str, port: int) -> bool:
    """Whether the server answered a request before it ended, was stopped, or took too long."""
    until = time.monotonic() + FIRST_ANSWER_SECONDS
    while time.monotonic() < until and server.poll() is None and not stopped.is_set():
        probe = http.client.HTTPConnection(host, port, timeout=FIRST_ANSWER_SECONDS)
        try:
            probe.request("HEAD", "/")
            probe.getresponse()
        except (OSError, http.client.HTTPException):
            stopped.wait(0.05)
        else:
            return True
        finally:
            probe.close()
    return False


def _server(host: str, port: int, processes: int) -> list[str]:
    return [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        host,
        "--port",
        str(port),
        "--workers",
        str(processes),
        "--blocking-threads",
        "4",
        "--no-ws",
        "--log-level",
        "warning",
        "sightline.config.wsgi:application",
    ]


def _end(children: Sequence[subprocess.Popen[Any]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(WAIT_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
