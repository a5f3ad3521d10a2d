"""The export as a whole: complete, consistent, quoted, inside its windows, and repeatable."""

import re
import tomllib
import tracemalloc
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path

import pytest

from sightline.exchange.demonstration import generate
from sightline.exchange.demonstration.catalogue import LINES
from sightline.exchange.demonstration.identity import PREFIXES, check_suffix
from sightline.exchange.demonstration.tables import BESIDE, OBJECTS
from tests.exchange.demonstration.conftest import TODAY, Company
from tests.exchange.demonstration.facts import Facts, day_of, moment_of

REFERENCES = {
    "AccountId": {"Account"},
    "ActivityId": {"Task"},
    "AssetId": {"Asset"},
    "ContactId": {"Contact"},
    "ContractId": {"Contract"},
    "CreatedById": {"User"},
    "CustomerSignedId": {"Contact"},
    "EventId": {"Event"},
    "Executive_Sponsor__c": {"User"},
    "ManagerId": {"User"},
    "OpportunityId": {"Opportunity"},
    "OwnerId": {"User"},
    "ParentRoleId": {"UserRole"},
    "Product2Id": {"Product2"},
    "RelatedToId": {"Account", "Opportunity"},
    "RelationId": {"Contact", "User"},
    "ReportsToId": {"Contact"},
    "UserId": {"User"},
    "UserOrGroupId": {"User"},
    "UserRoleId": {"UserRole"},
    "WhatId": {"Account", "Opportunity"},
    "WhoId": {"Contact"},
}
DATES = re.compile(r"\d{4}-\d{2}-\d{2}")
MOMENTS = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:00\.000Z")


@pytest.fixture(scope="module", params=[1, 2, 3])
def facts(request: pytest.FixtureRequest, company: Company) -> Facts:
    return company(request.param)


def test_the_same_arguments_write_the_same_bytes(tmp_path: Path, company: Company) -> None:
    generate(tmp_path, seed=1, today=TODAY)
    first = company(1).folder
    names = sorted(path.name for path in first.iterdir())
    assert names == sorted(path.name for path in tmp_path.iterdir())
    for name in names:
        assert (first / name).read_bytes() == (tmp_path / name).read_bytes(), name


def test_another_seed_is_another_customer_base(company: Company) -> None:
    ordinary = [{row["Name"] for row in company(seed).table("Account")[30:]} for seed in (1, 2)]
    assert len(ordinary[0] & ordinary[1]) < 10


def test_every_file_has_its_columns_and_every_field_is_quoted(facts: Facts) -> None:
    for name, columns in {**OBJECTS, **BESIDE}.items():
        text = (facts.folder / f"{name}.csv").read_text(encoding="utf-8")
        lines = text.splitlines()
        assert lines[0] == ",".join(f'"{column}"' for column in columns)
        assert len(lines) > 1, name
        assert all(line.startswith('"') and line.endswith('"') for line in lines)
        assert all(line.count('"') == 2 * len(columns) for line in lines if '""' not in line)


def test_ids_are_valid_unique_and_of_their_object(facts: Facts) -> None:
    for name in OBJECTS:
        ids = [row["Id"] for row in facts.table(name)]
        assert len(set(ids)) == len(ids)
        for made in ids:
            assert made.startswith(PREFIXES[name])
            assert made[15:] == check_suffix(made[:15])


def test_every_reference_points_at_a_record_of_the_right_kind(facts: Facts) -> None:
    known = {name: {row["Id"] for row in facts.table(name)} for name in OBJECTS}
    checked: Counter[str] = Counter()
    for name, columns in OBJECTS.items():
        targets = {
            column: set().union(*(known[kind] for kind in REFERENCES[column]))
            for column in columns
            if column in REFERENCES
        }
        if name == "Account":
            targets["ParentId"] = known["Account"]
        for row in facts.table(name):
            for column, allowed in targets.items():
                if row[column]:
                    assert row[column] in allowed, (name, column, row)
                    checked[column] += 1
    unused = {"ActivityId", "AssetId"}
    assert {column for column in REFERENCES if not checked[column]} == unused


def test_a_reference_never_leaves_its_account(facts: Facts) -> None:
    home = {row["Id"]: row["AccountId"] for row in facts.table("Contact")}
    deals = {row["Id"]: row["AccountId"] for row in facts.table("Opportunity")}
    assert all(
        home[row["ReportsToId"]] == row["AccountId"]
        for row in facts.table("Contact")
        if row["ReportsToId"]
    )
    for row in facts.table("OpportunityContactRole"):
        assert home[row["ContactId"]] == deals[row["OpportunityId"]]
    for name in ("Task", "Event"):
        for row in facts.table(name):
            assert deals.get(row["WhatId"], row["WhatId"]) == row["AccountId"]
            assert not row["WhoId"] or home[row["WhoId"]] == row["AccountId"]


def test_nobody_reports_to_themselves_however_far_up(facts: Facts) -> None:
    above = {row["Id"]: row["ReportsToId"] for row in facts.table("Contact")}
    for person in above:
        seen = set()
        while person:
            assert person not in seen
            seen.add(person)
            person = above[person]
        assert len(seen) <= 4


def test_the_default_company_has_the_promised_size(facts: Facts) -> None:
    counts = {name: len(facts.table(name)) for name in OBJECTS}
    assert counts["Account"] == 120
    assert 1_450 <= counts["Contact"] <= 1_750
    assert counts["Product2"] == len(LINES) == 14
    assert len({row["Family"] for row in facts.table("Product2")}) == 6
    kinds = {row["Revenue_Kind__c"] for row in facts.table("Product2")}
    assert kinds == {"Recurring", "Repeat", "One-off"}
    titles = Counter(row["Title"] for row in facts.table("User"))
    assert titles["Account Manager"] == 4
    assert titles["Regional Sales Manager"] == titles["VP Sales"] == 1
    assert titles["Account Marketing Manager"] == 1
    assert titles["Customer Success Manager"] >= 1
    assert len({row["CompetitorName"] for row in facts.table("OpportunityCompetitor")}) == 3


def test_twelve_accounts_have_three_to_nine_units(facts: Facts) -> None:
    units: dict[str, set[str]] = {}
    for row in facts.table("Contact"):
        if row["Business_Unit__c"]:
            units.setdefault(row["AccountId"], set()).add(row["Business_Unit__c"])
    assert len(units) == 12
    assert all(3 <= len(names) <= 9 for names in units.values())


def test_two_corporate_families_have_three_levels(facts: Facts) -> None:
    depth = Counter[str]()
    for account in facts.accounts:
        steps, above = 1, account
        while facts.accounts[above]["ParentId"]:
            above = facts.accounts[above]["ParentId"]
            steps += 1
        depth[above] = max(depth[above], steps)
    assert sorted(depth.values())[-3:] == [1, 3, 3]


def test_dates_and_moments_are_written_as_salesforce_writes_them(facts: Facts) -> None:
    for name, columns in OBJECTS.items():
        for row in facts.table(name):
            for column in columns:
                value = row[column]
                if not value:
                    continue
                if column.endswith("Modstamp") or column in {"CreatedDate", "LastModifiedDate"}:
                    assert MOMENTS.fullmatch(value), (name, column, value)
                if column in {"CloseDate", "StartDate", "EndDate", "InstallDate", "ActivityDate"}:
                    assert DATES.fullmatch(value), (name, column, value)


def test_nothing_was_created_or_changed_after_today(facts: Facts) -> None:
    for name, columns in OBJECTS.items():
        if "CreatedDate" in columns:
            for row in facts.table(name):
                created = moment_of(row["CreatedDate"])
                changed = moment_of(row.get("SystemModstamp") or row["CreatedDate"])
                assert created <= changed
                assert changed.date() <= TODAY, (name, row)


def test_revenue_covers_thirty_six_full_months_and_the_one_begun(facts: Facts) -> None:
    months = {row["date"][:7] for row in facts.table("revenue-lines")}
    assert months == {facts.month(back) for back in range(37)}
    assert max(row["date"] for row in facts.table("revenue-lines")) <= TODAY.isoformat()
    assert all(float(row["amount"]) > 0 for row in facts.table("revenue-lines"))


def test_activity_covers_twenty_four_months(facts: Facts) -> None:
    days = [day_of(row["ActivityDate"]) for row in facts.table("Event")]
    days += [day_of(row["MessageDate"]) for row in facts.table("EmailMessage")]
    assert min(days) >= TODAY - timedelta(days=733)
    assert min(days) <= TODAY - timedelta(days=700)
    assert max(days) <= TODAY + timedelta(days=22)
    assert all(day_of(row["MessageDate"]) < TODAY for row in facts.table("EmailMessage"))


def test_contracts_end_across_eighteen_months(facts: Facts) -> None:
    ends = [(day_of(row["EndDate"]) - TODAY).days for row in facts.table("Contract")]
    assert min(ends) > 0
    assert max(ends) <= 548
    assert all(any(low <= end < low + 90 for end in ends) for low in range(0, 540, 90))
    for row in facts.table("Contract"):
        months = round((day_of(row["EndDate"]) - day_of(row["StartDate"])).days / 30.44)
        assert months == int(row["ContractTerm"])


def test_stage_history_starts_at_creation_and_ends_where_the_opportunity_stands(
    facts: Facts,
) -> None:
    paths: dict[str, list[dict[str, str]]] = {}
    for row in facts.table("OpportunityHistory"):
        paths.setdefault(row["OpportunityId"], []).append(row)
    order = [row["MasterLabel"] for row in facts.table("OpportunityStage")]
    for deal in facts.table("Opportunity"):
        path = paths[deal["Id"]]
        stamps = [row["CreatedDate"] for row in path]
        assert stamps == sorted(stamps)
        assert stamps[0] == deal["CreatedDate"]
        assert path[-1]["StageName"] == deal["StageName"]
        assert path[-1]["Amount"] == deal["Amount"]
        places = [order.index(row["StageName"]) for row in path]
        assert places == sorted(set(places))


def test_amounts_are_the_sum_of_their_lines_to_the_cent(facts: Facts) -> None:
    totals: Counter[str] = Counter()
    for row in facts.table("OpportunityLineItem"):
        total = round(float(row["TotalPrice"]) * 100)
        assert total == int(row["Quantity"]) * round(float(row["UnitPrice"]) * 100)
        totals[row["OpportunityId"]] += total
    for deal in facts.table("Opportunity"):
        assert totals[deal["Id"]] == round(float(deal["Amount"]) * 100)


def test_closed_opportunities_closed_and_open_ones_are_still_to_come(facts: Facts) -> None:
    for deal in facts.table("Opportunity"):
        closed = deal["IsClosed"] == "true"
        assert (day_of(deal["CloseDate"]) <= TODAY) == closed
        assert day_of(deal["CreatedDate"]) <= day_of(deal["CloseDate"])
        assert bool(deal["Loss_Reason__c"]) == (deal["StageName"] == "Closed Lost")


def test_enough_is_won_and_lost_to_learn_from(facts: Facts) -> None:
    plays = [
        deal
        for deal in facts.table("Opportunity")
        if deal["IsClosed"] == "true" and deal["Type"] == "Existing Business"
    ]
    won = sum(deal["IsWon"] == "true" for deal in plays) / len(plays)
    assert len(plays) > 200
    assert 0.2 < won < 0.45


def test_assets_and_trailing_revenue_tell_the_same_yearly_value(facts: Facts) -> None:
    kinds = {row["Name"]: row["Revenue_Kind__c"] for row in facts.table("Product2")}
    names = {row["Id"]: row["Name"] for row in facts.table("Product2")}
    trailing: dict[tuple[str, str, str], float] = defaultdict(float)
    first: dict[tuple[str, str, str], str] = {}
    window = {facts.month(back) for back in range(1, 13)}
    for row in facts.table("revenue-lines"):
        key = (row["account"], row["unit"], row["product_line"])
        first[key] = min(first.get(key, "9"), row["date"])
        if row["date"][:7] in window and kinds[row["product_line"]] == "Recurring":
            trailing[key] += float(row["amount"])
    held: dict[tuple[str, str, str], float] = defaultdict(float)
    for row in facts.table("Asset"):
        if row["Status"] == "Installed":
            term = next(
                int(c["ContractTerm"])
                for c in facts.contracts(row["AccountId"])
                if c["EndDate"] == row["UsageEndDate"]
            )
            key = (row["AccountId"], row["Business_Unit__c"], names[row["Product2Id"]])
            held[key] += float(row["Price"]) * float(row["Quantity"]) * 12 / term
    settled = [key for key in held if first[key][:7] <= facts.month(14)]
    assert len(settled) > 100
    assert all(abs(held[key] / trailing[key] - 1) < 0.1 for key in settled)


def test_revenue_is_concentrated_as_in_real_customer_bases(facts: Facts) -> None:
    revenue = sorted((facts.r12(account) for account in facts.accounts), reverse=True)
    share = sum(revenue[:24]) / sum(revenue)
    assert 0.65 < share < 0.92


def test_books_of_the_four_owners_are_of_similar_size(facts: Facts) -> None:
    books: dict[str, float] = defaultdict(float)
    for account, row in facts.accounts.items():
        books[row["OwnerId"]] += facts.r12(account)
    assert len(books) == 4
    assert max(books.values()) < 1.5 * min(books.values())


def test_wins_peak_at_quarter_ends(facts: Facts) -> None:
    months = Counter(
        day_of(deal["CloseDate"]).month % 3
        for deal in facts.table("Opportunity")
        if deal["IsWon"] == "true" and deal["Type"] != "Renewal"
    )
    assert months[0] > months[1] + months[2]


def test_a_tier_in_the_crm_follows_revenue_but_not_potential(facts: Facts) -> None:
    tops = [account for account in facts.accounts if facts.top(account) == account]
    best = sorted(tops, key=facts.potential, reverse=True)[:12]
    tiers = Counter(facts.accounts[account]["Account_Tier__c"] for account in best)
    assert tiers["Tier 1"] >= 6
    assert tiers["Tier 3"] >= 1


def test_currencies_have_a_rate_for_every_month_with_revenue(facts: Facts) -> None:
    rates = {(row["month"], row["currency"]) for row in facts.table("rates")}
    used = {
        (row["date"][:7], row["currency"])
        for row in facts.table("revenue-lines")
        if row["currency"] != "GBP"
    }
    assert used
    assert used <= rates
    currencies = Counter(row["CurrencyIsoCode"] for row in facts.table("Account"))
    assert currencies["GBP"] > 90
    assert currencies["EUR"] >= 1
    assert currencies["USD"] >= 1


def test_everything_is_labelled_and_no_address_can_be_written_to(facts: Facts) -> None:
    label = "generated demonstration data"
    assert label in (facts.folder / "README.txt").read_text(encoding="utf-8")
    assert all(label in row["Description"].lower() for row in facts.table("Account"))
    for name, column in (("Contact", "Email"), ("User", "Email"), ("Account", "Website")):
        assert all(row[column].endswith(".example") for row in facts.table(name))
    emails = [row["Email"] for row in (*facts.table("Contact"), *facts.table("User"))]
    assert len(set(emails)) == len(emails)
    names = [row["Name"] for row in facts.table("Account")]
    assert len(set(names)) == len(names)


def test_names_are_of_many_languages(facts: Facts) -> None:
    letters = Counter(char for row in facts.table("Contact") for char in row["Name"])
    assert all(letters[char] for char in "éüłøşñãÉŁ" if char not in "ÉŁ")
    assert len({row["LastName"] for row in facts.table("Contact")}) > 100


def test_the_mapping_names_only_columns_that_exist(facts: Facts) -> None:
    text = (facts.folder / "mapping.toml").read_text(encoding="utf-8")
    objects = {"product": "Product2"}
    mapped = set()
    for section, entries in tomllib.loads(text).items():
        columns = OBJECTS[objects.get(section, section.capitalize())]
        for entry in entries.values():
            if isinstance(entry, str):
                assert entry in columns
                mapped.add(entry)
    custom = {c for columns in OBJECTS.values() for c in columns if c.endswith("__c")}
    assert mapped == custom


def test_the_values_mapped_are_the_values_written(facts: Facts) -> None:
    mapping = tomllib.loads((facts.folder / "mapping.toml").read_text(encoding="utf-8"))
    stances = {row["Stance__c"] for row in facts.table("Contact")} - {""}
    assert stances <= set(mapping["contact"]["stance_values"])
    tiers = {row["Account_Tier__c"] for row in facts.table("Account")}
    assert tiers == set(mapping["account"]["tier_values"])
    kinds = {row["Revenue_Kind__c"] for row in facts.table("Product2")}
    assert kinds == set(mapping["product"]["revenue_kind_values"])


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2025, 1, 1), date(2026, 12, 31)])
def test_any_day_can_be_today(tmp_path: Path, today: date) -> None:
    generate(tmp_path, accounts=40, seed=5, today=today)
    facts = Facts(tmp_path, today=today)
    months = {row["date"][:7] for row in facts.table("revenue-lines")}
    assert min(months) == facts.month(36)
    assert max(months) == facts.month(0)
    assert all(moment_of(row["CreatedDate"]).date() <= today for row in facts.table("Opportunity"))


def test_too_few_accounts_and_unknown_stories_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 24"):
        generate(tmp_path, accounts=23, today=TODAY)
    with pytest.raises(ValueError, match="no such story: nothing"):
        generate(tmp_path, today=TODAY, without=frozenset({"nothing"}))


def test_memory_does_not_grow_with_the_number_of_accounts(tmp_path: Path) -> None:
    peaks = []
    for accounts in (24, 56):
        tracemalloc.start()
        generate(tmp_path, accounts=accounts, today=TODAY)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]
