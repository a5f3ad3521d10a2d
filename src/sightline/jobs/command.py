"""`sightline worker`: the worker as a command."""

from __future__ import annotations

import gc
import signal
from types import FrameType

import click

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


# Values made and not yet dropped before the youngest are searched.
_YOUNGEST = 50_000


def look_for_garbage_seldom() -> None:
    """Set what is loaded apart for good, and search the rest seldom: by Python's defaults a load of
    thousands of rows stops every 700 values to look for circles, of which it makes none."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNGEST, 20, 20)
