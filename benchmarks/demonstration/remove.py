"""Removing the demonstration: `SIGHTLINE_DATA=FOLDER ./run python benchmarks/demonstration/remove.py`.

Removes it for good from the database of that folder (or `DATABASE_URL`): give it a copy. Prints one JSON
object: accounts gone, seconds by the clock and of processor, the longest transactions by both, how many
took longer than the half second that one may hold the database, and the process's peak memory.
"""

from __future__ import annotations

import json
import os
import resource
import time
from typing import Any


def main() -> None:
    """Remove, and print what it took."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sightline.config.settings")
    import django

    django.setup()
    from django.db import connection, transaction

    from sightline.actions import people
    from sightline.actions.demonstration import remove_demonstration
    from sightline.records.queries.demonstration import administrators_who_stay

    if not administrators_who_stay():
        wanted = people.NewSignIn(
            email="stays@bench.example",
            name="Stays",
            roles=frozenset({"operations"}),
            password=people.fresh_password(),
        )
        people.create_sign_in(wanted, actor_id=None)
    held: list[tuple[float, float]] = []
    _timed(transaction.Atomic, connection, held)
    began, work = time.perf_counter(), time.process_time()
    removed = remove_demonstration(job=_Said())
    passed, worked = time.perf_counter() - began, time.process_time() - work
    by_clock = sorted((one[0] for one in held), reverse=True)
    print(
        json.dumps(
            {
                "database": connection.vendor,
                "accounts": removed,
                "seconds": round(passed, 1),
                "seconds_of_processor": round(worked, 1),
                "transactions": len(held),
                "longest_milliseconds": [round(1000 * one) for one in by_clock[:5]],
                "longest_milliseconds_of_processor": round(1000 * max(one[1] for one in held)),
                "over_half_a_second": sum(one > 0.5 for one in by_clock),
                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
                "load_average": round(os.getloadavg()[0], 1),
            }
        )
    )


class _Said:
    """Prints how far it is, every ten seconds."""

    def __init__(self) -> None:
        self._last = 0.0

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        if time.monotonic() - self._last > 10:
            self._last = time.monotonic()
            print(done, total, note, flush=True)

    def is_cancelled(self) -> bool:
        return False


def _timed(atomic: Any, connection: Any, held: list[tuple[float, float]]) -> None:
    """Keep how long every outermost transaction was open."""
    enter, leave = atomic.__enter__, atomic.__exit__
    started: list[tuple[float, float]] = []

    def entered(self: Any) -> Any:
        outermost = not connection.in_atomic_block
        answer = enter(self)
        if outermost:
            started[:] = [(time.perf_counter(), time.process_time())]
        return answer

    def left(self: Any, *problem: Any) -> Any:
        answer = leave(self, *problem)
        if started and not connection.in_atomic_block:
            clock, work = started.pop()
            held.append((time.perf_counter() - clock, time.process_time() - work))
        return answer

    atomic.__enter__, atomic.__exit__ = entered, left


if __name__ == "__main__":
    main()
