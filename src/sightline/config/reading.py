"""How a web process reads a PostgreSQL: each question by one of the server's processes.

A page reads the first fifty rows along an index. Shared out, each of the server's processes reads rows
of its own until it has fifty, and starting them takes longer than the page: a leader's lists of a
hundred thousand accounts took 410 to 670 ms so, and 50 to 120 ms by one. Jobs, which read whole tables,
are left as the server is set up.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakSet

from django.db.backends.signals import connection_created

NAME = "sightline.reading"
_ALONE = "SET max_parallel_workers_per_gather = 0"
_told: WeakSet[Any] = WeakSet()


def alone() -> None:
    """Say so on every connection that is made from now on. Safe to call twice."""
    connection_created.connect(_tell, dispatch_uid=NAME)


def _tell(*, connection: Any, **_signal: object) -> None:
    # a pool hands the same connection out again and again
    own = connection.connection
    if connection.vendor == "postgresql" and own not in _told:
        own.execute(_ALONE)
        _told.add(own)
