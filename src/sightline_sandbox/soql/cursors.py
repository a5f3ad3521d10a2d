"""Query cursors: the ids a query found, walked page by page."""

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass

from sightline_sandbox.errors import ApiError

_KEPT = 2000
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True, slots=True)
class Cursor:
    """A query's text, whose it is, and the ids of its rows in order.

    `path` leads to a subquery (see `soql.run.subplan`) whose rows these are.
    """

    text: str
    user_id: str
    all_rows: bool
    ids: list[str]
    path: tuple[int, ...] = ()


class Cursors:
    """Open cursors; the oldest are forgotten when there are too many."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: OrderedDict[str, Cursor] = OrderedDict()

    def keep(self, cursor: Cursor) -> str:
        """Open a cursor and answer its name."""
        name = "0r8xx" + "".join(secrets.choice(_ALPHABET) for _ in range(13))
        with self._lock:
            self._open[name] = cursor
            while len(self._open) > _KEPT:
                self._open.popitem(last=False)
        return name

    def find(self, name: str, user_id: str) -> Cursor:
        """An open cursor of this user; otherwise the locator is invalid."""
        with self._lock:
            cursor = self._open.get(name)
        if cursor is None or cursor.user_id != user_id:
            raise ApiError("INVALID_QUERY_LOCATOR", "invalid query locator")
        return cursor

    def expire_all(self) -> int:
        """Forget every cursor, as after two days; answers how many there were."""
        with self._lock:
            count = len(self._open)
            self._open.clear()
            return count
