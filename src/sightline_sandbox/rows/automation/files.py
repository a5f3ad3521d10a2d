"""Files: sizes, kinds and checksums; versions of a document, and where it is linked."""

from __future__ import annotations

import base64
import binascii
import hashlib
from pathlib import PurePath
from typing import Any

from sightline_sandbox.errors import row_error
from sightline_sandbox.rows.read import Row
from sightline_sandbox.storage.tables import quoted
from sightline_sandbox.work import Work

_KINDS = {
    "TXT": "TEXT",
    "DOCX": "WORD_X",
    "XLSX": "EXCEL_X",
    "PPTX": "POWER_POINT_X",
    "": "UNKNOWN",
}


def _bytes(row: Row, field: str) -> bytes:
    try:
        return base64.b64decode(str(row.get(field) or ""), validate=True)
    except binascii.Error:
        raise row_error("INVALID_BASE64_CHAR", f"{field} is not base64", field) from None


def body_facts(work: Work, row: Row, old: Row | None, given: frozenset[str]) -> None:
    """The length of an attachment or a document; a document's extension."""
    row["BodyLength"] = len(_bytes(row, "Body"))
    if "Type" in row and not row.get("Type"):
        row["Type"] = PurePath(str(row.get("Name") or "")).suffix[1:] or None


def version_facts(work: Work, row: Row, old: Row | None, given: frozenset[str]) -> None:
    """A version's kind, size and number; its document is made with the first version."""
    if old is not None:
        return
    body = _bytes(row, "VersionData")
    if row.get("VersionData") and not row.get("PathOnClient"):
        said = "Required fields are missing: [PathOnClient]"
        raise row_error("REQUIRED_FIELD_MISSING", said, "PathOnClient")
    path = PurePath(str(row.get("PathOnClient") or row.get("ContentUrl") or ""))
    row["Title"] = row.get("Title") or path.stem
    row["FileExtension"] = path.suffix[1:] or None
    kind = path.suffix[1:].upper()
    row["FileType"] = "LINK" if row.get("ContentUrl") else _KINDS.get(kind, kind)
    row["ContentSize"] = len(body)
    row["Checksum"] = hashlib.md5(body, usedforsecurity=False).hexdigest()
    row["ContentModifiedDate"], row["ContentModifiedById"] = work.stamp, work.viewer.user_id
    row["IsLatest"] = 1
    if row.get("ContentDocumentId"):
        row["VersionNumber"] = str(_versions(work, row) + 1)
        return
    row["VersionNumber"] = "1"
    row["ContentDocumentId"] = _new(
        work, "ContentDocument", {"OwnerId": row["OwnerId"], "Title": row["Title"]}
    )


def _versions(work: Work, row: Row) -> int:
    sql = 'SELECT COUNT(*) FROM "ContentVersion" WHERE "ContentDocumentId" = ?'
    return int(work.db.execute(sql, (row["ContentDocumentId"],)).fetchone()[0])


def publish(work: Work, row: Row, old: Row | None) -> None:
    """The newest version is the document's; a new document is linked to owner and first place."""
    if old is not None:
        return
    document = row["ContentDocumentId"]
    work.db.execute(
        'UPDATE "ContentVersion" SET "IsLatest" = 0 WHERE "ContentDocumentId" = ? AND "Id" <> ?',
        (document, row["Id"]),
    )
    kept = ("Title", "ContentSize", "FileType", "FileExtension", "ContentModifiedDate")
    facts = {name: row[name] for name in kept} | {"LatestPublishedVersionId": row["Id"]}
    facts |= {"LastModifiedDate": work.stamp, "SystemModstamp": work.stamp}
    sets = ", ".join(f"{quoted(name)} = ?" for name in facts)
    work.db.execute(
        f'UPDATE "ContentDocument" SET {sets} WHERE "Id" = ?', [*facts.values(), document]
    )
    if row["VersionNumber"] == "1":
        _link(work, document, str(row["OwnerId"]), "I")
        if row.get("FirstPublishLocationId") not in (None, row["OwnerId"]):
            _link(work, document, str(row["FirstPublishLocationId"]), "V")


def _link(work: Work, document: str, entity: str, share: str) -> None:
    values = {"ContentDocumentId": document, "LinkedEntityId": entity, "ShareType": share}
    _new(work, "ContentDocumentLink", values)


def _new(work: Work, name: str, given: dict[str, Any]) -> str:
    """A row the service makes by itself."""
    from sightline_sandbox.rows import save

    sobject = work.schema.get(name)
    row = save.new_row(work, sobject, given)
    save.insert(work, sobject, row)
    return str(row["Id"])
