"""The customer's priorities: one sentence is whole, plays answer, unanswered ones stand out."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from sightline.planning.errors import InvalidValue, MissingValue
from sightline.planning.parameters import load_defaults
from sightline.planning.priorities import (
    AnsweringPlay,
    Link,
    PriorityFacts,
    PriorityParameters,
    Standing,
    chains_of,
    plays_without_priority,
    unanswered,
)

PARAMETERS = load_defaults().section(PriorityParameters, "priorities")
TODAY = dt.date(2027, 3, 1)
GOAL = PriorityFacts("g", Link.GOAL, "Cut unplanned downtime by 15%", "holm", dt.date(2026, 9, 1))
OBSTACLE = PriorityFacts(
    "o", Link.OBSTACLE, "Six data models", "haddad", dt.date(2026, 10, 1), under="g"
)
PLAY = AnsweringPlay("p", answers=("o",))


def chains(*priorities: PriorityFacts, plays: tuple[AnsweringPlay, ...] = ()):  # type: ignore[no-untyped-def]
    return chains_of(priorities, plays=plays, today=TODAY, parameters=PARAMETERS)


def test_one_sentence_and_who_said_it_is_a_whole_priority() -> None:
    (chain,) = chains(GOAL)
    assert chain.goal is GOAL
    assert chain.missing == (Link.PRESSURE, Link.INITIATIVE, Link.OBSTACLE, Link.SOLUTION)
    for missing in ({"words": " "}, {"said_by": ""}):
        with pytest.raises(MissingValue):
            replace(GOAL, **missing)


def test_a_play_that_answers_any_link_answers_the_goal() -> None:
    assert [chain.goal.key for chain in unanswered(chains(GOAL, OBSTACLE))] == ["g"]
    (chain,) = chains(GOAL, OBSTACLE, plays=(PLAY,))
    assert (chain.answered, chain.plays) == (True, ("p",))
    assert unanswered([chain]) == ()


def test_an_achieved_goal_needs_no_answer() -> None:
    assert unanswered(chains(replace(GOAL, standing=Standing.ACHIEVED))) == ()


def test_after_a_year_it_is_worth_asking_again() -> None:
    assert not chains(replace(GOAL, said_on=dt.date(2026, 3, 1)))[0].stale
    assert chains(replace(GOAL, said_on=dt.date(2026, 2, 28)))[0].stale


@pytest.mark.parametrize(
    "wrong",
    [
        replace(OBSTACLE, under=None),
        replace(OBSTACLE, under="nowhere"),
        replace(OBSTACLE, under="o"),
        replace(OBSTACLE, key="g"),
        replace(GOAL, key="g2", under="g"),
    ],
)
def test_a_chain_out_of_order_is_refused(wrong: PriorityFacts) -> None:
    with pytest.raises(InvalidValue):
        chains(GOAL, wrong)


def test_a_pressure_cannot_stand_under_an_obstacle() -> None:
    pressure = PriorityFacts("x", Link.PRESSURE, "Energy cost", "holm", TODAY, under="o")
    with pytest.raises(InvalidValue):
        chains(GOAL, OBSTACLE, pressure)


def test_plays_that_answer_nothing_are_named() -> None:
    assert plays_without_priority([PLAY, AnsweringPlay("alone", ())]) == ("alone",)
