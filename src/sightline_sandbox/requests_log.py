"""The last requests served: what a test or a person asks about afterwards."""

import threading
from collections import deque
from typing import Any

_KEPT = 5000


class RequestLog:
    """A bounded list of requests, newest last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: deque[dict[str, Any]] = deque(maxlen=_KEPT)
        self._counts: dict[str, int] = {}

    def add(self, entry: dict[str, Any]) -> None:
        """Note one request."""
        with self._lock:
            self._entries.append(entry)
            key = f"{entry['method']} {entry['kind']}"
            self._counts[key] = self._counts.get(key, 0) + 1

    def recent(self, limit: int) -> list[dict[str, Any]]:
        """The last requests, oldest first."""
        with self._lock:
            return list(self._entries)[-limit:]

    def counts(self) -> dict[str, int]:
        """How many of each kind since the start."""
        with self._lock:
            return dict(self._counts)
