"""A worker, and a command that moves rows, looks for garbage seldom: a load makes many values and no circles."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from sightline.jobs.garbage import garbage_looked_for_seldom, look_for_garbage_seldom
from sightline.jobs.sync import command


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


def test_a_command_leaves_the_search_as_it_was() -> None:
    before = gc.get_threshold()
    with pytest.raises(KeyError), garbage_looked_for_seldom():
        assert gc.get_threshold()[0] > 10 * before[0]
        raise KeyError
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0


def test_rounds_that_are_asked_for_look_for_it_seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(command, "_named", lambda name: 1)
    monkeypatch.setattr(command, "_run_round", lambda pk, **how: seen.append(gc.get_threshold()[0]))
    assert CliRunner().invoke(command.sync, ["Org", "--once"]).exit_code == 0
    assert seen[0] > 10 * gc.get_threshold()[0]
