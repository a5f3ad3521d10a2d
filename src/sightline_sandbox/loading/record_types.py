"""Record types: rows of RecordType, the field that holds them, and each object's default."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from sightline_sandbox.org import Org
from sightline_sandbox.schema.field import field_from, make_raw
from sightline_sandbox.schema.sobject import SObject
from sightline_sandbox.storage.tables import quoted


@dataclass(frozen=True, slots=True)
class NewType:
    """A record type to add. `person` marks those of person accounts."""

    developer_name: str
    label: str
    description: str | None = None
    active: bool = True
    default: bool = False
    person: bool = False


def add(org: Org, db: sqlite3.Connection, sobject: SObject, new: NewType) -> str:
    """Add a record type, or bring a known one up to date; answers its id."""
    _ensure_field(org, db, sobject)
    known = db.execute(
        'SELECT "Id" FROM "RecordType" WHERE "SobjectType" = ? AND "DeveloperName" = ?',
        (sobject.name, new.developer_name),
    ).fetchone()
    record_id = str(known[0]) if known else org.new_id(db, org.schema.get("RecordType"))
    _write(org, db, sobject, new, record_id)
    if new.default or org.documents.get("record_type", sobject.name) is None:
        org.documents.put(db, "record_type", sobject.name, {"default": record_id})
    return record_id


def _write(
    org: Org, db: sqlite3.Connection, sobject: SObject, new: NewType, record_id: str
) -> None:
    now = org.clock.stamp()
    admin = db.execute('SELECT min("Id") FROM "User"').fetchone()[0]
    values = {
        "Id": record_id,
        "Name": new.label,
        "DeveloperName": new.developer_name,
        "Description": new.description,
        "SobjectType": sobject.name,
        "IsActive": int(new.active),
        "IsPersonType": int(new.person),
        "CreatedDate": now,
        "LastModifiedDate": now,
        "SystemModstamp": now,
        "CreatedById": admin,
        "LastModifiedById": admin,
    }
    kind = org.schema.get("RecordType")
    kept = {name: value for name, value in values.items() if kind.find(name)}
    columns = ", ".join(quoted(name) for name in kept)
    places = ", ".join("?" for _ in kept)
    db.execute(
        f'INSERT OR REPLACE INTO "RecordType" ({columns}) VALUES ({places})', list(kept.values())
    )


def _ensure_field(org: Org, db: sqlite3.Connection, sobject: SObject) -> None:
    """An object gets `RecordTypeId` with its first record type, as in the service."""
    if sobject.find("RecordTypeId") is not None:
        return
    raw = make_raw(
        "RecordTypeId",
        "reference",
        label="Record Type ID",
        referenceTo=["RecordType"],
        relationshipName="RecordType",
        createable=True,
        updateable=True,
        defaultedOnCreate=True,
    )
    org.add_custom(db, sobject, [field_from(raw)])
