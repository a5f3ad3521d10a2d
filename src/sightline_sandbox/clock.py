"""The org's clock: real time, or skewed, or frozen, when a fault asks for it."""

import threading
import time
from datetime import UTC, datetime, timedelta


def stamp(moment: datetime) -> str:
    """A moment as the service prints it: second grain, `+0000` without a colon."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


class Clock:
    """Gives the time; `skew` moves it by seconds, `frozen` holds it on one second."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._skew = 0.0
        self._frozen: datetime | None = None

    def now(self) -> datetime:
        """The org's idea of now, in UTC."""
        with self._lock:
            if self._frozen is not None:
                return self._frozen
            return datetime.now(UTC) + timedelta(seconds=self._skew)

    def stamp(self) -> str:
        """Now, as text of second grain."""
        return stamp(self.now())

    def epoch(self) -> float:
        """Now, in seconds since 1970: for expiry of tokens and jobs."""
        return self.now().timestamp()

    def skew(self, seconds: float) -> None:
        """Run ahead (positive) or behind (negative) by so many seconds."""
        with self._lock:
            self._skew = seconds

    def freeze(self, moment: datetime | None) -> None:
        """Hold the clock on a moment, so that several edits share one second; None lets go."""
        with self._lock:
            self._frozen = moment

    @staticmethod
    def sleep(seconds: float) -> None:
        """Wait in real time, whatever the org's clock says."""
        time.sleep(seconds)
