"""The history of values that crossed, or gave way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max

from sightline.records.models import SyncCrossing
from sightline.records.queries.sync_people import users_there
from sightline.records.queries.sync_titles import currencies


@dataclass(frozen=True, slots=True)
class CrossingFacts:
    """One value that crossed. `who` is a name where one of ours is known by it, else their id.

    `currency` is an amount's, where the row has had no other since.
    """

    link_id: int
    target: str
    local_id: int | None
    remote_id: str
    field: str
    way: str
    before: str | None
    after: str | None
    who: str
    at: dt.datetime
    currency: str = ""


def crossings(
    connection_id: int, *, link: int = 0, field: str = "", start: int = 0, limit: int = 50
) -> list[CrossingFacts]:
    """The newest values that crossed, from the `start`-th on; of one record, or one field of it."""
    wanted = SyncCrossing.objects.filter(link__connection=connection_id)
    if link:
        wanted = wanted.filter(link=link)
    if field:
        wanted = wanted.filter(field=field)
    rows = list(wanted.select_related("link").order_by("-at", "-pk")[start : start + limit])
    names = users_there(connection_id, {row.who for row in rows})
    held = _currencies([row for row in rows if row.field == "amount"])
    return [
        CrossingFacts(
            link_id=row.link_id,
            target=row.link.target,
            local_id=row.link.local_id,
            remote_id=row.link.remote_id,
            field=row.field,
            way=row.way,
            before=row.before,
            after=row.after,
            who=names.get(row.who, row.who),
            at=row.at,
            currency=held.get(row.pk, ""),
        )
        for row in rows
    ]


def _currencies(amounts: Sequence[SyncCrossing]) -> dict[int, str]:
    if not amounts:
        return {}
    changed = dict(
        SyncCrossing.objects.filter(link__in={row.link_id for row in amounts}, field="currency")
        .values_list("link")
        .annotate(at=Max("at"))
        .order_by("link")
    )
    held = currencies([(row.link.target, row.link.local_id) for row in amounts])
    return {
        row.pk: held.get((row.link.target, row.link.local_id or 0), "")
        for row in amounts
        if row.link_id not in changed or changed[row.link_id] < row.at
    }
