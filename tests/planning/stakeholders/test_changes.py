"""What changed on a map, which changes are signals, and whom to add."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from sightline.planning.stakeholders import (
    Candidate,
    Change,
    MapState,
    PeopleMap,
    Person,
    Presence,
    Stance,
    Status,
    map_changes,
    suggest_people,
)
from tests.planning.stakeholders.makers import maps, person, role

STEIN = person("s", name="Julia Stein", title="Plant Director", reports_to="h")


def state(*people: Person, **fields: object) -> MapState:
    fields = {"levels": {}, "statuses": {}, **fields}
    return MapState({one.key: one for one in people}, **fields)  # type: ignore[arg-type]


def changed(before: MapState, after: MapState) -> dict[Change, bool]:
    return {one.change: one.signal for one in map_changes(before, after=after)}


def test_leaving_moving_a_new_title_a_bounce_and_silence_are_signals() -> None:
    before = state(STEIN)
    for after, change in (
        (state(replace(STEIN, presence=Presence.LEFT)), Change.LEFT),
        (state(replace(STEIN, presence=Presence.MOVED)), Change.MOVED),
        (state(replace(STEIN, title="Site Director")), Change.TITLE),
        (state(STEIN, bounced=frozenset({"s"})), Change.BOUNCED),
        (state(STEIN, statuses={"s": Status.QUIET}), Change.QUIET),
    ):
        assert changed(before, after) == {change: True}


def test_other_changes_are_listed_without_a_signal() -> None:
    before = state(STEIN)
    for after, change in (
        (state(replace(STEIN, reports_to=None)), Change.MANAGER),
        (state(replace(STEIN, stance=Stance.SUPPORTS)), Change.STANCE),
        (state(replace(STEIN, roles=(role("champion"),))), Change.ROLES),
        (state(STEIN, levels={"s": 3}), Change.STRENGTH),
        (state(STEIN, person("n")), Change.JOINED),
        (state(), Change.REMOVED),
    ):
        assert changed(before, after) == {change: False}


def test_spacing_and_case_of_a_title_and_a_new_name_are_no_change() -> None:
    after = state(replace(STEIN, title=" plant  director", name="Julia Stein-Weiß"))
    assert changed(state(STEIN), after) == {}


@given(maps())
def test_the_same_map_twice_shows_no_change(source: PeopleMap) -> None:
    same = MapState({one.key: one for one in source.people}, source.levels, {})
    assert map_changes(same, after=same) == ()


def test_people_on_open_deals_come_first_then_those_met() -> None:
    found = suggest_people(
        [
            Candidate("Met Often", address="often@example.org", days=9),
            Candidate("On Deal", key="c1", open_deals=("o1",)),
            Candidate("Mapped", key="c2", open_deals=("o1", "o2")),
            Candidate("Silent", key="c3"),
        ],
        on_map=["c2"],
    )
    assert [one.candidate.name for one in found] == ["On Deal", "Met Often"]
    assert found[0].reason.text == "On Deal: on 1 open opportunity"
    assert found[1].reason.text == "Met Often: 9 two-way days, not in the CRM"
