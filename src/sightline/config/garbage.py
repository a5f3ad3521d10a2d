"""When a web process looks for garbage: seldom, and never through what it was started with.

A page makes thousands of small values and drops them all at its end, by counting references. With
Python's defaults every 700 of them start a search, and every hundredth search goes through all that
was ever loaded: two fifths of the time of a large grid, and a pause of 100 ms and more in the middle
of any page.
"""

from __future__ import annotations

import gc

# values made and not yet dropped before the youngest are searched; a large grid makes 50,000
YOUNGEST = 50_000
_OLDER = 20


def seldom() -> None:
    """Set what is loaded apart for good, and search the rest seldom. Safe to call twice."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNGEST, _OLDER, _OLDER)
