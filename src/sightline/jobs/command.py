"""`sightline worker`: the worker as a command."""

from __future__ import annotations

import signal
from types import FrameType

import click

from sightline.jobs.garbage import look_for_garbage_seldom
from sightline.jobs.sync.live import LiveReads
from sightline.jobs.worker import Worker


@click.command()
@click.option("--once", is_flag=True, help="Run what is due now, then stop.")
def worker(once: bool) -> None:
    """Run a worker until Ctrl-C; several may run at once."""
    work = Worker()
    if once:
        click.echo(f"Ran {work.run_all()} jobs.", err=True)
        return

    look_for_garbage_seldom()
    live = LiveReads()

    def stop(_number: int, _frame: FrameType | None) -> None:
        live.stop()
        work.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    live.start()
    work.run_forever()
