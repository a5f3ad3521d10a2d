"""The books of what is written of plans: what is due, and how each write ended.

Plans are ours alone: nothing of them is read back, so there is nothing to merge. A row is made under
its key and kept by its id from then on; one that somebody deleted there is not made again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from sightline.actions.sync.context import Context
from sightline.agreement.plan_writing import KEY_FIELD, Backend, Kind, Part, Place, said_there
from sightline.agreement.records import Deed, Outcome, RemoteRecord, Settled, Sibling, Write
from sightline.agreement.values import Value
from sightline.records.models import SyncCrossing, SyncIntent, SyncLink


@dataclass(frozen=True, slots=True)
class Due:
    """One write that is due, and the link it is for."""

    link_id: int
    write: Write
    values: Mapping[str, Value]


def due(
    context: Context, backend: Backend, parts: Sequence[Part], kinds: Iterable[Kind]
) -> list[Due]:
    """Writes of these kinds: what differs from what was last written, parents being there."""
    wanted = [one for one in parts if one.kind in set(kinds)]
    with_parents = {one.kind for one in wanted} | {one.parent[0] for one in wanted if one.parent}
    links = _links(context, with_parents)
    fresh = [one for one in wanted if (one.kind, one.local_id) not in links and one.create]
    if fresh:
        _begin(context, fresh)
        links = _links(context, with_parents)
    refused = _refused(links.values())
    found = []
    for part in wanted:
        link = links.get((part.kind, part.local_id))
        parent = links.get(part.parent) if part.parent is not None else None
        if link is None or link.state == SyncLink.State.TOMBSTONE:
            continue
        if part.parent is not None and (parent is None or not parent.remote_id):
            continue
        one = _due(context, backend, part, link, parent.remote_id if parent else "")
        if one is not None and refused.get(link.pk) != dict(one.values):
            found.append(one)
    return found


def due_together(context: Context, backend: Backend, parts: Sequence[Part]) -> list[list[Due]]:
    """Plans that are not there yet, each with its parts, parents before children. A parent's id,
    which nobody knows yet, is told by its place in the group."""
    _begin_missing(context, parts)
    links = _links(context, {one.kind for one in parts})
    refused = _refused(links.values())
    groups: dict[tuple[Kind, int], list[Due]] = {}
    placed: dict[tuple[Kind, int], tuple[tuple[Kind, int], int]] = {}
    for part in sorted(parts, key=lambda one: _DEPTH[one.kind]):
        key, link = (part.kind, part.local_id), links.get((part.kind, part.local_id))
        new = link is not None and not link.remote_id and link.state != SyncLink.State.TOMBSTONE
        root, above = (key, None) if part.parent is None else placed.get(part.parent, (None, None))
        if link is None or not new or root is None or part.kind is Kind.LINK:
            continue
        one = _due(context, backend, part, link, "")
        if one is None or refused.get(link.pk) == dict(one.values):
            continue
        group = groups.setdefault(root, [])
        placed[key] = (root, len(group))
        field = backend.place(part.kind).parent
        told = {} if above is None else {field: Sibling(above)}
        group.append(replace(one, write=replace(one.write, values={**one.values, **told})))
    return list(groups.values())


_DEPTH = {
    Kind.PLAN: 0,
    Kind.OBJECTIVE: 1,
    Kind.TARGETS: 1,
    Kind.TARGET: 2,
    Kind.METRIC: 2,
    Kind.LINK: 3,
}


def with_parents(due: Due, outcomes: Sequence[Outcome]) -> Due:
    """What was written, with the ids of what was made in the same step."""
    values = {
        name: outcomes[one.place].id if isinstance(one, Sibling) else one
        for name, one in due.write.values.items()
    }
    return replace(due, values=values)


def _begin_missing(context: Context, parts: Sequence[Part]) -> None:
    links = _links(context, {one.kind for one in parts})
    fresh = [one for one in parts if one.create and (one.kind, one.local_id) not in links]
    if fresh:
        _begin(context, fresh)


def _due(context: Context, backend: Backend, part: Part, link: SyncLink, parent: str) -> Due | None:
    place = backend.place(part.kind)
    creating = not link.remote_id
    said = said_there(part, place, context.shapes[place.object], parent=parent, creating=creating)
    if creating:
        field, key = (KEY_FIELD, str(link.external_key)) if place.keyed else ("", "")
        return Due(link.pk, Write(Deed.CREATE, place.object, said, key_field=field, key=key), said)
    moved = {
        name: value for name, value in said.items() if (link.base.get(name) or [None])[0] != value
    }
    if not moved:
        return None
    return Due(link.pk, Write(Deed.UPDATE, place.object, moved, id=link.remote_id), moved)


def to_be_made(context: Context, parts: Sequence[Part], kind: Kind) -> list[str]:
    """The ids there of the parents under which rows of a kind have yet to be made."""
    return [parent.remote_id for _, parent in _unmade(context, parts, kind).values()]


def meet(
    context: Context,
    place: Place,
    parts: Sequence[Part],
    kind: Kind,
    rows: Sequence[RemoteRecord],
) -> None:
    """Rows without a key that are there already are ours: known by their parent and fields."""
    there = {
        (row.values.get(place.parent), *(row.values.get(one) for one in place.fields.values())): row
        for row in rows
    }
    for part, parent in _unmade(context, parts, kind).values():
        nature = (parent.remote_id, *(part.values.get(one) for one in place.fields))
        row = there.get(nature)
        if row is not None:
            said = {theirs: str(part.values[ours]) for ours, theirs in place.fields.items()}
            SyncLink.objects.update_or_create(
                connection_id=context.connection_id,
                target=kind.value,
                local_id=part.local_id,
                defaults={
                    "remote_id": row.id,
                    "state": SyncLink.State.LINKED,
                    "base": {name: [one, one] for name, one in said.items()},
                },
            )


def _unmade(
    context: Context, parts: Sequence[Part], kind: Kind
) -> dict[int, tuple[Part, SyncLink]]:
    wanted = [one for one in parts if one.kind is kind and one.parent is not None]
    links = _links(context, {kind, *(one.parent[0] for one in wanted if one.parent)})
    found = {}
    for one in wanted:
        held = links.get((kind, one.local_id))
        parent = links.get(one.parent) if one.parent is not None else None
        if (held is None or not held.remote_id) and parent is not None and parent.remote_id:
            found[one.local_id] = (one, parent)
    return found


def _links(context: Context, kinds: Iterable[Kind]) -> dict[tuple[Kind, int], SyncLink]:
    rows = SyncLink.objects.filter(
        connection=context.connection_id, target__in=[one.value for one in kinds]
    )
    return {(Kind(one.target), one.local_id): one for one in rows if one.local_id is not None}


def _begin(context: Context, parts: Sequence[Part]) -> None:
    """Keys are stored before anything is sent under them."""
    SyncLink.objects.bulk_create(
        [
            SyncLink(
                connection_id=context.connection_id,
                target=one.kind.value,
                local_id=one.local_id,
                state=SyncLink.State.CREATING,
            )
            for one in parts
        ],
        ignore_conflicts=True,
        batch_size=500,
    )


def _refused(links: Iterable[SyncLink]) -> dict[int, dict[str, Value]]:
    rows = SyncIntent.objects.filter(
        link__in=[one.pk for one in links], state=SyncIntent.State.REFUSED
    )
    return {one.link_id: dict(one.values) for one in rows}


def settle(due: Due, outcome: Outcome, *, now: dt.datetime) -> None:
    """Book how one write ended. What may or may not have been done is simply done again: a row is
    made under its key, and an update says the same."""
    with transaction.atomic():
        link = SyncLink.objects.filter(pk=due.link_id).first()
        if link is None:
            return
        if outcome.settled is Settled.DONE:
            _done(link, due, outcome, now)
        elif outcome.settled is Settled.GONE:
            link.state = SyncLink.State.TOMBSTONE
            link.save(update_fields=["state"])
            SyncIntent.objects.filter(link=link).delete()
        elif outcome.settled is Settled.REFUSED:
            _keep_refusal(link, due, outcome, now)


def _done(link: SyncLink, due: Due, outcome: Outcome, now: dt.datetime) -> None:
    before = {name: (link.base.get(name) or [None])[0] for name in due.values}
    link.base = {**link.base, **{name: [one, one] for name, one in due.values.items()}}
    link.remote_id = link.remote_id or outcome.id
    link.state = SyncLink.State.LINKED
    link.save(update_fields=["base", "remote_id", "state"])
    SyncIntent.objects.filter(link=link).delete()
    SyncCrossing.objects.bulk_create(
        SyncCrossing(link=link, field=name, way="out", before=before[name], after=value, at=now)
        for name, value in due.values.items()
        if before[name] != value
    )


def _keep_refusal(link: SyncLink, due: Due, outcome: Outcome, now: dt.datetime) -> None:
    """In the service's own words, until the values change or somebody tries again."""
    SyncIntent.objects.update_or_create(
        link=link,
        defaults={
            "deed": due.write.deed,
            "values": dict(due.values),
            "state": SyncIntent.State.REFUSED,
            "code": outcome.code[:80],
            "message": outcome.message[:2000],
            "fields": list(outcome.fields),
            "changed_at": now,
            "next_at": now,
        },
    )
