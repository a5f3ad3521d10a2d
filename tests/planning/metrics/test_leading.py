"""Leading metrics count what happened, name it, and never count the unknown as none."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.metrics import (
    ActionFacts,
    CentreFacts,
    MetricsParameters,
    PersonFacts,
    PlayStages,
    active_executives,
    completion,
    new_buying_centres,
    progression,
)
from sightline.planning.parameters import load_defaults
from sightline.planning.periods import Window

PARAMETERS = load_defaults().section(MetricsParameters, "metrics")
TODAY = dt.date(2027, 4, 1)
QUARTER = Window(dt.date(2027, 1, 1), dt.date(2027, 3, 31))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def test_an_executive_counts_with_strength_three_and_contact_in_ninety_days() -> None:
    people = [
        PersonFacts("in", True, 3, TODAY - dt.timedelta(days=90)),
        PersonFacts("late", True, 5, TODAY - dt.timedelta(days=91)),
        PersonFacts("weak", True, 2.5, TODAY),
        PersonFacts("unrated", True, None, TODAY),
        PersonFacts("other", False, 5, TODAY),
    ]
    found = active_executives(people, today=TODAY, parameters=PARAMETERS)
    assert (found.keys, found.unknown) == (("in",), 1)


def test_a_new_buying_centre_was_silent_for_a_year_and_now_meets_who_decides() -> None:
    start = day("2027-01-01")
    met = (day("2027-02-01"), day("2027-03-01"))
    units = [
        CentreFacts("new", met, met),
        CentreFacts("known", (day("2026-01-01"), *met), met),
        CentreFacts("long ago", (day("2025-12-31"), *met), met),
        CentreFacts("once", met[:1], met[:1]),
        CentreFacts("same day twice", met[:1], (met[0], met[0])),
        CentreFacts("others only", met, ()),
    ]
    found = new_buying_centres(units, plan_start=start, today=TODAY, parameters=PARAMETERS)
    assert found.keys == ("long ago", "new")


def test_progression_is_plays_that_advanced_of_plays_open_at_the_start() -> None:
    plays = [PlayStages("a", 1, 2), PlayStages("b", 1, 1), PlayStages("c", 3, 1)]
    assert progression(plays).value == pytest.approx(1 / 3)
    assert progression([]).value is None


def action(
    due: str, done: str | None, *, first: str | None = None, drop: bool = False
) -> ActionFacts:
    return ActionFacts("a", day(first or due), day(due), day(done) if done else None, drop)


def test_done_two_days_late_is_on_time_and_three_is_not() -> None:
    actions = [action("2027-02-01", "2027-02-03"), action("2027-02-01", "2027-02-04")]
    assert completion(actions, window=QUARTER, today=TODAY, parameters=PARAMETERS).value == 0.5


def test_a_moved_action_counts_once_as_not_done_then_like_any_other() -> None:
    moved = [action("2027-03-01", "2027-03-01", first="2027-02-01")]
    found = completion(moved, window=QUARTER, today=TODAY, parameters=PARAMETERS)
    assert (found.part, found.whole) == (1, 2)
    later = [action("2027-05-01", None, first="2027-02-01")]
    found = completion(later, window=QUARTER, today=TODAY, parameters=PARAMETERS)
    assert (found.part, found.whole) == (0, 1)


def test_dropped_with_a_reason_leaves_both_and_one_not_yet_due_is_not_judged() -> None:
    actions = [action("2027-02-01", None, drop=True), action("2027-03-31", None)]
    found = completion(actions, window=QUARTER, today=TODAY, parameters=PARAMETERS)
    assert found.value is None


dates = st.dates(day("2026-12-01"), day("2027-06-01"))
actions = st.lists(
    st.builds(ActionFacts, st.just("a"), dates, dates, st.none() | dates, st.booleans()), max_size=9
)


@given(actions)
def test_completion_stays_between_nothing_and_all(given_actions: list[ActionFacts]) -> None:
    found = completion(given_actions, window=QUARTER, today=TODAY, parameters=PARAMETERS)
    assert 0 <= found.part <= found.whole
