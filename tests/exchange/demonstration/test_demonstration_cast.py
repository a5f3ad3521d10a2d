"""Names, months and the selling company at sizes the default does not reach."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.exchange.demonstration import company, names
from sightline.exchange.demonstration.months import (
    add_months,
    month_offset,
    month_start,
    quarter_end,
    workday,
)
from sightline.exchange.demonstration.profile import TAIL_FROM, Kind, World, profile
from sightline.exchange.demonstration.stories import Told

DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


def large(accounts: int = 40_000) -> World:
    return World(seed=1, today=date(2026, 11, 21), accounts=accounts, told=Told())


def test_no_two_of_fifty_thousand_companies_share_a_name() -> None:
    industries = names.INDUSTRIES
    made = {
        names.company(number, seed=3, industry=industries[number % len(industries)])
        for number in range(50_000)
    }
    assert len(made) == 50_000


def test_accounts_beyond_the_first_thousand_are_a_long_tail() -> None:
    tail = [profile(index, world=large()) for index in range(TAIL_FROM, TAIL_FROM + 200)]
    assert all(account.kind is Kind.TAIL for account in tail)
    assert max(account.people for account in tail) <= 4


def test_an_account_does_not_depend_on_how_many_others_there_are() -> None:
    few, many = large(2_000), large(3_000)
    same = [(profile(index, world=few), profile(index, world=many)) for index in (0, 15, 500)]
    assert all(one.name == two.name and one.revenue == two.revenue for one, two in same)


def test_a_large_company_has_a_role_tree_of_regions() -> None:
    world = large()
    roles = {row["Id"]: row for row in company.role_rows(world)}
    users = list(company.user_rows(world))
    assert world.managers > 10
    assert all(user["UserRoleId"] in roles for user in users)
    assert len({user["Email"] for user in users}) == len(users) == company.user_count(world)
    byid = {user["Id"]: user for user in users}
    for user in users:
        if user["Title"] == "Account Manager":
            manager = byid[user["ManagerId"]]
            assert roles[user["UserRoleId"]]["ParentRoleId"] == manager["UserRoleId"]


def test_the_manager_of_an_account_leads_its_owner() -> None:
    world = large()
    users = {row["Id"]: row for row in company.user_rows(world)}
    for index in (0, 30, 999, 5_000, 39_999):
        team = company.team_of(profile(index, world=world), world)
        owner = users[company.user_id(team.owner)]
        assert owner["ManagerId"] == company.user_id(team.manager)


def test_nobody_of_ours_carries_more_than_half_of_contact() -> None:
    turns = company.Team(owner=9, success=8, manager=7).rotation
    assert max(turns.count(user) for user in turns) * 2 <= len(turns)


@given(DAYS, st.integers(-500, 500))
def test_months_are_counted_both_ways(day: date, offset: int) -> None:
    assert month_offset(day, month_start(day, offset)) == offset
    assert month_offset(day, add_months(day, offset)) == offset


@given(DAYS)
def test_a_quarter_ends_within_three_months_on_its_last_day(day: date) -> None:
    end = quarter_end(day)
    assert 0 <= (end - day).days <= 92
    assert (end.month, end.day) in {(3, 31), (6, 30), (9, 30), (12, 31)}


@given(DAYS)
def test_a_workday_is_never_at_a_weekend_or_later(day: date) -> None:
    moved = workday(day)
    assert moved.weekday() < 5
    assert 0 <= (day - moved).days <= 2


@pytest.mark.parametrize(
    ("text", "slug"),
    [("Łukasz", "lukasz"), ("Ó Sé", "ose"), ("Weißmann", "weissmann"), ("O'Dowd", "odowd")],
)
def test_addresses_hold_plain_letters_only(text: str, slug: str) -> None:
    assert names.ascii_slug(text) == slug
