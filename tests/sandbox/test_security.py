"""What a user sees and may change: fields, objects, rows; and UserRecordAccess."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import Served

STANDARD = "standard@sandbox.example"


def user_id(served: Served, username: str = STANDARD) -> str:
    soql = f"SELECT Id FROM User WHERE Username = '{username}'"
    return str(served.query(soql)["records"][0]["Id"])


def test_a_hidden_field_leaves_describe_rows_and_queries(served: Served) -> None:
    account = served.create("Account", Name="A", Industry="Energy")
    served.control("POST", "fields/hide", {"object": "Account", "field": "Industry"})
    described = served.get("sobjects/Account/describe").json()["fields"]
    assert "Industry" not in [f["name"] for f in described]
    assert "Industry" not in served.get(f"sobjects/Account/{account}").json()
    assert served.refused("SELECT Industry FROM Account")["errorCode"] == "INVALID_FIELD"
    assert served.refused("SELECT Id FROM Account WHERE Industry = 'x'")
    written = served.patch(f"sobjects/Account/{account}", {"Industry": "x"})
    assert written.json()[0]["message"].startswith("No such column 'Industry'")
    served.control("POST", "fields/show", {"object": "Account", "field": "Industry"})
    assert served.get(f"sobjects/Account/{account}").json()["Industry"] == "Energy"


def test_a_field_hidden_from_one_user_stays_visible_to_others(served: Served) -> None:
    body = {"object": "Account", "field": "AnnualRevenue", "user": STANDARD}
    served.control("POST", "fields/hide", body)
    with served.as_user(STANDARD) as other:
        answer = other.get("query", params={"q": "SELECT AnnualRevenue FROM Account"})
        assert answer.status_code == 400
    served.query("SELECT AnnualRevenue FROM Account")


def test_a_read_only_field_says_so_in_describe_and_refuses(served: Served) -> None:
    served.control("POST", "fields/readonly", {"object": "Contact", "field": "Title"})
    fields = {f["name"]: f for f in served.get("sobjects/Contact/describe").json()["fields"]}
    assert (fields["Title"]["updateable"], fields["Title"]["createable"]) == (False, False)
    answer = served.post("sobjects/Contact", {"LastName": "x", "Title": "y"})
    assert answer.json()[0]["errorCode"] == "INVALID_FIELD_FOR_INSERT_UPDATE"


def test_a_hidden_object_is_not_there(served: Served) -> None:
    served.control("POST", "objects/hide", {"object": "Lead"})
    assert served.get("sobjects/Lead/describe").status_code == 404
    assert served.refused("SELECT Id FROM Lead")["errorCode"] == "INVALID_TYPE"
    assert "Lead" not in [s["name"] for s in served.get("sobjects").json()["sobjects"]]


@pytest.fixture
def private(served: Served) -> Served:
    for name in ("Account", "Contact", "Opportunity"):
        served.control("POST", "objects/private", {"object": name})
    return served


def test_private_rows_show_to_owner_team_and_share(private: Served) -> None:
    other = user_id(private)
    owned = private.create("Account", Name="Owned", OwnerId=other)
    teamed = private.create("Account", Name="Teamed")
    shared = private.create("Account", Name="Shared")
    private.create("Account", Name="Unseen")
    private.create("AccountTeamMember", AccountId=teamed, UserId=other, AccountAccessLevel="Edit")
    private.create(
        "AccountShare",
        AccountId=shared,
        UserOrGroupId=other,
        AccountAccessLevel="Read",
        OpportunityAccessLevel="None",
        CaseAccessLevel="None",
    )
    private.create("Contact", LastName="Of owned", AccountId=owned)
    private.create("Contact", LastName="Of nobody")
    with private.as_user(STANDARD) as client:
        rows = client.get("query", params={"q": "SELECT Name FROM Account ORDER BY Name"}).json()
        assert [r["Name"] for r in rows["records"]] == ["Owned", "Shared", "Teamed"]
        people = client.get("query", params={"q": "SELECT LastName FROM Contact"}).json()
        assert [r["LastName"] for r in people["records"]] == ["Of owned"]
        assert client.patch(f"sobjects/Account/{teamed}", json={"Phone": "1"}).status_code == 204
        refused = client.patch(f"sobjects/Account/{shared}", json={"Phone": "1"})
        assert refused.status_code == 403
        assert refused.json()[0]["errorCode"] == "INSUFFICIENT_ACCESS_OR_READONLY"
    assert private.query("SELECT COUNT() FROM Account")["totalSize"] == 4


def test_roles_above_the_owner_see_and_edit(private: Served) -> None:
    top = private.create(
        "UserRole", Name="Top", DeveloperName="Top", OpportunityAccessForAccountOwner="Edit"
    )
    low = private.create(
        "UserRole",
        Name="Low",
        DeveloperName="Low",
        ParentRoleId=top,
        OpportunityAccessForAccountOwner="Edit",
    )
    manager = user_id(private)
    private.patch(f"sobjects/User/{manager}", {"UserRoleId": top})
    profile = private.query("SELECT ProfileId FROM User WHERE Id = '" + manager + "'")
    seller = private.create(
        "User",
        Username="seller@x.org",
        LastName="Seller",
        Email="seller@x.org",
        Alias="sell",
        CommunityNickname="seller",
        TimeZoneSidKey="UTC",
        LocaleSidKey="en_GB",
        EmailEncodingKey="UTF-8",
        LanguageLocaleKey="en_US",
        DigestFrequency="D",
        DefaultGroupNotificationFrequency="N",
        UserRoleId=low,
        ProfileId=profile["records"][0]["ProfileId"],
    )
    account = private.create("Account", Name="Below", OwnerId=seller)
    with private.as_user(STANDARD) as client:
        rows = client.get("query", params={"q": "SELECT Id FROM Account"}).json()["records"]
        assert [r["Id"] for r in rows] == [account]
        assert client.patch(f"sobjects/Account/{account}", json={"Phone": "1"}).status_code == 204


def test_user_record_access_answers_for_another_user(private: Served) -> None:
    other = user_id(private)
    owned = private.create("Account", Name="Owned", OwnerId=other)
    unseen = private.create("Account", Name="Unseen")
    rows = private.query(
        "SELECT RecordId, HasReadAccess, HasEditAccess, HasDeleteAccess, MaxAccessLevel FROM "
        f"UserRecordAccess WHERE UserId = '{other}' AND RecordId IN ('{owned}', '{unseen}')"
    )["records"]
    assert [(r["RecordId"], r["HasEditAccess"], r["MaxAccessLevel"]) for r in rows] == [
        (owned, True, "All"),
        (unseen, False, "None"),
    ]
    refused = private.refused("SELECT RecordId FROM UserRecordAccess")
    assert refused["errorCode"] == "MALFORMED_QUERY"


def test_an_inactive_owner_keeps_rows_and_gets_no_new_ones(served: Served) -> None:
    other = user_id(served)
    account = served.create("Account", Name="A", OwnerId=other)
    served.control("POST", "users/deactivate", {"user": STANDARD})
    assert served.patch(f"sobjects/Account/{account}", {"Phone": "1"}).status_code == 204
    answer = served.post("sobjects/Account", {"Name": "B", "OwnerId": other})
    assert answer.json()[0]["errorCode"] == "INACTIVE_OWNER_OR_USER"


def test_permission_rows_mirror_field_security_per_profile(served: Served) -> None:
    soql = (
        "SELECT Field, PermissionsRead, PermissionsEdit FROM FieldPermissions WHERE "
        "Parent.Profile.Name = 'Standard User' AND SobjectType = 'Account' AND Field IN "
        "('Account.Industry', 'Account.Rating')"
    )
    assert len(served.query(soql)["records"]) == 2
    hide = {"object": "Account", "field": "Industry", "profile": "Standard User"}
    served.control("POST", "fields/hide", hide)
    served.control("POST", "fields/readonly", {"object": "Account", "field": "Rating"})
    rows = served.query(soql)["records"]
    assert [(r["Field"], r["PermissionsEdit"]) for r in rows] == [("Account.Rating", False)]
    admin = soql.replace("Standard User", "System Administrator")
    assert len(served.query(admin)["records"]) == 2
    rights = served.query(
        "SELECT PermissionsViewAllRecords FROM ObjectPermissions WHERE Parent.Profile.Name = "
        "'System Administrator' AND SobjectType = 'Opportunity'"
    )["records"]
    assert [r["PermissionsViewAllRecords"] for r in rights] == [True]


def test_an_assigned_permission_set_adds_rights_and_taking_it_back_ends_them(
    private: Served,
) -> None:
    account = private.create("Account", Name="A", Industry="Energy")
    lead = private.create("Lead", LastName="L", Company="C")
    profile = {"profile": "Standard User"}
    private.control("POST", "fields/hide", {"object": "Account", "field": "Industry", **profile})
    private.control("POST", "fields/readonly", {"object": "Lead", "field": "Title", **profile})
    private.control("POST", "objects/hide", {"object": "Lead", **profile})
    parent = private.create("PermissionSet", Name="More", Label="More")
    for name in ("Account.Industry", "Lead.Title"):
        rights = {"PermissionsRead": True, "PermissionsEdit": name.startswith("Lead")}
        kind = name.split(".")[0]
        private.create("FieldPermissions", ParentId=parent, SobjectType=kind, Field=name, **rights)
    for kind, right in (("Account", "ViewAllRecords"), ("Lead", "Edit")):
        more = {"PermissionsRead": True, f"Permissions{right}": True}
        private.create("ObjectPermissions", ParentId=parent, SobjectType=kind, **more)
    with private.as_user(STANDARD) as other:
        assert other.get(f"sobjects/Account/{account}").status_code == 404
        assert other.get("sobjects/Lead/describe").status_code == 404
        given = private.create(
            "PermissionSetAssignment", PermissionSetId=parent, AssigneeId=user_id(private)
        )
        assert other.get(f"sobjects/Account/{account}").json()["Industry"] == "Energy"
        changed = other.patch(f"sobjects/Account/{account}", json={"Name": "B"})
        assert changed.json()[0]["errorCode"] == "INSUFFICIENT_ACCESS_OR_READONLY"
        described = other.get("sobjects/Lead/describe").json()
        assert [described[f] for f in ("createable", "updateable", "deletable")] == [0, 1, 0]
        assert other.patch(f"sobjects/Lead/{lead}", json={"Title": "CFO"}).status_code == 204
        assert other.post("sobjects/Lead", json={"LastName": "x"}).status_code == 400
        assert other.delete(f"sobjects/Lead/{lead}").status_code == 403
        private.delete(f"sobjects/PermissionSetAssignment/{given}")
        assert other.get(f"sobjects/Account/{account}").status_code == 404
        assert other.get("sobjects/Lead/describe").status_code == 404
