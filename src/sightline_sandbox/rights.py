"""What a user may see and change: what the profile leaves, and what permission sets add."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field

from sightline_sandbox.documents import Documents
from sightline_sandbox.viewer import Viewer

_OBJECT_RIGHTS = ("Create", "Read", "Edit", "Delete", "ViewAllRecords", "ModifyAllRecords")
#: What metadata calls `Activity` is two objects here.
_ACTIVITIES = ("task", "event")


@dataclass(slots=True)
class Grants:
    """What the permission sets of a user add, names in lower case.

    `objects` holds, by object, rights such as `read` or `viewallrecords`.
    """

    readable: set[str] = field(default_factory=set)
    writable: set[str] = field(default_factory=set)
    objects: dict[str, set[str]] = field(default_factory=dict)
    sees_all: bool = False
    changes_all: bool = False

    def with_right(self, right: str) -> frozenset[str]:
        """The objects on which a right is granted."""
        return frozenset(name for name, rights in self.objects.items() if right in rights)


def granted(db: sqlite3.Connection, user_id: str) -> Grants:
    """What the active assignments of a user grant, the sets that mirror profiles left out."""
    sets = db.execute(
        'SELECT s."Id", s."PermissionsViewAllData", s."PermissionsModifyAllData" '
        'FROM "PermissionSetAssignment" a JOIN "PermissionSet" s ON s."Id" = a."PermissionSetId" '
        'WHERE a."AssigneeId" = ? AND a."IsActive" = 1 AND s."IsOwnedByProfile" = 0',
        (user_id,),
    ).fetchall()
    found = Grants()
    for parent, sees, changes in sets:
        found.changes_all = found.changes_all or bool(changes)
        found.sees_all = found.sees_all or bool(sees) or bool(changes)
        _add_fields(db, parent, found)
        _add_objects(db, parent, found)
    return found


def _add_fields(db: sqlite3.Connection, parent: str, found: Grants) -> None:
    rows = db.execute(
        'SELECT "Field", "PermissionsRead", "PermissionsEdit" FROM "FieldPermissions" '
        'WHERE "ParentId" = ?',
        (parent,),
    )
    for name, read, edit in rows:
        names = _spelt(str(name).lower())
        found.readable |= names if read or edit else set()
        found.writable |= names if edit else set()


def _spelt(name: str) -> set[str]:
    owner, _, one = name.partition(".")
    return {f"{kind}.{one}" for kind in _ACTIVITIES} if owner == "activity" else {name}


def _add_objects(db: sqlite3.Connection, parent: str, found: Grants) -> None:
    columns = ", ".join(f'"Permissions{right}"' for right in _OBJECT_RIGHTS)
    rows = db.execute(
        f'SELECT "SobjectType", {columns} FROM "ObjectPermissions" WHERE "ParentId" = ?', (parent,)
    )
    for name, *values in rows:
        rights = {r.lower() for r, v in zip(_OBJECT_RIGHTS, values, strict=True) if v}
        found.objects.setdefault(str(name).lower(), set()).update(rights)


def read_viewer(db: sqlite3.Connection, documents: Documents, user_id: str) -> Viewer | None:
    """The rights of an active user; None for others."""
    row = db.execute(
        'SELECT u."Username", u."ProfileId", p."PermissionsViewAllData", '
        'p."PermissionsModifyAllData", u."IsActive" FROM "User" u '
        'LEFT JOIN "Profile" p ON p."Id" = u."ProfileId" WHERE u."Id" = ?',
        (user_id,),
    ).fetchone()
    if row is None or not row[4]:
        return None
    profile = row[1] or ""
    grants = granted(db, user_id)
    given = ("*", profile)
    hidden = _names(documents, "hidden", given) - grants.readable
    fixed = _names(documents, "read_only", given) - grants.writable
    denied = _names(documents, "denied", given)
    own = {kind: _names(documents, kind, (user_id,)) for kind in ("hidden", "read_only", "denied")}
    hidden |= own["hidden"]
    changing = grants.changes_all or bool(row[3])
    return Viewer(
        user_id=user_id,
        username=row[0] or "",
        profile_id=profile,
        sees_all=grants.sees_all or changing or bool(row[2]),
        changes_all=changing,
        hidden=hidden,
        read_only=fixed | hidden | own["read_only"],
        denied=(denied - grants.with_right("read")) | own["denied"],
        private=_names(documents, "private", ("*",)),
        limited={name: frozenset(grants.objects[name]) for name in denied & set(grants.objects)},
        sees_all_of=grants.with_right("viewallrecords") | grants.with_right("modifyallrecords"),
        changes_all_of=grants.with_right("modifyallrecords"),
    )


def _names(documents: Documents, kind: str, scopes: Iterable[str]) -> frozenset[str]:
    """The names listed under a kind for any of the scopes, in lower case."""
    found = (documents.get(kind, scope) for scope in scopes)
    return frozenset(name.lower() for d in found if d for name in d["names"])
