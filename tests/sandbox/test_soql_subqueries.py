"""SOQL: subtotals, subqueries in WHERE, parents by alias, distances, escapes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.conftest import Served, serve


@pytest.fixture(scope="module")
def org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    for served in serve(tmp_path_factory.mktemp("subqueries")):
        lyon = {"BillingLatitude": 45.76, "BillingLongitude": 4.84}
        account = served.create("Account", Name="Café Lyon", Industry="Food & Beverage", **lyon)
        served.create("Contact", LastName="Levy", AccountId=account)
        for source, rating in (("Web", "Hot"), ("Web", "Cold"), ("Web", "Hot"), (None, "Hot")):
            given = {"LeadSource": source, "Rating": rating}
            served.create("Lead", LastName="L", Company="C", **given)
        yield served


def rows(org: Served, soql: str) -> list[dict[str, Any]]:
    return [{k: v for k, v in r.items() if k != "attributes"} for r in org.query(soql)["records"]]


def test_rollup_adds_subtotals_after_their_groups_and_a_grand_total(org: Served) -> None:
    found = rows(
        org,
        "SELECT LeadSource, Rating, GROUPING(LeadSource) s, GROUPING(Rating) r, COUNT(Id) n "
        "FROM Lead GROUP BY ROLLUP(LeadSource, Rating)",
    )
    assert [tuple(one.values()) for one in found] == [
        (None, "Hot", 0, 0, 1),
        (None, None, 0, 1, 1),
        ("Web", "Cold", 0, 0, 1),
        ("Web", "Hot", 0, 0, 2),
        ("Web", None, 0, 1, 3),
        (None, None, 1, 1, 4),
    ]


def test_cube_subtotals_every_combination(org: Served) -> None:
    found = rows(
        org,
        "SELECT LeadSource, Rating, COUNT(Id) n FROM Lead GROUP BY CUBE(LeadSource, Rating) "
        "HAVING GROUPING(LeadSource) = 1 ORDER BY COUNT(Id) DESC",
    )
    assert [(one["Rating"], one["n"]) for one in found] == [(None, 4), ("Hot", 3), ("Cold", 1)]


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("Id IN (SELECT AccountId FROM Contact) OR Name = 'x'", "not allowed with the 'OR'"),
        ("Name = 'x' AND (Phone = '1' OR Id IN (SELECT AccountId FROM Contact))", "top level"),
        ("Id IN (SELECT ParentId FROM Account)", "should not be on the same object type"),
        ("Id IN (SELECT OwnerId FROM Contact)", "should point to the same object type"),
        ("Id IN (SELECT AccountId FROM Contact LIMIT 1)", "LIMIT is not supported"),
        (
            "Id IN (SELECT AccountId FROM Contact WHERE Id IN (SELECT ContactId FROM Case))",
            "Nesting of semi join",
        ),
    ],
)
def test_subqueries_are_refused_where_the_service_refuses_them(
    org: Served, where: str, words: str
) -> None:
    assert words in org.refused(f"SELECT Id FROM Account WHERE {where}")["message"]


def test_parents_are_named_in_from_and_users_have_parents_of_their_own(org: Served) -> None:
    found = rows(org, "SELECT c.LastName, a.Name FROM Contact c, c.Account a WHERE a.Name != null")
    assert found[0]["LastName"] == "Levy" and found[0]["Account"]["Name"] == "Café Lyon"
    assert "unexpected token" in org.refused("SELECT c.Id FROM Contact c, a")["message"]
    owner = rows(org, "SELECT Owner.Profile.Name FROM Lead LIMIT 1")[0]["Owner"]
    assert owner["Profile"]["Name"] == "System Administrator"


def test_distances_are_selected_and_filtered(org: Served) -> None:
    near = "DISTANCE(BillingAddress, GEOLOCATION(48.86, 2.35), 'km')"
    found = rows(org, f"SELECT {near} d FROM Account WHERE {near} < 400 ORDER BY {near}")
    assert found[0]["d"] == pytest.approx(392, abs=2)
    assert rows(org, f"SELECT Id FROM Account WHERE {near} < 300") == []


def test_escapes_and_formats_are_read(org: Served) -> None:
    found = rows(org, r"SELECT Name FROM Account WHERE Name = 'Caf\u00e9 Lyon'")
    assert found == [{"Name": "Café Lyon"}]
    counted = rows(org, "SELECT FORMAT(COUNT(Id)) n FROM Lead")
    assert counted == [{"n": "4"}]


def test_rows_read_for_view_come_first_among_recent_ones(org: Served) -> None:
    lead = org.query("SELECT Id, SystemModstamp FROM Lead LIMIT 1")["records"][0]
    org.query(f"SELECT Id FROM Lead WHERE Id = '{lead['Id']}' FOR VIEW")
    assert org.get("recent", params={"limit": 1}).json()[0]["Id"] == lead["Id"]
    row = org.get(f"sobjects/Lead/{lead['Id']}").json()
    assert row["LastViewedDate"] and row["SystemModstamp"] == lead["SystemModstamp"]


def test_long_child_lists_have_locators_of_their_own(served: Served) -> None:
    account = served.create("Account", Name="Parent")
    for start in (0, 200):
        records = [
            {"attributes": {"type": "Contact"}, "LastName": f"C{n:03}", "AccountId": account}
            for n in range(start, start + (200 if not start else 50))
        ]
        served.post("composite/sobjects", {"records": records})
    few = {"Sforce-Query-Options": "batchSize=200"}
    soql = (
        "SELECT Name, (SELECT LastName, Account.Name FROM Contacts ORDER BY LastName) FROM Account"
    )
    children = served.query(soql, headers=few)["records"][0]["Contacts"]
    assert (children["totalSize"], children["done"], len(children["records"])) == (250, False, 200)
    rest = served.get(children["nextRecordsUrl"], headers=few).json()
    assert (rest["totalSize"], rest["done"], len(rest["records"])) == (250, True, 50)
    assert rest["records"][0]["LastName"] == "C200"
    assert rest["records"][0]["Account"]["Name"] == "Parent"
    whole = served.query(soql)["records"][0]["Contacts"]
    assert whole["done"] and len(whole["records"]) == 250 and "nextRecordsUrl" not in whole


@pytest.mark.parametrize(
    "soql",
    [
        "SELECT Id FROM Account ALL ROWS",
        "SELECT Id FROM Account WHERE CreatedDate > 2026-01-01T00:00:00",
        "SELECT COUNT() FROM Account GROUP BY Name",
    ],
)
def test_what_only_apex_takes_or_lacks_a_zone_is_refused(org: Served, soql: str) -> None:
    assert org.refused(soql)["errorCode"] == "MALFORMED_QUERY"
