"""A web process looks for garbage seldom, and between answers."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from django.core.signals import request_finished

from sightline.config import garbage


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    request_finished.disconnect(dispatch_uid=garbage.NAME)
    gc.unfreeze()
    gc.set_threshold(*before)


def test_what_is_loaded_is_set_apart_and_the_rest_is_searched_seldom() -> None:
    garbage.seldom()
    garbage.seldom()
    assert gc.get_freeze_count() > 1_000
    assert gc.get_threshold()[0] == garbage.MOST
    assert gc.isenabled()


# the signal's other receivers look at the database's connections
@pytest.mark.django_db
def test_what_an_answer_left_is_searched_after_it_and_a_little_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    searched: list[int] = []
    monkeypatch.setattr(gc, "collect", lambda generation=2: searched.append(generation))
    garbage.seldom()
    for count, wanted in (
        ((garbage.YOUNGEST, 99, 99), []),
        ((garbage.YOUNGEST + 1, 0, 0), [0]),
        ((garbage.YOUNGEST + 1, 21, 0), [1]),
        ((garbage.YOUNGEST + 1, 21, 21), [2]),
    ):
        searched.clear()
        monkeypatch.setattr(gc, "get_count", lambda found=count: found)
        request_finished.send(sender=None)
        assert searched == wanted
