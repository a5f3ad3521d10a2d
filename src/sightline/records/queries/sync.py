"""What pages and workers read of two-way sync: states, marks, conflicts, drift, history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Q

from sightline.records.models import (
    SyncComparison,
    SyncConflict,
    SyncConnection,
    SyncCursor,
    SyncInboxRow,
    SyncIntent,
    SyncLink,
    SyncMapping,
    SyncSchema,
)
from sightline.records.queries.sync_people import users_there


@dataclass(frozen=True, slots=True)
class CursorFacts:
    """How far an object was read. `whole`: the fields with which every row was read, None where
    that is not known; `catching`: those with which rows are read once more, from `catch_mark`."""

    object: str
    mark: str
    first_load: bool
    rows: int
    total: int | None
    read_at: dt.datetime | None
    whole: frozenset[str] | None = None
    catching: frozenset[str] = frozenset()
    catch_mark: str = ""
    caught_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class ConnectionFacts:
    """One connection as pages show it. `budget` is the used share of the day's calls, 0 to 1."""

    id: int
    name: str
    brand: str
    state: str
    state_note: str
    org_id: str
    settings: dict[str, Any]
    pulled_at: dt.datetime | None
    pushed_at: dt.datetime | None
    changed_at: dt.datetime | None
    parked_until: dt.datetime | None
    budget_used: int | None
    budget_limit: int | None
    budget_at: dt.datetime | None
    waiting: int
    refused: int
    unknown: int
    conflicts: int
    held: int
    oldest_waiting: dt.datetime | None
    linked: int

    @property
    def budget(self) -> float | None:
        """The used share of the day's calls."""
        if self.budget_used is None or not self.budget_limit:
            return None
        return self.budget_used / self.budget_limit


@dataclass(frozen=True, slots=True)
class IntentFacts:
    """A write that waits or was refused, in the service's own words."""

    id: int
    target: str
    local_id: int | None
    remote_id: str
    deed: str
    values: dict[str, Any]
    state: str
    code: str
    message: str
    tries: int
    next_at: dt.datetime
    changed_at: dt.datetime


@dataclass(frozen=True, slots=True)
class ConflictFacts:
    """Both values of one field, and what both sides had agreed on."""

    id: int
    connection_id: int
    target: str
    local_id: int | None
    remote_id: str
    field: str
    kind: str
    base: str | None
    ours: str | None
    theirs: str | None
    theirs_by: str
    theirs_at: dt.datetime | None
    found_at: dt.datetime
    decision: str
    ours_by: str = ""
    ours_at: dt.datetime | None = None
    link_id: int = 0


@dataclass(frozen=True, slots=True)
class ComparisonFacts:
    """The last full comparison."""

    rows: int
    missing_here: int
    missing_there: int
    differing: int
    waiting: int
    repaired: int
    samples: list[dict[str, Any]]
    started_at: dt.datetime
    finished_at: dt.datetime | None

    @property
    def drift(self) -> int:
        """Rows and fields that differ; zero in steady state."""
        return self.missing_here + self.missing_there + self.differing

    @property
    def compared(self) -> bool:
        """Whether there was anything to compare: without a row on either side, no difference says
        nothing."""
        return bool(self.rows or self.missing_there)


def cursor(connection_id: int, name: str) -> CursorFacts:
    """How far one object was read; the beginning where it never was."""
    return cursors_of(connection_id, [name])[0]


def cursors_of(connection_id: int, names: Sequence[str]) -> list[CursorFacts]:
    """How far each of these was read, in their order; the beginning where one never was."""
    rows = SyncCursor.objects.filter(connection=connection_id, object__in=names)
    held = {row.object: cursor_facts(row) for row in rows}
    return [held.get(one) or CursorFacts(one, "", True, 0, None, None) for one in names]


def cursors(connection_id: int) -> list[CursorFacts]:
    """How far each object was read."""
    rows = SyncCursor.objects.filter(connection=connection_id).order_by("object")
    return [cursor_facts(row) for row in rows]


def cursor_facts(row: SyncCursor) -> CursorFacts:
    """How far an object was read, of its stored row."""
    first = row.phase == SyncCursor.Phase.FIRST
    whole = None if row.whole is None else frozenset(row.whole)
    return CursorFacts(
        *(row.object, row.mark, first, row.rows, row.total, row.read_at),
        whole=whole,
        catching=frozenset(row.catching),
        catch_mark=row.catch_mark,
        caught_at=row.caught_at,
    )


def held_objects(connection_id: int) -> set[str]:
    """The objects of which rows wait for another row."""
    rows = SyncInboxRow.objects.filter(connection=connection_id, held=True)
    return set(rows.order_by().values_list("object", flat=True).distinct())


def shapes_taken(connection_id: int) -> dt.datetime | None:
    """When the oldest stored describe was taken; None where there is none."""
    oldest: dt.datetime | None = SyncSchema.objects.filter(connection=connection_id).aggregate(
        at=Min("taken_at")
    )["at"]
    return oldest


def dirty_links(connection_id: int) -> dict[str, list[str]]:
    """Remote ids, by object, of links that ask to be read anew."""
    found: dict[str, list[str]] = {}
    rows = SyncLink.objects.filter(connection=connection_id, dirty=True).exclude(remote_id="")
    # in the order of the index of such links, for SQLite to take it and not look through all of them
    for target, remote_id in rows.order_by("target", "pk").values_list("target", "remote_id"):
        found.setdefault(target, []).append(remote_id)
    return found


def connection_named(name: str) -> int | None:
    """The key of the connection of that name."""
    return SyncConnection.objects.filter(name=name).values_list("pk", flat=True).first()


def connections() -> list[ConnectionFacts]:
    """Every connection."""
    keys = SyncConnection.objects.order_by("name").values_list("pk", flat=True)
    found = [connection(pk) for pk in keys]
    return [one for one in found if one is not None]


def connection(connection_id: int) -> ConnectionFacts | None:
    """One connection with its counts."""
    row = SyncConnection.objects.filter(pk=connection_id).first()
    if row is None:
        return None
    states = SyncIntent.State
    intents = SyncIntent.objects.filter(link__connection=row).aggregate(
        waiting=Count("pk", filter=Q(state=states.WAITING)),
        refused=Count("pk", filter=Q(state=states.REFUSED)),
        unknown=Count("pk", filter=Q(state=states.UNKNOWN)),
        oldest=Min("changed_at", filter=~Q(state=states.REFUSED)),
    )
    return ConnectionFacts(
        id=row.pk,
        name=row.name,
        brand=row.brand,
        state=row.state,
        state_note=row.state_note,
        org_id=row.org_id,
        settings=dict(row.settings),
        pulled_at=row.pulled_at,
        pushed_at=row.pushed_at,
        changed_at=row.changed_at,
        parked_until=row.parked_until,
        budget_used=row.budget_used,
        budget_limit=row.budget_limit,
        budget_at=row.budget_at,
        waiting=intents["waiting"],
        refused=intents["refused"],
        unknown=intents["unknown"],
        oldest_waiting=intents["oldest"],
        conflicts=SyncConflict.objects.filter(link__connection=row, decision="").count(),
        held=SyncInboxRow.objects.filter(connection=row, held=True).count(),
        linked=SyncLink.objects.filter(connection=row, state=SyncLink.State.LINKED).count(),
    )


def intents(connection_id: int, *, limit: int = 50) -> list[IntentFacts]:
    """Writes on their way, the refused ones first."""
    rows = (
        SyncIntent.objects.filter(link__connection=connection_id)
        .select_related("link")
        .order_by("state", "-changed_at")[:limit]
    )
    return [
        IntentFacts(
            id=row.pk,
            target=row.link.target,
            local_id=row.link.local_id,
            remote_id=row.link.remote_id,
            deed=row.deed,
            values=dict(row.values),
            state=row.state,
            code=row.code,
            message=row.message,
            tries=row.tries,
            next_at=row.next_at,
            changed_at=row.changed_at,
        )
        for row in rows
    ]


def open_conflicts(connection_id: int, *, limit: int = 50) -> list[ConflictFacts]:
    """Conflicts that wait for a person, the newest first."""
    rows = list(
        SyncConflict.objects.filter(link__connection=connection_id, decision="")
        .select_related("link", "ours_by")
        .order_by("-found_at", "-pk")[:limit]
    )
    names = users_there(connection_id, {row.theirs_by for row in rows})
    return [_conflict(row, names) for row in rows]


def contested_fields(connection_id: int) -> list[tuple[str, str, int]]:
    """Object, field of ours, and how many rows are contested over it; deletions left out."""
    rows = (
        SyncConflict.objects.filter(link__connection=connection_id, decision="")
        .exclude(kind=SyncConflict.Kind.DELETED)
        .values_list("link__target", "field")
        .annotate(count=Count("pk"))
        .order_by("-count", "link__target", "field")
    )
    return list(rows)


def connection_of(link_id: int) -> int | None:
    """Whose a link is."""
    return SyncLink.objects.filter(pk=link_id).values_list("connection", flat=True).first()


def _conflict(row: SyncConflict, names: Mapping[str, str]) -> ConflictFacts:
    return ConflictFacts(
        id=row.pk,
        connection_id=row.link.connection_id,
        target=row.link.target,
        local_id=row.link.local_id,
        remote_id=row.link.remote_id,
        field=row.field,
        kind=row.kind,
        base=row.base,
        ours=row.ours,
        theirs=row.theirs,
        theirs_by=names.get(row.theirs_by, row.theirs_by),
        theirs_at=row.theirs_at,
        found_at=row.found_at,
        decision=row.decision,
        ours_by=row.ours_by.name if row.ours_by else "",
        ours_at=row.ours_at,
        link_id=row.link_id,
    )


def last_comparison(connection_id: int) -> ComparisonFacts | None:
    """The last full comparison that ended."""
    row = (
        SyncComparison.objects.filter(connection=connection_id, finished_at__isnull=False)
        .order_by("-finished_at")
        .first()
    )
    if row is None:
        return None
    return ComparisonFacts(
        rows=row.rows,
        missing_here=row.missing_here,
        missing_there=row.missing_there,
        differing=row.differing,
        waiting=row.waiting,
        repaired=row.repaired,
        samples=list(row.samples),
        started_at=row.started_at,
        finished_at=row.finished_at,
    )


def mapping(connection_id: int) -> tuple[int, dict[str, Any]]:
    """The mapping in force: its version and its plain form."""
    row = SyncMapping.objects.filter(connection=connection_id).order_by("-version").first()
    return (0, {}) if row is None else (row.version, dict(row.rules))


def shapes(connection_id: int) -> dict[str, dict[str, Any]]:
    """The stored describe of every object."""
    rows = SyncSchema.objects.filter(connection=connection_id).order_by("object")
    return dict(rows.values_list("object", "content"))


def needing_person() -> int:
    """Open conflicts, refused writes and connections that wait to be connected again."""
    refused = SyncIntent.objects.filter(state=SyncIntent.State.REFUSED).count()
    lost = SyncConnection.objects.filter(state=SyncConnection.State.NEEDS_RECONNECT).count()
    return SyncConflict.objects.filter(decision="").count() + refused + lost
