"""Files: blobs in multipart bodies and as base64, versions, links."""

from __future__ import annotations

import base64
import json

import httpx

from tests.sandbox.conftest import Served

#: Every byte, line ends and something like a boundary among them.
BYTES = bytes(range(256)) + b"\r\n--x\r\n\n\r"


def sent(served: Served, kind: str, field: str, **fields: str) -> httpx.Response:
    parts = {
        "entity_content": (None, json.dumps(fields), "application/json"),
        field: ("plan.pdf", BYTES, "application/pdf"),
    }
    return served.client.post(f"/services/data/v60.0/sobjects/{kind}", files=parts)


def test_a_file_sent_in_parts_is_read_back_byte_by_byte(served: Served) -> None:
    account = served.create("Account", Name="A")
    made = sent(
        served,
        "ContentVersion",
        "VersionData",
        PathOnClient="plan.pdf",
        Title="Plan",
        FirstPublishLocationId=account,
    ).json()["id"]
    version = served.get(f"sobjects/ContentVersion/{made}").json()
    assert (version["FileType"], version["ContentSize"]) == ("PDF", len(BYTES))
    assert version["VersionData"].endswith(f"/sobjects/ContentVersion/{made}/VersionData")
    assert served.get(version["VersionData"]).content == BYTES
    links = f"SELECT ContentDocumentId FROM ContentDocumentLink WHERE LinkedEntityId = '{account}'"
    document = served.query(links)["records"][0]["ContentDocumentId"]
    assert document == version["ContentDocumentId"]
    second = served.create(
        "ContentVersion",
        ContentDocumentId=document,
        PathOnClient="plan.pdf",
        VersionData=base64.b64encode(b"new").decode(),
        ReasonForChange="Newer",
    )
    latest = "SELECT Id, VersionNumber FROM ContentVersion WHERE IsLatest = true"
    row = served.query(latest)["records"][0]
    assert (row["Id"], row["VersionNumber"]) == (second, "2")
    listed = served.query(
        "SELECT (SELECT ContentDocument.Title FROM ContentDocumentLinks) FROM Account"
    )
    children = listed["records"][0]["ContentDocumentLinks"]["records"]
    assert [c["ContentDocument"]["Title"] for c in children] == ["plan"]
    served.delete(f"sobjects/ContentDocument/{document}")
    assert served.query("SELECT COUNT() FROM ContentVersion")["totalSize"] == 0


def test_attachments_and_documents_keep_their_bytes(served: Served) -> None:
    account = served.create("Account", Name="A")
    made = sent(served, "Attachment", "Body", Name="a.pdf", ParentId=account).json()["id"]
    row = served.query("SELECT Body, BodyLength FROM Attachment")["records"][0]
    assert row["BodyLength"] == len(BYTES) and served.get(row["Body"]).content == BYTES
    assert served.get(f"sobjects/Account/{account}/Attachments").json()["totalSize"] == 1
    changed = served.patch(f"sobjects/Attachment/{made}", {"Body": base64.b64encode(b"b").decode()})
    assert changed.status_code == 204 and served.get(row["Body"]).content == b"b"
    user = served.query("SELECT Id FROM User LIMIT 1")["records"][0]["Id"]
    assert sent(served, "Document", "Body", Name="d.pdf", FolderId=user).status_code == 201


def test_what_the_service_refuses_of_files(served: Served) -> None:
    missing = sent(served, "ContentVersion", "VersionData", Title="No path")
    assert missing.json()[0]["errorCode"] == "REQUIRED_FIELD_MISSING"
    assert (
        "Implementation restriction"
        in served.refused("SELECT Id FROM ContentDocumentLink")["message"]
    )
    assert served.post("sobjects/ContentDocument", {"Title": "x"}).status_code == 400
