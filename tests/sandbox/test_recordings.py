"""Answers compared with recordings of the real service: key sets, types, shapes.

The describes of CumulusCI (BSD-3-Clause, Salesforce) are shipped with the package. Other recorded
shapes are written down here as key sets.
"""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import pytest

from tests.sandbox.conftest import Served

RECORDED = ("Account", "Case", "Contact", "Event", "Lead", "Opportunity", "OpportunityContactRole")
SAME_FACTS = [
    "type",
    "length",
    "precision",
    "scale",
    "digits",
    "nillable",
    "createable",
    "updateable",
    "filterable",
    "sortable",
    "groupable",
    "aggregatable",
    "externalId",
    "idLookup",
    "nameField",
    "unique",
    "relationshipName",
    "compoundFieldName",
    "soapType",
    "restrictedPicklist",
    "defaultedOnCreate",
    "calculated",
]


def recording(name: str) -> dict[str, Any]:
    root = resources.files("sightline_sandbox") / "describes" / "recorded"
    found: dict[str, Any] = json.loads((root / f"{name}.json").read_text("utf-8"))
    return found


@pytest.mark.parametrize("name", RECORDED)
def test_describe_has_every_recorded_key_and_field(shared: Served, name: str) -> None:
    recorded = recording(name)
    answered = shared.get(f"sobjects/{name}/describe").json()
    assert set(recorded) <= set(answered)
    ours = {f["name"]: f for f in answered["fields"]}
    for field in recorded["fields"]:
        assert set(ours[field["name"]]) == set(field)
        for fact in SAME_FACTS:
            assert ours[field["name"]][fact] == field[fact], (name, field["name"], fact)
    for key, value in recorded.items():
        if isinstance(value, bool | str) and key not in ("label", "labelPlural"):
            assert answered[key] == value, (name, key)


def test_every_described_field_has_the_recorded_keys(shared: Served) -> None:
    keys = set(recording("Account")["fields"][0])
    header = set(recording("Contact"))
    for entry in shared.get("sobjects").json()["sobjects"]:
        described = shared.get(f"sobjects/{entry['name']}/describe").json()
        assert header <= set(described), entry["name"]
        for field in described["fields"]:
            assert set(field) == keys, (entry["name"], field["name"])


def test_describe_global_entries_have_the_recorded_keys(shared: Served) -> None:
    recorded = {
        *[
            "activateable",
            "associateEntityType",
            "associateParentEntity",
            "createable",
            "custom",
            "customSetting",
            "deepCloneable",
            "deletable",
            "deprecatedAndHidden",
            "feedEnabled",
            "hasSubtypes",
            "isInterface",
            "isSubtype",
            "keyPrefix",
            "label",
            "labelPlural",
            "layoutable",
            "mergeable",
            "mruEnabled",
            "name",
            "queryable",
            "replicateable",
            "retrieveable",
            "searchable",
            "triggerable",
            "undeletable",
            "updateable",
            "urls",
        ]
    }
    body = shared.get("sobjects").json()
    assert set(body) == {"encoding", "maxBatchSize", "sobjects"}
    for entry in body["sobjects"]:
        assert set(entry) == recorded
        assert set(entry["urls"]) == {
            *[
                "compactLayouts",
                "rowTemplate",
                "approvalLayouts",
                "listviews",
                "describe",
                "quickActions",
                "layouts",
                "sobject",
            ]
        }


def test_the_organization_row_has_the_recorded_keys(shared: Served) -> None:
    recorded = {
        *[
            "attributes",
            "Id",
            "Name",
            "Division",
            "Street",
            "City",
            "State",
            "PostalCode",
            "Country",
            "Latitude",
            "Longitude",
            "GeocodeAccuracy",
            "Address",
            "Phone",
            "Fax",
            "PrimaryContact",
            "DefaultLocaleSidKey",
            "TimeZoneSidKey",
            "LanguageLocaleKey",
            "ReceivesInfoEmails",
            "ReceivesAdminInfoEmails",
            "FiscalYearStartMonth",
            "UsesStartDateAsFiscalYearName",
            "DefaultAccountAccess",
            "DefaultContactAccess",
            "DefaultOpportunityAccess",
            "DefaultLeadAccess",
            "DefaultCaseAccess",
            "DefaultCalendarAccess",
            "DefaultPricebookAccess",
            "DefaultCampaignAccess",
            "SystemModstamp",
            "ComplianceBccEmail",
            "UiSkin",
            "SignupCountryIsoCode",
            "TrialExpirationDate",
            "NumKnowledgeService",
            "OrganizationType",
            "NamespacePrefix",
            "InstanceName",
            "IsSandbox",
            "WebToCaseDefaultOrigin",
            "MonthlyPageViewsUsed",
            "MonthlyPageViewsEntitlement",
            "IsReadOnly",
            "CreatedDate",
            "CreatedById",
            "LastModifiedDate",
            "LastModifiedById",
        ]
    }
    row = shared.get(f"sobjects/Organization/{shared.org.id}").json()
    assert recorded <= set(row)
    assert set(row["Address"]) == {
        *[
            "city",
            "country",
            "geocodeAccuracy",
            "latitude",
            "longitude",
            "postalCode",
            "state",
            "street",
        ]
    }


def test_a_query_answers_in_the_recorded_shape(shared: Served) -> None:
    account = shared.create("Account", Name="Shape", BillingCity="Lyon")
    shared.create("Contact", LastName="Child", AccountId=account)
    body = shared.query(
        f"SELECT Id, Name, Owner.Name, BillingAddress, (SELECT Name FROM Contacts) FROM Account "
        f"WHERE Id = '{account}'"
    )
    assert list(body) == ["totalSize", "done", "records"]
    row = body["records"][0]
    assert list(row) == ["attributes", "Id", "Name", "Owner", "BillingAddress", "Contacts"]
    url = f"/services/data/v60.0/sobjects/Account/{account}"
    assert row["attributes"] == {"type": "Account", "url": url}
    assert row["Owner"]["attributes"]["type"] == "User"
    assert row["BillingAddress"]["city"] == "Lyon"
    assert list(row["Contacts"]) == ["totalSize", "done", "records"]
    empty = shared.query("SELECT Id FROM Account WHERE Name = 'nobody'")
    assert empty == {"totalSize": 0, "done": True, "records": []}


def test_aggregates_answer_in_the_recorded_shape(shared: Served) -> None:
    shared.create("Campaign", Name="A", BudgetedCost=300)
    body = shared.query("SELECT Type, SUM(BudgetedCost) FROM Campaign GROUP BY Type")
    assert body["records"] == [
        {"attributes": {"type": "AggregateResult"}, "Type": None, "expr0": 300.0}
    ]
    counted = shared.query("select count(Id) from Campaign")
    assert counted["records"] == [{"attributes": {"type": "AggregateResult"}, "expr0": 1}]


def test_typeof_answers_as_recorded(shared: Served) -> None:
    account = shared.create("Account", Name="Tom Cruise", Phone="123456")
    contact = shared.create("Contact", LastName="Contact", AccountId=account)
    shared.create(
        "Event",
        Subject="third record!",
        DurationInMinutes="31",
        ActivityDateTime="2024-11-07T07:00:00.000+0000",
        WhoId=contact,
        WhatId=account,
    )
    row = shared.query(
        "SELECT Id, TYPEOF Who WHEN Contact THEN LastName, Email WHEN Lead THEN LastName, Company "
        "ELSE Id END, TYPEOF What WHEN Account THEN Name, Phone ELSE Id END, Subject, "
        "DurationInMinutes, ActivityDateTime FROM Event"
    )["records"][0]
    assert row["Who"] == {
        "attributes": {
            "type": "Contact",
            "url": f"/services/data/v60.0/sobjects/Contact/{contact}",
        },
        "LastName": "Contact",
        "Email": None,
    }
    assert row["What"]["Name"] == "Tom Cruise"
    assert row["DurationInMinutes"] == 31
    assert row["ActivityDateTime"] == "2024-11-07T07:00:00.000+0000"


def test_record_counts_leave_out_objects_without_rows(served: Served) -> None:
    assert served.get("limits/recordCount?sObjects=Opportunity").json() == {"sObjects": []}
    served.create("Account", Name="One")
    counted = served.get("limits/recordCount?sObjects=Account").json()
    assert counted == {"sObjects": [{"count": 1, "name": "Account"}]}


def test_collections_answer_as_recorded(shared: Served) -> None:
    made = shared.post(
        "composite/sobjects",
        {
            "allOrNone": False,
            "records": [
                {"LastName": "Contact", "attributes": {"type": "Contact"}},
                {"Name": "Tom", "attributes": {"type": "Account"}},
            ],
        },
    ).json()
    assert [list(r) for r in made] == [["id", "success", "errors"]] * 2
    upserted = shared.patch(
        "composite/sobjects/Account/Id",
        {
            "allOrNone": False,
            "records": [
                {"Name": "Sitwell-Bluth", "Id": None, "attributes": {"type": "Account"}},
            ],
        },
    ).json()
    assert [list(r) for r in upserted] == [["id", "success", "errors", "created"]]
    assert upserted[0]["created"] is True
    changed = shared.patch(
        "composite/sobjects",
        {
            "records": [
                {
                    "NumberOfEmployees": "10000",
                    "Id": upserted[0]["id"],
                    "attributes": {"type": "Account"},
                }
            ]
        },
    ).json()
    assert changed == [{"id": upserted[0]["id"], "success": True, "errors": []}]


def test_composite_answers_as_recorded(shared: Served) -> None:
    missing = shared.post(
        "composite",
        {
            "compositeRequest": [
                {
                    "referenceId": "CCI__RefId__0__",
                    "method": "GET",
                    "url": "/services/data/v60.0/sobjects/Foo",
                }
            ]
        },
    ).json()
    assert missing == {
        "compositeResponse": [
            {
                "body": [
                    {
                        "errorCode": "NOT_FOUND",
                        "message": "The requested resource does not exist",
                    }
                ],
                "httpHeaders": {},
                "httpStatusCode": 404,
                "referenceId": "CCI__RefId__0__",
            }
        ]
    }
    unchanged = shared.post(
        "composite",
        {
            "compositeRequest": [
                {
                    "referenceId": "a",
                    "method": "GET",
                    "url": "/services/data/v60.0/sobjects",
                    "httpHeaders": {"If-Modified-Since": "Thu, 03 Sep 2099 21:35:07 GMT"},
                }
            ]
        },
    ).json()["compositeResponse"][0]
    assert (unchanged["body"], unchanged["httpStatusCode"]) == (None, 304)
    assert set(unchanged["httpHeaders"]) == {"ETag", "Last-Modified"}


def test_bulk_v1_speaks_xml_as_recorded(shared: Served) -> None:
    headers = {"X-SFDC-Session": shared.token, "Content-Type": "application/xml; charset=UTF-8"}
    job_xml = (
        '<jobInfo xmlns="http://www.force.com/2009/06/asyncapi/dataload"><operation>upsert'
        "</operation><object>Contact</object><externalIdFieldName>Id</externalIdFieldName>"
        "<concurrencyMode>Parallel</concurrencyMode><contentType>CSV</contentType></jobInfo>"
    )
    made = shared.client.post("/services/async/62.0/job", content=job_xml, headers=headers)
    assert made.status_code == 201
    names = [part.split(">")[0] for part in made.text.split("<")[3:] if part[0] != "/"]
    assert names == [
        *[
            "id",
            "operation",
            "object",
            "createdById",
            "createdDate",
            "systemModstamp",
            "state",
            "externalIdFieldName",
            "concurrencyMode",
            "contentType",
            "numberBatchesQueued",
            "numberBatchesInProgress",
            "numberBatchesCompleted",
            "numberBatchesFailed",
            "numberBatchesTotal",
            "numberRecordsProcessed",
            "numberRetries",
            "apiVersion",
            "numberRecordsFailed",
            "totalProcessingTime",
            "apiActiveProcessingTime",
            "apexProcessingTime",
        ]
    ]
    job = made.text.split("<id>")[1].split("</id>")[0]
    batch = shared.client.post(
        f"/services/async/62.0/job/{job}/batch",
        content='"FirstName","LastName","Id"\r\n"Lindsay","Sitwell",""\r\n',
        headers={**headers, "Content-Type": "text/csv"},
    )
    assert (batch.status_code, "<state>Queued</state>" in batch.text) == (201, True)
    batch_id = batch.text.split("<id>")[1].split("</id>")[0]
    result = shared.client.get(
        f"/services/async/62.0/job/{job}/batch/{batch_id}/result", headers=headers
    )
    lines = result.text.splitlines()
    assert lines[0] == '"Id","Success","Created","Error"'
    assert lines[1].startswith('"003') and lines[1].endswith('","true","true",""')


def test_errors_have_the_recorded_words(shared: Served) -> None:
    dead = shared.client.get(
        "/services/data/v60.0/limits", headers={"Authorization": "Bearer nothing"}
    )
    assert dead.status_code == 401
    assert dead.json() == [
        {"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}
    ]
    unknown = shared.get("sobjects/Account/rid/23foo")
    assert unknown.json() == [
        {
            "message": "Provided external ID field does not exist or is not accessible: rid",
            "errorCode": "NOT_FOUND",
        }
    ]
    column = shared.post("sobjects/Account", {"foo": 1, "Name": "x"})
    assert column.json() == [
        {"message": "No such column 'foo' on sobject of type Account", "errorCode": "INVALID_FIELD"}
    ]
    search = shared.get("search", params={"q": "FIND nothing"})
    assert search.json() == [
        {
            "message": "No search term found. The search term must be enclosed in braces.",
            "errorCode": "MALFORMED_SEARCH",
        }
    ]
