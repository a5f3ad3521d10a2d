"""Rows and descriptions over the SOAP partner API."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from tests.sandbox.conftest import Served

PARTNER = "{urn:partner.soap.sforce.com}"
SOBJECT = "{urn:sobject.partner.soap.sforce.com}"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


def soap(served: Served, body: str, header: str = "", status: int = 200) -> ElementTree.Element:
    text = (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:o="urn:sobject.partner.soap.sforce.com" xmlns="urn:partner.soap.sforce.com">'
        f"<e:Header><SessionHeader><sessionId>{served.token}</sessionId></SessionHeader>{header}"
        f"</e:Header><e:Body>{body}</e:Body></e:Envelope>"
    )
    answer = served.client.post("/services/Soap/u/60.0", content=text)
    assert answer.status_code == status, answer.text
    return ElementTree.fromstring(answer.text)


def texts(found: ElementTree.Element, name: str, space: str = PARTNER) -> list[str | None]:
    return [e.text for e in found.iter(space + name)]


def save(
    served: Served, call: str, *rows: str, more: str = "", header: str = ""
) -> list[str | None]:
    items = "".join(f"<sObjects><o:type>Account</o:type>{row}</sObjects>" for row in rows)
    found = soap(served, f"<{call}>{more}{items}</{call}>", header)
    return texts(found, "success")


def test_rows_are_made_changed_read_and_found(served: Served) -> None:
    good, bad = "<o:Name>Acme</o:Name><o:Industry>Energy</o:Industry>", "<o:Phone>1</o:Phone>"
    whole = "<AllOrNoneHeader><allOrNone>true</allOrNone></AllOrNoneHeader>"
    assert save(served, "create", good, bad, header=whole) == ["false", "false"]
    assert save(served, "create", good, bad) == ["true", "false"]
    (made,) = texts(soap(served, query("SELECT Id FROM Account")), "Id", SOBJECT)[:1]
    nulled = f"<o:Id>{made}</o:Id><o:Name>New</o:Name><o:fieldsToNull>Industry</o:fieldsToNull>"
    assert save(served, "update", nulled) == ["true"]
    key = "<externalIDFieldName>Id</externalIDFieldName>"
    assert save(served, "upsert", "<o:Name>Other</o:Name>", more=key) == ["true"]
    asked = f"<fieldList>Id,Name,Industry</fieldList><sObjectType>Account</sObjectType><ids>{made}</ids>"
    row = soap(served, f"<retrieve>{asked}</retrieve>")
    assert texts(row, "Name", SOBJECT) == ["New"]
    assert [e.get(NIL) for e in row.iter(f"{SOBJECT}Industry")] == ["true"]
    hits = soap(
        served, "<search><searchString>FIND {Other} RETURNING Account(Name)</searchString></search>"
    )
    assert texts(hits, "Name", SOBJECT) == ["Other"]


def query(soql: str) -> str:
    return f"<query><queryString>{soql}</queryString></query>"


def test_a_query_has_parents_children_and_further_pages(served: Served) -> None:
    account = served.create("Account", Name="Acme")
    records = [
        {"attributes": {"type": "Contact"}, "LastName": f"C{n:03}", "AccountId": account}
        for n in range(200)
    ]
    served.post("composite/sobjects", {"records": records})
    served.create("Contact", LastName="Last", AccountId=account)
    few = "<QueryOptions><batchSize>200</batchSize></QueryOptions>"
    page = soap(served, query("SELECT LastName, Account.Name FROM Contact ORDER BY Name"), few)
    assert (texts(page, "size"), texts(page, "done")) == (["201"], ["false"])
    assert set(texts(page, "Name", SOBJECT)) == {"Acme"}
    (locator,) = texts(page, "queryLocator")
    more = soap(served, f"<queryMore><queryLocator>{locator}</queryLocator></queryMore>", few)
    assert (texts(more, "done"), texts(more, "LastName", SOBJECT)) == (["true"], ["Last"])
    nested = soap(
        served, query("SELECT Name, (SELECT LastName FROM Contacts LIMIT 2) FROM Account")
    )
    assert texts(nested, "size") == ["2", "1"] and texts(nested, "type", SOBJECT)[0] == "Account"


@pytest.mark.parametrize("call", ["describeSObject", "describeSObjects"])
def test_objects_are_described(shared: Served, call: str) -> None:
    found = soap(shared, f"<{call}><sObjectType>Contact</sObjectType></{call}>")
    (result,) = found.iter(f"{PARTNER}result")
    assert result.findtext(f"{PARTNER}keyPrefix") == "003"
    names = [f.findtext(f"{PARTNER}name") for f in result.iter(f"{PARTNER}fields")]
    assert "LastName" in names and "Contact" in texts(soap(shared, "<describeGlobal/>"), "name")
    addresses = [result.findtext(f"{PARTNER}{one}") or "" for one in ("urlDetail", "urlNew")]
    assert [one.rpartition("/")[2] for one in addresses] == ["{ID}", "e"]


def test_an_object_without_a_prefix_says_so_in_the_list_of_all(shared: Served) -> None:
    listed = list(soap(shared, "<describeGlobal/>").iter(f"{PARTNER}sobjects"))
    prefixes = [one.find(f"{PARTNER}keyPrefix") for one in listed]
    assert len(listed) > 40 and all(one is not None for one in prefixes)
    assert {one.get(NIL) for one in prefixes if one is not None and not one.text} == {"true"}


def test_clients_of_old_name_each_id_of_what_they_delete(served: Served) -> None:
    made = served.create("Account", Name="Acme")
    for call in ("delete", "undelete"):
        assert texts(soap(served, f"<{call}><id>{made}</id></{call}>"), "success") == ["true"]


def test_an_address_says_of_its_empty_parts_that_they_are_empty(served: Served) -> None:
    served.create("Account", Name="Acme", BillingCity="Graz")
    row = soap(served, query("SELECT BillingAddress FROM Account"))
    assert texts(row, "city") == ["Graz"]
    assert [one.get(NIL) for one in row.iter(f"{PARTNER}street")] == ["true"]


def test_refusals_are_faults_with_the_service_s_code(shared: Served) -> None:
    refused = soap(shared, query("SELECT Nope FROM Account"), status=500)
    codes = [e.text for e in refused.iter() if e.tag.endswith("exceptionCode")]
    assert codes == ["INVALID_FIELD"]
    unknown = "<describeSObject><sObjectType>Nope</sObjectType></describeSObject>"
    assert "INVALID_TYPE" in str(texts(soap(shared, unknown, status=500), "faultstring", ""))
    answer = shared.client.post("/services/Soap/u/20.0", content="<none/>")
    assert answer.status_code == 500 and "UNSUPPORTED_API_VERSION" in answer.text
