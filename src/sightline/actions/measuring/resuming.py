"""How far a measuring run came, so that the next one goes on from there.

The mark lies beside the engine's result. It is believed for ten minutes, on the same terms, and only
while nobody changed anything in between: what contracts and assets promise may have moved.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

BELIEVED = timedelta(minutes=10)
_MARK = "stored.json"


@dataclass(frozen=True, slots=True)
class _Mark:
    """On which terms a run goes, and the last account that it kept."""

    terms: str
    newest: int
    at: str
    last: int = 0
    cells: int = 0


class Way:
    """One run's way through the accounts, by rising id."""

    def __init__(self, path: Path | None, mark: _Mark) -> None:
        self._path = path
        self._mark = mark

    @property
    def cells(self) -> int:
        """How many cells earlier attempts kept."""
        return self._mark.cells

    def left(self, ids: Sequence[int]) -> Sequence[int]:
        """The accounts that are still to be kept, of all in rising order."""
        return ids[bisect_right(ids, self._mark.last) :]

    def kept(self, last: int, *, cells: int, now: datetime) -> None:
        """Everything up to this account is kept."""
        self._mark = replace(self._mark, last=last, cells=cells, at=now.isoformat())
        if self._path is not None:
            draft = self._path.with_suffix(".draft")
            draft.write_text(json.dumps(asdict(self._mark)), encoding="utf-8")
            draft.replace(self._path)

    def end(self) -> None:
        """The run is whole: the next one begins anew."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)


def begin(folder: Path | None, *, terms: str, newest: int, now: datetime) -> Way:
    """Take up an unfinished run in the folder of a result, or begin one.

    `newest` names the last change that anybody made; `folder` None keeps no mark.
    """
    fresh = _Mark(terms, newest, now.isoformat())
    if folder is None:
        return Way(None, fresh)
    path = folder / _MARK
    try:
        found = _Mark(**json.loads(path.read_text(encoding="utf-8")))
        age = now - datetime.fromisoformat(found.at)
    except (FileNotFoundError, ValueError, TypeError):
        return Way(path, fresh)
    same = (found.terms, found.newest) == (terms, newest)
    if not (same and timedelta(0) <= age < BELIEVED):
        return Way(path, fresh)
    return Way(path, found)
