"""The week: exact, within hours, at most three per account, done acts not replaced."""

from __future__ import annotations

import itertools
import random
import time
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.errors import InvalidValue
from sightline.planning.parameters import load_defaults
from sightline.planning.weekly import (
    ActKind,
    Candidate,
    DoneAct,
    Item,
    Week,
    choose_week,
    items,
)
from tests.planning.weekly.makers import HOURS, MANY, candidate, from_rows, ground

DEFAULTS = load_defaults()
Rows = list[tuple[str, ActKind, int, int | None]]
SMALL = MANY.map(lambda rows: rows[:10])


def week(candidates: Sequence[Candidate], hours: float | None = None, **more: object) -> Week:
    return choose_week(candidates, parameters=DEFAULTS, hours=hours, **more)  # type: ignore[arg-type]


def steps(chosen: Sequence[Item]) -> int:
    return sum(-(-item.minutes // 15) for item in chosen)


def allowed(chosen: Sequence[Item], hours: float) -> bool:
    most = max(Counter(item.account for item in chosen).values(), default=0)
    return steps(chosen) <= int(hours * 4) and len(chosen) <= 7 and most <= 3


def worth(chosen: Sequence[Item]) -> float:
    return sum(item.value for item in chosen)


@given(MANY, HOURS)
def test_the_choice_obeys_hours_accounts_and_the_seven(rows: Rows, hours: float) -> None:
    found = week(from_rows(rows), hours)
    assert allowed(found.opening, hours)
    assert found.minutes <= hours * 60
    assert found.minutes_left >= 0
    assert all(len(own) <= 3 for own in found.by_account.values())


@given(MANY, HOURS)
def test_the_choice_is_never_worse_than_greedy(rows: Rows, hours: float) -> None:
    candidates = from_rows(rows)
    offered = items(candidates, parameters=DEFAULTS)
    found = worth(week(candidates, hours).opening)
    for key in (lambda item: -item.value, lambda item: -item.value / item.minutes):
        greedy: list[Item] = []
        for item in sorted(offered, key=key):
            if allowed([*greedy, item], hours):
                greedy.append(item)
        assert found >= worth(greedy) - 1e-6


@given(SMALL, HOURS)
def test_no_other_set_is_worth_more(rows: Rows, hours: float) -> None:
    candidates = from_rows(rows)
    offered = items(candidates, parameters=DEFAULTS)
    best = max(
        worth(subset)
        for size in range(min(7, len(offered)) + 1)
        for subset in itertools.combinations(offered, size)
        if allowed(subset, hours)
    )
    assert worth(week(candidates, hours).opening) == pytest.approx(best)


@given(MANY, HOURS, st.data())
def test_done_acts_are_not_replaced_the_same_week(
    rows: Rows, hours: float, data: st.DataObject
) -> None:
    candidates = from_rows(rows)
    before = week(candidates, hours)
    done = data.draw(st.sets(st.sampled_from(before.opening)) if before.opening else st.just(set()))
    acts = [DoneAct(item.act, item.account, item.minutes) for item in done]
    after = week(candidates, hours, done=acts)
    left = [item for item in before.opening if item not in done]
    assert worth(after.opening) == pytest.approx(worth(left))
    assert len(after.opening) <= 7 - len(done)
    assert steps(after.opening) + steps(list(done)) <= int(hours * 4)
    assert not {item.act for item in after.opening} & {item.act for item in done}


@given(MANY, HOURS, st.data())
def test_nothing_is_asked_twice(rows: Rows, hours: float, data: st.DataObject) -> None:
    # the same act is asked for several times over, for other reasons and other money
    asked = [
        candidate(f"act{data.draw(st.integers(0, 5))}", *one.grounds, account="a", kind=one.kind)
        for one in from_rows(rows)
    ]
    acts = sorted({one.act for one in asked})
    off = set(data.draw(st.lists(st.sampled_from(acts), unique=True))) if acts else set()
    settled = set(data.draw(st.lists(st.sampled_from(acts), unique=True))) - off if acts else set()
    done = [DoneAct(act, "a", 15) for act in sorted(settled)]
    found = week(asked, hours, done=done, put_off=frozenset(off))
    opening = [item.act for item in found.opening]
    here = [item.act for own in found.by_account.values() for item in own]
    assert len(set(opening)) == len(opening) and len(set(here)) == len(here)
    assert not (set(opening) | set(here)) & (off | settled)
    assert set(opening) <= set(here)


@given(MANY, st.randoms(use_true_random=False))
def test_the_order_of_candidates_changes_nothing(rows: Rows, shuffler: random.Random) -> None:
    candidates = from_rows(rows)
    turned = list(candidates)
    shuffler.shuffle(turned)
    assert week(turned) == week(candidates)


@given(MANY)
def test_more_hours_are_never_worth_less(rows: Rows) -> None:
    candidates = from_rows(rows)
    values = [worth(week(candidates, hours).opening) for hours in (0.5, 1, 2, 4, 8)]
    assert all(later >= earlier - 1e-6 for earlier, later in itertools.pairwise(values))


def test_two_short_acts_beat_a_long_one_worth_more() -> None:
    long = candidate("workshop", ground("w", money=90_000), kind=ActKind.MEETING)
    short = [
        candidate(f"call{i}", ground(f"c{i}", money=50_000), account=f"b{i}") for i in range(3)
    ]
    found = week([long, *short], hours=1.5)
    assert [item.act for item in found.opening] == ["call0", "call1", "call2"]
    assert found.not_chosen is not None
    assert found.not_chosen.item.act == "workshop"
    assert found.not_chosen.why.code == "no_time"


def test_the_best_not_chosen_is_shown_with_why() -> None:
    same = [candidate(f"x{i}", ground(f"s{i}", money=1000 - i)) for i in range(4)]
    found = week(same)
    assert [item.act for item in found.opening] == ["x0", "x1", "x2"]
    assert found.not_chosen is not None
    assert (found.not_chosen.item.act, found.not_chosen.why.code) == ("x3", "account_full")
    many = [candidate(f"x{i}", ground(f"s{i}", money=1000 - i), account=f"a{i}") for i in range(9)]
    crowded = week(many).not_chosen
    assert crowded is not None
    assert (crowded.item.act, crowded.why.code) == ("x7", "week_full")
    assert week(same[:2]).not_chosen is None


def test_put_off_acts_leave_their_place_to_others() -> None:
    same = [candidate(f"x{i}", ground(f"s{i}", money=1000 - i)) for i in range(4)]
    assert [item.act for item in week(same, put_off={"x0"}).opening] == ["x1", "x2", "x3"]


def test_every_account_shows_its_best_three_even_when_others_open_the_week() -> None:
    many = [
        candidate(f"{account}{i}", ground(f"{account}{i}", money=100 - i), account=account)
        for account in "abcd"
        for i in range(4)
    ]
    found = week(many, hours=1)
    assert len(found.opening) == 2
    assert {account: len(own) for account, own in found.by_account.items()} == dict.fromkeys(
        "abcd", 3
    )
    for item in found.opening:
        assert item in found.by_account[item.account]


def test_nothing_to_do_is_an_empty_week() -> None:
    found = week([])
    assert (found.opening, found.by_account, found.not_chosen, found.minutes) == ((), {}, None, 0)
    assert found.minutes_left == 360


def test_an_act_of_no_value_does_not_open_the_week() -> None:
    assert week([candidate("x", ground(money=0))]).opening == ()


@pytest.mark.parametrize("hours", [-1, 169, float("nan")])
def test_hours_that_no_week_has_are_refused(hours: float) -> None:
    with pytest.raises(InvalidValue):
        week([], hours=hours)


def test_sixty_accounts_are_chosen_within_sixty_milliseconds() -> None:
    rows = [
        (f"account{place % 60}", list(ActKind)[place % 4], place * 7919 % 10_000_000, place % 90)
        for place in range(600)
    ]
    candidates = from_rows(rows)  # type: ignore[arg-type]
    timings = []
    for _ in range(5):
        started = time.process_time()
        week(candidates)
        timings.append(time.process_time() - started)
    assert min(timings) < 0.060


def test_done_acts_keep_their_place_among_the_seven() -> None:
    many = [candidate(f"x{i}", ground(f"s{i}", money=1000 - i), account=f"a{i}") for i in range(9)]
    done = [DoneAct("x0", "a0", 30), DoneAct("x3", "a3", 30)]
    found = week(many, hours=40, done=done)
    assert [item.act for item in found.opening] == ["x1", "x2", "x4", "x5", "x6"]


def test_done_acts_keep_their_place_in_their_account() -> None:
    same = [candidate(f"x{i}", ground(f"s{i}", money=1000 - i)) for i in range(5)]
    found = week(same, hours=40, done=[DoneAct("x0", "a", 30)])
    assert [item.act for item in found.opening] == ["x1", "x2"]
    assert [item.act for item in found.by_account["a"]] == ["x1", "x2"]
