"""Snapshots hold keys only; diff(a, a) is empty, and diff applied to a gives b."""

from __future__ import annotations

import datetime as dt
from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.errors import InvalidValue
from sightline.planning.reviews import (
    Area,
    Entry,
    Snapshot,
    apply_differences,
    differences,
    entry,
    snapshot,
)

DAY, LATER = dt.date(2027, 1, 1), dt.date(2027, 4, 1)
keys = st.sampled_from(["a", "b", "c1", "line:core/unit:plants"])
values = st.none() | st.booleans() | st.integers(-5, 5) | keys
names = st.sampled_from(["state", "value", "holder"])


def entry_of(area: Area, key: str, fields: dict[str, object]) -> Entry:
    if area is Area.MAP:
        fields = {n: v if isinstance(v, str | bool) else None for n, v in fields.items()}
    return entry(area, key, fields)  # type: ignore[arg-type]


entries = st.lists(
    st.builds(entry_of, st.sampled_from(Area), keys, st.dictionaries(names, values)),
    max_size=8,
    unique_by=lambda one: (one.area, one.key),
)
snapshots = entries.map(lambda many: snapshot("plan", taken_on=DAY, entries=many))


@given(snapshots)
def test_nothing_differs_from_itself(one: Snapshot) -> None:
    assert differences(one, one) == ()
    assert apply_differences(one, (), taken_on=DAY) == one


@given(snapshots, snapshots)
def test_the_difference_applied_to_one_gives_the_other(one: Snapshot, other: Snapshot) -> None:
    changed = apply_differences(one, differences(one, other), taken_on=DAY)
    assert repr(changed) == repr(other)
    for change in differences(one, other):
        assert change.fields or change.kind.value in ("added", "removed")


@given(snapshots, snapshots)
def test_the_difference_back_undoes_it(one: Snapshot, other: Snapshot) -> None:
    there = apply_differences(one, differences(one, other), taken_on=DAY)
    assert repr(apply_differences(there, differences(other, one), taken_on=DAY)) == repr(one)


def test_yes_and_one_are_different_things() -> None:
    one = snapshot("p", taken_on=DAY, entries=[entry(Area.GOALS, "g", {"met": 1})])
    yes = snapshot("p", taken_on=DAY, entries=[entry(Area.GOALS, "g", {"met": True})])
    assert len(differences(one, yes)) == 1


@pytest.mark.parametrize(
    ("area", "key", "fields"),
    [
        (Area.MAP, "Karin Holm", {}),
        (Area.TEXT, "thesis", {"text": "We grow in the plants."}),
        (Area.MAP, "p1", {"strength": 4}),
        (Area.MONEY, "landing", {"amount": 1.5}),
    ],
)
def test_names_texts_ratings_and_fractions_cannot_enter(
    area: Area, key: str, fields: dict[str, object]
) -> None:
    with pytest.raises(InvalidValue):
        entry(area, key, fields)  # type: ignore[arg-type]


def test_a_snapshot_cannot_be_changed_and_holds_every_key_once() -> None:
    one = entry(Area.GRID, "c", {"state": "open"})
    frozen = snapshot("p", taken_on=DAY, entries=[one])
    with pytest.raises(FrozenInstanceError):
        frozen.entries = ()  # type: ignore[misc]
    with pytest.raises(InvalidValue):
        snapshot("p", taken_on=DAY, entries=[one, one])


def test_a_change_that_does_not_fit_is_refused_and_so_are_two_plans() -> None:
    one = snapshot("p", taken_on=DAY, entries=[entry(Area.GRID, "c", {"state": "open"})])
    other = snapshot("p", taken_on=LATER, entries=[entry(Area.GRID, "c", {"state": "owned"})])
    changes = differences(one, other)
    with pytest.raises(InvalidValue):
        apply_differences(other, changes, taken_on=LATER)
    with pytest.raises(InvalidValue):
        differences(one, replace(other, plan="q"))


def test_yes_and_one_differ_field_by_field() -> None:
    one, other = (
        snapshot("plan", taken_on=DAY, entries=[entry(Area.GRID, "b", {"state": value})])
        for value in (True, 1)
    )
    (change,) = differences(one, other)
    assert change.fields == (("state", True, 1),)
