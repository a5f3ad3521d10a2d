"""Where a worker may die: just before or just after each of its commits, and in each of its calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sightline.crm import compare, mirror, push

Place = tuple[Any, str]

# The verbs that commit, by the room through which they are called.
VERBS: dict[Place, tuple[str, ...]] = {
    (mirror, "inbox"): (
        *("take_page", "load_page", "take_caught", "begin_catching", "merge_waiting"),
        *("begin_again", "finish_first_load"),
    ),
    (mirror, "merging"): ("merge_records",),
    (mirror, "connections"): ("pin_org", "keep_shape", "note_read"),
    (push, "gathering"): ("gather",),
    (push, "sending"): ("claim", "still_wanted", "settle_outcome"),
    (push, "connections"): ("note_sent",),
    (compare, "comparing"): ("compare_rows", "compare_missing", "keep_comparison"),
}
# A death that is set by counting steps does not count these.
_COMPARING = frozenset({"compare_rows", "compare_missing", "keep_comparison"})
UNCOUNTED = _COMPARING | {
    *("begin_again", "finish_first_load", "pin_org", "keep_shape", "note_read", "note_sent")
}
POINTS = tuple(
    f"{when} {verb}{of}"
    for verbs in VERBS.values()
    for verb in verbs
    for of in ([" Account", " Opportunity"] if verb == "merge_waiting" else [""])
    for when in ("before", "after")
)
# Verbs that are called only after a lost cursor, or after a field was hidden and is shown again.
AFTER_LOSS = frozenset({"load_page", "begin_again", "finish_first_load"})
AFTER_HIDING = frozenset({"take_caught", "begin_catching"})
_SENDING = frozenset(
    {"merge_records", "gather", "claim", "still_wanted", "settle_outcome", "note_sent"}
)
ANEW = tuple(one for one in POINTS if one.split()[1] in AFTER_LOSS | AFTER_HIDING)
SENDING = tuple(one for one in POINTS if one.split()[1] in _SENDING)
COMPARING = tuple(one for one in POINTS if one.split()[1] in _COMPARING)
READING = tuple(one for one in POINTS if one not in (*ANEW, *SENDING, *COMPARING))


class Dying:
    """A room whose verbs may kill the worker just before or just after their commit."""

    def __init__(self, room: Any, names: tuple[str, ...], die: Callable[[str], None]) -> None:
        self._room, self._names, self._die = room, names, die

    def __getattr__(self, name: str) -> Any:
        verb = getattr(self._room, name)
        if name not in self._names:
            return verb

        def call(*given: Any, **named: Any) -> Any:
            step = f"{name} {given[1]}" if name == "merge_waiting" else name
            self._die(f"before {step}")
            done = verb(*given, **named)
            self._die(f"after {step}")
            return done

        return call
