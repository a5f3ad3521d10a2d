"""Permissions: the whole table, and everything it does not list refused."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from sightline.planning.errors import NotAllowed
from sightline.planning.permissions import (
    Act,
    Category,
    Part,
    Relation,
    Role,
    may,
    relations_that_may,
    require,
)
from tests.planning.worked import worked

CASES = worked("permissions", "table")
LISTED: dict[tuple[str, str, str], dict[str, Any]] = {
    (case.values[0]["role"], case.values[0]["relation"], category): acts
    for case in CASES
    for category, acts in case.values[0]["may"].items()
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("relation", Relation)
@pytest.mark.parametrize("category", Category)
def test_the_table_is_followed_and_everything_else_refused(
    role: Role, relation: Relation, category: Category
) -> None:
    listed = LISTED.get((role.value, relation.value, category.value), {})
    for act in Act:
        decision = may([role], relations=[relation], category=category, act=act)
        expected = listed.get(act.value)
        assert decision.allowed is (expected is not None), decision.why.text
        if expected is not None:
            parts = None if expected == "all" else {Part(part) for part in expected}
            assert decision.only == parts


def test_nobody_without_a_role_may_anything() -> None:
    for category, act in itertools.product(Category, Act):
        decision = may([], relations=list(Relation), category=category, act=act)
        assert not decision.allowed
        assert decision.only == frozenset()
        assert decision.why.code == "refused_no_role"


def test_nobody_without_a_relation_may_anything() -> None:
    for role, category, act in itertools.product(Role, Category, Act):
        assert not may([role], relations=[], category=category, act=act).allowed


def test_roles_add_up_and_the_wider_one_counts() -> None:
    decision = may(
        [Role.MARKETING, Role.SPONSOR],
        relations=[Relation.TIER12, Relation.SPONSORED],
        category=Category.OPINIONS,
        act=Act.READ,
    )
    assert decision.allowed
    assert decision.only is None


def test_adding_a_role_never_takes_anything_away() -> None:
    for first, second in itertools.combinations(Role, 2):
        for category, act in itertools.product(Category, Act):
            alone = may([first], relations=list(Relation), category=category, act=act)
            both = may([first, second], relations=list(Relation), category=category, act=act)
            assert both.allowed or not alone.allowed
            assert both.only is None or alone.only is None or alone.only <= both.only


def test_a_team_member_changes_only_their_own_notes() -> None:
    decision = may(
        [Role.ACCOUNT_MANAGER],
        relations=[Relation.OWN_TEAM],
        category=Category.PRIVATE_NOTES,
        act=Act.WRITE,
    )
    assert decision.covers(Part.OWN_NOTES)
    assert not decision.covers(Part.SHARED_NOTES)


def test_a_refusal_says_what_is_missing() -> None:
    with pytest.raises(NotAllowed, match="accounts below them"):
        require(
            [Role.LEADER],
            relations=[Relation.GRANTED],
            category=Category.WALLET_TIERS,
            act=Act.DECIDE_TIER,
        )


def test_a_query_is_narrowed_to_the_relations_that_open_it() -> None:
    roles = [Role.ACCOUNT_MANAGER, Role.READER]
    assert relations_that_may(roles, category=Category.PLAN, act=Act.READ) == {
        Relation.OWN_TEAM,
        Relation.GRANTED,
    }
    assert relations_that_may(roles, category=Category.SETTINGS, act=Act.READ) == frozenset()
