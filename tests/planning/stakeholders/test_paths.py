"""Access, budget, dependency and departure: true properties over any map, and worked cases."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sightline.planning.errors import FamilyCycle
from sightline.planning.money import Money
from sightline.planning.stakeholders import (
    AccountStakes,
    Line,
    LineKind,
    Outcome,
    PeopleMap,
    Person,
    PlanPaths,
    Stake,
    StakeKind,
    Who,
    cut_off,
    departure_test,
    dependency,
    joint_loss,
    ours,
    rank_departures,
    theirs,
    ways_in,
)
from sightline.planning.stakeholders.ways import open_lines
from tests.planning.stakeholders.makers import ON, P, levelled, maps, person, role

UNITS: dict[str, str | None] = {"u1": "top", "u2": "top", "top": None}
CELLS = tuple((unit, line) for unit in UNITS for line in ("l1", "l2", "l3"))


def paths(source: PeopleMap) -> PlanPaths:
    return PlanPaths(ways_in(source), parents=UNITS, on=ON, parameters=P)


def everybody(source: PeopleMap) -> list[Who]:
    held = {ours(one) for people in source.holders.values() for one in people}
    return [theirs(one.key) for one in source.people] + sorted(held)


def account(source: PeopleMap) -> AccountStakes:
    keys = tuple(one.key for one in source.people)
    stakes = (
        Stake(StakeKind.PLAY, "p1", "Play one", Money(700, "EUR"), keys[:2], (("u1", "l1"),)),
        Stake(StakeKind.RENEWAL, "r1", "Renewal", Money(900, "EUR"), keys[1:4]),
        Stake(StakeKind.PLAY, "p2", "Play two", None, (), (("u2", "l1"), ("u2", "l2"))),
        *(
            Stake(StakeKind.CELL, f"{u}/{n}", f"{u} {n}", Money(100, "EUR"), (), ((u, n),))
            for u, n in CELLS
        ),
    )
    return AccountStakes("acme", source, stakes, UNITS)


def lost_by(source: PeopleMap, leavers: list[Who]) -> Money:
    found = departure_test(account(source), leavers=leavers, currency="EUR", on=ON, parameters=P)
    return found.lost


@given(maps(), st.data())
def test_access_and_budget_never_fall_when_a_strength_rises(
    source: PeopleMap, data: st.DataObject
) -> None:
    who = data.draw(st.sampled_from([one.key for one in source.people]))
    stronger = replace(source, levels={**source.levels, who: min(5, source.levels[who] + 1)})
    before, after = paths(source), paths(stronger)
    for cell in CELLS:
        assert after.path(*cell).access.level >= before.path(*cell).access.level
        assert after.path(*cell).budget.level >= before.path(*cell).budget.level


@given(maps())
def test_one_pass_finds_what_taking_each_person_away_finds(source: PeopleMap) -> None:
    found = dependency(source, parameters=P)
    for who in everybody(source):
        alone = joint_loss(source, leavers=[who], parameters=P)
        assert found.lost.get(who, 0.0) == pytest.approx(alone)


@given(maps())
def test_nobody_going_loses_nothing(source: PeopleMap) -> None:
    assert joint_loss(source, leavers=[], parameters=P) == 0
    assert lost_by(source, []) == Money(0, "EUR")
    result = departure_test(account(source), leavers=[], currency="EUR", on=ON, parameters=P)
    assert {one.outcome for one in result.stakes} <= {Outcome.HOLDS, Outcome.NO_PATH}


@given(maps(), st.data())
def test_joint_losses_never_fall_as_the_set_of_leavers_grows(
    source: PeopleMap, data: st.DataObject
) -> None:
    leavers = data.draw(st.lists(st.sampled_from(everybody(source)), unique=True))
    extra = data.draw(st.sampled_from(everybody(source)))
    assert lost_by(source, [*leavers, extra]) >= lost_by(source, leavers)
    wide = joint_loss(source, leavers=[*leavers, extra], parameters=P)
    assert wide >= joint_loss(source, leavers=leavers, parameters=P) - 1e-9


@given(maps(), st.data())
def test_adding_somebody_reachable_without_a_person_never_raises_their_share(
    source: PeopleMap, data: st.DataObject
) -> None:
    added = Person(
        key="new",
        name="new",
        reports_to=data.draw(st.sampled_from([None, *(one.key for one in source.people)])),
    )
    others = data.draw(st.lists(st.sampled_from([one.key for one in source.people]), max_size=3))
    wider = replace(
        source,
        people=(*source.people, added),
        lines=tuple(Line(LineKind.INFLUENCES, "new", other) for other in others),
        levels={**source.levels, "new": data.draw(st.integers(2, 5))},
    )
    before, after = dependency(source, parameters=P), dependency(wider, parameters=P)
    for who in everybody(source):
        assert (after.share(who) or 0) <= (before.share(who) or 0) + 1e-9


@given(maps())
def test_taking_a_leaf_away_never_raises_what_another_departure_loses(source: PeopleMap) -> None:
    before = dependency(source, parameters=P)
    joined: dict[str, int] = {one.key: 0 for one in source.people}
    for start, end in open_lines(source):
        if start != end:
            joined[start] += 1
            joined[end] += 1
    relied_on = {one.only_through for one in source.people}
    for leaf in source.people:
        if joined[leaf.key] or leaf.key in relied_on:
            continue
        rest = replace(source, people=tuple(one for one in source.people if one is not leaf))
        after = dependency(rest, parameters=P)
        for who in everybody(rest):
            assert after.lost.get(who, 0.0) <= before.lost.get(who, 0.0) + 1e-9


@settings(max_examples=60)
@given(maps())
def test_the_ranking_says_what_the_departure_test_of_each_person_says(source: PeopleMap) -> None:
    ranked = rank_departures([account(source)], currency="EUR", on=ON, parameters=P, most=99)
    for one in ranked:
        assert one.lost == lost_by(source, [one.who])


@given(maps(), st.permutations(range(8)))
def test_renaming_keys_changes_no_figure(source: PeopleMap, order: list[int]) -> None:
    names = {one.key: f"n{order[place]}" for place, one in enumerate(source.people)}
    renamed = PeopleMap(
        people=tuple(
            replace(
                one,
                key=names[one.key],
                name="Somebody else",
                reports_to=names[one.reports_to] if one.reports_to else None,
                only_through=names[one.only_through] if one.only_through else None,
            )
            for one in source.people
        ),
        levels={names[key]: value for key, value in source.levels.items()},
        holders={names[key]: value for key, value in source.holders.items()},
        last_two_way={names[key]: value for key, value in source.last_two_way.items()},
    )
    for cell in CELLS:
        before, after = paths(source).path(*cell), paths(renamed).path(*cell)
        assert (before.access.level, before.budget.level) == (
            after.access.level,
            after.budget.level,
        )
    before_k, after_k = dependency(source, parameters=P), dependency(renamed, parameters=P)
    for key, new in names.items():
        assert before_k.lost[theirs(key)] == pytest.approx(after_k.lost[theirs(new)])


def test_access_rises_with_who_is_known_and_how_well() -> None:
    director = person("d", units=("u1",), reports_to="cfo")
    cfo = person("cfo", units=("top",))
    for strength, expected in ((0, 0), (1, 0), (2, 1), (3, 2), (4, 2)):
        assert paths(levelled([director, cfo], d=strength)).access("u1", "l1").level == expected
    decides = replace(director, roles=(role("champion", line="l1"),))
    assert paths(levelled([decides, cfo], d=4)).access("u1", "l1").level == 3
    assert paths(levelled([decides, cfo], d=4)).access("u1", "l2").level == 2
    assert paths(levelled([director, cfo], cfo=3)).access("u1", "l1").level == 1


def test_a_conflict_line_opens_no_way() -> None:
    two = [person("d", units=("u1",)), person("x", units=("u2",))]
    source = replace(levelled(two, x=4), lines=(Line(LineKind.CONFLICTS, "x", "d"),))
    assert paths(source).access("u1", "l1").level == 0


def test_the_reason_for_access_is_in_words() -> None:
    director = person("d", name="Julia Stein", title="Plant Director", reports_to="cfo")
    cfo = person(
        "cfo", name="Marcus Heidt", title="CFO", units=("u1",), roles=(role("economic_buyer"),)
    )
    found = paths(levelled([director, cfo], d=3)).path("u1", "l1")
    words = "Julia Stein (Plant Director): trusted, reports to Marcus Heidt (CFO)"
    assert found.access.reason.text == words
    assert found.budget.reason.text == words
    assert found.budget.level == 1


def test_budget_needs_the_buyer_reached_lately_for_three() -> None:
    buyer = person("b", units=("u1",), roles=(role("economic_buyer"),))
    source = levelled([buyer], b=3)
    assert paths(source).budget("u1", "l1").level == 2
    assert paths(replace(source, last_two_way={"b": ON})).budget("u1", "l1").level == 3
    assert paths(levelled([buyer], b=2)).budget("u1", "l1").level == 2
    assert paths(levelled([buyer], b=0)).budget("u1", "l1").level == 1
    waiting = replace(buyer, placeholder=True)
    assert paths(levelled([waiting], b=4)).budget("u1", "l1").level == 0


def test_a_buyer_named_for_the_line_decides_before_one_for_everything() -> None:
    cfo = person("cfo", units=("top",), roles=(role("economic_buyer"),))
    head = person("head", units=("u1",), roles=(role("economic_buyer", line="l1"),))
    found = paths(replace(levelled([cfo, head], cfo=3), last_two_way={"cfo": ON}))
    assert found.budget("u1", "l1").level == 1
    assert found.budget("u1", "l2").level == 3


def test_nobody_mapped_in_the_unit_or_above_is_path_unknown() -> None:
    source = levelled([person("x", units=("u2",))], x=4)
    assert not paths(source).mapped("u1")
    assert paths(levelled([person("x", units=("top",))])).mapped("u1")
    assert not paths(levelled([person("x", units=("u1",), placeholder=True)])).mapped("u1")


def test_somebody_reached_through_one_person_goes_with_them() -> None:
    people = [person("stein", units=("u1",)), person("jansen", units=("u1",), only_through="stein")]
    source = replace(
        levelled(people, stein=4, jansen=3), holders={"stein": ("mei", "dana"), "jansen": ("mei",)}
    )
    training = Stake(StakeKind.PLAY, "t", "Training", Money(2800, "EUR"), ("jansen",))
    scope = AccountStakes("a", source, (training,), UNITS)
    lost = departure_test(scope, leavers=[theirs("stein")], currency="EUR", on=ON, parameters=P)
    assert lost.lost == Money(2800, "EUR")
    assert lost.without_path == ("jansen",)
    stays = departure_test(scope, leavers=[ours("mei")], currency="EUR", on=ON, parameters=P)
    assert stays.lost == Money(0, "EUR")
    both = departure_test(
        scope, leavers=[ours("mei"), ours("dana")], currency="EUR", on=ON, parameters=P
    )
    assert both.lost == Money(2800, "EUR")


def test_money_of_a_cell_in_a_play_is_counted_once() -> None:
    source = levelled([person("d", units=("u1",))], d=3)
    stakes = (
        Stake(StakeKind.PLAY, "p", "Play", Money(100, "EUR"), ("d",), (("u1", "l1"),)),
        Stake(StakeKind.CELL, "c", "Cell", Money(100, "EUR"), (), (("u1", "l1"),)),
        Stake(StakeKind.CELL, "e", "Other", None, (), (("u1", "l2"),)),
    )
    scope = AccountStakes("a", source, stakes, UNITS)
    found = departure_test(scope, leavers=[theirs("d")], currency="EUR", on=ON, parameters=P)
    assert found.lost == Money(100, "EUR")
    assert found.unvalued == ("e",)
    assert {one.outcome for one in found.stakes} == {Outcome.LOST}


def test_the_stake_left_on_one_thread_says_who_could_carry_it() -> None:
    source = levelled([person("a", units=("u1",)), person("b", units=("u1",))], a=4, b=3)
    renewal = Stake(StakeKind.RENEWAL, "r", "Renewal", Money(210, "EUR"), ("a", "b"))
    scope = AccountStakes("x", source, (renewal,), UNITS)
    found = departure_test(scope, leavers=[theirs("a")], currency="EUR", on=ON, parameters=P)
    assert found.stakes[0].outcome is Outcome.SINGLE
    assert found.stakes[0].could_carry == ("b",)
    assert (found.lost, found.on_one_thread) == (Money(0, "EUR"), Money(210, "EUR"))


def test_a_ring_of_five_thousand_people_is_no_trouble() -> None:
    count = 5000
    people = [person(f"p{i}", reports_to=f"p{(i + 1) % count}") for i in range(count)]
    source = levelled(people, **{f"p{i}": 3 if i == 0 else 1 for i in range(count)})
    found = dependency(source, parameters=P)
    assert found.lost[theirs("p0")] == pytest.approx(found.total)
    assert len(cut_off(source, leavers=[theirs("p0")], parameters=P)) == count - 1


def test_units_in_a_ring_are_refused_by_name() -> None:
    with pytest.raises(FamilyCycle):
        PlanPaths(ways_in(levelled([])), parents={"a": "b", "b": "a"}, on=ON, parameters=P)


def test_somebody_elsewhere_with_a_role_in_the_unit_maps_it() -> None:
    buyer = person("x", units=("u2",), roles=(role("economic_buyer", unit="u1"),))
    found = paths(levelled([buyer], x=4)).path("u1", "l1")
    assert (found.mapped, found.access.level, found.budget.level) == (True, 3, 2)


def test_opposite_ends_of_the_unit_tree_share_only_what_stands_above_both() -> None:
    top = person("t", units=("top",), roles=(role("economic_buyer"),))
    low = person("l", units=("u1",), roles=(role("economic_buyer"),))
    view = paths(levelled([top, low], t=2, l=1))
    assert view.buyers("u1", "l1") == ("l",)
    assert view.buyers("u2", "l1") == ("t",)


def test_a_plan_of_7200_cells_and_400_people_stays_under_its_budget() -> None:
    """The budget is 150 ms; the bound is wide so that a busy machine does not fail it."""
    units = {f"u{place}": None for place in range(120)}
    people = [
        person(
            f"p{place}",
            units=(f"u{place % 120}",),
            roles=(role("champion", line=f"l{place % 60}"),),
        )
        for place in range(400)
    ]
    source = levelled(people, **{one.key: 3 for one in people})
    start = time.perf_counter()
    view = PlanPaths(ways_in(source), parents=units, on=ON, parameters=P)
    found = [view.path(unit, f"l{line}") for unit in units for line in range(60)]
    assert len(found) == 7200
    assert time.perf_counter() - start < 0.6
