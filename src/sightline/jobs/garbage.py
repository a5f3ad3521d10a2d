"""How often a process that moves many rows looks for values that nothing refers to any more."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Values made and not yet dropped before the youngest are searched.
_YOUNGEST = 50_000


def look_for_garbage_seldom() -> None:
    """Set what is loaded apart for good, and search the rest seldom: by Python's defaults a load of
    thousands of rows stops every 700 values to look for circles, of which it makes none."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNGEST, 20, 20)


@contextmanager
def garbage_looked_for_seldom() -> Iterator[None]:
    """The same as long as a command moves rows."""
    before = gc.get_threshold()
    look_for_garbage_seldom()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
