"""Rules of the org: validation, duplicates, locks, picklists, calculated fields, metadata."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from sightline_sandbox.formula import FormulaError, to_sql
from sightline_sandbox.storage.database import Database
from tests.sandbox.conftest import Served


def test_a_validation_rule_refuses_and_names_its_field(served: Served) -> None:
    rule = {
        "object": "Opportunity",
        "name": "Won_needs_amount",
        "formula": "AND(ISPICKVAL(StageName, 'Closed Won'), ISBLANK(Amount))",
        "message": "A won deal needs an amount.",
        "field": "Amount",
    }
    served.control("POST", "rules/validation", rule)
    deal = {"Name": "D", "StageName": "Closed Won", "CloseDate": "2026-01-01"}
    answer = served.post("sobjects/Opportunity", deal)
    assert answer.json() == [
        {
            "message": "A won deal needs an amount.",
            "errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION",
            "fields": ["Amount"],
        }
    ]
    assert served.query("SELECT COUNT() FROM Opportunity")["totalSize"] == 0
    assert served.post("sobjects/Opportunity", {**deal, "Amount": 1}).status_code == 201
    served.control("POST", "rules/validation", {**rule, "active": False})
    assert served.post("sobjects/Opportunity", deal).status_code == 201


def test_a_rule_may_compare_with_the_value_before(served: Served) -> None:
    served.control(
        "POST",
        "rules/validation",
        {
            "object": "Account",
            "name": "No_going_back",
            "formula": 'AND(ISCHANGED(Rating), PRIORVALUE(Rating) = "Hot")',
            "message": "Hot stays hot.",
        },
    )
    account = served.create("Account", Name="A", Rating="Hot")
    assert served.patch(f"sobjects/Account/{account}", {"Phone": "1"}).status_code == 204
    answer = served.patch(f"sobjects/Account/{account}", {"Rating": "Cold"})
    assert answer.json()[0]["message"] == "Hot stays hot."
    assert served.get(f"sobjects/Account/{account}").json()["Rating"] == "Hot"


def test_a_duplicate_rule_shows_the_matches_and_can_be_overruled(served: Served) -> None:
    served.control("POST", "rules/duplicate", {"object": "Account", "fields": ["Name"]})
    first = served.create("Account", Name="Same")
    answer = served.post("sobjects/Account", {"Name": "same"})
    body = answer.json()[0]
    assert (answer.status_code, body["errorCode"]) == (400, "DUPLICATES_DETECTED")
    match = body["duplicateResult"]["matchResults"][0]["matchRecords"][0]
    assert match["record"]["Id"] == first
    allowed = {"Sforce-Duplicate-Rule-Header": "allowSave=true"}
    assert served.post("sobjects/Account", {"Name": "same"}, headers=allowed).status_code == 201


def test_a_blocking_duplicate_rule_cannot_be_overruled(served: Served) -> None:
    rule = {"object": "Account", "fields": ["Name"], "action": "block"}
    served.control("POST", "rules/duplicate", rule)
    served.create("Account", Name="Same", Phone="1")
    header = {"Sforce-Duplicate-Rule-Header": "allowSave=true; includeRecordDetails=true"}
    old = served.client.post(
        "/services/data/v51.0/sobjects/Account", json={"Name": "same"}, headers=header
    )
    result = old.json()[0]["duplicateResut"]
    assert result["allowSave"] is False
    assert result["matchResults"][0]["matchRecords"][0]["record"]["Name"] == "Same"


def test_a_locked_row_refuses_all_but_administrators(served: Served) -> None:
    account = served.create("Account", Name="A")
    served.control("POST", "records/lock", {"id": account})
    with served.as_user("standard@sandbox.example") as client:
        answer = client.patch(f"sobjects/Account/{account}", json={"Phone": "1"})
        assert answer.json()[0]["errorCode"] == "ENTITY_IS_LOCKED"
    assert served.patch(f"sobjects/Account/{account}", {"Phone": "1"}).status_code == 204
    assert served.control("POST", "records/unlock", {"id": account}) == {"unlocked": True}


def test_a_removed_restricted_value_is_refused(served: Served) -> None:
    change = {"object": "Account", "field": "Rating", "remove": "Warm", "restricted": True}
    served.control("POST", "picklists/change", change)
    answer = served.post("sobjects/Account", {"Name": "A", "Rating": "Warm"})
    assert answer.json()[0]["errorCode"] == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
    assert served.post("sobjects/Account", {"Name": "A", "Rating": "Hot"}).status_code == 201


def test_a_calculated_field_follows_without_moving_the_stamp(served: Served) -> None:
    served.control(
        "POST",
        "fields/add",
        {
            "object": "Contact",
            "name": "Account_Size__c",
            "type": "Text",
            "formula": 'IF(Account.AnnualRevenue >= 1000, "large", "small")',
        },
    )
    account = served.create("Account", Name="A", AnnualRevenue=10)
    contact = served.create("Contact", LastName="C", AccountId=account)
    stamp = served.get(f"sobjects/Contact/{contact}").json()["SystemModstamp"]
    soql = "SELECT Account_Size__c, SystemModstamp FROM Contact WHERE Account_Size__c = '{}'"
    assert served.query(soql.format("small"))["totalSize"] == 1
    served.patch(f"sobjects/Account/{account}", {"AnnualRevenue": 2000})
    row = served.query(soql.format("large"))["records"][0]
    assert (row["Account_Size__c"], row["SystemModstamp"]) == ("large", stamp)
    fields = {f["name"]: f for f in served.get("sobjects/Contact/describe").json()["fields"]}
    assert fields["Account_Size__c"]["calculated"] is True
    assert fields["Account_Size__c"]["updateable"] is False


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("NOPE(Name)", "Unknown function NOPE"),
        ("Nope = 1", "Field Nope does not exist"),
        ("IF(Name)", "Incorrect number of parameters"),
        ("(1 + 2", "closing bracket|ends too early"),
        ("1 ~ 2", "cannot read"),
    ],
)
def test_a_formula_that_cannot_be_read_is_refused_by_name(formula: str, reason: str) -> None:
    with pytest.raises(FormulaError, match=reason):
        to_sql(formula, lambda name: "t.Name" if name == "Name" else None)


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        ("DATE(2028, 2, 29)", "2028-02-29"),
        ("DATE(2027, 2, 29)", None),
        ("DATE(2027, 3, 31) + 1", "2027-04-01"),
        ("DATE(2027, 3, 31) - DATE(2027, 1, 1)", 89),
        ("DATE(2027, 3, 31) - 30 < DATE(2027, 3, 2)", 1),
        ("Made - 1", "2026-11-21T12:00:00.000+0000"),
        ("(Made - DATEVALUE(Made)) * 24", 12),
        ("ADDMONTHS(DATE(2027, 1, 31), 1)", "2027-02-28"),
        ("ADDMONTHS(DATE(2027, 2, 28), 1)", "2027-03-31"),
        ("WEEKDAY(DATE(2026, 11, 22))", 1),
        ("10 - 2 - 3", 5),
        ("2 + 3 * 4", 14),
        ('"A" + "B"', "AB"),
        ("1 + NULL", None),
        ("CEILING(1.2) + FLOOR(-1.2)", 0),
        ("MOD(17, 5)", 2),
        ('REGEX("AB-123", "[A-Z]{2}-\\\\d+")', 1),
        ('NOT(REGEX("AB", "[A-Z"))', 1),
        ('ISNUMBER("12.5")', 1),
        ('ISNUMBER("12,5")', 0),
    ],
)
def test_days_numbers_and_texts_are_reckoned_as_formulas_do(
    formula: str, result: object, tmp_path: Path
) -> None:
    made = "'2026-11-22T12:00:00.000+0000'"
    sql = to_sql(formula, lambda name: made if name == "Made" else None)
    with Database(tmp_path / "org.sqlite3").reading() as db:
        assert db.execute(f"SELECT {sql}").fetchone()[0] == result


def test_a_rule_about_days_is_kept(served: Served) -> None:
    rule = {
        "object": "Opportunity",
        "name": "Soon",
        "formula": "AND(ISCHANGED(CloseDate), CloseDate > TODAY() + 365)",
        "message": "Close it within a year.",
    }
    served.control("POST", "rules/validation", rule)
    today = dt.datetime.now(dt.UTC).date()
    near, far = ((today + dt.timedelta(days=n)).isoformat() for n in (300, 400))
    deal = served.create("Opportunity", Name="D", StageName="Prospecting", CloseDate=near)
    assert served.patch(f"sobjects/Opportunity/{deal}", {"CloseDate": far}).status_code == 400
    assert served.patch(f"sobjects/Opportunity/{deal}", {"CloseDate": near}).status_code == 204


OBJECT_XML = """<?xml version="1.0" encoding="UTF-8"?>
<CustomObject xmlns="http://soap.sforce.com/2006/04/metadata">
  <label>Plan</label><pluralLabel>Plans</pluralLabel>
  <nameField><label>Plan Name</label><type>Text</type></nameField>
  <sharingModel>ReadWrite</sharingModel>
</CustomObject>"""
FIELD_XML = """<?xml version="1.0" encoding="UTF-8"?>
<CustomField xmlns="http://soap.sforce.com/2006/04/metadata">
  <fullName>{name}</fullName><label>{name}</label>{rest}
</CustomField>"""
RULE_XML = """<?xml version="1.0" encoding="UTF-8"?>
<ValidationRule xmlns="http://soap.sforce.com/2006/04/metadata">
  <fullName>Named</fullName><active>true</active>
  <errorConditionFormula>Name = "bad"</errorConditionFormula><errorMessage>No.</errorMessage>
</ValidationRule>"""


def write_project(root: Path) -> Path:
    plan = root / "force-app/main/default/objects/Plan__c"
    (plan / "fields").mkdir(parents=True)
    (plan / "validationRules").mkdir()
    (plan / "Plan__c.object-meta.xml").write_text(OBJECT_XML)
    fields = {
        "Key__c": "<type>Text</type><length>36</length><externalId>true</externalId>"
        "<unique>true</unique>",
        "Account__c": "<type>Lookup</type><referenceTo>Account</referenceTo>"
        "<relationshipName>Plans</relationshipName>",
        "State__c": "<type>Picklist</type><valueSet><restricted>true</restricted>"
        "<valueSetDefinition><value><fullName>Open</fullName><default>true</default></value>"
        "<value><fullName>Done</fullName><default>false</default></value></valueSetDefinition>"
        "</valueSet>",
        "Goal__c": "<type>Number</type><precision>8</precision><scale>2</scale>",
    }
    for name, rest in fields.items():
        (plan / "fields" / f"{name}.field-meta.xml").write_text(
            FIELD_XML.format(name=name, rest=rest)
        )
    (plan / "validationRules" / "Named.validationRule-meta.xml").write_text(RULE_XML)
    own = root / "force-app/main/default/objects/Account/fields"
    own.mkdir(parents=True)
    (own / "Tier__c.field-meta.xml").write_text(
        FIELD_XML.format(name="Tier__c", rest="<type>Text</type><length>10</length>")
    )
    return root


def test_metadata_brings_objects_fields_relationships_and_rules(
    served: Served, tmp_path: Path
) -> None:
    folder = write_project(tmp_path / "project")
    added = served.control("POST", "metadata", {"folder": str(folder)})
    assert added == {"objects": 1, "fields": 5, "rules": 1}
    account = served.create("Account", Name="A", Tier__c="T1")
    made = served.patch(
        "sobjects/Plan__c/Key__c/p-1", {"Name": "P", "Account__c": account, "Goal__c": 3.456}
    )
    assert made.status_code == 201
    row = served.query("SELECT State__c, Goal__c, Account__r.Tier__c FROM Plan__c")["records"][0]
    assert (row["State__c"], row["Goal__c"], row["Account__r"]["Tier__c"]) == ("Open", 3.46, "T1")
    nested = served.query("SELECT (SELECT Name FROM Plans__r) FROM Account")["records"][0]
    assert nested["Plans__r"]["records"][0]["Name"] == "P"
    described = served.get("sobjects/Plan__c/describe").json()
    assert (described["custom"], described["keyPrefix"][0]) == (True, "a")
    bad = served.post("sobjects/Plan__c", {"Name": "bad"})
    assert bad.json()[0]["errorCode"] == "FIELD_CUSTOM_VALIDATION_EXCEPTION"
    state = served.post("sobjects/Plan__c", {"Name": "x", "State__c": "Odd"})
    assert state.json()[0]["errorCode"] == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"


def test_custom_objects_outlive_a_restart(served: Served, tmp_path: Path) -> None:
    from sightline_sandbox.org import Org

    folder = write_project(tmp_path / "project")
    served.control("POST", "metadata", {"folder": str(folder)})
    served.create("Plan__c", Name="Kept")
    again = Org(tmp_path / "sandbox.sqlite3")
    plan = again.schema.find("Plan__c")
    assert plan is not None and plan.find("Key__c") is not None
    with again.database.reading() as db:
        assert db.execute('SELECT "Name" FROM "Plan__c"').fetchone() == ("Kept",)
    again.database.close()
