"""SOQL: what it finds, how it orders, and how it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sightline_sandbox.soql.dates import named_range
from tests.sandbox.conftest import Served, serve


@pytest.fixture(scope="module")
def org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("soql")
    for served in serve(folder):
        _fill(served)
        yield served


_TOO_FAR = ("MALFORMED_QUERY", "more than 5 levels")


def _fill(served: Served) -> None:
    today = datetime.now(UTC).date()
    parent = served.create("Account", Name="Acme", Industry="Energy", AnnualRevenue=100)
    child = served.create(
        "Account", Name="acme north", Industry="Banking", ParentId=parent, AnnualRevenue=300
    )
    served.create("Account", Name="100% Cotton_Co", Phone="1")
    served.create("Contact", LastName="Levy", FirstName="Ann", AccountId=parent, Email="a@x.org")
    served.create("Contact", LastName="O'Brien", AccountId=child)
    served.create("Contact", LastName="Alone")
    for name, amount, stage, day in (
        ("Big", 900, "Closed Won", today - timedelta(days=400)),
        ("Mid", 500, "Prospecting", today),
        ("Small", None, "Prospecting", today + timedelta(days=10)),
    ):
        served.create(
            "Opportunity",
            Name=name,
            AccountId=parent,
            StageName=stage,
            CloseDate=day.isoformat(),
            **({"Amount": amount} if amount else {}),
        )


def names(org: Served, soql: str) -> list[Any]:
    return [r["Name"] for r in org.query(soql)["records"]]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("Name = 'ACME'", ["Acme"]),
        ("Name != 'Acme'", ["100% Cotton_Co", "acme north"]),
        ("Industry != 'Energy'", ["100% Cotton_Co", "acme north"]),
        ("Industry = null", ["100% Cotton_Co"]),
        ("Industry = ''", ["100% Cotton_Co"]),
        ("Industry != null", ["Acme", "acme north"]),
        ("NOT Industry = 'Energy'", ["100% Cotton_Co", "acme north"]),
        ("NOT (Industry = 'Energy' OR Name LIKE '100%')", ["acme north"]),
        ("Industry NOT IN ('Energy')", ["100% Cotton_Co", "acme north"]),
        ("Industry IN ('Energy', 'Banking')", ["Acme", "acme north"]),
        ("Name LIKE 'ac%'", ["Acme", "acme north"]),
        ("Name LIKE 'Acm_'", ["Acme"]),
        (r"Name LIKE '100\%%'", ["100% Cotton_Co"]),
        (r"Name LIKE '%n\_Co'", ["100% Cotton_Co"]),
        ("AnnualRevenue >= 100 AND AnnualRevenue < 3e2", ["Acme"]),
        ("AnnualRevenue > 100 OR Phone = '1'", ["100% Cotton_Co", "acme north"]),
        ("Parent.Name = 'Acme'", ["acme north"]),
        ("Parent.Owner.Username LIKE 'admin%'", ["acme north"]),
        ("Id IN (SELECT AccountId FROM Contact WHERE Email != null)", ["Acme"]),
        ("Id NOT IN (SELECT AccountId FROM Contact)", ["100% Cotton_Co"]),
        ("Id IN (SELECT AccountId FROM Opportunity WHERE IsWon = true)", ["Acme"]),
        ("IsDeleted = false AND Name = 'Acme'", ["Acme"]),
        ("CreatedDate = TODAY AND Name = 'Acme'", ["Acme"]),
        ("CreatedDate < YESTERDAY", []),
        ("DAY_ONLY(CreatedDate) = TODAY AND Name = 'Acme'", ["Acme"]),
    ],
)
def test_conditions_find_what_the_service_finds(
    org: Served, where: str, expected: list[str]
) -> None:
    assert names(org, f"SELECT Name FROM Account WHERE {where} ORDER BY Name") == expected


def test_nulls_come_first_in_both_directions_unless_asked(org: Served) -> None:
    base = "SELECT Name FROM Opportunity ORDER BY Amount"
    assert names(org, base) == ["Small", "Mid", "Big"]
    assert names(org, base + " DESC") == ["Small", "Big", "Mid"]
    assert names(org, base + " DESC NULLS LAST") == ["Big", "Mid", "Small"]
    assert names(org, base + " NULLS LAST LIMIT 1 OFFSET 1") == ["Big"]


def test_date_literals_and_functions_agree_with_the_calendar(org: Served) -> None:
    base = "SELECT Name FROM Opportunity WHERE "
    assert names(org, base + "CloseDate = TODAY") == ["Mid"]
    assert names(org, base + "CloseDate = NEXT_N_DAYS:10") == ["Small"]
    assert names(org, base + "CloseDate = N_DAYS_AGO:400") == ["Big"]
    assert names(org, base + "CloseDate < LAST_N_DAYS:365") == ["Big"]
    year = date.today().year
    assert "Mid" in names(org, base + f"CALENDAR_YEAR(CloseDate) = {year}")
    assert names(org, base + "CloseDate = TODAY AND CloseDate = THIS_FISCAL_YEAR") == ["Mid"]


@pytest.mark.parametrize(
    ("text", "first", "after"),
    [
        ("THIS_WEEK", "2026-11-15", "2026-11-22"),
        ("LAST_WEEK", "2026-11-08", "2026-11-15"),
        ("THIS_MONTH", "2026-11-01", "2026-12-01"),
        ("NEXT_MONTH", "2026-12-01", "2027-01-01"),
        ("THIS_QUARTER", "2026-10-01", "2027-01-01"),
        ("LAST_N_QUARTERS:2", "2026-04-01", "2026-10-01"),
        ("NEXT_N_YEARS:2", "2027-01-01", "2029-01-01"),
        ("LAST_90_DAYS", "2026-08-23", "2026-11-22"),
        ("LAST_N_DAYS:7", "2026-11-14", "2026-11-22"),
        ("NEXT_N_DAYS:7", "2026-11-22", "2026-11-29"),
        ("N_WEEKS_AGO:1", "2026-11-08", "2026-11-15"),
        ("THIS_FISCAL_YEAR", "2026-04-01", "2027-04-01"),
        ("LAST_FISCAL_QUARTER", "2026-07-01", "2026-10-01"),
    ],
)
def test_named_dates_are_half_open_ranges(text: str, first: str, after: str) -> None:
    found = named_range(text, today=date(2026, 11, 21), fiscal_start=4)
    assert found is not None
    assert [d.isoformat() for d in found] == [first, after]


def test_groups_aliases_having_and_order(org: Served) -> None:
    rows = org.query(
        "SELECT StageName, COUNT(Id) n, SUM(Amount) total, MAX(CloseDate), "
        "COUNT_DISTINCT(AccountId) FROM Opportunity GROUP BY StageName HAVING COUNT(Id) > 1 "
        "ORDER BY COUNT(Id) DESC"
    )["records"]
    assert len(rows) == 1
    assert (rows[0]["StageName"], rows[0]["n"], rows[0]["total"]) == ("Prospecting", 2, 500.0)
    assert set(rows[0]) == {"attributes", "StageName", "n", "total", "expr0", "expr1"}
    by_parent = org.query(
        "SELECT Account.Name, AVG(Amount) FROM Opportunity GROUP BY Account.Name"
    )["records"]
    assert by_parent[0]["Name"] == "Acme" and by_parent[0]["expr0"] == 700.0
    assert org.query("SELECT COUNT() FROM Opportunity WHERE Amount > 0")["totalSize"] == 2


def test_children_are_bounded_and_ordered_per_parent(org: Served) -> None:
    rows = org.query(
        "SELECT Name, (SELECT Name FROM Opportunities WHERE Name != 'Mid' ORDER BY Name DESC "
        "LIMIT 1) FROM Account WHERE Name LIKE 'acme%' ORDER BY Name"
    )["records"]
    assert [r["Name"] for r in rows[0]["Opportunities"]["records"]] == ["Small"]
    assert rows[1]["Opportunities"] is None


def test_names_are_found_in_any_case_and_answered_in_their_own(org: Served) -> None:
    row = org.query("select id, NAME, account.OWNER.name from CONTACT where lastname = 'Levy'")
    first = row["records"][0]
    assert list(first) == ["attributes", "Id", "Name", "Account"]
    assert first["Account"]["Owner"]["Name"] == "Sandbox Admin"


def test_quotes_and_backslashes_are_escaped(org: Served) -> None:
    found = org.query(r"SELECT LastName FROM Contact WHERE LastName = 'O\'Brien'")
    assert found["totalSize"] == 1


def test_fields_function_lists_fields(org: Served) -> None:
    row = org.query("SELECT FIELDS(STANDARD) FROM Opportunity LIMIT 1")["records"][0]
    assert {"Id", "StageName", "Amount"} <= set(row) and "MainCompetitors__c" not in row
    row = org.query("SELECT FIELDS(ALL) FROM Opportunity LIMIT 200")["records"][0]
    assert "MainCompetitors__c" in row
    refused = org.refused("SELECT FIELDS(ALL) FROM Opportunity")
    assert refused["message"] == "The SOQL FIELDS function must have a LIMIT of at most 200"


def test_display_functions_and_endings_are_taken(org: Served) -> None:
    row = org.query(
        "SELECT toLabel(StageName), convertCurrency(Amount), FORMAT(CloseDate) shown FROM "
        "Opportunity WHERE Name = 'Mid' LIMIT 1 FOR UPDATE"
    )["records"][0]
    assert (row["StageName"], row["Amount"]) == ("Prospecting", 500.0) and row["shown"]
    assert org.query("SELECT Id FROM Account USING SCOPE mine WITH SECURITY_ENFORCED")["done"]


def test_multi_select_picklists_include_and_exclude(served: Served) -> None:
    contact = served.create("Contact", LastName="Roles")
    account = served.create("Account", Name="Roles Ltd")
    served.create(
        "AccountContactRelation",
        AccountId=account,
        ContactId=contact,
        Roles="Influencer;Decision Maker",
    )
    base = "SELECT Roles FROM AccountContactRelation WHERE "

    def count(where: str) -> int:
        return len(served.query(base + where)["records"])

    assert count("Roles INCLUDES ('Decision Maker')") == 1
    assert count("Roles INCLUDES ('Decision Maker;Influencer')") == 1
    assert count("Roles INCLUDES ('Evaluator', 'Influencer')") == 1
    assert count("Roles INCLUDES ('Evaluator')") == 0
    row = served.query(base + "Roles = 'Influencer;Decision Maker'")["records"][0]
    assert row["Roles"] == "Decision Maker;Influencer"


def test_polymorphic_parents_show_name_and_type(served: Served) -> None:
    contact = served.create("Contact", LastName="Levy", FirstName="Ann")
    served.create("Task", Subject="Call", WhoId=contact)
    row = served.query("SELECT Who.Name, Who.Type, What.Name FROM Task WHERE Who.Name LIKE 'Ann%'")
    first = row["records"][0]
    assert first["Who"]["Name"] == "Ann Levy" and first["Who"]["Type"] == "Contact"
    assert first["Who"]["attributes"]["type"] == "Name" and first["What"] is None


@pytest.mark.parametrize(
    ("soql", "code", "words"),
    [
        ("SELECT Nope FROM Account", "INVALID_FIELD", "No such column 'Nope' on entity 'Account'"),
        ("SELECT Id FROM Nope", "INVALID_TYPE", "sObject type 'Nope' is not supported"),
        ("SELECT Boss.Name FROM Account", "INVALID_FIELD", "Didn't understand relationship 'Boss'"),
        ("SELECT (SELECT Id FROM Bosses) FROM Account", "INVALID_TYPE", "in FROM part of query"),
        ("SELECT Id FROM Account WHERE", "MALFORMED_QUERY", "unexpected token: '<EOF>'"),
        ("SELECT Id FRM Account", "MALFORMED_QUERY", "unexpected token: 'FRM'"),
        ("SELECT Id, FROM Account", "MALFORMED_QUERY", "unexpected token"),
        ("SELECT Id FROM Account WHERE Name = 'x", "MALFORMED_QUERY", "mismatched character"),
        ("SELECT * FROM Account", "MALFORMED_QUERY", "unexpected token: '*'"),
        ("SELECT Id FROM Account WHERE Name = :n", "MALFORMED_QUERY", "only allowed in Apex code"),
        ("SELECT Id FROM Account WHERE Name = 'a\\q'", "MALFORMED_QUERY", "Illegal character"),
        ("SELECT COUNT() FROM Account ORDER BY Name", "MALFORMED_QUERY", "Ordered field must be"),
        ("SELECT Parent.Parent.Parent.Parent.Parent.Parent.Name FROM Account", *_TOO_FAR),
        (
            "SELECT Id FROM Account WHERE Name = 'a' AND Phone = 'b' OR Fax = 'c'",
            "MALFORMED_QUERY",
            "unexpected token: 'OR'",
        ),
        ("SELECT Id, Id FROM Account", "MALFORMED_QUERY", "duplicate field selected: Id"),
        (
            "SELECT Id FROM Account WHERE Description = 'x'",
            "INVALID_FIELD",
            "field 'Description' can not be filtered in a query call",
        ),
        (
            "SELECT Id FROM Account ORDER BY Description",
            "MALFORMED_QUERY",
            "field 'Description' can not be sorted",
        ),
        (
            "SELECT Id FROM Opportunity WHERE CloseDate = '2026-01-01'",
            "INVALID_FIELD",
            "must be of type date and should not be enclosed in quotes",
        ),
        (
            "SELECT Id FROM Account WHERE CreatedDate > 2026-01-01",
            "INVALID_FIELD",
            "must be of type dateTime",
        ),
        ("SELECT Id FROM Account WHERE Name = 1", "INVALID_FIELD", "should be enclosed in quotes"),
        ("SELECT Id FROM Opportunity WHERE IsWon = 'x'", "INVALID_FIELD", "of type boolean"),
        ("SELECT Id FROM Account WHERE Id = 'x'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID"),
        ("SELECT Name, COUNT(Id) FROM Account", "MALFORMED_QUERY", "must be grouped or aggregated"),
        ("SELECT Name n FROM Account", "MALFORMED_QUERY", "only aggregate expressions use field"),
        ("SELECT Id FROM Account OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE", "Maximum SOQL offset"),
        ("SELECT SUM(Name) FROM Account", "MALFORMED_QUERY", "does not support aggregate operator"),
        ("", "MALFORMED_QUERY", "SOQL statements cannot be empty or null"),
    ],
)
def test_refusals_have_the_services_code_and_words(
    org: Served, soql: str, code: str, words: str
) -> None:
    refused = org.refused(soql)
    assert refused["errorCode"] == code and words in refused["message"]


def test_a_refusal_points_at_its_place(org: Served) -> None:
    message = org.refused("SELECT Id,\n Nope FROM Account")["message"]
    assert message.startswith("\n Nope FROM Account\n ^\nERROR at Row:2:Column:2\nNo such column")


def _make_leads(served: Served) -> None:
    """Six hundred leads, in three calls."""
    for start in (0, 1, 2):
        rows = [
            {"attributes": {"type": "Lead"}, "LastName": f"{start}{n:03d}", "Company": "C"}
            for n in range(200)
        ]
        served.post("composite/sobjects", {"records": rows})


def test_pages_follow_the_batch_size_and_locators(served: Served) -> None:
    _make_leads(served)
    headers = {"Sforce-Query-Options": "batchSize=250"}
    page = served.query("SELECT LastName FROM Lead ORDER BY LastName", headers=headers)
    assert (page["totalSize"], page["done"], len(page["records"])) == (600, False, 250)
    assert page["nextRecordsUrl"].startswith("/services/data/v60.0/query/0r8xx")
    assert page["nextRecordsUrl"].endswith("-250")
    seen = [r["LastName"] for r in page["records"]]
    while not page["done"]:
        page = served.get(page["nextRecordsUrl"], headers=headers).json()
        seen += [r["LastName"] for r in page["records"]]
    assert len(seen) == 600 and seen == sorted(seen) and "nextRecordsUrl" not in page
    unknown = served.get("query/0r8xx000000000AAAA-250")
    assert unknown.json()[0]["errorCode"] == "INVALID_QUERY_LOCATOR"


def test_every_version_and_trailing_slash_is_served(org: Served) -> None:
    versions = org.client.get("/services/data/").json()
    assert versions[0]["version"] == "50.0" and versions[-1]["label"] == "Winter '27"
    for version in (v["version"] for v in versions):
        for slash in ("", "/"):
            answer = org.get(f"/services/data/v{version}/query{slash}?q=SELECT+Id+FROM+Account")
            assert answer.status_code == 200
            assert answer.headers["Sforce-Limit-Info"].startswith("api-usage=")
    assert org.get("/services/data/v30.0/limits").status_code == 404


def test_keyset_pages_walk_every_row_once(served: Served) -> None:
    _make_leads(served)
    seen: list[str] = []
    after = ""
    while True:
        rows = served.query(
            f"SELECT Id, SystemModstamp FROM Lead {after} ORDER BY SystemModstamp, Id LIMIT 70"
        )["records"]
        if not rows:
            break
        seen += [r["Id"] for r in rows]
        stamp = rows[-1]["SystemModstamp"].replace("+0000", "Z")
        after = (
            f"WHERE SystemModstamp > {stamp} OR (SystemModstamp = {stamp} AND "
            f"Id > '{rows[-1]['Id']}')"
        )
    assert len(seen) == len(set(seen)) == 600


@pytest.mark.parametrize(
    "soql",
    [
        "SELECT UserId, LoginTime, LoginType, Status FROM LoginHistory ORDER BY LoginTime DESC",
        "SELECT Id, Name, DeveloperName, FolderName, Owner.Name FROM Report",
        "SELECT Status, ApexClass.Name, CreatedBy.Name FROM AsyncApexJob WHERE Status = 'Queued'",
        "SELECT Id, Name, Body FROM ApexClass WHERE NamespacePrefix = null",
        "SELECT Id, Name, TableEnumOrId FROM ApexTrigger",
    ],
)
def test_what_the_org_has_none_of_is_asked_for_all_the_same(shared: Served, soql: str) -> None:
    assert shared.query(soql)["totalSize"] == 0
