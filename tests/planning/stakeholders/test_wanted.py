"""Roles that a play or the tier needs and nobody fills."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.stakeholders import (
    BuyingRole,
    Person,
    Presence,
    RoleHeld,
    WantedRole,
    wanted_roles,
)
from tests.planning.stakeholders.makers import P

BUYER, CHAMPION = BuyingRole.ECONOMIC_BUYER, BuyingRole.CHAMPION


def person(key: str, *roles: BuyingRole) -> Person:
    return Person(key, key.title(), roles=tuple(RoleHeld(role) for role in roles))


def wanted(*people: Person, tier_1: bool = False, **plays: tuple[str, ...]) -> list[WantedRole]:
    return list(wanted_roles(people, plays=plays, tier_1=tier_1, parameters=P))


def test_a_play_wants_what_nobody_linked_to_it_holds() -> None:
    ana, bo = person("ana", CHAMPION), person("bo", BUYER)
    assert wanted(ana, bo, rollout=("ana",), audit=("ana", "bo")) == [
        WantedRole(BUYER, ("rollout",), nobody=False)
    ]
    assert wanted(ana, rollout=("ana",)) == [WantedRole(BUYER, ("rollout",), nobody=True)]


def test_without_plays_the_account_is_asked_and_tier_1_wants_their_sponsor() -> None:
    found = wanted(person("ana", CHAMPION), tier_1=True)
    assert [(one.role, one.plays) for one in found] == [(BUYER, ()), (BuyingRole.SPONSOR, ())]


def test_a_placeholder_keeps_the_question_where_it_stands_and_a_leaver_opens_it() -> None:
    waiting = replace(person("x", BUYER), placeholder=True)
    ana = person("ana", CHAMPION)
    assert wanted(ana, waiting, rollout=("ana", "x")) == []
    assert wanted(ana, waiting, rollout=("ana",)) == [WantedRole(BUYER, ("rollout",), False)]
    gone = replace(ana, presence=Presence.LEFT)
    assert wanted(gone, waiting, rollout=("ana", "x")) == [WantedRole(CHAMPION, ("rollout",), True)]


@given(
    roles=st.lists(st.sets(st.sampled_from(BuyingRole)), max_size=5),
    linked=st.lists(st.sets(st.integers(0, 5)), max_size=3),
    role=st.sampled_from(BuyingRole),
)
def test_giving_somebody_a_role_in_every_play_never_adds_a_wanted_one(
    roles: list[set[BuyingRole]], linked: list[set[int]], role: BuyingRole
) -> None:
    people = [person(str(at), *sorted(held)) for at, held in enumerate(roles)]
    plays = {f"p{at}": tuple(map(str, keys)) for at, keys in enumerate(linked)}
    before = wanted(*people, tier_1=True, **plays)
    more = {key: (*keys, "new") for key, keys in plays.items()}
    after = wanted(*people, person("new", role), tier_1=True, **more)
    assert [one for one in before if one.role is not role] == after
