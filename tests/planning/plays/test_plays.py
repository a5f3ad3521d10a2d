"""Plays and actions: whole or not, line of sight, movement, and shares that add up."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.errors import InvalidValue, MissingValue
from sightline.planning.money import Money, total
from sightline.planning.parameters import load_defaults
from sightline.planning.plays import (
    Action,
    Column,
    Done,
    Moved,
    Opportunity,
    PlanIndex,
    Play,
    PlayParameters,
    Purpose,
    Serves,
    Stage,
    TemplateStep,
    board_column,
    busy_not_moving,
    compare_runs,
    date_too_early,
    earliest_close,
    expected_value,
    incomplete_too_long,
    is_whole,
    line_of_sight,
    missing_parts,
    possible_links,
    proposed_close,
    proposed_name,
    split_over_cells,
    started_actions,
    usual_days,
    without_sight,
)

ON = dt.date(2026, 11, 21)
P = load_defaults().section(PlayParameters, "plays")
EXAMPLES = yaml.safe_load(
    (Path(__file__).parents[2] / "examples" / "plays" / "sight.yaml").read_text("utf-8")
)


def eur(amount: int) -> Money:
    return Money(amount * 100, "EUR")


CELLS = (("Manufacturing", "Field mobility"), ("Service", "Field mobility"))
WHOLE = Play(
    key="rollout",
    name="Plant rollout",
    created=ON - dt.timedelta(days=60),
    cells=CELLS,
    owner="dana",
    value=eur(380),
    target_close=ON + dt.timedelta(days=200),
    people=("stein",),
    answers="cut unplanned downtime",
    next_action="a1",
    opportunity="006",
    stage="Proposal",
    stage_since=ON - dt.timedelta(days=50),
)


def purpose(kind: Serves, key: str, name: str, **fields: object) -> Purpose:
    return Purpose(kind, key, name, **fields)  # type: ignore[arg-type]


PURPOSES = (
    purpose(Serves.RENEWAL, "march", "Renewal in March", money=eur(2100)),
    purpose(Serves.RELATIONSHIP, "stein", "Julia Stein", plays=("rollout",), renewals=("march",)),
    purpose(Serves.RISK, "rumour", "A rumour"),
)
INDEX = PlanIndex(
    plays={"rollout": WHOLE},
    purposes={(one.kind, one.key): one for one in PURPOSES},
    currency="EUR",
    target=eur(1000),
    target_kinds={"rollout": "cross-sell"},
)


def action(serves: list[str] | None = None, **fields: object) -> Action:
    kind, target = (Serves(serves[0]), serves[1]) if serves else (None, None)
    return Action("a", "Call", "mei", ON, kind, target, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("case", EXAMPLES["cases"], ids=lambda one: one["name"])
def test_lines_of_sight_run_as_far_as_the_facts_do(case: dict[str, Any]) -> None:
    found = line_of_sight(action(case.get("serves")), index=INDEX)
    assert [step.text for step in found.steps] == case["steps"]
    assert (found.broken.code if found.broken else None) == case.get("broken")


def test_without_a_target_or_a_value_the_chain_says_where_it_stops() -> None:
    bare = line_of_sight(action(["play", "rollout"]), index=replace(INDEX, target=None))
    assert bare.broken is not None
    assert (bare.broken.code, bare.money) == ("sight.no_target", eur(380))
    unvalued = replace(INDEX, plays={"rollout": replace(WHOLE, value=None)})
    found = line_of_sight(action(["play", "rollout"]), index=unvalued)
    assert found.broken is not None
    assert found.broken.code == "sight.no_money"


def test_money_of_a_renewal_inside_a_play_is_counted_once() -> None:
    index = replace(INDEX, plays={"rollout": replace(WHOLE, renewal="march")})
    assert line_of_sight(action(["relationship", "stein"]), index=index).money == eur(380)


def test_activity_without_a_line_of_sight_is_listed() -> None:
    found = without_sight([action(), action(["play", "rollout"])], index=INDEX)
    assert [one.action for one in found] == ["a"]


def test_an_action_serves_exactly_one_thing_and_gives_reasons() -> None:
    with pytest.raises(InvalidValue):
        Action("a", "Call", "mei", ON, Serves.PLAY, None)
    for state in (Done.MOVED, Done.DROPPED):
        with pytest.raises(MissingValue):
            action(state=state)


def test_a_play_is_whole_only_with_all_its_parts() -> None:
    assert is_whole(WHOLE)
    assert is_whole(replace(WHOLE, cells=(), renewal="march"))
    gaps = {
        "cells": ((), "play.no_cell"),
        "owner": (None, "play.no_owner"),
        "value": (None, "play.no_value"),
        "target_close": (None, "play.no_date"),
        "people": ((), "play.no_person"),
        "answers": (None, "play.no_answer"),
        "next_action": (None, "play.no_action"),
    }
    for part, (empty, code) in gaps.items():
        found = missing_parts(replace(WHOLE, **{part: empty}))  # type: ignore[arg-type]
        assert [one.code for one in found] == [code]


def test_a_new_play_has_seven_days_before_its_gaps_count() -> None:
    young = replace(WHOLE, owner=None, answers=None, created=ON - dt.timedelta(days=6))
    assert not incomplete_too_long(young, on=ON, parameters=P)
    old = replace(young, created=ON - dt.timedelta(days=7))
    assert [one.code for one in incomplete_too_long(old, on=ON, parameters=P)] == ["play.no_owner"]
    assert not incomplete_too_long(replace(old, parked=True), on=ON, parameters=P)


STAGES = {
    one.name: one
    for one in (
        Stage("Prospecting", 1),
        Stage("Proposal", 2),
        Stage("Paused", 3, column=Column.PARKED),
        Stage("Closed Won", 8, closed=True, won=True),
        Stage("Closed Lost", 9, closed=True),
    )
}


@pytest.mark.parametrize(
    ("stage", "column"),
    [
        ("Prospecting", Column.QUALIFIED),
        ("Proposal", Column.IN_MOTION),
        ("Paused", Column.PARKED),
        ("Closed Won", Column.LANDED),
        ("Closed Lost", Column.LOST),
        ("Nobody's", Column.QUALIFIED),
    ],
)
def test_the_board_follows_the_organisations_own_stages(stage: str, column: Column) -> None:
    assert board_column(replace(WHOLE, stage=stage), stages=STAGES) is column


def test_parked_and_plan_only_plays_have_columns_of_their_own() -> None:
    assert board_column(replace(WHOLE, opportunity=None), stages=STAGES) is Column.IDEA
    assert board_column(replace(WHOLE, parked=True), stages=STAGES) is Column.PARKED


def done(days_ago: int, **fields: object) -> Action:
    day = ON - dt.timedelta(days=days_ago)
    return action(["play", "rollout"], state=Done.DONE, done_on=day, **fields)


def test_busy_and_not_moving_needs_both_work_and_time() -> None:
    usual = usual_days([], parameters=P)
    work = [done(1), done(2), done(50)]

    def judged(play: Play, some: list[Action]) -> bool:
        return busy_not_moving(play, some, usual=usual, on=ON, parameters=P) is not None

    assert judged(WHOLE, work)
    assert not judged(WHOLE, work[:2])
    assert not judged(WHOLE, [*work[:2], done(51)])
    assert not judged(replace(WHOLE, stage_since=ON - dt.timedelta(days=45)), [*work[:2], done(3)])
    assert not judged(replace(WHOLE, stage_since=None), work)


def test_the_usual_time_is_the_companys_own_from_twenty_cases() -> None:
    assert usual_days([10] * 19, parameters=P).days == 45
    own = usual_days([10] * 20, parameters=P)
    assert (own.days, own.own) == (10, True)


def test_a_date_before_what_history_allows_says_so() -> None:
    def early(days: int, least: int | None, closings: int) -> str:
        play = replace(WHOLE, target_close=ON + dt.timedelta(days=days))
        found = date_too_early(
            play, least_days=least, closings=closings, stages_left=2, on=ON, parameters=P
        )
        return found.text if found else ""

    assert "2 stages left, 30 days each by default" in early(59, None, 0)
    assert not early(60, None, 0)
    assert early(59, 40, 19)
    assert "20% of 20 closed from here in 40 days" in early(39, 40, 20)
    assert not early(40, 40, 20)
    assert not early(-1, None, 0)


@given(st.integers(0, 9), st.none() | st.integers(0, 900), st.integers(0, 40))
def test_the_date_proposed_for_a_play_is_one_its_history_allows(
    left: int, least: int | None, closings: int
) -> None:
    told: dict[str, Any] = {"closings": closings, "stages_left": left, "on": ON, "parameters": P}
    earliest = earliest_close(least_days=least, **told)
    day = proposed_close(earliest, on=ON, parameters=P)
    assert day >= ON + dt.timedelta(days=P.proposed_close_days)
    play = replace(WHOLE, target_close=day)
    assert date_too_early(play, least_days=least, **told) is None


def test_expected_value_needs_both_parts() -> None:
    assert expected_value(eur(100), probability=0.25) == eur(25)
    assert expected_value(None, probability=0.25) is None
    assert expected_value(eur(100), probability=None) is None
    with pytest.raises(InvalidValue):
        expected_value(eur(100), probability=1.2)


KEYS = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz")), min_size=1, max_size=8)


@given(KEYS, st.integers(-(10**12), 10**12), st.data())
def test_shares_over_cells_add_up_to_the_last_cent_and_count_each_cell_once(
    cells: list[tuple[str, str]], minor: int, data: st.DataObject
) -> None:
    values = {
        cell: Money(data.draw(st.integers(0, 10**9)), "EUR")
        for cell in cells
        if data.draw(st.booleans())
    }
    shares = split_over_cells(Money(minor, "EUR"), cells=cells, values=values)
    assert set(shares) == set(cells)
    assert total(shares.values(), currency="EUR") == Money(minor, "EUR")


def test_a_play_is_split_by_the_value_of_its_cells() -> None:
    one, two, three = ("u", "a"), ("u", "b"), ("u", "c")
    assert split_over_cells(eur(100), cells=[one, two], values={one: eur(30), two: eur(10)}) == {
        one: eur(75),
        two: eur(25),
    }
    shares = split_over_cells(eur(90), cells=[one, two, three], values={one: eur(10), two: eur(30)})
    assert shares[three] == eur(30)
    assert split_over_cells(eur(90), cells=[], values={}) == {}


def test_a_template_with_few_runs_is_too_few_to_tell() -> None:
    found = compare_runs(Moved(4, 9), alike=Moved(11, 40), parameters=P)
    assert not found.tells
    assert found.reason.text == "4 of 9 moved; 11 of 40 alike without it; too few to tell"


def test_a_clear_difference_is_told_and_not_called_proof() -> None:
    found = compare_runs(Moved(30, 40), alike=Moved(20, 80), parameters=P)
    assert found.tells
    assert "50 points more, beyond chance, though not proof of cause" in found.reason.text
    even = compare_runs(Moved(20, 40), alike=Moved(40, 80), parameters=P)
    assert even.reason.text.endswith("no clear difference")
    assert compare_runs(Moved(1, 1), alike=Moved(0, 0), parameters=P).difference is None


def test_the_range_of_a_difference_is_the_published_one() -> None:
    """Newcombe 1998, table II, example (a), method 10: 56 of 70 less 48 of 80."""
    found = compare_runs(Moved(56, 70), alike=Moved(48, 80), parameters=P)
    assert found.interval == pytest.approx((5.24, 33.39), abs=0.01)


def test_an_opportunity_that_may_be_the_play_shares_its_line_unit_and_time() -> None:
    close = WHOLE.target_close
    assert close is not None

    def deal(key: str, line: str, *units: str, days: int | None = 0) -> Opportunity:
        when = None if days is None else close + dt.timedelta(days=days)
        return Opportunity(key, key, frozenset({line}), frozenset(units), when)

    found = possible_links(
        WHOLE,
        opportunities=[
            deal("undated", "Field mobility", days=None),
            deal("far", "Field mobility", "Service", days=91),
            deal("near", "Field mobility", "Service", days=-90),
            deal("exact", "Field mobility", "Manufacturing"),
            deal("elsewhere", "Field mobility", "Asia"),
            deal("other", "Training", "Service"),
            deal("used", "Field mobility", "Service"),
        ],
        taken=frozenset({"used"}),
        parameters=P,
        line_names={"Field mobility": "Mobile work"},
    )
    assert [one.opportunity.key for one in found] == ["exact", "near", "undated"]
    assert "same line (Mobile work), same unit (Manufacturing)" in found[0].reason.text


def test_a_name_is_proposed_from_the_cells() -> None:
    names = {"m": "Manufacturing", "s": "Service", "f": "Field mobility"}

    def name(*cells: tuple[str, str]) -> str:
        return proposed_name(cells, unit_names=names, line_names=names)

    assert name(("m", "f")) == "Field mobility in Manufacturing"
    assert name(("m", "f"), ("s", "f")) == "Field mobility in Manufacturing and Service"
    assert name(("m", "f"), ("s", "f"), ("x", "f")) == "Field mobility in 3 units"
    assert name() == ""


def test_a_template_makes_dated_actions_and_starting_twice_makes_the_same() -> None:
    steps = [TemplateStep("Paper", 14), TemplateStep("Call", 3, role="specialist")]
    made = [
        started_actions(steps, play="p", start=ON, owner="dana", owners={"specialist": "ivo"})
        for _ in range(2)
    ]
    assert made[0] == made[1]
    assert [(one.name, one.owner, one.due) for one in made[0]] == [
        ("Call", "ivo", ON + dt.timedelta(days=3)),
        ("Paper", "dana", ON + dt.timedelta(days=14)),
    ]
    assert all(one.target == "p" for one in made[0])
