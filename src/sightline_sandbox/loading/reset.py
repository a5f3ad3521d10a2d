"""Emptying an org: its rows and set-up changes go, its users, apps and sessions stay."""

import sqlite3

from sightline_sandbox.org import Org
from sightline_sandbox.storage.tables import quoted

#: Objects every org starts with rows of.
_KEPT = frozenset(
    [
        "Organization",
        "Profile",
        "User",
        "UserLicense",
        "OpportunityStage",
        "TaskStatus",
        "Pricebook2",
        "PermissionSet",
        "ObjectPermissions",
        "FieldPermissions",
        "CurrencyType",
        "RecordType",
    ]
)
_FORGOTTEN = (
    "hidden",
    "read_only",
    "denied",
    "private",
    "rule",
    "duplicate",
    "lock",
    "code",
    "front_door",
    "grant",
    "refresh",
)


def reset(org: Org, db: sqlite3.Connection) -> int:
    """Delete every row but those of set-up; answers how many went. Custom fields stay."""
    gone = 0
    for sobject in org.schema:
        if sobject.name not in _KEPT:
            gone += db.execute(f"DELETE FROM {quoted(sobject.name)}").rowcount
    for table in ("_removed", "_job", "_jobpart"):
        db.execute(f"DELETE FROM {table}")
    for kind in _FORGOTTEN:
        for key, _ in org.documents.items(kind):
            org.documents.drop(db, kind, key)
    db.execute('UPDATE "User" SET "IsActive" = 1, "UserRoleId" = NULL')
    org.faults.disarm()
    org.cursors.expire_all()
    org.clock.skew(0)
    org.clock.freeze(None)
    return gone
