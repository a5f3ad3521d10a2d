"""Reading: first load by id, changes from a safe mark, rows by id or key.

The safe mark is `latestDateCovered` of `/updated`: the start of the oldest transaction that is
still open. Every read begins ten minutes before it and pages by (SystemModstamp, Id), so rows
that share a second and commits that come late are seen; the same row may come twice.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlencode

from sightline.agreement.canonical import moment_of
from sightline.agreement.identity import canonical_id
from sightline.agreement.records import Ask, Page, RemoteRecord, Rights
from sightline.agreement.telling import ReadBy
from sightline.agreement.values import ObjectShape
from sightline.crm.adapters.salesforce.bulk import bulk_pages
from sightline.crm.adapters.salesforce.client import Client
from sightline.crm.adapters.salesforce.packing import MOST_QUERIES, composed, query_path
from sightline.crm.adapters.salesforce.records import STAMPS, SYSTEM, Clock, record_of, records_of
from sightline.crm.errors import CrmError, Retry, StartOver
from sightline.crm.port import Since

OVERLAP = dt.timedelta(minutes=10)
# Notices of deletion are kept fifteen days and asked for hourly: they find what was purged.
DELETED_EVERY = dt.timedelta(hours=1)
DELETED_KEPT = dt.timedelta(days=14)
PAGE = 2_000
_ACCESS_BATCH = 200
# From this many rows on, the first load goes through Bulk API 2.0.
BULK_FROM = 20_000
# A plain query leaves out what is older than a year of these.
_ARCHIVED = frozenset({"Task", "Event"})


@dataclass(slots=True)
class Reader:
    """Reads of one org."""

    client: Client
    clock: Clock
    shapes: Callable[[str], ObjectShape | None]
    bulk_from: int = BULK_FROM
    # Safe mark and first page of what was read ahead, by its query.
    _read_ahead: dict[str, tuple[str, list[dict[str, Any]]]] = field(default_factory=dict)

    def everything(self, name: str, fields: Sequence[str], mark: str) -> Iterator[Page]:
        """All rows; a large object by Bulk API, others by pages of ids."""
        held = json.loads(mark) if mark else {"safe": self._safe(name), "after": ""}
        total, old = self._count(name), name in _ARCHIVED
        if total >= self.bulk_from or held.get("job"):
            soql = f"{self._select(name, fields)}{' WHERE IsDeleted = false' if old else ''}"
            paged = partial(records_of, name, clock=self.clock)
            yield from bulk_pages(self.client, soql, held, total, paged, archived=old)
            return
        while True:
            parts = [f"Id > '{held['after']}'"] if held["after"] else []
            parts += ["IsDeleted = false"] if old else []
            where = f"WHERE {' AND '.join(parts)}" if parts else ""
            rows = self._query(
                f"{self._select(name, fields)} {where} ORDER BY Id LIMIT {PAGE}", deleted=old
            )
            records = [self._record(name, row) for row in rows]
            last = len(rows) < PAGE
            if not last:
                held = {**held, "after": records[-1].id}
            yield Page(records, json.dumps({"safe": held["safe"]} if last else held), last, total)
            if last:
                return

    def changes(self, name: str, fields: Sequence[str], mark: str) -> Iterator[Page]:
        """Rows stamped since the mark less the overlap, deleted ones included."""
        held, stamp = json.loads(mark), self._stamp(name)
        if stamp is None:
            raise StartOver(f"{name} has no stamp: it is read whole each time.")
        soql = self._since(name, fields, mark)
        safe, rows = self._read_ahead.pop(soql, None) or (self._safe(name), None)
        seen: set[str] = set()
        while True:
            rows = self._query(soql, deleted=True) if rows is None else rows
            records = [self._record(name, row) for row in rows]
            seen |= {one.id for one in records}
            if len(rows) < PAGE:
                gone, told = self._gone(name, held, seen)
                done = {"safe": safe, "deleted": told}
                yield Page([*records, *gone], json.dumps(done), last=True)
                return
            yield Page(records, None, last=False)
            at = _soql_moment(records[-1].stamp)
            where = f"({stamp} > {at} OR ({stamp} = {at} AND Id > '{records[-1].id}'))"
            soql, rows = self._page(name, fields, where), None

    def ahead(self, wanted: Sequence[Since]) -> None:
        """Read safe marks and first pages of several objects' changes, five objects a call. What is
        refused here is asked alone in its turn, and then says why."""
        self._read_ahead.clear()
        known = [
            one for one in wanted if self._stamp(one[0]) and self._shape(one[0]).tracks_changes
        ]
        for start in range(0, len(known), MOST_QUERIES):
            part, now = known[start : start + MOST_QUERIES], self.clock()
            asked = [self._since(*one) for one in part]
            marks = [self._updated_path(name, now) for name, *_ in part]
            answers = composed(self.client, [*marks, *map(query_path, asked)])
            safes, pages = answers[: len(part)], answers[len(part) :]
            for soql, (told, mark), (status, body) in zip(asked, safes, pages, strict=True):
                if told == status == 200:
                    self._read_ahead[soql] = (_covered(now, mark), self._rest(body))

    def _since(self, name: str, fields: Sequence[str], mark: str) -> str:
        since = _soql_moment(dt.datetime.fromisoformat(json.loads(mark)["safe"]) - OVERLAP)
        return self._page(name, fields, f"{self._stamp(name)} >= {since}")

    def _page(self, name: str, fields: Sequence[str], where: str) -> str:
        stamp = self._stamp(name)
        return f"{self._select(name, fields)} WHERE {where} ORDER BY {stamp}, Id LIMIT {PAGE}"

    def rows(self, name: str, ids: Sequence[str], fields: Sequence[str]) -> list[RemoteRecord]:
        """Rows by id, from the recycle bin too."""
        return self.find(name, "Id", ids, fields)

    def find(
        self, name: str, column: str, keys: Sequence[str], fields: Sequence[str]
    ) -> list[RemoteRecord]:
        """Rows by a field's value, from the recycle bin too."""
        if not keys:
            return []
        listed = ", ".join(f"'{_escaped(key)}'" for key in keys)
        rows = self._query(
            f"{self._select(name, fields)} WHERE {column} IN ({listed})", deleted=True
        )
        return [self._record(name, row) for row in rows]

    def touched(self, asks: Sequence[Ask]) -> list[RemoteRecord]:
        """Rows changed lately: one Composite request, which takes five queries at most."""
        answers = composed(self.client, [query_path(self._asked(one)) for one in asks])
        found: list[RemoteRecord] = []
        for one, (status, body) in zip(asks, answers, strict=True):
            # what one part refuses, the next whole read tells with its own words
            rows = body["records"] if status == 200 else ()
            found += [self._record(one.object, row) for row in rows]
        return found

    def _asked(self, one: Ask) -> str:
        listed = ", ".join(f"'{_escaped(key)}'" for key in one.keys)
        stamp = self._stamp(one.object) or "CreatedDate"
        since = _soql_moment(one.since)
        where = f"{one.column} IN ({listed}) AND {stamp} >= {since}"
        return f"{self._select(one.object, one.fields)} WHERE {where} ORDER BY {stamp} LIMIT {PAGE}"

    def rights(self, user_id: str, ids: Sequence[str]) -> dict[str, Rights] | None:
        """What a user may do with rows, by UserRecordAccess."""
        if not ids:
            return {}
        listed = ", ".join(f"'{_escaped(one)}'" for one in ids[:_ACCESS_BATCH])
        rows = self._query(
            "SELECT RecordId, HasReadAccess, HasEditAccess FROM UserRecordAccess "
            f"WHERE UserId = '{_escaped(user_id)}' AND RecordId IN ({listed})",
            deleted=False,
        )
        said = {
            canonical_id(str(row["RecordId"])): Rights(row["HasReadAccess"], row["HasEditAccess"])
            for row in rows
        }
        return said | (self.rights(user_id, ids[_ACCESS_BATCH:]) or {})

    def readable(self, profile: str, names: Sequence[str]) -> set[str]:
        """Fields, as `Object.Field`, that a profile says its people may read."""
        known = self._query(
            "SELECT Id FROM PermissionSet WHERE IsOwnedByProfile = true "
            f"AND Profile.Name = '{_escaped(profile)}'",
            deleted=False,
        )
        if not known:
            text = f"The org has no profile called {profile}."
            raise CrmError(text, retry_kind=Retry.NEVER, code="NO_PROFILE")
        listed = ", ".join(f"'{_escaped(one)}'" for one in names)
        rows = self._query(
            f"SELECT Field FROM FieldPermissions WHERE ParentId = '{known[0]['Id']}' "
            f"AND PermissionsRead = true AND SobjectType IN ({listed})",
            deleted=False,
        )
        return {str(row["Field"]) for row in rows}

    def readers(self, name: str, field: str) -> list[ReadBy]:
        """Profiles and permission sets that may read a field, with how many active people have
        each."""
        rows = self._query(
            "SELECT ParentId, Parent.Label, Parent.ProfileId, Parent.Profile.Name "
            f"FROM FieldPermissions WHERE SobjectType = '{_escaped(name)}' "
            f"AND Field = '{_escaped(f'{name}.{field}')}' AND PermissionsRead = true",
            deleted=False,
        )
        people = self._people("User", "ProfileId", "IsActive") | self._people(
            "PermissionSetAssignment", "PermissionSetId", "Assignee.IsActive"
        )
        found = []
        for row in rows:
            parent = row["Parent"]
            profile = parent.get("ProfileId")
            label = parent["Profile"]["Name"] if profile else parent["Label"]
            held = canonical_id(str(profile or row["ParentId"]))
            found.append(ReadBy(str(label), people.get(held, 0)))
        return sorted(found, key=lambda one: (-(one.people or 0), one.name))

    def _people(self, name: str, column: str, active: str) -> dict[str, int]:
        """How many active people have each profile or permission set."""
        rows = self._query(
            f"SELECT {column} held, COUNT(Id) people FROM {name} WHERE {active} = true "
            f"GROUP BY {column}",
            deleted=False,
        )
        return {canonical_id(str(one["held"])): int(one["people"]) for one in rows if one["held"]}

    # --- inside -------------------------------------------------------------------------------

    def _select(self, name: str, fields: Sequence[str]) -> str:
        shape = self._shape(name)
        wanted = [*SYSTEM, *STAMPS, *fields]
        names = [one for one in dict.fromkeys(wanted) if one in shape.fields]
        return f"SELECT {', '.join(names)} FROM {name}"

    def _shape(self, name: str) -> ObjectShape:
        shape = self.shapes(name)
        if shape is None:
            text = f"{name} is not visible to the connection's user."
            raise CrmError(text, retry_kind=Retry.PERSON, code="INVALID_TYPE")
        return shape

    def _stamp(self, name: str) -> str | None:
        return next((one for one in STAMPS if one in self._shape(name).fields), None)

    def _query(self, soql: str, *, deleted: bool) -> list[dict[str, Any]]:
        return self._rest(self.client.get("/queryAll" if deleted else "/query", q=soql))

    def _rest(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        """The rows of an answer and of those that follow it."""
        rows: list[dict[str, Any]] = list(body["records"])
        while not body["done"]:
            body = self.client.get(str(body["nextRecordsUrl"]))
            rows += body["records"]
        return rows

    def _count(self, name: str) -> int:
        body = self.client.get("/query", q=f"SELECT COUNT() FROM {name}")
        return int(body["totalSize"])

    def _safe(self, name: str) -> str:
        """The start of the oldest open transaction, as the service knows it; else now."""
        now = self.clock()
        if not self._shape(name).tracks_changes:
            return now.isoformat()
        return _covered(now, self.client.get(self._updated_path(name, now)))

    def _updated_path(self, name: str, now: dt.datetime) -> str:
        start = now - dt.timedelta(minutes=3)
        span = urlencode({"start": _soql_moment(start), "end": _soql_moment(now)})
        return f"/sobjects/{name}/updated?{span}"

    def _gone(
        self, name: str, held: dict[str, Any], seen: set[str]
    ) -> tuple[list[RemoteRecord], str | None]:
        """Deletions that the service tells and the recycle bin no longer shows."""
        now, told = self.clock(), held.get("deleted")
        if not self._shape(name).tracks_changes:
            return [], told
        since = dt.datetime.fromisoformat(told or held["safe"])
        if told and now - since < DELETED_EVERY:
            return [], told
        since = max(since - OVERLAP, now - DELETED_KEPT)
        body = self.client.get(
            f"/sobjects/{name}/deleted", start=_soql_moment(since), end=_soql_moment(now)
        )
        records = [
            RemoteRecord(
                name,
                canonical_id(str(one["id"])),
                {},
                moment_of(str(one["deletedDate"])),
                deleted=True,
            )
            for one in body["deletedRecords"]
            if canonical_id(str(one["id"])) not in seen
        ]
        return records, now.isoformat()

    def _record(self, name: str, row: dict[str, Any]) -> RemoteRecord:
        return record_of(name, row, clock=self.clock)


def _covered(now: dt.datetime, body: dict[str, Any]) -> str:
    return min(now, moment_of(str(body["latestDateCovered"]))).isoformat()


def _soql_moment(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")
