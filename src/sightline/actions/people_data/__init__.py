"""A person's data: what is held of them, given out and erased in one act, and ended in time.

Erasing hides the person at once, in the transaction of the request; a job then empties everything
(docs/method/people-data.md says what stays and why).
"""

from sightline.actions.people_data.ask import (
    NothingHeld,
    StalePerson,
    ask_erasure,
    note_export,
)
from sightline.actions.people_data.erase import Erased, erase
from sightline.actions.people_data.needles import Needles, needles_for
from sightline.actions.people_data.retention import Ended, end_what_is_past

__all__ = [
    "Ended",
    "Erased",
    "Needles",
    "NothingHeld",
    "StalePerson",
    "ask_erasure",
    "end_what_is_past",
    "erase",
    "needles_for",
    "note_export",
]
