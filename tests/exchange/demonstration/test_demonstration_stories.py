"""Each story's raw facts hold on three seeds by the thresholds of the definitions, with margin,
and vanish when its cause is left out; the rest of the export stays as it was."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from sightline.exchange.demonstration import CODES, STORIES
from sightline.exchange.demonstration.profile import FULL
from tests.exchange.demonstration.conftest import TODAY, Company
from tests.exchange.demonstration.facts import Facts, Row, day_of

Finding = Callable[[Facts], bool]
ACCOUNT = {
    story.code: FULL[story.account].name if story.account < len(FULL) else "Aldermark Instruments"
    for story in STORIES
}


def champion_left(facts: Facts) -> bool:
    """Somebody marked as gone is the champion of at least two open opportunities."""
    account = facts.named(ACCOUNT["champion-left"])
    gone = {
        row["Id"]
        for row in facts.table("Contact")
        if row["AccountId"] == account and row["Left_Company__c"] == "true"
    }
    led = [
        role
        for deal in facts.open_plays(account)
        for role in facts.roles(deal["Id"])
        if role["ContactId"] in gone and role["Role"] == "Champion"
    ]
    recent = facts.two_way(account, days=40).theirs
    return len(led) >= 2 and not gone & recent.keys()


def one_person(facts: Facts) -> bool:
    """At least eight two-way days, and well over two thirds of them with one person."""
    account = facts.named(ACCOUNT["one-person"])
    seen = facts.two_way(account)
    return len(seen.days) >= 16 and seen.largest_share() > 0.75


def dip(facts: Facts) -> bool:
    """R12 well below -20 %, a lost renewal with its reason, and broken service levels before."""
    account = facts.named(ACCOUNT["dip"])
    recent = TODAY - timedelta(days=365)
    lost = [
        deal
        for deal in facts.deals(account)
        if deal["StageName"] == "Closed Lost"
        and deal["Type"] == "Renewal"
        and deal["Loss_Reason__c"] == "Lost to competitor"
        and day_of(deal["CloseDate"]) >= recent
    ]
    rivals = {row["OpportunityId"] for row in facts.table("OpportunityCompetitor")}
    return facts.trend(account) < -0.23 and len(lost) == 1 and lost[0]["Id"] in rivals


def fantasy(facts: Facts) -> bool:
    """Open plays in units with people known and none of them reached, even one line away."""
    account = facts.named(ACCOUNT["fantasy"])
    met = facts.two_way(account, days=730).theirs
    units: dict[str, list[Row]] = {}
    for row in facts.table("Contact"):
        if row["AccountId"] == account and row["Business_Unit__c"]:
            units.setdefault(row["Business_Unit__c"], []).append(row)
    closed = {
        unit
        for unit, people in units.items()
        if not any(
            row["Id"] in met
            or row["ReportsToId"] in met
            or (row["Relationship_Strength__c"] or "0") > "1"
            for row in people
        )
    }
    plays = [deal for deal in facts.open_plays(account) if deal["Business_Unit__c"] in closed]
    return len(units) == 9 and len(closed) == 7 and len(plays) == 2


def no_path(facts: Facts) -> bool:
    """Landing far below 95 % of the target."""
    landing, target = facts.landing(facts.named(ACCOUNT["no-path"]))
    return landing < 0.8 * target


def unprepared_renewal(facts: Facts) -> bool:
    """One contract, ending in exactly 100 days, without an open renewal opportunity."""
    found = facts.unprepared(facts.named(ACCOUNT["unprepared-renewal"]))
    return [(day_of(row["EndDate"]) - TODAY).days for row in found] == [100]


def _shares(facts: Facts) -> dict[str, tuple[float, float]]:
    """Share of attention and of potential of each planning account."""
    tops = [account for account in facts.accounts if facts.top(account) == account]
    attention = {t: sum(map(facts.attention, facts.family(t))) for t in tops}
    potential = {t: sum(map(facts.potential, facts.family(t))) for t in tops}
    given, wanted = sum(attention.values()), sum(potential.values())
    return {t: (attention[t] / given, potential[t] / wanted) for t in tops}


def over_served(facts: Facts) -> bool:
    """At least ten times the attention that its potential asks for."""
    attention, potential = _shares(facts)[facts.named(ACCOUNT["over-served"])]
    return attention > 10 * potential


def neglected(facts: Facts) -> bool:
    """Among the three highest potentials; under half its share; beyond chance (z over 2.4)."""
    account = facts.named(ACCOUNT["neglected"])
    shares = _shares(facts)
    best = sorted(shares, key=lambda key: -shares[key][1])[:3]
    total = sum(facts.touches(key) for key in facts.accounts)
    wanted = shares[account][1]
    expected = total * wanted
    z = (expected - facts.touches(account)) / (expected * (1 - wanted) * 2.5) ** 0.5
    return account in best and shares[account][0] < 0.25 * wanted and z > 4


def rosy(facts: Facts, account: str | None = None) -> bool:
    """Somebody who supports, carries a play, and has computed level 1 at most for 120 days."""
    carriers = {
        role["ContactId"]
        for row in facts.table("Opportunity")
        if row["IsClosed"] == "false"
        for role in ([] if account and row["AccountId"] != account else facts.roles(row["Id"]))
    }
    for person in facts.table("Contact"):
        if person["Stance__c"] != "Supports" or person["Id"] not in carriers:
            continue
        lately = facts.two_way(person["AccountId"], days=120).theirs
        if facts.strength(person["Id"]) < 15 and person["Id"] not in lately:
            return True
    return False


def rosy_stance(facts: Facts) -> bool:
    return rosy(facts, facts.named(ACCOUNT["rosy-stance"]))


FINDINGS: dict[str, Finding] = {
    "champion-left": champion_left,
    "one-person": one_person,
    "dip": dip,
    "fantasy": fantasy,
    "no-path": no_path,
    "unprepared-renewal": unprepared_renewal,
    "over-served": over_served,
    "neglected": neglected,
    "rosy-stance": rosy_stance,
}


def test_every_story_has_a_test() -> None:
    assert set(FINDINGS) == CODES


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("code", sorted(CODES))
def test_the_story_is_in_the_data(company: Company, seed: int, code: str) -> None:
    assert FINDINGS[code](company(seed))


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("code", sorted(CODES))
def test_without_its_cause_the_story_is_gone_and_the_others_stay(
    company: Company, seed: int, code: str
) -> None:
    facts = company(seed, without=code)
    assert {other for other, finding in FINDINGS.items() if finding(facts)} == CODES - {code}


@pytest.mark.parametrize("code", sorted(CODES))
def test_leaving_a_cause_out_touches_no_other_account(company: Company, code: str) -> None:
    told, untold = company(1), company(1, without=code)
    account = told.named(ACCOUNT[code])
    for name in ("Account", "Contact", "Opportunity", "Contract", "Asset", "Case", "Task", "Event"):
        rows = [
            [row for row in facts.table(name) if account not in (row["Id"], row.get("AccountId"))]
            for facts in (told, untold)
        ]
        assert rows[0] == rows[1], name
    for name in ("revenue-lines", "usage"):
        kept = [
            [row for row in facts.table(name) if row["account"] != account]
            for facts in (told, untold)
        ]
        assert kept[0] == kept[1], name


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ordinary_accounts_mostly_tell_no_story(company: Company, seed: int) -> None:
    facts = company(seed)
    named = {facts.named(name) for name in ACCOUNT.values()}
    ordinary = [account for account in facts.accounts if account not in named]
    assert sum(facts.trend(account) < -0.15 for account in ordinary) <= 3
    assert sum(facts.trend(account) >= 0.25 for account in ordinary) <= 12
    judged = [facts.single_threaded(account) for account in ordinary]
    assert sum(answer is not None for answer in judged) >= 40
    assert sum(bool(answer) for answer in judged) <= 3
    assert not [account for account in ordinary if facts.unprepared(account)]
    targets = [account for account in ordinary if facts.accounts[account]["Target_ACV__c"]]
    assert len(targets) >= 5
    for account in targets:
        landing, target = facts.landing(account)
        assert landing > 0.95 * target
    assert sum(row["Left_Company__c"] == "true" for row in facts.table("Contact")) == 1
