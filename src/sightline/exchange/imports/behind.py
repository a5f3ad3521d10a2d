"""Storing one piece while the next is prepared: a thread with a database connection of its own.

One piece at a time and in order, so that a cursor kept with each piece says what all came before.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

from django.db import connection, connections

Work = Callable[[], None]


class Behind:
    """Runs one piece of work behind the caller's back; whoever begins the next waits for it first.

    Where another connection could not see what this one holds (a transaction is open, the database
    is in memory), each piece is done at once.
    """

    def __init__(self) -> None:
        alone = connection.in_atomic_block or _in_memory()
        self._thread = None if alone else ThreadPoolExecutor(1, "storing")
        self._present: Future[tuple[float, float]] | None = None

    def begin(self, work: Work) -> None:
        """Begin a piece; the one before was waited for."""
        if self._thread is not None:
            self._present = self._thread.submit(_timed, work)
            return
        self._present = Future()
        try:
            self._present.set_result(_timed(work))
        except BaseException as problem:
            self._present.set_exception(problem)

    def wait(self) -> tuple[float, float]:
        """How long the piece took and when it ended, in seconds of the steady clock. Raises what it
        raised."""
        present, self._present = self._present, None
        return present.result() if present is not None else (0.0, time.monotonic())

    def __enter__(self) -> Behind:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._thread is not None:
            # What has begun ends before anybody goes on; its connection is its thread's to close.
            self._thread.submit(connections.close_all)
            self._thread.shutdown()


def _timed(work: Work) -> tuple[float, float]:
    started = time.monotonic()
    work()
    ended = time.monotonic()
    return ended - started, ended


def _in_memory() -> bool:
    asked = getattr(connection, "is_in_memory_db", None)  # only SQLite's can be
    return asked is not None and bool(asked())
