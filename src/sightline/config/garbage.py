"""When a web process looks for garbage: between two answers, and never through what it was
started with.

A page makes thousands of small values and drops them all at its end, by counting references. With
Python's defaults every 700 of them start a search, and every hundredth search goes through all that
was ever loaded: two fifths of the time of a large grid, and a pause of 100 ms and more in the middle
of any page. A search of 50,000 values takes 15 to 45 ms, so it waits until the answer has left.
"""

from __future__ import annotations

import gc

from django.core.signals import request_finished

# values made and not yet dropped before the youngest are searched; a large grid makes 50,000
YOUNGEST = 50_000
# in the midst of an answer only where one page alone makes so many
MOST = 1_000_000
NAME = "sightline.garbage"
_OLDER = 20


def seldom() -> None:
    """Set what is loaded apart for good, and search the rest seldom. Safe to call twice."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(MOST, _OLDER, _OLDER)
    request_finished.connect(between_answers, dispatch_uid=NAME)


def between_answers(**_signal: object) -> None:
    """Search the youngest where there are many; after twenty such searches those before them too."""
    youngest, older, oldest = gc.get_count()
    if youngest > YOUNGEST:
        gc.collect(2 if oldest > _OLDER else 1 if older > _OLDER else 0)
