"""A worker looks for garbage seldom: a load makes many values and no circles."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from sightline.jobs.command import look_for_garbage_seldom


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def test_what_is_loaded_is_set_apart_and_the_rest_is_searched_seldom() -> None:
    before = gc.get_threshold()[0]
    look_for_garbage_seldom()
    assert gc.isenabled()
    assert gc.get_freeze_count() > 1_000
    assert gc.get_threshold()[0] > 10 * before
