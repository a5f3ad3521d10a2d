"""Rows: what may be written, what the service fills in, and how it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import Served


def refusal(answer: Any) -> tuple[int, str, list[str] | None]:
    entry = answer.json()[0]
    return answer.status_code, entry["errorCode"], entry.get("fields")


@pytest.mark.parametrize(
    ("name", "fields", "code", "at"),
    [
        ("Account", {}, "REQUIRED_FIELD_MISSING", ["Name"]),
        ("Contact", {"FirstName": "A"}, "REQUIRED_FIELD_MISSING", ["LastName"]),
        (
            "Opportunity",
            {"Name": "x"},
            "REQUIRED_FIELD_MISSING",
            ["StageName", "CloseDate"],
        ),
        ("Account", {"Name": "x" * 256}, "STRING_TOO_LONG", ["Name"]),
        (
            "Account",
            {"Name": "x", "CreatedDate": "2026-01-01"},
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            ["CreatedDate"],
        ),
        (
            "Account",
            {"Name": "x", "BillingAddress": {}},
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            ["BillingAddress"],
        ),
        (
            "Account",
            {"Name": "x", "CleanStatus": "Odd"},
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            ["CleanStatus"],
        ),
        ("Account", {"Name": "x", "ParentId": "003000000000001AAA"}, "MALFORMED_ID", ["ParentId"]),
        (
            "Account",
            {"Name": "x", "ParentId": "001000000000001AAA"},
            "INVALID_CROSS_REFERENCE_KEY",
            [],
        ),
        ("Contact", {"LastName": "x", "Email": "no"}, "INVALID_EMAIL_ADDRESS", ["Email"]),
        ("Account", {"Name": "x", "AnnualRevenue": "many"}, "JSON_PARSER_ERROR", None),
        ("Account", {"Name": 5}, "JSON_PARSER_ERROR", None),
        (
            "Opportunity",
            {"Name": "x", "StageName": "y", "CloseDate": "2026-02-30"},
            "JSON_PARSER_ERROR",
            None,
        ),
        (
            "Account",
            {"Name": "x", "AnnualRevenue": 1e19},
            "NUMBER_OUTSIDE_VALID_RANGE",
            ["AnnualRevenue"],
        ),
        (
            "Account",
            {"Name": "x", "Id": "001000000000001AAA"},
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            ["Id"],
        ),
    ],
)
def test_a_row_is_refused_with_the_services_code(
    shared: Served, name: str, fields: dict[str, Any], code: str, at: list[str] | None
) -> None:
    assert refusal(shared.post(f"sobjects/{name}", fields)) == (400, code, at)


def test_text_is_trimmed_empty_is_null_and_halves_round_up(shared: Served) -> None:
    made = shared.create("Account", Name="  Trimmed  ", Site="", AnnualRevenue=10.5)
    row = shared.get(f"sobjects/Account/{made}?fields=Name,Site,AnnualRevenue").json()
    assert (row["Name"], row["Site"], row["AnnualRevenue"]) == ("Trimmed", None, 11.0)


def test_stamps_and_owner_are_filled_and_change_moves_the_stamp(served: Served) -> None:
    served.control("POST", "clock", {"freeze": "2026-05-01T07:25:37Z"})
    made = served.create("Account", Name="Stamped")
    served.control("POST", "clock", {"freeze": "2026-05-01T07:25:40Z"})
    assert served.patch(f"sobjects/Account/{made}", {"Phone": "1"}).status_code == 204
    row = served.get(f"sobjects/Account/{made}").json()
    assert row["CreatedDate"] == "2026-05-01T07:25:37.000+0000"
    assert row["SystemModstamp"] == row["LastModifiedDate"] == "2026-05-01T07:25:40.000+0000"
    assert row["OwnerId"] == row["CreatedById"] == row["LastModifiedById"]


def test_create_only_fields_refuse_a_change(shared: Served) -> None:
    deal = shared.create("Opportunity", Name="D", StageName="Prospecting", CloseDate="2026-01-01")
    contact = shared.create("Contact", LastName="C")
    role = shared.create("OpportunityContactRole", OpportunityId=deal, ContactId=contact)
    answer = shared.patch(f"sobjects/OpportunityContactRole/{role}", {"OpportunityId": deal})
    assert refusal(answer) == (400, "INVALID_FIELD_FOR_INSERT_UPDATE", ["OpportunityId"])


def test_a_stage_brings_probability_forecast_and_revenue(shared: Served) -> None:
    deal = shared.create(
        "Opportunity", Name="D", StageName="Negotiation/Review", CloseDate="2026-05-09", Amount=200
    )
    row = shared.get(f"sobjects/Opportunity/{deal}").json()
    assert (row["Probability"], row["ForecastCategory"], row["ExpectedRevenue"]) == (
        90.0,
        "BestCase",
        180.0,
    )
    assert (row["Fiscal"], row["FiscalQuarter"], row["IsClosed"]) == ("2026 2", 2, False)
    shared.patch(f"sobjects/Opportunity/{deal}", {"StageName": "Closed Won"})
    row = shared.get(f"sobjects/Opportunity/{deal}").json()
    assert (row["IsWon"], row["IsClosed"], row["Probability"]) == (True, True, 100.0)
    stages = shared.query(
        f"SELECT StageName FROM OpportunityHistory WHERE OpportunityId = '{deal}' ORDER BY Id"
    )["records"]
    assert [s["StageName"] for s in stages] == ["Negotiation/Review", "Closed Won"]


def test_products_drive_the_amount(shared: Served) -> None:
    book = shared.query("SELECT Id FROM Pricebook2")["records"][0]["Id"]
    product = shared.create("Product2", Name="Pump", ProductCode="P1", IsActive=True)
    entry = shared.create(
        "PricebookEntry", Pricebook2Id=book, Product2Id=product, UnitPrice=50, IsActive=True
    )
    deal = shared.create("Opportunity", Name="D", StageName="Prospecting", CloseDate="2026-01-01")
    line = shared.create(
        "OpportunityLineItem", OpportunityId=deal, PricebookEntryId=entry, Quantity=3
    )
    row = shared.get(f"sobjects/Opportunity/{deal}").json()
    assert (row["Amount"], row["HasOpportunityLineItem"]) == (150.0, True)
    shared.patch(f"sobjects/OpportunityLineItem/{line}", {"UnitPrice": 40})
    assert shared.get(f"sobjects/Opportunity/{deal}").json()["Amount"] == 120.0
    shared.patch(f"sobjects/Opportunity/{deal}", {"Amount": 7})  # ignored: the sum stands
    row = shared.get(f"sobjects/Opportunity/{deal}").json()
    assert (row["Amount"], row["Pricebook2Id"]) == (120.0, book)  # the first product brought it


def test_a_product_is_sold_at_an_active_price_of_the_opportunitys_own_book(shared: Served) -> None:
    standard = shared.query("SELECT Id FROM Pricebook2 WHERE IsStandard = true")["records"][0]["Id"]
    other = shared.create("Pricebook2", Name="Partners", IsActive=True)
    product = shared.create("Product2", Name="Valve", IsActive=True)
    price = {"Product2Id": product, "UnitPrice": 50}
    listed = shared.create("PricebookEntry", **price, Pricebook2Id=standard, IsActive=True)
    retired = shared.create("PricebookEntry", **price, Pricebook2Id=other, IsActive=False)
    deal = shared.create(
        "Opportunity",
        Name="D",
        StageName="Prospecting",
        CloseDate="2026-01-01",
        Pricebook2Id=other,
    )
    for entry, why in ((listed, "different pricebook"), (retired, "inactive")):
        line = {"OpportunityId": deal, "PricebookEntryId": entry, "Quantity": 1, "UnitPrice": 5}
        (said,) = shared.post("sobjects/OpportunityLineItem", line).json()
        assert said["errorCode"] == "FIELD_INTEGRITY_EXCEPTION"
        assert why in said["message"]


def test_one_contact_role_is_primary(shared: Served) -> None:
    deal = shared.create("Opportunity", Name="D", StageName="Prospecting", CloseDate="2026-01-01")
    people = [shared.create("Contact", LastName=f"P{n}") for n in range(2)]
    roles = [
        shared.create(
            "OpportunityContactRole", OpportunityId=deal, ContactId=person, IsPrimary=True
        )
        for person in people
    ]
    primary = [
        shared.get(f"sobjects/OpportunityContactRole/{role}").json()["IsPrimary"] for role in roles
    ]
    assert primary == [False, True]


def test_tasks_close_by_status_and_belong_to_an_account(shared: Served) -> None:
    account = shared.create("Account", Name="A")
    deal = shared.create(
        "Opportunity", Name="D", StageName="Prospecting", CloseDate="2026-01-01", AccountId=account
    )
    task = shared.create("Task", Subject="Call", WhatId=deal, ActivityDate="2026-03-04")
    row = shared.get(f"sobjects/Task/{task}").json()
    assert (row["AccountId"], row["Status"], row["IsClosed"]) == (account, "Not Started", False)
    shared.patch(f"sobjects/Task/{task}", {"Status": "Completed"})
    row = shared.get(f"sobjects/Task/{task}").json()
    assert row["IsClosed"] is True and row["CompletedDateTime"]
    assert shared.get(f"sobjects/Account/{account}").json()["LastActivityDate"] == "2026-03-04"


def test_a_contact_gets_its_direct_relation(shared: Served) -> None:
    account = shared.create("Account", Name="A")
    contact = shared.create("Contact", LastName="C", AccountId=account)
    soql = f"SELECT AccountId, IsDirect FROM AccountContactRelation WHERE ContactId = '{contact}'"
    assert [(r["AccountId"], r["IsDirect"]) for r in shared.query(soql)["records"]] == [
        (account, True)
    ]


def test_measures_keep_typed_copies_of_their_text(shared: Served) -> None:
    shared.version = "67.0"
    plan = shared.create("AccountPlan", Name="Plan")
    objective = shared.create("AccountPlanObjective", Name="O", AccountPlanId=plan)
    measure = shared.create(
        "AccountPlanObjectiveMeasure",
        Name="M",
        AccountPlanObjectiveId=objective,
        ValueType="Currency",
        TargetValue="1500.5",
    )
    row = shared.get(f"sobjects/AccountPlanObjectiveMeasure/{measure}").json()
    assert (row["TargetValue"], row["TargetCurrencyValue"], row["TargetNumberValue"]) == (
        "1500.5",
        1500.5,
        None,
    )
    refused = shared.patch(
        f"sobjects/AccountPlanObjectiveMeasure/{measure}", {"TargetCurrencyValue": 1}
    )
    assert refusal(refused)[1] == "INVALID_FIELD_FOR_INSERT_UPDATE"
    shared.version = "60.0"
    assert shared.get("sobjects/AccountPlan/describe").status_code == 404


def test_upsert_creates_updates_and_refuses_ambiguity(served: Served) -> None:
    served.control(
        "POST",
        "fields/add",
        {"object": "Account", "name": "Key__c", "type": "Text", "length": 20, "externalId": True},
    )
    made = served.patch("sobjects/Account/Key__c/k%2F1", {"Name": "One"})
    assert (made.status_code, made.json()["created"]) == (201, True)
    again = served.patch("sobjects/Account/Key__c/k%2F1", {"Name": "Uno"})
    assert (again.status_code, again.json()["created"]) == (200, False)
    assert again.json()["id"] == made.json()["id"]
    served.create("Account", Name="Two", Key__c="k/1")
    several = served.patch("sobjects/Account/Key__c/k%2F1", {"Name": "Three"})
    assert several.status_code == 300 and len(several.json()) == 2
    only = served.patch("sobjects/Account/Key__c/none?updateOnly=true", {"Name": "x"})
    assert only.status_code == 404
    by_key = served.post("sobjects/Contact", {"LastName": "C", "Account": {"Key__c": "none"}})
    assert by_key.status_code == 400


def test_unique_external_ids_refuse_a_second_row(served: Served) -> None:
    served.control(
        "POST",
        "fields/add",
        {
            "object": "Account",
            "name": "Uid__c",
            "type": "Text",
            "length": 36,
            "externalId": True,
            "unique": True,
        },
    )
    first = served.create("Account", Name="One", Uid__c="abc")
    answer = served.post("sobjects/Account", {"Name": "Two", "Uid__c": "ABC"})
    assert refusal(answer) == (400, "DUPLICATE_VALUE", [])
    assert first[:15] in answer.json()[0]["message"]
    child = served.create("Contact", LastName="C", Account={"Uid__c": "abc"})
    assert served.get(f"sobjects/Contact/{child}").json()["AccountId"] == first


def test_conditional_headers_guard_a_change(served: Served) -> None:
    served.control("POST", "clock", {"freeze": "2026-05-01T07:25:37Z"})
    made = served.create("Contact", LastName="C")
    path = f"sobjects/Contact/{made}"
    seen = served.get(path).headers["Last-Modified"]
    assert seen == "Fri, 01 May 2026 07:25:37 GMT"
    guarded = {"If-Unmodified-Since": seen}
    assert served.patch(path, {"Title": "x"}, headers=guarded).status_code == 204
    served.control("POST", "clock", {"freeze": "2026-05-01T07:25:39Z"})
    assert served.patch(path, {"Title": "y"}).status_code == 204
    assert served.patch(path, {"Title": "z"}, headers=guarded).status_code == 412
    assert served.get(path, headers={"If-Modified-Since": seen}).status_code == 200
    later = {"If-Modified-Since": "Fri, 01 May 2026 07:26:00 GMT"}
    assert served.get(path, headers=later).status_code == 304
    assert served.patch(path, {}, headers={"If-Unmodified-Since": "soon"}).status_code == 400


def test_etags_guard_accounts_only(shared: Served) -> None:
    made = shared.create("Account", Name="A")
    path = f"sobjects/Account/{made}"
    tag = shared.get(path).headers["ETag"]
    assert shared.get(path, headers={"If-None-Match": tag}).status_code == 304
    assert shared.patch(path, {"Phone": "1"}, headers={"If-Match": tag}).status_code == 204
    assert shared.patch(path, {"Phone": "2"}, headers={"If-Match": tag}).status_code == 412
    contact = shared.create("Contact", LastName="C")
    assert "ETag" not in shared.get(f"sobjects/Contact/{contact}").headers


def test_rows_are_read_through_relationships_and_field_lists(shared: Served) -> None:
    account = shared.create("Account", Name="Parent")
    contact = shared.create("Contact", LastName="C", AccountId=account)
    parent = shared.get(f"sobjects/Contact/{contact}/Account?fields=Name").json()
    assert parent["Name"] == "Parent"
    children = shared.get(f"sobjects/Account/{account}/Contacts").json()
    assert [c["Id"] for c in children["records"]] == [contact]
    assert shared.get(f"sobjects/Contact/{contact[:15]}").json()["Id"] == contact
    wrong = shared.get(f"sobjects/Contact/{contact}?fields=Nope")
    assert refusal(wrong)[:2] == (400, "INVALID_FIELD")


def test_unknown_paths_methods_and_bodies_are_refused(shared: Served) -> None:
    assert refusal(shared.get("sobjects/Nope"))[:2] == (404, "NOT_FOUND")
    assert refusal(shared.patch("sobjects/Account", {}))[:2] == (405, "METHOD_NOT_ALLOWED")
    broken = shared.client.post("/services/data/v60.0/sobjects/Account", content=b"{bad")
    assert refusal(broken)[:2] == (400, "JSON_PARSER_ERROR")
    answer = shared.post("sobjects/Account?_HttpMethod=PATCH", {})
    assert answer.status_code == 405


def test_account_plans_can_be_switched_off(tmp_path: Any) -> None:
    from tests.sandbox.conftest import serve

    for served in serve(tmp_path, account_plans=False):
        served.version = "67.0"
        names = {s["name"] for s in served.get("sobjects").json()["sobjects"]}
        assert "Account" in names and not any(n.startswith("AccountPlan") for n in names)
        assert served.get("sobjects/AccountPlan/describe").status_code == 404
        fields = {f["name"]: f for f in served.get("sobjects/Task/describe").json()["fields"]}
        targets = fields["WhatId"]["referenceTo"]
        assert "Opportunity" in targets and "AccountPlan" not in targets


def test_concurrent_writers_and_readers_lose_nothing(served: Served) -> None:
    from concurrent.futures import ThreadPoolExecutor

    account = served.create("Account", Name="Shared", NumberOfEmployees=0)

    def work(number: int) -> int:
        made = served.post("sobjects/Contact", {"LastName": f"C{number}", "AccountId": account})
        seen = served.get("query", params={"q": "SELECT COUNT() FROM Contact"})
        return int(made.status_code == 201 and seen.status_code == 200)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(work, range(120))) == 120
    assert served.query("SELECT COUNT() FROM Contact")["totalSize"] == 120
    ids = [r["Id"] for r in served.query("SELECT Id FROM Contact")["records"]]
    assert len(set(ids)) == 120


def test_a_deactivated_user_s_token_is_dead(served: Served) -> None:
    with served.as_user("standard@sandbox.example") as client:
        assert client.get("limits").status_code == 200
        assert client.get("query", params={"q": "SELECT Id FROM Account"}).status_code == 200
        user = served.query("SELECT Id FROM User WHERE Alias = 'stand'")["records"][0]["Id"]
        assert served.patch(f"sobjects/User/{user}", {"IsActive": False}).status_code == 204
        assert client.get("query", params={"q": "SELECT Id FROM Account"}).status_code == 401


def test_an_upsert_under_no_id_makes_a_row(served: Served) -> None:
    made = served.post("sobjects/Account/Id", {"Name": "New"})
    assert (made.status_code, made.json()["created"]) == (201, True)
    assert served.post(f"sobjects/Account/{made.json()['id']}", {"Name": "X"}).status_code == 405
