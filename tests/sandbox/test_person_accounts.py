"""Person accounts and record types."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.conftest import Served, serve


@pytest.fixture(scope="module")
def org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    yield from serve(tmp_path_factory.mktemp("people"), person_accounts=True)


def person(org: Served) -> str:
    return org.create(
        "Account", FirstName="Marie", LastName="Curie", PersonEmail="m@x.org", Level__pc="Primary"
    )


def test_an_account_with_a_last_name_is_a_person_with_a_contact(org: Served) -> None:
    account = person(org)
    row = org.query(
        "SELECT Name, IsPersonAccount, RecordType.DeveloperName, PersonContact.Email "
        f"FROM Account WHERE Id = '{account}'"
    )["records"][0]
    assert (row["Name"], row["IsPersonAccount"]) == ("Marie Curie", True)
    assert row["RecordType"]["DeveloperName"] == "PersonAccount"
    assert row["PersonContact"]["Email"] == "m@x.org"
    contact = org.query(
        f"SELECT LastName, Level__c, IsPersonAccount FROM Contact WHERE AccountId = '{account}'"
    )["records"]
    assert [(c["LastName"], c["Level__c"], c["IsPersonAccount"]) for c in contact] == [
        ("Curie", "Primary", True)
    ]


def test_the_contact_follows_its_account_and_is_not_written_itself(org: Served) -> None:
    account = person(org)
    assert org.patch(f"sobjects/Account/{account}", {"PersonEmail": "n@x.org"}).status_code == 204
    contact = org.query(f"SELECT Id, Email FROM Contact WHERE AccountId = '{account}'")["records"]
    assert contact[0]["Email"] == "n@x.org"
    refused = org.patch(f"sobjects/Contact/{contact[0]['Id']}", {"Email": "o@x.org"})
    assert refused.json()[0]["errorCode"] == "INVALID_PERSON_ACCOUNT_OPERATION"
    assert org.delete(f"sobjects/Account/{account}").status_code == 204
    assert org.query(f"SELECT Id FROM Contact WHERE AccountId = '{account}'")["totalSize"] == 0


def test_fields_of_the_other_kind_are_refused(org: Served) -> None:
    named = org.patch(f"sobjects/Account/{person(org)}", {"Name": "X"}).json()[0]
    assert named["message"] == "Account: bad field names on insert/update call: Name"
    business = org.post("sobjects/Account", {"Name": "Co", "PersonEmail": "a@x.org"}).json()[0]
    assert business["fields"] == ["PersonEmail"]
    assert org.post("sobjects/Account", {"Phone": "1"}).json()[0]["fields"] == ["Name"]


def test_record_types_are_described_given_by_default_and_checked(org: Served) -> None:
    body = {"object": "Opportunity", "name": "Renewal", "default": True}
    renewal = org.control("POST", "objects/record-types", body)["id"]
    infos = org.get("sobjects/Opportunity/describe").json()["recordTypeInfos"]
    assert [(i["developerName"], i["defaultRecordTypeMapping"]) for i in infos] == [
        ("Renewal", True),
        ("Master", False),
    ]
    deal = {"Name": "D", "StageName": "Prospecting", "CloseDate": "2027-01-01"}
    made = org.create("Opportunity", **deal)
    row = org.query(f"SELECT RecordTypeId FROM Opportunity WHERE Id = '{made}'")["records"][0]
    assert row["RecordTypeId"] == renewal
    other = org.query("SELECT Id FROM RecordType WHERE SobjectType = 'Account'")["records"][0]["Id"]
    refused = org.post("sobjects/Opportunity", {**deal, "RecordTypeId": other}).json()[0]
    assert refused["errorCode"] == "INVALID_CROSS_REFERENCE_KEY"
