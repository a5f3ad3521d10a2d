"""Whom to know better first, what that saves, and the answer for somebody who has left already."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sightline.planning.money import Money
from sightline.planning.parameters import load_defaults
from sightline.planning.stakeholders import (
    AccountStakes,
    PeopleMap,
    Person,
    Presence,
    Stake,
    StakeholderParameters,
    StakeKind,
    departure_test,
    ours,
    relief,
    theirs,
)
from sightline.planning.stakeholders.leaving import departure_answer

NUMBERS = load_defaults().section(StakeholderParameters, "stakeholders")
ON = date(2026, 11, 22)
CELL = ("u", "l")


def account(**levels: int) -> AccountStakes:
    """Ana and Bo in one unit, where a cell of 1,000 rests on whoever is known there."""
    people = tuple(Person(key, key.title(), units=("u",)) for key in ("ana", "bo"))
    source = PeopleMap(
        people, levels=levels, holders={key: ("mei",) for key in levels if levels[key]}
    )
    stake = Stake(StakeKind.CELL, "cell:u:l", "Line", Money(100_000, "GBP"), (), (CELL,))
    return AccountStakes("1", source, (stake,), {"u": None})


def found(one: AccountStakes, *leavers: tuple[object, str]) -> object:
    result = departure_test(one, leavers=leavers, currency="GBP", on=ON, parameters=NUMBERS)  # type: ignore[arg-type]
    return relief(one, result=result, on=ON, parameters=NUMBERS)


def test_nobody_leaving_proposes_nothing() -> None:
    assert found(account(ana=4, bo=1)) == ()


def test_what_keeps_its_path_without_them_needs_no_relief() -> None:
    assert found(account(ana=4, bo=3), theirs("mia")) == ()


def test_what_somebody_else_there_gives_a_path_to_is_not_lost() -> None:
    one = account(ana=4, bo=2)
    result = departure_test(one, leavers=[theirs("ana")], currency="GBP", on=ON, parameters=NUMBERS)
    assert result.lost == Money.zero("GBP")
    assert relief(one, result=result, on=ON, parameters=NUMBERS) == ()


def test_one_of_ours_who_holds_all_leaves_nobody_to_introduce_us() -> None:
    assert found(account(ana=4, bo=2), ours("mei")) == ()


def test_a_relationship_nobody_else_holds_saves_its_money() -> None:
    people = (
        Person("ana", "Ana", units=("u",)),
        Person("bo", "Bo", units=("u",), reports_to="cy"),
        Person("cy", "Cy", units=("other",)),
    )
    source = PeopleMap(
        people, levels={"ana": 4, "cy": 2}, holders={"ana": ("mei",), "cy": ("sam",)}
    )
    stake = Stake(StakeKind.CELL, "cell:u:l", "Line", Money(100_000, "GBP"), (), (CELL,))
    one = AccountStakes("1", source, (stake,), {"u": None, "other": None})
    result = departure_test(one, leavers=[theirs("ana")], currency="GBP", on=ON, parameters=NUMBERS)
    assert result.lost == Money(100_000, "GBP")
    (first, *_) = relief(one, result=result, on=ON, parameters=NUMBERS)
    assert first.proposal.person == "bo"
    assert first.proposal.introduced_by == "cy"
    assert first.back == Money(100_000, "GBP")


def test_somebody_who_left_is_answered_as_if_still_there() -> None:
    one = account(ana=4)
    gone = replace(one.source.people[0], presence=Presence.LEFT)
    left = replace(one, source=replace(one.source, people=(gone, one.source.people[1])))
    asked = {"person": "ana", "currency": "GBP", "on": ON, "parameters": NUMBERS}
    before = departure_answer(one, **asked)  # type: ignore[arg-type]
    assert departure_answer(left, **asked) == before  # type: ignore[arg-type]
    assert before.lost == Money(100_000, "GBP")
    assert before.lost_stakes == ("cell:u:l",)
