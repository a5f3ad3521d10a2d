"""Families: the top account plans, unless a person splits it; rings are named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.accounts import families, refuse_ring
from sightline.planning.errors import FamilyCycle

KEYS = st.integers(0, 14).map(str)
PARENTS = st.dictionaries(KEYS, st.none() | st.integers(0, 20).map(str), max_size=15)


def test_the_top_account_plans_for_all_below_it() -> None:
    found = families({"group": None, "country": "group", "site": "country", "other": None})
    assert found.planning_account == {
        "group": "group",
        "country": "group",
        "site": "group",
        "other": "other",
    }
    assert found.members() == {"group": ("country", "group", "site"), "other": ("other",)}


def test_a_split_account_plans_for_itself_and_those_below_it() -> None:
    found = families({"group": None, "country": "group", "site": "country"}, split={"country"})
    assert found.planning_account == {"group": "group", "country": "country", "site": "country"}


def test_a_parent_that_is_not_there_is_left_out() -> None:
    assert families({"child": "not imported"}).planning_account == {"child": "child"}


def test_a_ring_is_named_and_its_members_plan_for_themselves() -> None:
    found = families({"b": "c", "c": "a", "a": "b", "below": "b", "fine": None})
    assert found.rings == (("a", "b", "c"),)
    assert found.planning_account == {"a": "a", "b": "b", "c": "c", "below": "b", "fine": "fine"}


def test_a_split_breaks_a_ring() -> None:
    assert families({"a": "b", "b": "a"}, split={"a"}).rings == ()


def test_a_family_may_be_very_deep() -> None:
    chain: dict[str, str | None] = {str(i): str(i + 1) for i in range(50_000)}
    chain["50000"] = None
    assert set(families(chain).planning_account.values()) == {"50000"}


@given(PARENTS, st.sets(KEYS))
def test_every_account_has_exactly_one_planning_account(
    parents: dict[str, str | None], split: set[str]
) -> None:
    found = families(parents, split=split).planning_account
    assert set(found) == set(parents)
    assert all(found[top] == top for top in found.values())


@given(PARENTS)
def test_the_order_of_accounts_changes_nothing(parents: dict[str, str | None]) -> None:
    turned = dict(reversed(parents.items()))
    assert families(turned) == families(parents)


def test_closing_a_ring_is_refused_by_name() -> None:
    with pytest.raises(FamilyCycle, match="top → site → country → top"):
        refuse_ring({"site": "country", "country": "top", "top": None}, child="top", parent="site")
    with pytest.raises(FamilyCycle):
        refuse_ring({}, child="a", parent="a")
    refuse_ring({"site": "country", "country": None}, child="site", parent="elsewhere")


def test_an_old_ring_elsewhere_does_not_hang_the_check() -> None:
    refuse_ring({"a": "b", "b": "a"}, child="new", parent="a")
