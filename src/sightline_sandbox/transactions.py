"""Writes under way: `/updated` and `/deleted` answer only up to the oldest one's start."""

import contextlib
import threading
from collections.abc import Iterator
from datetime import datetime


class Transactions:
    """The start times of running writes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._starts: dict[int, datetime] = {}
        self._next = 0

    @contextlib.contextmanager
    def running(self, start: datetime) -> Iterator[None]:
        """Count a write as running from its start until it is committed."""
        number = self.open(start)
        try:
            yield
        finally:
            self.close(number)

    def open(self, start: datetime) -> int:
        """Begin a write; answers the number to close it by."""
        with self._lock:
            self._next += 1
            self._starts[self._next] = start
            return self._next

    def close(self, number: int) -> None:
        """End a write."""
        with self._lock:
            self._starts.pop(number, None)

    def covered(self, now: datetime) -> datetime:
        """Up to when everything is visible: the oldest running write's start, or now."""
        with self._lock:
            return min([now, *self._starts.values()])
