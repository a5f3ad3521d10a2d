"""The portfolio's list: order, pages, tabs, filters, and what is closed to whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sightline.actions.plan_drafts import no_path
from sightline.planning.challenges import ChallengeParameters, PathFacts, PlanFacts
from sightline.planning.challenges.money_rules import no_credible_path
from sightline.planning.money import Money, Rates
from sightline.planning.parameters import load_defaults
from sightline.records.models import (
    Account,
    CrmUser,
    Plan,
    PlanResult,
    TierDecision,
    TierMonth,
    TierResult,
)
from sightline.records.queries.portfolio import (
    SORTS,
    Asked,
    account_tier,
    overview,
    portfolio_page,
    portfolio_rows,
)
from sightline.records.reach import reach_of
from sightline.records.scoping import Person
from tests import makers

pytestmark = pytest.mark.django_db
TODAY = makers.TODAY
NOW = datetime(2026, 11, 23, tzinfo=UTC)
PARAMETERS = load_defaults()
RATES = Rates("GBP", ())


def result(name: str, **values: Any) -> Account:
    account = makers.account(name, owner=values.pop("owner", None))
    values.setdefault("proposed_tier", 2)
    values.setdefault("computed_tier", 2)
    makers.tier_result(account, **values)
    return account


def plan(account: Account, *, target: int | None, landing: int | None, **values: Any) -> Plan:
    kept = Plan.objects.create(
        account=account,
        year=2026,
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        currency=values.pop("currency", "GBP"),
        target=target,
    )
    PlanResult.objects.create(plan=kept, landing=landing, input_version="1", **values)
    rules = PARAMETERS.section(ChallengeParameters, "challenges")
    short = landing is not None and no_path(target, landing, values.get("chance"), rules)
    TierResult.objects.filter(account=account).update(no_path=short)
    return kept


@pytest.fixture
def administrator() -> Person:
    return makers.person("operations")


@pytest.fixture
def head() -> Person:
    top = makers.crm_role("VP")
    low = makers.crm_role("Seller", parent=top)
    makers.crm_user("Dana", role=low)
    return makers.person("leader", user=makers.crm_user("Head", role=top))


def names(person: Person, **asked: Any) -> list[str]:
    rows = portfolio_rows(reach_of(person), Asked(**asked), today=TODAY, parameters=PARAMETERS)
    return [row.name for row in rows]


def test_potential_falls_and_unknown_comes_last(administrator: Person) -> None:
    for name, money in (("A", 10), ("B", None), ("C", 30), ("D", 20)):
        result(name, potential=money)
    assert names(administrator) == ["C", "D", "A", "B"]
    assert names(administrator, sort="potential") == ["A", "D", "C", "B"]


@pytest.mark.parametrize("sort", [sign + name for name in SORTS for sign in ("", "-")])
def test_pages_forwards_and_backwards_hold_every_row_once_in_order(
    administrator: Person, sort: str
) -> None:
    days = (None, TODAY, TODAY + timedelta(9))
    for number in range(17):
        result(
            f"Account {number:02}",
            potential=(None, 5, 5, 7)[number % 4],
            vulnerability=(None, 50, 20)[number % 3],
            acv=(None, 1, 2)[number % 3],
            next_renewal_on=days[number % 3],
        )
    whole = names(administrator, sort=sort)
    assert sorted(whole) == sorted(Account.objects.values_list("name", flat=True))
    reach, asked = reach_of(administrator), Asked(sort=sort, rows=5)
    forwards, pages = [], []
    while True:
        page = portfolio_page(reach, asked, today=TODAY, parameters=PARAMETERS)
        pages.append([row.name for row in page.rows])
        forwards += pages[-1]
        if not page.next_key:
            break
        asked = replace(asked, after=page.next_key)
    assert forwards == whole
    back = [pages[-1]]
    while page.previous_key:
        asked = replace(asked, after="", before=page.previous_key)
        page = portfolio_page(reach, asked, today=TODAY, parameters=PARAMETERS)
        back.insert(0, [row.name for row in page.rows])
    assert [name for part in back for name in part] == whole


def test_a_key_that_makes_no_sense_is_the_first_page(administrator: Person) -> None:
    result("A", potential=1)
    for key in ("", "~", "=x~1", "nonsense", "=1~x"):
        page = portfolio_page(
            reach_of(administrator), Asked(after=key), today=TODAY, parameters=PARAMETERS
        )
        assert [row.name for row in page.rows] == ["A"]


def test_tabs_hold_what_their_definitions_say(head: Person) -> None:
    dana = CrmUser.objects.get(name="Dana")
    result("Waits", owner=dana, to_decide=True)
    result("Threaded", owner=dana, single_threaded=True)
    result("Neglected", owner=dana, under_served=True)
    result("Soon", owner=dana, next_renewal_on=TODAY + timedelta(270))
    result("Later", owner=dana, next_renewal_on=TODAY + timedelta(271))
    plan(result("Short", owner=dana), target=1000, landing=949)
    plan(result("Enough", owner=dana), target=1000, landing=950)
    plan(result("Untold", owner=dana), target=None, landing=1)
    assert names(head, view="to_decide") == ["Waits"]
    assert names(head, view="single_threaded") == ["Threaded"]
    assert names(head, view="under_served") == ["Neglected"]
    assert names(head, view="renewal") == ["Soon"]
    assert names(head, view="no_path") == ["Short"]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    target=st.none() | st.integers(0, 2000),
    landing=st.integers(0, 2000),
    chance=st.none() | st.sampled_from([0.0, 0.2, 0.34999, 0.35, 0.36, 0.9]),
)
def test_the_tab_without_a_path_is_the_rule_of_the_challenges(
    head: Person, target: int | None, landing: int, chance: float | None
) -> None:
    Account.objects.all().delete()
    plan(
        result("Asked", owner=CrmUser.objects.get(name="Dana")),
        target=target,
        landing=landing,
        chance=chance,
    )
    path = PathFacts(
        target=Money(target, "GBP") if target is not None else None,
        landing=Money(landing, "GBP"),
        chance=chance,
    )
    numbers = PARAMETERS.section(ChallengeParameters, "challenges")
    expected = list(
        no_credible_path(
            PlanFacts(key="1", as_of=NOW, currency="GBP", path=path), parameters=numbers
        )
    )
    assert names(head, view="no_path") == (["Asked"] if expected else [])


def test_filters_narrow_by_owner_tier_industry_and_text(administrator: Person) -> None:
    dana, mei = makers.crm_user("Dana"), makers.crm_user("Mei")
    result("Helvion Industries", owner=dana, decided_tier=1)
    result("Kova Retail", owner=mei, proposed_tier=1)
    result("Orrin", owner=mei)
    TierResult.objects.filter(account__name="Orrin").update(industry="Freight")
    assert names(administrator, owner=dana.pk) == ["Helvion Industries"]
    assert set(names(administrator, tier=1)) == {"Helvion Industries", "Kova Retail"}
    assert names(administrator, industry="Freight") == ["Orrin"]
    assert names(administrator, text="lvion") == ["Helvion Industries"]
    assert names(administrator, text="ret ko") == ["Kova Retail"]


def test_marketing_sees_the_tier_and_no_money(administrator: Person) -> None:
    result(
        "Helvion",
        decided_tier=1,
        potential=7,
        vulnerability=60,
        parts=[{"code": "vulnerable_single_thread", "text": "x", "p": 0.25}],
        reasons=[{"code": "x", "text": "x", "p": None}],
        single_threaded=True,
        to_decide=True,
        acv=5,
    )
    result("Third", decided_tier=3)
    reach = reach_of(makers.person("marketing"))
    page = portfolio_page(reach, Asked(), today=TODAY, parameters=PARAMETERS)
    (row,) = page.rows
    assert (row.name, row.tier, row.full) == ("Helvion", 1, False)
    closed = (row.potential, row.vulnerability, row.importance, row.wallet, row.plan, row.decision)
    assert set(closed) == {None}
    assert (row.parts, row.reasons, row.missing, row.to_decide) == ((), (), (), False)
    assert names(reach.person, view="single_threaded") == []
    assert names(reach.person, view="to_decide") == []


def test_the_administrator_sees_tiers_but_no_plan(administrator: Person) -> None:
    plan(result("Short"), target=1000, landing=10)
    page = portfolio_page(reach_of(administrator), Asked(), today=TODAY, parameters=PARAMETERS)
    assert page.rows[0].full
    assert (page.rows[0].plan, page.rows[0].plans_open) == (None, False)
    assert names(administrator, view="no_path") == []


def test_only_leaders_of_the_account_may_decide(head: Person) -> None:
    result("Below", owner=CrmUser.objects.get(name="Dana"))
    page = portfolio_page(reach_of(head), Asked(), today=TODAY, parameters=PARAMETERS)
    assert [row.may_decide for row in page.rows] == [True]
    dana = makers.person("account_manager", user=CrmUser.objects.get(name="Dana"))
    page = portfolio_page(reach_of(dana), Asked(), today=TODAY, parameters=PARAMETERS)
    assert [row.may_decide for row in page.rows] == [False]


@pytest.mark.parametrize("accounts", [10, 1000])
def test_a_page_takes_as_many_queries_for_ten_accounts_as_for_a_thousand(
    head: Person, accounts: int
) -> None:
    dana = CrmUser.objects.get(name="Dana")
    made = Account.objects.bulk_create(
        Account(name=f"A {n}", sort_name=f"a {n}", owner=dana) for n in range(accounts)
    )
    from sightline.records.models import AccountAccess

    AccountAccess.objects.bulk_create(
        AccountAccess(account=one, user=dana, why="owner") for one in made
    )
    TierResult.objects.bulk_create(
        TierResult(account=one, sort_name=one.sort_name, owner=dana, potential=n, as_of=TODAY)
        for n, one in enumerate(made)
    )
    with CaptureQueriesContext(connection) as taken:
        reach = reach_of(head)
        portfolio_page(reach, Asked(), today=TODAY, parameters=PARAMETERS)
    assert len(taken) == (4 if accounts > 25 else 5)
    with CaptureQueriesContext(connection) as taken:
        overview(reach, today=TODAY, currency="GBP", rates=RATES, parameters=PARAMETERS)
    assert len(taken) <= 12


def test_the_overview_adds_up_what_the_list_shows(head: Person) -> None:
    dana = CrmUser.objects.get(name="Dana")
    plan(result("Short", owner=dana, potential=100, acv=10), target=1000, landing=700)
    plan(
        result("Good", owner=dana, potential=50, proposed_tier=1, over_capacity=True),
        target=500,
        landing=600,
        chance=0.9,
    )
    plan(result("Abroad", owner=dana, potential=None), target=7, landing=1, currency="USD")
    result("Third", owner=dana, proposed_tier=3, potential=5, single_threaded=True, acv=4)
    found = overview(
        reach_of(head), today=TODAY, currency="GBP", rates=RATES, parameters=PARAMETERS
    )
    assert found.accounts == 4
    assert found.plans is not None
    assert (found.plans.target.minor, found.plans.landing.minor, found.plans.gap.minor) == (
        1500,
        1300,
        300,
    )
    assert (found.counts["no_path"], found.no_path_gap) == (1, 300)
    assert found.rates_missing == ("USD",)
    assert (found.counts["single_threaded"], found.threaded_acv) == (1, 4)
    assert found.potential == (100, 50, 5)
    (carried,) = found.capacity
    assert (carried.owner, carried.full, carried.light) == ("Dana", 1, 2)
    assert (carried.over, carried.over_money) == (1, 50)
    assert (found.tier_3, found.tier_3_potential) == (1, 5)


def test_an_accounts_tier_has_its_history_and_what_moved_since(head: Person) -> None:
    dana = CrmUser.objects.get(name="Dana")
    account = result("Helvion", owner=dana, vulnerability=62, potential_index=90, decided_tier=1)
    TierMonth.objects.create(
        account=account,
        month=date(2026, 8, 1),
        computed_tier=2,
        vulnerability=48,
        potential_index=90,
    )
    for tier, superseded in ((2, "2026-08-10T00:00Z"), (1, None)):
        TierDecision.objects.create(
            account=account,
            kind="accept",
            tier=tier,
            decided_at="2026-08-10T00:00Z",
            superseded_at=superseded,
        )
    found = account_tier(
        reach_of(head), account.pk, today=TODAY, zone=ZoneInfo("UTC"), may_answer=True
    )
    assert found is not None
    assert [line.tier for line in found.history] == [1, 2]
    assert [(move.what, move.before, move.now) for move in found.moved] == [
        ("vulnerability", 48, 62)
    ]
    outsider = makers.person("account_manager", user=makers.crm_user())
    assert (
        account_tier(
            reach_of(outsider), account.pk, today=TODAY, zone=ZoneInfo("UTC"), may_answer=False
        )
        is None
    )
