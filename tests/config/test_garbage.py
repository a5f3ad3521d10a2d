"""A web process looks for garbage seldom."""

from __future__ import annotations

import gc

from sightline.config import garbage


def test_what_is_loaded_is_set_apart_and_the_rest_is_searched_seldom() -> None:
    before = gc.get_threshold()
    try:
        garbage.seldom()
        garbage.seldom()
        assert gc.get_freeze_count() > 1_000
        assert gc.get_threshold()[0] == garbage.YOUNGEST
        assert gc.isenabled()
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
