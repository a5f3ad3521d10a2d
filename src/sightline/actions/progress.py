"""Who is told how far work is: a job's row, a person at a terminal, or nobody."""

from __future__ import annotations

from typing import Protocol


class Watched(Protocol):
    """Whoever wants to know how far work is."""

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Say how far it is, in the work's own unit. May raise to stop the work."""


class Silent:
    """Nobody watches."""

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Say nothing."""
