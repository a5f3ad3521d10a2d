"""A CRM in memory: for tests, and to try a mapping without an org.

It behaves as the port allows a service to: stamps to the second, commits that become visible late
under an early stamp, merges, deletions and undeletions, fields hidden from the reader, and any
fault that `fault` raises or answers at a named place.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sightline.agreement.identity import check_characters
from sightline.agreement.records import (
    Ask,
    Deed,
    Outcome,
    Page,
    RemoteRecord,
    Rights,
    Settled,
    Write,
)
from sightline.agreement.telling import ReadBy
from sightline.agreement.values import FieldKind, ObjectShape, canonical
from sightline.crm.errors import CrmError, Retry
from sightline.crm.port import Org, Since, Spent, Traits

# How far behind the safe mark a read begins again.
OVERLAP = dt.timedelta(minutes=10)
Clock = Callable[[], dt.datetime]


@dataclass(slots=True)
class Held:
    """One row as the service holds it. `visible_at` is when its commit can be seen."""

    id: str
    values: dict[str, Any]
    stamp: dt.datetime
    visible_at: dt.datetime
    deleted: bool = False
    purged: bool = False
    merged_into: str = ""
    by: str = ""
    before: Held | None = None


class Refusal(Exception):
    """The service refuses one row, in its own words."""

    def __init__(self, code: str, message: str, fields: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.code, self.fields = code, tuple(fields)


@dataclass(slots=True)
class MemoryCrm:
    """The org. `rules` refuse rows as validation does; `automation` rewrites what is written;
    `profiles` hide fields from people of a profile."""

    shapes: dict[str, ObjectShape]
    clock: Clock
    page: int = 50
    org_id: str = "00D000000000001EAA"
    overlap: dt.timedelta = OVERLAP
    limit: int | None = None
    hidden: set[tuple[str, str]] = field(default_factory=set)
    rows_of: dict[str, dict[str, Held]] = field(default_factory=dict)
    fault: Callable[[str], str | None] = lambda place: None
    rules: list[Callable[[str, Mapping[str, Any]], None]] = field(default_factory=list)
    automation: list[Callable[[str, dict[str, Any]], None]] = field(default_factory=list)
    refused_to: set[tuple[str, str]] = field(default_factory=set)
    profiles: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    used: int = 0
    written: list[Write] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    # --- what people and programs there do ------------------------------------------------

    def insert(self, name: str, values: Mapping[str, Any], *, by: str = "them") -> str:
        """Somebody there makes a row; answers its id."""
        return self._put(name, None, dict(values), by=by).id

    def edit(
        self,
        name: str,
        row_id: str,
        values: Mapping[str, Any],
        *,
        by: str = "them",
        late: dt.timedelta = dt.timedelta(),
    ) -> None:
        """Somebody there changes a row; with `late` the commit is seen that much after its stamp."""
        self._put(name, row_id, dict(values), by=by, late=late)

    def delete(self, name: str, row_id: str) -> None:
        """Into the recycle bin."""
        self._touch(name, row_id, deleted=True)

    def undelete(self, name: str, row_id: str) -> None:
        """Out of the recycle bin."""
        self._touch(name, row_id, deleted=False, merged_into="")

    def purge(self, name: str, row_id: str) -> None:
        """Out of the recycle bin for good: no read by id tells of it any more."""
        self._touch(name, row_id, deleted=True, purged=True)

    def merge(self, name: str, loser: str, winner: str) -> None:
        """The winner takes the loser's children; the loser is deleted and names the winner."""
        for other in self.rows_of:
            for row in list(self.rows_of[other].values()):
                changed = {key: winner for key, value in row.values.items() if value == loser}
                if changed and not row.deleted:
                    self._put(other, row.id, changed, by="merge")
        self._touch(name, loser, deleted=True, merged_into=winner)
        self._touch(name, winner)

    def value(self, name: str, row_id: str, column: str) -> Any:
        """What a row says."""
        return self.rows_of[name][row_id].values.get(column)

    def live(self, name: str) -> dict[str, Held]:
        """Rows that are there, whoever can see them."""
        return {key: row for key, row in self.rows_of.get(name, {}).items() if not row.deleted}

    # --- the port ---------------------------------------------------------------------------

    @property
    def traits(self) -> Traits:
        """Small batches, so that tests have several."""
        return Traits(batch=25)

    def org(self) -> Org:
        """This org."""
        self._call("org")
        return Org(self.org_id, "Memory", "005000000000001AAA", "Integration")

    def shape(self, name: str) -> ObjectShape | None:
        """The describe, without hidden fields."""
        self._call("shape")
        return self._shape(name)

    def withheld(self, profile: str, names: Sequence[str]) -> dict[str, frozenset[str]]:
        """As `profiles` says."""
        self._call("withheld")
        if profile not in self.profiles:
            text = f"There is no profile {profile}."
            raise CrmError(text, retry_kind=Retry.NEVER, code="NO_PROFILE")
        hidden = self.profiles[profile]
        return {name: frozenset(one for of, one in hidden if of == name) for name in names}

    def readers(self, name: str, field: str) -> list[ReadBy] | None:
        """The profiles from which the field is not hidden."""
        self._call("readers")
        open_to = (one for one, hidden in self.profiles.items() if (name, field) not in hidden)
        return [ReadBy(one) for one in sorted(open_to)]

    def everything(self, name: str, fields: Sequence[str], mark: str) -> Iterator[Page]:
        """Pages by id; the mark for changes is taken before the first."""
        held = json.loads(mark) if mark else {"from": self._safe(), "after": ""}
        known = sorted(key for key in self.rows_of.get(name, {}) if key > held["after"])
        total = len(self.rows_of.get(name, {}))
        for start in range(0, max(1, len(known)), self.page):
            self._call("page")
            keys = known[start : start + self.page]
            rows = [self._seen(name, key, fields) for key in keys]
            last = start + self.page >= len(known)
            after = json.dumps({"safe": held["from"]} if last else {**held, "after": keys[-1]})
            shown = [one for one in rows if one is not None and not one.deleted]
            yield Page(shown, after, last, total)

    def changes(self, name: str, fields: Sequence[str], mark: str) -> Iterator[Page]:
        """Rows stamped since the safe mark less the overlap."""
        since = dt.datetime.fromisoformat(json.loads(mark)["safe"]) - self.overlap
        safe = self._safe()
        found = [self._seen(name, key, fields) for key in self.rows_of.get(name, {})]
        rows = [one for one in found if one is not None and one.stamp >= since]
        rows.sort(key=lambda one: (one.stamp, one.id))
        order = self.fault("order")
        if order == "reverse":
            rows.reverse()
        elif order == "twice":
            rows = [*rows, *rows]
        for start in range(0, max(1, len(rows)), self.page):
            self._call("page")
            last = start + self.page >= len(rows)
            new_mark = json.dumps({"safe": safe}) if last else None
            yield Page(rows[start : start + self.page], new_mark, last)

    def rows(self, name: str, ids: Sequence[str], fields: Sequence[str]) -> list[RemoteRecord]:
        """Rows by id."""
        self._call("rows")
        found = [self._seen(name, key, fields, now=True) for key in ids]
        return [one for one in found if one is not None]

    def find(
        self, name: str, field: str, keys: Sequence[str], fields: Sequence[str]
    ) -> list[RemoteRecord]:
        """Rows by a field's value."""
        self._call("find")
        held = self.rows_of.get(name, {}).items()
        ids = [key for key, row in held if row.values.get(field) in keys]
        found = [self._seen(name, key, fields, now=True) for key in ids]
        return [one for one in found if one is not None]

    def write(self, writes: Sequence[Write]) -> list[Outcome]:
        """Write, item by item."""
        self._call("write")
        outcomes: list[Outcome] = []
        halted = False
        for one in writes:
            fault = self.fault("item")
            halted = halted or fault == "halt"
            if halted:
                code = "PROCESSING_HALTED"
                outcomes.append(Outcome(Settled.RETRY, code=code, message="not processed"))
                continue
            if fault == "lock":
                outcomes.append(
                    Outcome(Settled.RETRY, code="UNABLE_TO_LOCK_ROW", message="unable to lock row")
                )
                continue
            if fault == "before":
                outcomes.append(Outcome(Settled.UNKNOWN, code="TIMEOUT", message="no answer"))
                continue
            done = self._write(one)
            if fault == "lost" and done.settled is Settled.DONE:
                done = Outcome(Settled.UNKNOWN, code="TIMEOUT", message="no answer")
            outcomes.append(done)
        return outcomes

    def touched(self, asks: Sequence[Ask]) -> list[RemoteRecord]:
        """Rows stamped since, by a column."""
        self._call("touched")
        found = []
        for ask in asks:
            for key, row in self.rows_of.get(ask.object, {}).items():
                value = key if ask.column == "Id" else row.values.get(ask.column)
                seen = self._seen(ask.object, key, ask.fields) if value in ask.keys else None
                if seen is not None and seen.stamp >= ask.since:
                    found.append(seen)
        return found

    def ahead(self, changes: Sequence[Since] = (), shapes: Sequence[str] = ()) -> None:
        """Everything is at hand."""

    def rights(self, user_id: str, ids: Sequence[str]) -> dict[str, Rights] | None:
        """Everything, but for what `refused_to` names."""
        self._call("rights")
        return {one: Rights(read=True, edit=(user_id, one) not in self.refused_to) for one in ids}

    def spent(self) -> Spent:
        """Calls so far."""
        return Spent(self.used, self.limit)

    def close(self) -> None:
        """Nothing is open."""

    # --- inside -------------------------------------------------------------------------------

    def _call(self, place: str) -> None:
        self.used += 1
        self.fault(place)

    def _now(self) -> dt.datetime:
        return self.clock().replace(microsecond=0)

    def _safe(self) -> str:
        """The start of the oldest commit that is not visible yet, else now."""
        now = self.clock()
        open_ = [
            row.stamp
            for rows in self.rows_of.values()
            for row in rows.values()
            if row.visible_at > now
        ]
        safe: dt.datetime = min([now, *(open_ if self.reports_open else ())])
        return safe.isoformat()

    reports_open: bool = True

    def _shape(self, name: str) -> ObjectShape | None:
        shape = self.shapes.get(name)
        if shape is None:
            return None
        shown = {key: one for key, one in shape.fields.items() if (name, key) not in self.hidden}
        return replace(shape, fields=shown)

    def _seen(
        self, name: str, key: str, fields: Sequence[str], *, now: bool = False
    ) -> RemoteRecord | None:
        row: Held | None = self.rows_of.get(name, {}).get(key)
        while row is not None and row.visible_at > self.clock():
            row = row.before
        if row is None or (row.purged and now):
            return None
        shape = self._shape(name)
        shown = [one for one in fields if shape is not None and one in shape.fields]
        values = {one: row.values.get(one) for one in shown}
        return RemoteRecord(
            name, row.id, values, row.stamp, row.deleted, row.merged_into, row.by, row.stamp
        )

    def _put(
        self,
        name: str,
        row_id: str | None,
        values: dict[str, Any],
        *,
        by: str,
        late: dt.timedelta = dt.timedelta(),
    ) -> Held:
        rows = self.rows_of.setdefault(name, {})
        held = rows.get(row_id) if row_id is not None else None
        key = row_id or self._id(name)
        merged = {**(held.values if held else {}), **values}
        shape = self.shapes[name]
        for column, value in list(merged.items()):
            if column in shape.fields and shape.fields[column].kind is FieldKind.TEXT:
                merged[column] = canonical(value, shape.fields[column])
        for rewrite in self.automation:
            rewrite(name, merged)
        now = self._now()
        row = Held(key, merged, now, self.clock() + late, by=by, before=held if late else None)
        rows[key] = row
        return row

    def _touch(self, name: str, row_id: str, **changes: Any) -> None:
        held = self.rows_of[name][row_id]
        now = self.clock()
        self.rows_of[name][row_id] = replace(
            held, stamp=self._now(), visible_at=now, before=None, **changes
        )

    def _id(self, name: str) -> str:
        prefix = {"Account": "001", "Contact": "003", "Opportunity": "006", "Task": "00T"}
        short = f"{prefix.get(name, 'a00')}{next(self._numbers):012d}"
        return short + check_characters(short)

    def _write(self, one: Write) -> Outcome:
        self.written.append(one)
        rows = self.rows_of.setdefault(one.object, {})
        try:
            if one.deed is Deed.CREATE:
                return self._create(one)
            held = rows.get(one.id)
            if held is None or held.deleted:
                return Outcome(Settled.GONE, code="ENTITY_IS_DELETED", message="entity is deleted")
            if held.visible_at > self.clock():  # another transaction holds the row
                text = "unable to obtain exclusive access to this record"
                return Outcome(Settled.RETRY, code="UNABLE_TO_LOCK_ROW", message=text)
            if one.deed is Deed.DELETE:
                self.delete(one.object, one.id)
                return Outcome(Settled.DONE, one.id)
            if one.unless_changed is not None and held.stamp > one.unless_changed:
                return Outcome(Settled.CHANGED, code="412", message="changed meanwhile")
            self._check(one, {**held.values, **one.values})
            self._put(one.object, one.id, dict(one.values), by="Sightline")
            return Outcome(Settled.DONE, one.id)
        except Refusal as no:
            return Outcome(Settled.REFUSED, code=no.code, message=str(no), fields=no.fields)

    def _create(self, one: Write) -> Outcome:
        values = dict(one.values)
        if one.key_field:
            values[one.key_field] = one.key
            twin = next(
                (
                    row
                    for row in self.live(one.object).values()
                    if row.values.get(one.key_field) == one.key
                ),
                None,
            )
            if twin is not None:
                self._put(one.object, twin.id, values, by="Sightline")
                return Outcome(Settled.DONE, twin.id)
        self._check(one, values)
        return Outcome(Settled.DONE, self._put(one.object, None, values, by="Sightline").id)

    def _check(self, one: Write, values: Mapping[str, Any]) -> None:
        shape = self._shape(one.object)
        assert shape is not None
        for column in one.values:
            known = shape.fields.get(column)
            allowed = known and (known.createable if one.deed is Deed.CREATE else known.updateable)
            if not allowed:
                raise Refusal("INVALID_FIELD_FOR_INSERT_UPDATE", f"{column} is not writable")
            value = one.values[column]
            if known and known.restricted and value is not None and value not in known.options:
                raise Refusal(
                    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", f"bad value: {value}", [column]
                )
        for rule in self.rules:
            rule(one.object, values)
